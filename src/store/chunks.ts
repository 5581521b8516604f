/**
 * How frames become chunks: rows of up to CHUNK_FRAMES frames and about CHUNK_PAYLOAD_BYTES of payload. Pure.
 *
 *     stored   [ tail: 100 frames ]          the connection's last row
 *     arrive     30 + 500 frames
 *     planned  [ tail: 130 ][ 256 ][ 244 ]   the tail is written anew, the last one is the next tail
 *
 * To write the tail anew costs reading it and writing all of it again. That is worth it while it is small and little
 * comes at a time; what does not fit into it as a whole begins a chunk of its own, so that a fast connection never reads.
 */
import type { FrameColumns } from '../protocol/frame-columns.ts';
import { CHUNK_FRAMES, CHUNK_PAYLOAD_BYTES, REWRITTEN_PAYLOAD_BYTES } from '../protocol/limits.ts';
import type { ChunkRecord, ChunkTail, PayloadRecord } from '../protocol/records.ts';
import { COLUMN_BYTES_PER_FRAME } from './schema.ts';

/** Consecutive frames as one report brought them. */
export interface FrameRun {
  readonly firstSeq: number;
  readonly columns: FrameColumns;
}

/** Frames [from, to) of some columns. */
interface Slice {
  readonly columns: FrameColumns;
  readonly from: number;
  readonly to: number;
}

export interface ChunkPlan {
  readonly continuesTail: boolean;
  readonly firstSeq: number;
  /** All frames and payload of the chunk, with those that the stored tail has already. */
  readonly count: number;
  readonly payloadBytes: number;
  readonly slices: readonly Slice[];
}

/** The two rows of a chunk. */
export interface ChunkRows {
  readonly chunk: ChunkRecord;
  readonly payload: PayloadRecord;
}

/**
 * Decides which chunks the runs go to. They are in order of `firstSeq`, which need not be without gaps; a chunk has none.
 */
export function planChunks(tail: ChunkTail | null, runs: readonly FrameRun[]): readonly ChunkPlan[] {
  const plans: OpenPlan[] = [];
  let current: OpenPlan | null = tail && { continuesTail: true, ...tail, slices: [] };
  for (const { firstSeq, columns } of runs) {
    const isRefused = current?.continuesTail && !tailTakes(current, columns);
    if (!current || isRefused || current.firstSeq + current.count !== firstSeq) {
      current = newPlan(firstSeq);
    }
    let from = 0;
    while (from < columns.count) {
      if (isFull(current)) current = newPlan(firstSeq + from);
      const to = fill(current, columns, from);
      if (plans.at(-1) !== current) plans.push(current);
      from = to;
    }
  }
  return plans;
}

/** What the connection's row says of its last chunk after these plans were carried out. */
export function tailAfter(tail: ChunkTail | null, plans: readonly ChunkPlan[]): ChunkTail | null {
  const last = plans.at(-1);
  return last ? { firstSeq: last.firstSeq, count: last.count, payloadBytes: last.payloadBytes } : tail;
}

/** Builds a chunk's rows. `stored` are the tail's, for a plan that continues it. */
export function buildChunk(connectionId: string, plan: ChunkPlan, stored: ChunkRows | null): ChunkRows {
  const { firstSeq, slices } = plan;
  const parts: readonly Slice[] = stored
    ? [{ columns: { ...stored.chunk, ...stored.payload }, from: 0, to: stored.chunk.count }, ...slices]
    : slices;
  const count = parts.reduce((sum, { from, to }) => sum + to - from, 0);
  const byteLength = parts.reduce((sum, { columns, from, to }) => sum + bytesIn(columns, from, to), 0);
  const chunk = {
    connectionId,
    firstSeq,
    count,
    atMs: new Float64Array(count),
    flags: new Uint8Array(count),
    sizeBytes: new Float64Array(count),
  };
  const payload = {
    connectionId,
    firstSeq,
    text: parts
      .map(({ columns, from, to }) =>
        columns.text.slice(startOf(columns.textEnds, from), startOf(columns.textEnds, to)),
      )
      .join(''),
    textEnds: new Uint32Array(count),
    bytes: new Uint8Array(byteLength),
    byteEnds: new Uint32Array(count),
  };
  let at = 0;
  let textAt = 0;
  let byteAt = 0;
  for (const { columns, from, to } of parts) {
    chunk.atMs.set(columns.atMs.subarray(from, to), at);
    chunk.flags.set(columns.flags.subarray(from, to), at);
    chunk.sizeBytes.set(columns.sizeBytes.subarray(from, to), at);
    const textFrom = startOf(columns.textEnds, from);
    const byteFrom = startOf(columns.byteEnds, from);
    payload.bytes.set(columns.bytes.subarray(byteFrom, startOf(columns.byteEnds, to)), byteAt);
    for (let i = from; i < to; i++) {
      payload.textEnds[at + i - from] = textAt + startOf(columns.textEnds, i + 1) - textFrom;
      payload.byteEnds[at + i - from] = byteAt + startOf(columns.byteEnds, i + 1) - byteFrom;
    }
    at += to - from;
    textAt += startOf(columns.textEnds, to) - textFrom;
    byteAt += startOf(columns.byteEnds, to) - byteFrom;
  }
  return { chunk, payload };
}

/** What carrying out these plans adds to the database, in bytes. */
export function storedBytesOf(tail: ChunkTail | null, plans: readonly ChunkPlan[]): number {
  const before = plans[0]?.continuesTail && tail ? chunkBytes(tail) : 0;
  return plans.reduce((sum, plan) => sum + chunkBytes(plan), -before);
}

interface OpenPlan extends ChunkPlan {
  count: number;
  payloadBytes: number;
  readonly slices: Slice[];
}

function newPlan(firstSeq: number): OpenPlan {
  return { continuesTail: false, firstSeq, count: 0, payloadBytes: 0, slices: [] };
}

function isFull(plan: OpenPlan): boolean {
  return plan.count >= CHUNK_FRAMES || plan.payloadBytes >= CHUNK_PAYLOAD_BYTES;
}

function tailTakes(tail: OpenPlan, columns: FrameColumns): boolean {
  return (
    tail.count + columns.count <= CHUNK_FRAMES &&
    tail.payloadBytes <= REWRITTEN_PAYLOAD_BYTES &&
    tail.payloadBytes + sizeOf(columns, 0, columns.count) <= CHUNK_PAYLOAD_BYTES
  );
}

/** Puts frames into the plan until it is full; gives the first that is left. At least one goes in. */
function fill(plan: OpenPlan, columns: FrameColumns, from: number): number {
  let to = from;
  while (to < columns.count && !isFull(plan)) {
    plan.payloadBytes += sizeOf(columns, to, to + 1);
    plan.count++;
    to++;
  }
  plan.slices.push({ columns, from, to });
  return to;
}

/** Kept payload of frames [from, to): UTF-16 units of text plus bytes. */
function sizeOf(columns: FrameColumns, from: number, to: number): number {
  return startOf(columns.textEnds, to) - startOf(columns.textEnds, from) + bytesIn(columns, from, to);
}

function bytesIn(columns: FrameColumns, from: number, to: number): number {
  return startOf(columns.byteEnds, to) - startOf(columns.byteEnds, from);
}

/** Where frame `index` begins, and frame `index - 1` ends. */
function startOf(ends: Uint32Array, index: number): number {
  return index === 0 ? 0 : (ends[index - 1] ?? 0);
}

function chunkBytes({ count, payloadBytes }: Pick<ChunkPlan, 'count' | 'payloadBytes'>): number {
  return count * COLUMN_BYTES_PER_FRAME + payloadBytes;
}
