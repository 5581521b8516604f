/**
 * Durations counted in buckets that grow with them, so that 300 ms and an hour fit on one axis. The times after which
 * well-known products cut have narrow buckets of their own: what heaps at 60 s must not look like what ends at 57 s. Pure.
 */

/** Lower edge of each bucket, rising; the first begins at 0. */
export const EDGES_MS: readonly number[] = [
  0, 10, 30, 100, 300, 1_000, 2_000, 5_000, 8_000, 10_000, 15_000, 20_000, 25_000, 29_000, 31_000, 40_000, 49_000,
  51_000, 54_000, 56_000, 59_000, 61_000, 75_000, 90_000, 98_000, 102_000, 118_000, 122_000, 178_000, 182_000, 238_000,
  242_000, 297_000, 303_000, 345_000, 355_000, 595_000, 605_000, 1_200_000, 3_590_000, 3_610_000, 7_200_000, 14_400_000,
  86_400_000,
];

export interface Histogram {
  /** Of the buckets from the first to the last that hold something, with one empty at either side. */
  readonly firstBucket: number;
  readonly counts: readonly number[];
}

export function bucketOf(durationMs: number): number {
  let low = 0;
  let high = EDGES_MS.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((EDGES_MS[middle] ?? 0) <= durationMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Null: there is nothing to count. */
export function histogramOf(durationsMs: readonly number[]): Histogram | null {
  if (durationsMs.length === 0) return null;
  const counts = EDGES_MS.map(() => 0);
  for (const durationMs of durationsMs) {
    const bucket = bucketOf(durationMs);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  const first = Math.max(0, counts.findIndex((count) => count > 0) - 1);
  const last = Math.min(counts.length - 1, counts.findLastIndex((count) => count > 0) + 1);
  return { firstBucket: first, counts: counts.slice(first, last + 1) };
}

/** Where a duration lies among the places of a histogram, whose bars stand around 0, 1, 2 …; null: beside it. */
export function placeOf({ firstBucket, counts }: Histogram, durationMs: number): number | null {
  const place = bucketOf(durationMs) - firstBucket;
  return place >= 0 && place < counts.length ? place : null;
}
