/**
 * Batches that were read, for the next search: most filters are typed letter by letter. Frames never change once they are
 * written, so a batch is good as long as its connection is. Keeps the first that come, up to a bound, and forgets all of
 * them when nobody has searched for a while.
 */
import { FRAME_BLOB } from '../../protocol/frame-columns.ts';
import type { FrameBatch } from './frame-source.ts';
import type { ReadPlan } from './read-ahead.ts';

/** Text counts a byte a letter, as engines keep it where it is Latin. */
const MAX_BYTES = 48 * 1024 * 1024;
const IDLE_MS = 60_000;

export interface KeptBatches {
  /** What is kept, or what `read` gives. */
  read(plan: ReadPlan, read: (plan: ReadPlan) => Promise<FrameBatch>): Promise<FrameBatch>;
  clear(): void;
}

export interface KeptBatchesOptions {
  readonly maxBytes?: number;
  callAfter(delayMs: number, callback: () => void): void;
}

export function createKeptBatches({ maxBytes = MAX_BYTES, callAfter }: KeptBatchesOptions): KeptBatches {
  const kept = new Map<string, FrameBatch>();
  let bytes = 0;
  let reads = 0;
  let isWaiting = false;

  function clear(): void {
    kept.clear();
    bytes = 0;
  }

  function forgetLater(): void {
    if (isWaiting) return;
    isWaiting = true;
    const before = reads;
    callAfter(IDLE_MS, () => {
      isWaiting = false;
      if (reads === before) clear();
      else forgetLater();
    });
  }

  return {
    clear,
    read: async (plan, read) => {
      reads++;
      // Columns alone are read quickly enough.
      if (!plan.withPayloads) return read(plan);
      const key = `${plan.fromSeq} ${plan.toSeq} ${plan.connectionId}`;
      const before = kept.get(key);
      if (before) return before;
      const batch = await read(plan);
      const size = bytesOf(batch);
      if (bytes + size <= maxBytes && isFinal(batch) && !kept.has(key)) {
        kept.set(key, batch);
        bytes += size;
        forgetLater();
      }
      return batch;
    },
  };
}

function bytesOf({ payloads }: FrameBatch): number {
  let sum = 0;
  for (const { text, bytes, textEnds } of payloads.values()) sum += text.length + bytes.length + 25 * textEnds.length;
  return sum;
}

/** The bytes of a Blob may come later. */
function isFinal({ chunks }: FrameBatch): boolean {
  return !chunks.some(({ flags }) => flags.some((flag) => (flag & FRAME_BLOB) !== 0));
}
