/** The statistics of the benchmarks. Pure functions of numbers; nothing here knows what was measured. */

/** Quantile `q` in [0, 1] by linear interpolation between the order statistics (the usual "type 7"). NaN for no values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export interface Interval {
  readonly low: number;
  readonly high: number;
  /** The probability that the interval holds the true median. */
  readonly confidence: number;
}

const WANTED_CONFIDENCE = 0.95;

/**
 * A confidence interval of the median from order statistics, without any assumption on the distribution: the number of
 * values below the true median is binomial(n, ½). The narrowest symmetric one with at least 95 %; with fewer than six
 * values there is none, and the whole range comes with the confidence that it has.
 */
export function medianInterval(values: readonly number[]): Interval {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  let rank = 0; // the interval is sorted[rank] … sorted[n - 1 - rank]
  let outside = binomialAtMost(0, n);
  while (rank + 1 < n - 2 - rank) {
    const wider = binomialAtMost(rank + 1, n);
    if (1 - 2 * wider < WANTED_CONFIDENCE) break;
    rank++;
    outside = wider;
  }
  return {
    low: sorted[rank] ?? Number.NaN,
    high: sorted[n - 1 - rank] ?? Number.NaN,
    confidence: Math.max(0, 1 - 2 * outside),
  };
}

/** P(X ≤ k) for X ~ binomial(n, ½). */
function binomialAtMost(k: number, n: number): number {
  let term = 0.5 ** n;
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    sum += term;
    term *= (n - i) / (i + 1);
  }
  return sum;
}

export interface Summary {
  readonly median: number;
  readonly interval: Interval;
  readonly values: readonly number[];
}

export function summarise(values: readonly number[]): Summary {
  return { median: median(values), interval: medianInterval(values), values };
}

/**
 * How `values` stand to `base`, pair by pair (same index = same round): what a busy moment does to both members of a
 * pair cancels out. Pairs with a missing member (undefined) are left out.
 */
export function pairedSummary(
  base: readonly (number | undefined)[],
  values: readonly (number | undefined)[],
  compare: 'ratio' | 'difference',
): Summary {
  const pairs: number[] = [];
  for (let i = 0; i < Math.min(base.length, values.length); i++) {
    const from = base[i];
    const to = values[i];
    if (from === undefined || to === undefined) continue;
    pairs.push(compare === 'ratio' ? to / from : to - from);
  }
  return summarise(pairs);
}

/** Theil–Sen: the median of the slopes of all pairs of points. Robust against a third of wild points. */
export function theilSenSlope(xs: readonly number[], ys: readonly number[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < xs.length; i++) {
    for (let j = i + 1; j < xs.length; j++) {
      const run = (xs[j] ?? 0) - (xs[i] ?? 0);
      if (run !== 0) slopes.push(((ys[j] ?? 0) - (ys[i] ?? 0)) / run);
    }
  }
  return median(slopes);
}

/**
 * Mann–Kendall: the two-sided probability that values without any trend look as ordered as these. Normal approximation
 * with correction for ties and continuity; 1 when all are equal or there are fewer than four.
 */
export function trendProbability(values: readonly number[]): number {
  const n = values.length;
  if (n < 4) return 1;
  let score = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) score += Math.sign((values[j] ?? 0) - (values[i] ?? 0));
  }
  const tied = new Map<number, number>();
  for (const value of values) tied.set(value, (tied.get(value) ?? 0) + 1);
  const variance = (kendallTerm(n) - [...tied.values()].reduce((sum, count) => sum + kendallTerm(count), 0)) / 18;
  if (variance <= 0) return 1;
  const z = Math.max(0, Math.abs(score) - 1) / Math.sqrt(variance);
  return 2 * (1 - normalDistribution(z));
}

function kendallTerm(n: number): number {
  return n * (n - 1) * (2 * n + 5);
}

/** Φ(z) for z ≥ 0, Abramowitz and Stegun 26.2.17; absolute error below 7.5e-8. */
function normalDistribution(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - density * tail;
}
