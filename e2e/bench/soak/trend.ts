/** Whether a series of memory samples grows. Pure. */

import { median, theilSenSlope, trendProbability } from '../statistics.ts';

export interface MemorySample {
  /** Since the beginning. */
  readonly atMs: number;
  readonly bytes: number;
}

export interface Trend {
  readonly verdict: 'flat' | 'growing' | 'too short';
  /** Bytes a minute over the second half, by Theil–Sen. */
  readonly bytesPerMinute: number;
  /** That a series without a trend looks so, by Mann–Kendall. */
  readonly probability: number;
  readonly firstBytes: number;
  readonly lastBytes: number;
}

/** With fewer samples or less time in the second half nothing can be said: collectors and caches have periods of their own. */
export const MIN_SAMPLES = 8;
const MIN_HALF_MS = 60_000;
const SIGNIFICANCE = 0.01;

/** Growth over the second half that does not matter, when it is less than either. */
export interface Tolerance {
  readonly bytes: number;
  readonly share: number;
  /** What has to grow: in a soak connections are opened all the time, and a list of them has a row for each. */
  readonly bytesPerMinute?: number;
}

/** What is left after garbage collection: lists of connections and caches may still fill up. */
export const HEAP_TOLERANCE: Tolerance = { bytes: 1024 * 1024, share: 0.03 };
/** The panel's row of a connection, and what its timeline remembers of the frames; measured: 5 kB. */
const PANEL_BYTES_PER_CONNECTION = 8 * 1024;
export function panelTolerance(connectionsPerMinute: number): Tolerance {
  return { ...HEAP_TOLERANCE, bytesPerMinute: PANEL_BYTES_PER_CONNECTION * connectionsPerMinute };
}
/** Garbage, freed memory that the allocator keeps, and whatever else a process holds. */
export const PROCESS_TOLERANCE: Tolerance = { bytes: 32 * 1024 * 1024, share: 0.1 };

/**
 * Looks at the second half only: the first fills rings, caches and lists. It grows when a trend is beyond chance and more
 * than what is tolerated; either alone is not enough.
 */
export function judgeTrend(samples: readonly MemorySample[], tolerance: Tolerance): Trend {
  const last = samples.at(-1);
  const half = samples.filter(({ atMs }) => last && atMs >= last.atMs / 2);
  const bytes = half.map((sample) => sample.bytes);
  const minutes = half.map(({ atMs }) => atMs / 60_000);
  const bytesPerMinute = theilSenSlope(minutes, bytes);
  const probability = trendProbability(bytes);
  const halfMinutes = (minutes.at(-1) ?? 0) - (minutes[0] ?? 0);
  const growth = bytesPerMinute * halfMinutes;
  const tolerated =
    Math.max(tolerance.bytes, tolerance.share * median(bytes)) + (tolerance.bytesPerMinute ?? 0) * halfMinutes;
  const isGrowing = probability < SIGNIFICANCE && growth > tolerated;
  const isTooShort = half.length < MIN_SAMPLES || halfMinutes * 60_000 < MIN_HALF_MS;
  return {
    verdict: isTooShort ? 'too short' : isGrowing ? 'growing' : 'flat',
    bytesPerMinute,
    probability,
    firstBytes: samples[0]?.bytes ?? Number.NaN,
    lastBytes: last?.bytes ?? Number.NaN,
  };
}
