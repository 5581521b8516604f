/** When frames came and went: firsts and lasts, the longest silence, the busiest second. Pure. */
import type { Digest } from './digest.ts';

type PaceFacts = Pick<
  Digest,
  'firstInAtMs' | 'lastInAtMs' | 'lastOutAtMs' | 'longestSilence' | 'survived' | 'peakFramesPerSecond'
>;

export interface Pace {
  add(atMs: number, isOut: boolean): void;
  /** Frames are missing from here on: what was silence is not known. */
  breakOff(): void;
  /** `openedAtMs`: null while it has not opened, when there is nothing to be silent about. */
  facts(endMs: number, openedAtMs: number | null): PaceFacts;
}

export function createPace(startedAtMs: number): Pace {
  let firstInAtMs: number | null = null;
  let lastInAtMs: number | null = null;
  let lastOutAtMs: number | null = null;
  let longestMs = -1;
  let longestAtMs = 0;
  /** Null after a break: silence begins with the next frame. */
  let lastAtMs: number | null = startedAtMs;
  /** Since when each side has been silent; null after a break. */
  let inSinceMs: number | null = startedAtMs;
  let outSinceMs: number | null = startedAtMs;
  let survivedInMs = 0;
  let survivedOutMs = 0;
  let second = Number.NaN;
  let inSecond = 0;
  let peak = 0;

  return {
    add(atMs, isOut) {
      if (isOut) {
        lastOutAtMs = Math.max(lastOutAtMs ?? atMs, atMs);
        survivedOutMs = Math.max(survivedOutMs, atMs - (outSinceMs ?? atMs));
        outSinceMs = lastOutAtMs;
      } else {
        firstInAtMs ??= atMs;
        lastInAtMs = Math.max(lastInAtMs ?? atMs, atMs);
        survivedInMs = Math.max(survivedInMs, atMs - (inSinceMs ?? atMs));
        inSinceMs = lastInAtMs;
      }
      if (lastAtMs !== null && atMs - lastAtMs > longestMs) {
        longestMs = atMs - lastAtMs;
        longestAtMs = lastAtMs;
      }
      lastAtMs = Math.max(lastAtMs ?? atMs, atMs);
      const ofClock = Math.floor(atMs / 1000);
      inSecond = ofClock === second ? inSecond + 1 : 1;
      second = ofClock;
      if (inSecond > peak) peak = inSecond;
    },
    breakOff() {
      lastAtMs = null;
      inSinceMs = null;
      outSinceMs = null;
    },
    facts(endMs, openedAtMs) {
      // One that opened after it was first looked at has been silent since it opened.
      const sinceMs = lastAtMs === null || openedAtMs === null ? null : Math.max(lastAtMs, openedAtMs);
      const silentMs = sinceMs === null ? -1 : endMs - sinceMs;
      const [atMs, durationMs] =
        sinceMs !== null && silentMs > longestMs ? [sinceMs, silentMs] : [longestAtMs, longestMs];
      return {
        firstInAtMs,
        lastInAtMs,
        lastOutAtMs,
        longestSilence: durationMs >= 0 && openedAtMs !== null ? { atMs, durationMs } : null,
        survived: { eitherMs: Math.max(0, longestMs), inMs: survivedInMs, outMs: survivedOutMs },
        peakFramesPerSecond: peak,
      };
    },
  };
}
