/**
 * From a request to its answer, where ids say what belongs together. Either side may ask; the ids of the two sides have
 * nothing to do with each other. Bounded: of requests without an answer the oldest are forgotten.
 */
import type { FrameReading } from '../../decoders/protocol.ts';
import type { Beat } from './beats.ts';
import type { Durations } from './digest.ts';
import { createDurations } from './samples.ts';

const MAX_PENDING = 1_024;
/** Ids of unknown protocols may be anything, say of what is talked about: they are believed when they mostly pair, and seldom recur. */
const MIN_ANSWERED_SHARE = 0.5;
const MAX_REPEATED_SHARE = 0.1;

export interface LatencyReader {
  /** `isTrue` is false for a frame that a fault held up: its time says nothing. */
  add(frame: Beat, reading: FrameReading, isTrue: boolean): void;
  breakOff(): void;
  readonly count: number;
  facts(): Durations | null;
}

interface Asked extends Beat {
  readonly isTrue: boolean;
}

/** With `isCertain` the protocol says what the ids mean. */
export function createLatencyReader(isCertain: boolean): LatencyReader {
  const pending = { out: new Map<string, Asked>(), in: new Map<string, Asked>() };
  const durations = createDurations();
  let asked = 0;
  let repeated = 0;

  return {
    add({ seq, atMs, isOut }, { asks, answers }, isTrue) {
      if (!asks && !answers) return;
      const own = isOut ? pending.out : pending.in;
      const others = isOut ? pending.in : pending.out;
      const answered = new Set<string>();
      for (const id of answers ?? []) {
        const question = others.get(id);
        if (!question) continue;
        others.delete(id);
        answered.add(id);
        if (isTrue && question.isTrue) durations.add(atMs - question.atMs, question.seq, seq);
      }
      for (const id of asks ?? []) {
        if (answered.has(id)) continue;
        asked++;
        if (own.delete(id)) repeated++;
        own.set(id, { seq, atMs, isOut, isTrue });
        if (own.size > MAX_PENDING) forgetOldest(own);
      }
    },
    breakOff() {
      pending.out.clear();
      pending.in.clear();
    },
    get count() {
      return durations.count;
    },
    facts() {
      const isBelieved =
        isCertain || (durations.count >= MIN_ANSWERED_SHARE * asked && repeated <= MAX_REPEATED_SHARE * asked);
      return isBelieved ? durations.facts() : null;
    },
  };
}

function forgetOldest(map: Map<string, Asked>): void {
  for (const id of map.keys()) {
    map.delete(id);
    return;
  }
}
