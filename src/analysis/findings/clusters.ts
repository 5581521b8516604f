/** Finds the one value that most of some measured times share: the sign of a timer somewhere. Pure; n log n. */
import type { Sureness } from './finding.ts';
import { toleranceMs } from './known-limits.ts';
import type { Life } from './life.ts';

export interface Measured {
  readonly life: Life;
  readonly ms: number;
}

export interface Cluster {
  readonly members: readonly Measured[];
  readonly medianMs: number;
  /** Largest minus smallest. */
  readonly rangeMs: number;
  /** Members at different moments: three connections that end in the same second are one observation. */
  readonly moments: number;
  /** Part of all that were measured, 0 to 1. */
  readonly share: number;
}

/** Ends within this time have one cause. */
export const SAME_MOMENT_MS = 1_000;
/** A timer's own unevenness: some tick once a second, and networks add to it. */
const TIGHT_MS = 300;
const TIGHT_SHARE = 0.02;

/** The largest group of times that lie within the tolerance of their median; the tightest of equals. Null of none. */
export function largestCluster(measured: readonly Measured[]): Cluster | null {
  const sorted = measured.filter(({ ms }) => Number.isFinite(ms)).sort((a, b) => a.ms - b.ms);
  const msAt = (index: number) => sorted[index]?.ms ?? 0;
  let [from, bestFrom, bestCount] = [0, 0, 0];
  for (let to = 0; to < sorted.length; to++) {
    while (msAt(to) - msAt(from) > toleranceMs(msAt(to))) from++;
    const count = to - from + 1;
    const isTighter = msAt(to) - msAt(from) < msAt(bestFrom + bestCount - 1) - msAt(bestFrom);
    if (count > bestCount || (count === bestCount && isTighter)) [bestFrom, bestCount] = [from, count];
  }
  const members = sorted.slice(bestFrom, bestFrom + bestCount);
  if (members.length === 0) return null;
  return {
    members,
    medianMs: members[members.length >> 1]?.ms ?? 0,
    rangeMs: msAt(bestFrom + bestCount - 1) - msAt(bestFrom),
    moments: momentsOf(members.map(({ life }) => life)),
    share: members.length / sorted.length,
  };
}

/** How many different moments these lives ended at. */
export function momentsOf(lives: readonly Life[]): number {
  const ends = lives.map(({ endMs }) => endMs ?? 0).sort((a, b) => a - b);
  return ends.filter((end, i) => i === 0 || end - (ends[i - 1] ?? 0) > SAME_MOMENT_MS).length;
}

export function isTight({ rangeMs, medianMs }: Cluster): boolean {
  return rangeMs <= Math.max(TIGHT_MS, TIGHT_SHARE * medianMs);
}

/** Of the number of independent observations, their evenness, and what part of all they are. */
export function clusterSureness(cluster: Cluster): Sureness {
  const { moments, share } = cluster;
  if (moments >= 3 && share >= 0.75 && isTight(cluster)) return 'high';
  if (moments >= 2 && share >= 0.5 && (isTight(cluster) || moments >= 4)) return 'medium';
  return 'low';
}
