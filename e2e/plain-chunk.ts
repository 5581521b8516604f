/** A chunk with its payloads on its way out of a browser: typed arrays do not survive it and travel as plain ones. */
import type { ChunkRecord, PayloadRecord } from '../src/protocol/records.ts';

export interface PlainChunk {
  readonly connectionId: string;
  readonly firstSeq: number;
  readonly count: number;
  readonly atMs: readonly number[];
  readonly flags: readonly number[];
  readonly sizeBytes: readonly number[];
  readonly text: string;
  readonly textEnds: readonly number[];
  readonly bytes: readonly number[];
  readonly byteEnds: readonly number[];
}

export function chunkOf({ connectionId, firstSeq, count, atMs, flags, sizeBytes }: PlainChunk): ChunkRecord {
  return {
    connectionId,
    firstSeq,
    count,
    atMs: Float64Array.from(atMs),
    flags: Uint8Array.from(flags),
    sizeBytes: Float64Array.from(sizeBytes),
  };
}

export function payloadOf({ connectionId, firstSeq, text, textEnds, bytes, byteEnds }: PlainChunk): PayloadRecord {
  return {
    connectionId,
    firstSeq,
    text,
    textEnds: Uint32Array.from(textEnds),
    bytes: Uint8Array.from(bytes),
    byteEnds: Uint32Array.from(byteEnds),
  };
}
