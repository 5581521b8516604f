/**
 * Finds a rule without jitter in observed waits. A timer is never early and now and then late, so the truth lies along the
 * lower edge of what was observed: rules are drawn through pairs of lowest waits, each is given as many points as waits
 * that it explains, and the simplest of the best is made exact by least squares. Outliers (a busy page) cost nothing.
 */
import { lineThrough, lowest, median } from '../../numbers.ts';
import { type Growth, parameterCount, type Rule, ruleMs, type Wait } from './policy.ts';

/** How late a timer may be: by so much, or by so large a part of the wait. */
const LATE_MS = 20;
const LATE_SHARE = 0.05;
/** How early: Firefox's clock for pages ticks in whole milliseconds. */
const EARLY_MS = 2;
const EARLY_SHARE = 0.01;
/** What each parameter must earn in waits explained. */
const PARAMETER_PRICE = 0.6;
/** How much of a point a wait loses that is just about explained. */
const LATENESS_PRICE = 0.3;
/** Outside these nobody's backoff is called exponential. */
const MIN_FACTOR = 1.03;
const MAX_FACTOR = 12;
const MIN_STEP_SHARE = 0.05;

export interface SteadyFit {
  readonly rule: Rule;
  /** Part of the waits that it explains, 0 to 1. */
  readonly explained: number;
  /** The first wait that it explains: 1 where the very first is an exception. */
  readonly firstIndex: number;
}

/** True for a wait that a timer of `expectedMs` may have made. */
export function isExplained(ms: number, expectedMs: number): boolean {
  const late = ms - expectedMs;
  return late >= -(EARLY_MS + EARLY_SHARE * expectedMs) && late <= lateAllowanceMs(expectedMs);
}

/** How much later than asked for a timer is taken to be still on time. */
export function lateAllowanceMs(expectedMs: number): number {
  return Math.max(LATE_MS, LATE_SHARE * expectedMs);
}

/** The best rule, or null when there are fewer than two waits. */
export function fitSteady(waits: readonly Wait[]): SteadyFit | null {
  if (waits.length < 2) return null;
  const edge = [...lowest(waits)].sort(([a], [b]) => a - b);
  let best: Rule | null = null;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const rule of candidates(edge)) {
    const score = scoreOf(rule, waits);
    if (score > bestScore + 1e-9) {
      best = rule;
      bestScore = score;
    }
  }
  if (best === null) return null;
  const refined = refine(best, edge);
  const rule = scoreOf(refined, waits) >= bestScore - 0.2 ? refined : best;
  const isFirstRegular =
    shareExplained(
      rule,
      waits.filter(({ index }) => index === 0),
    ) >= 0.5;
  const counted = isFirstRegular ? waits : waits.filter(({ index }) => index > 0);
  // Where all end at one cap, the cap alone would explain most.
  const belowCap = counted.filter(({ index }) => rule.capMs === null || ruleMs(rule, index) < rule.capMs);
  return {
    rule,
    explained: Math.min(shareExplained(rule, counted), shareExplained(rule, belowCap)),
    firstIndex: isFirstRegular ? 0 : 1,
  };
}

/** 1 of none. */
function shareExplained(rule: Rule, waits: readonly Wait[]): number {
  if (waits.length === 0) return 1;
  return waits.filter(({ index, ms }) => isExplained(ms, ruleMs(rule, index))).length / waits.length;
}

type Edge = readonly (readonly [index: number, ms: number])[];

/** Simple ones first, so that among equals the simple one stays. */
function* candidates(edge: Edge): Generator<Rule> {
  for (const [, baseMs] of edge) yield { baseMs, growth: { kind: 'fixed' }, capMs: null };
  const caps = capCandidates(edge);
  for (const { baseMs, growth } of growing(edge)) {
    for (const capMs of caps) yield { baseMs, growth, capMs };
  }
}

/** No cap, or a level that the last waits seem to stay at. */
function capCandidates(edge: Edge): readonly (number | null)[] {
  const levels: (number | null)[] = [null];
  for (let from = edge.length - 2; from >= 1; from--) levels.push(median(edge.slice(from).map(([, ms]) => ms)));
  return levels;
}

/** Rules through every pair of points. */
function* growing(edge: Edge): Generator<{ readonly baseMs: number; readonly growth: Growth }> {
  for (const [i, low] of edge) {
    for (const [j, high] of edge) {
      if (j <= i || high <= low || low <= 0) continue;
      const factor = (high / low) ** (1 / (j - i));
      if (factor >= MIN_FACTOR && factor <= MAX_FACTOR) {
        yield { baseMs: low / factor ** i, growth: { kind: 'exponential', factor } };
      }
      const stepMs = (high - low) / (j - i);
      const baseMs = low - i * stepMs;
      if (baseMs >= -LATE_MS && stepMs >= MIN_STEP_SHARE * low) yield { baseMs, growth: { kind: 'linear', stepMs } };
    }
  }
}

function scoreOf(rule: Rule, waits: readonly Wait[]): number {
  let score = -PARAMETER_PRICE * parameterCount(rule);
  for (const { index, ms } of waits) {
    const expected = ruleMs(rule, index);
    if (!isExplained(ms, expected)) continue;
    score += 1 - (LATENESS_PRICE * Math.abs(ms - expected)) / lateAllowanceMs(expected);
  }
  return score;
}

/** Least squares over the points that the rule explains: in logarithms for an exponential, so that short waits count too. */
function refine(rule: Rule, edge: Edge): Rule {
  const explained = edge.filter(([index, ms]) => isExplained(ms, ruleMs(rule, index)));
  const { capMs, growth } = rule;
  const belowCap = explained.filter(([index]) => capMs === null || ruleMs({ ...rule, capMs: null }, index) < capMs);
  const atCap = explained.filter((point) => !belowCap.includes(point)).map(([, ms]) => ms);
  const cap = atCap.length > 0 ? Math.min(...atCap) : capMs;
  switch (growth.kind) {
    case 'fixed':
      return explained.length > 0 ? { ...rule, baseMs: median(explained.map(([, ms]) => ms)) } : rule;
    case 'linear': {
      const line = lineThrough(belowCap);
      return line ? { baseMs: line.intercept, growth: { kind: 'linear', stepMs: line.slope }, capMs: cap } : rule;
    }
    case 'exponential': {
      const line = lineThrough(belowCap.filter(([, ms]) => ms > 0).map(([index, ms]) => [index, Math.log(ms)]));
      if (!line) return { ...rule, capMs: cap };
      const factor = Math.exp(line.slope);
      return { baseMs: Math.exp(line.intercept), growth: { kind: 'exponential', factor }, capMs: cap };
    }
  }
}
