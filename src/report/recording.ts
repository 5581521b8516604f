/** What readers and exporters make of recordings: frames out of their columns, recordings in memory, counts. */
import { bytesOf, FRAME_BINARY, textOf } from '../protocol/frame-columns.ts';
import type { RecordedChunk, Recording, RecordingRows } from '../protocol/recording.ts';

/** One frame, taken out of its columns. */
export interface RecordedFrame {
  readonly connectionId: string;
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** Bits `FRAME_…` of frame-columns.ts. */
  readonly flags: number;
  /** True size of the payload, whatever is kept of it. */
  readonly sizeBytes: number;
  /** What is kept of a text frame; null: of this frame, no text was kept. */
  readonly text: string | null;
  /** What is kept of a binary frame, sharing memory with the chunk; null: no bytes were kept. */
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  /** The bytes of a Blob, which came later. */
  readonly content: Uint8Array<ArrayBuffer> | null;
}

/** The frames of a chunk, one at a time; nothing is copied but the text of the frame itself. */
export function* framesOf({ chunk, payload, contents }: RecordedChunk): Generator<RecordedFrame, void> {
  const late = contents.length === 0 ? null : new Map(contents.map(({ seq, bytes }) => [seq, bytes]));
  for (let i = 0; i < chunk.count; i++) {
    const flags = chunk.flags[i] ?? 0;
    const seq = chunk.firstSeq + i;
    const text = payload ? textOf(payload, i) : null;
    const bytes = payload ? bytesOf(payload, i) : null;
    const isBinary = (flags & FRAME_BINARY) !== 0;
    yield {
      connectionId: chunk.connectionId,
      seq,
      atMs: chunk.atMs[i] ?? 0,
      flags,
      sizeBytes: chunk.sizeBytes[i] ?? 0,
      // A page may forge a frame that has both.
      text: isBinary && text === '' ? null : text,
      bytes: !isBinary && bytes?.length === 0 ? null : bytes,
      content: late?.get(seq) ?? null,
    };
  }
}

/** A recording that is in memory: what was just read from a file, or a test's. */
export function recordingInMemory(
  rows: RecordingRows,
  chunks: ReadonlyMap<string, readonly RecordedChunk[]>,
): Recording {
  const { session, documents, connections, context, handshakes, probes } = rows;
  return {
    session,
    documents,
    connections,
    context,
    handshakes,
    probes,
    async *chunks(connectionId) {
      yield* chunks.get(connectionId) ?? [];
    },
  };
}

/** Frames that a recording has, as its connections tell; gaps count, what a clearing took away does not. */
export function frameCountOf({ connections }: RecordingRows): number {
  return connections.reduce((sum, { nextSeq, framesMissed }) => sum + Math.max(0, nextSeq - framesMissed), 0);
}
