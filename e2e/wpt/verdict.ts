/**
 * Is a difference between two runs one between native and hooked, or does the subtest just waver? Decided from many runs
 * of both. Pure.
 */
import type { Outcome } from './compare.ts';

/** `undecided`: more runs are needed to tell. */
export type Verdict = 'different' | 'wavers' | 'undecided';

/** With the same odds on both sides, a split as uneven as the one seen would turn up less often than this. */
const SIGNIFICANCE = 0.05;

/**
 * Compares the outcomes of many native runs with those of many hooked ones.
 *
 * - No outcome in common, or shares that chance does not explain (Fisher's exact test): different.
 * - The same outcomes on both sides in shares that chance explains: it wavers, hook or no hook.
 * - Else one side has shown, rarely, what the other has not: undecided.
 */
export function judge(native: readonly Outcome[], hooked: readonly Outcome[]): Verdict {
  const kinds = [...new Set([...native, ...hooked])];
  const counts = kinds.map((kind) => ({ native: occurrences(native, kind), hooked: occurrences(hooked, kind) }));
  const unlikely = counts.some(
    (count) => fisherExact(count.native, native.length, count.hooked, hooked.length) < SIGNIFICANCE,
  );
  if (unlikely) {
    return 'different';
  }
  return counts.every((count) => count.native > 0 && count.hooked > 0) ? 'wavers' : 'undecided';
}

function occurrences(outcomes: readonly Outcome[], kind: Outcome): number {
  return outcomes.filter((outcome) => outcome === kind).length;
}

/**
 * Fisher's exact test, two-sided: the probability that `hitsA` of `totalA` and `hitsB` of `totalB`, or splits less likely
 * than that, come about when both sides have the same odds.
 */
export function fisherExact(hitsA: number, totalA: number, hitsB: number, totalB: number): number {
  const hits = hitsA + hitsB;
  const likelihood = (inA: number) =>
    Math.exp(logChoose(totalA, inA) + logChoose(totalB, hits - inA) - logChoose(totalA + totalB, hits));
  const seen = likelihood(hitsA);
  let sum = 0;
  for (let inA = Math.max(0, hits - totalB); inA <= Math.min(totalA, hits); inA += 1) {
    const candidate = likelihood(inA);
    // The same likelihood, computed along another way, may differ in its last bits.
    if (candidate <= seen * (1 + 1e-9)) {
      sum += candidate;
    }
  }
  return Math.min(1, sum);
}

function logChoose(total: number, chosen: number): number {
  let sum = 0;
  for (let i = 1; i <= chosen; i += 1) {
    sum += Math.log((total - chosen + i) / i);
  }
  return sum;
}
