/**
 * Frames, one after the other, back into chunks as the store keeps them: consecutive, of one connection, bounded. Pure.
 */
import { CHUNK_FRAMES, CHUNK_PAYLOAD_BYTES } from '../protocol/limits.ts';
import type { RecordedChunk } from '../protocol/recording.ts';
import type { ContentRecord } from '../protocol/records.ts';
import type { RecordedFrame } from './recording.ts';

export interface ChunkBuilder {
  /** The chunk that this frame does not belong to any more, when there is one. */
  add(frame: RecordedFrame): RecordedChunk | null;
  /** What is left; null: nothing. */
  end(): RecordedChunk | null;
}

export function createChunkBuilder(): ChunkBuilder {
  let frames: RecordedFrame[] = [];
  let payloadBytes = 0;

  function take(): RecordedChunk | null {
    const chunk = frames.length === 0 ? null : chunkOf(frames);
    frames = [];
    payloadBytes = 0;
    return chunk;
  }

  return {
    add(frame) {
      const finished = continues(frames, payloadBytes, frame) ? null : take();
      frames.push(frame);
      payloadBytes += (frame.text?.length ?? 0) + (frame.bytes?.length ?? 0);
      return finished;
    },
    end: take,
  };
}

/** Whether the frame may join those before it. A chunk has payloads of all its frames, or none. */
function continues(frames: readonly RecordedFrame[], payloadBytes: number, frame: RecordedFrame): boolean {
  const last = frames.at(-1);
  if (!last) return true;
  return (
    last.connectionId === frame.connectionId &&
    last.seq + 1 === frame.seq &&
    hasPayload(last) === hasPayload(frame) &&
    frames.length < CHUNK_FRAMES &&
    payloadBytes < CHUNK_PAYLOAD_BYTES
  );
}

function hasPayload({ text, bytes }: RecordedFrame): boolean {
  return text !== null || bytes !== null;
}

/** The chunk of these frames: consecutive, of one connection, with payloads of all or of none. */
export function chunkOf(frames: readonly RecordedFrame[]): RecordedChunk {
  const [first] = frames;
  const { connectionId = '', seq: firstSeq = 0 } = first ?? {};
  const count = frames.length;
  const textEnds = new Uint32Array(count);
  const byteEnds = new Uint32Array(count);
  const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + (frame.bytes?.length ?? 0), 0));
  const contents: ContentRecord[] = [];
  let textEnd = 0;
  let byteEnd = 0;
  frames.forEach((frame, i) => {
    textEnd += frame.text?.length ?? 0;
    textEnds[i] = textEnd;
    if (frame.bytes) bytes.set(frame.bytes, byteEnd);
    byteEnd += frame.bytes?.length ?? 0;
    byteEnds[i] = byteEnd;
    if (frame.content) contents.push({ connectionId, seq: frame.seq, bytes: frame.content });
  });
  return {
    chunk: {
      connectionId,
      firstSeq,
      count,
      atMs: Float64Array.from(frames, ({ atMs }) => atMs),
      flags: Uint8Array.from(frames, ({ flags }) => flags),
      sizeBytes: Float64Array.from(frames, ({ sizeBytes }) => sizeBytes),
    },
    payload:
      first && hasPayload(first)
        ? { connectionId, firstSeq, text: frames.map(({ text }) => text ?? '').join(''), textEnds, bytes, byteEnds }
        : null,
    contents,
  };
}
