/** Counts the frames of chunks, and those of a whole connection step by step. Reads through a function that it is given. */
import { FRAME_DISCARDED, FRAME_OUT } from '../../protocol/frame-columns.ts';
import type { BeatSigns, ChunkRecord, ConnectionRecord, TickRecord } from '../../protocol/records.ts';
import { isBeat } from './beat-signs.ts';
import { packTicks, unpackTicks } from './tick-record.ts';
import { createTickSummary, MAX_BUCKETS, resumeTickSummary, type TickSummary } from './tick-summary.ts';

/** Frames that are read at a time: 17 bytes each. */
const STEP_FRAMES = 32_768;

/** Adds the frames fromSeq … toSeq (behind the last) of a chunk; gives how many of them are heartbeats. */
export function addFrames(
  summary: TickSummary,
  { firstSeq, count, atMs, flags, sizeBytes }: ChunkRecord,
  fromSeq: number,
  toSeq: number,
  signs: BeatSigns | null,
): number {
  const first = Math.max(0, fromSeq - firstSeq);
  const end = Math.min(count, toSeq - firstSeq);
  let found = 0;
  for (let i = first; i < end; i++) {
    const flag = flags[i] ?? 0;
    // A discarded frame never was on the wire.
    if ((flag & FRAME_DISCARDED) !== 0) continue;
    const isOut = (flag & FRAME_OUT) !== 0;
    const beats = signs !== null && isBeat(signs, isOut, sizeBytes[i] ?? 0);
    if (beats) found++;
    summary.add(firstSeq + i, atMs[i] ?? 0, isOut, beats);
  }
  return found;
}

export type ReadChunks = (connectionId: string, fromSeq: number, toSeq: number) => Promise<readonly ChunkRecord[]>;

/** The counts of all frames of a connection; `known` is gone on from. */
export async function countConnection(
  { connectionId, sessionId, createdAtMs, nextSeq }: ConnectionRecord,
  known: TickRecord | null,
  read: ReadChunks,
): Promise<TickRecord> {
  const summary = known ? resumeTickSummary(unpackTicks(known)) : createTickSummary(createdAtMs, MAX_BUCKETS, nextSeq);
  const beats = known?.beats ?? null;
  for (let fromSeq = known?.readTo ?? 0; fromSeq < nextSeq; fromSeq += STEP_FRAMES) {
    const toSeq = Math.min(nextSeq, fromSeq + STEP_FRAMES);
    for (const chunk of await read(connectionId, fromSeq, toSeq)) {
      addFrames(summary, chunk, fromSeq, toSeq, beats?.signs ?? null);
    }
  }
  return packTicks({ connectionId, sessionId, readTo: nextSeq, beats }, summary.buckets());
}
