/**
 * The frames that are on the screen or were lately, with their payloads: chunks as they are stored, least recently used
 * first out. A chunk that has grown since it was read is read again when one of its new frames is wanted.
 */
import { bytesOf, FRAME_BLOB, textOf } from '../../protocol/frame-columns.ts';
import type { ChunkRecord, PayloadRecord } from '../../protocol/records.ts';
import type { RecordingSource } from '../link/recording-source.ts';
import { createLru } from '../models/lru.ts';

/** Payload kept in memory, roughly. */
const MAX_BYTES = 16 * 1024 * 1024;
/** What a chunk costs beside its payload. */
const CHUNK_BYTES = 8 * 1024;
/** A Blob that could not be read in the page never gets a content; it is not asked for forever. */
const MAX_CONTENT_READS = 20;

export interface LoadedFrame {
  readonly seq: number;
  readonly atMs: number;
  readonly flags: number;
  readonly sizeBytes: number;
  /** '' for a binary frame. */
  text(): string;
  /** Empty for a text frame; null for a Blob whose bytes have not come (yet). */
  bytes(): Uint8Array | null;
}

interface LoadedChunk {
  readonly chunk: ChunkRecord;
  readonly payload: PayloadRecord | null;
  /** Late bytes of Blobs by seq, as they come. */
  readonly contents: Map<number, Uint8Array>;
  readonly contentReads: Map<number, number>;
}

export interface ChunkCache {
  /** The frame, when it is here. */
  find(connectionId: string, seq: number): LoadedFrame | null;
  /** Reads the frames with these seqs (rising) that are not here; gives true when something new came. */
  load(connectionId: string, seqs: readonly number[]): Promise<boolean>;
  /** The payload of a chunk as it is now, read only where it is not here. May reject. */
  payloadOf(chunk: ChunkPlace): Promise<PayloadRecord | null>;
  clear(): void;
}

/** A chunk, and how many frames of it are asked for. */
export type ChunkPlace = Pick<ChunkRecord, 'connectionId' | 'firstSeq' | 'count'>;

export function createChunkCache(source: RecordingSource, maxBytes = MAX_BYTES): ChunkCache {
  const loaded = createLru<string, LoadedChunk>(maxBytes);

  /** What was found last: the cells of a row and the rows beside it ask for the same chunk. */
  let latest: LoadedChunk | null = null;

  function chunkWith(connectionId: string, seq: number): LoadedChunk | null {
    if (latest && holds(latest, connectionId, seq)) return latest;
    for (const candidate of loaded.values()) {
      if (!holds(candidate, connectionId, seq)) continue;
      loaded.get(keyOf(candidate.chunk)); // counts as a use
      latest = candidate;
      return candidate;
    }
    return null;
  }

  async function loadRun(connectionId: string, fromSeq: number, toSeq: number): Promise<boolean> {
    const chunks = await source.chunks(connectionId, fromSeq, toSeq);
    // The payload after its chunk: the chunk may have grown in between, the payload is then of more frames, never fewer.
    const payloads = await Promise.all(chunks.map(({ firstSeq }) => source.payload(connectionId, firstSeq)));
    latest = null;
    chunks.forEach((chunk, i) => {
      const payload = payloads[i] ?? null;
      const before = loaded.get(keyOf(chunk));
      const entry = {
        chunk,
        payload,
        contents: before?.contents ?? new Map<number, Uint8Array>(),
        contentReads: before?.contentReads ?? new Map<number, number>(),
      };
      loaded.set(keyOf(chunk), entry, CHUNK_BYTES + 2 * (payload?.text.length ?? 0) + (payload?.bytes.length ?? 0));
    });
    return chunks.length > 0;
  }

  async function loadContent(connectionId: string, seq: number): Promise<boolean> {
    const entry = chunkWith(connectionId, seq);
    if (!entry) return false;
    const reads = entry.contentReads.get(seq) ?? 0;
    if (reads >= MAX_CONTENT_READS) return false;
    entry.contentReads.set(seq, reads + 1);
    const content = await source.content(connectionId, seq);
    if (content) entry.contents.set(seq, content.bytes);
    return content !== null;
  }

  return {
    find: (connectionId, seq) => {
      const entry = chunkWith(connectionId, seq);
      return entry && frameOf(entry, seq);
    },
    load: async (connectionId, seqs) => {
      const missing = seqs.filter((seq) => !chunkWith(connectionId, seq));
      const found = await Promise.all(runsOf(missing).map(([from, to]) => loadRun(connectionId, from, to)));
      const blobs = seqs.filter((seq) => {
        const entry = chunkWith(connectionId, seq);
        return entry !== null && frameOf(entry, seq).bytes() === null;
      });
      const came = await Promise.all(blobs.map((seq) => loadContent(connectionId, seq)));
      return found.includes(true) || came.includes(true);
    },
    payloadOf: async (chunk) => {
      const known = loaded.get(keyOf(chunk));
      // One that was read when the chunk had fewer frames has nothing of those that came since.
      if (known?.payload && known.chunk.count >= chunk.count) return known.payload;
      return source.payload(chunk.connectionId, chunk.firstSeq);
    },
    clear: () => {
      latest = null;
      loaded.clear();
    },
  };
}

function holds({ chunk }: LoadedChunk, connectionId: string, seq: number): boolean {
  return chunk.connectionId === connectionId && seq >= chunk.firstSeq && seq < chunk.firstSeq + chunk.count;
}

function keyOf({ connectionId, firstSeq }: ChunkPlace): string {
  return `${connectionId} ${firstSeq}`;
}

function frameOf({ chunk, payload, contents }: LoadedChunk, seq: number): LoadedFrame {
  const i = seq - chunk.firstSeq;
  const flags = chunk.flags[i] ?? 0;
  const sizeBytes = chunk.sizeBytes[i] ?? 0;
  return {
    seq,
    atMs: chunk.atMs[i] ?? 0,
    flags,
    sizeBytes,
    text: () => (payload ? textOf(payload, i) : ''),
    bytes: () => {
      const kept = payload ? bytesOf(payload, i) : new Uint8Array();
      if (kept.length > 0 || sizeBytes === 0 || (flags & FRAME_BLOB) === 0) return kept;
      return contents.get(seq) ?? null;
    },
  };
}

/** Rising numbers as runs [from, to) of neighbours. */
function runsOf(seqs: readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const seq of seqs) {
    const last = runs.at(-1);
    if (last && seq === last[1]) last[1] = seq + 1;
    else runs.push([seq, seq + 1]);
  }
  return runs;
}
