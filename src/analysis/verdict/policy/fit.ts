/**
 * From observed waits to the policy that made them. First a rule without jitter is tried (`fit-steady.ts`); when it does
 * not explain the waits, one with jitter (`fit-jittered.ts`); when equal waits come again but no rule explains them, the
 * policy is irregular, say a table. What it cannot tell it does not claim.
 */

import { lowest, median } from '../../numbers.ts';
import { fitJittered, type JitteredFit } from './fit-jittered.ts';
import { fitSteady, isExplained, lateAllowanceMs, type SteadyFit } from './fit-steady.ts';
import { type Gaps, type Policy, type Rule, ruleMs, type Sureness, type Wait, waitsOf } from './policy.ts';

/** A rule must explain so many of the waits. */
const EXPLAINED_SHARE = 0.7;
/** Growth needs waits of so many numbers. */
const MIN_GROWTH_NUMBERS = 3;
/** No timer: the next attempt was made in the task of the failure, or in one right after it. */
const IMMEDIATE_MS = 20;
/** More random than this a wait is not late, it is jittered. */
const MIN_JITTER = 0.03;
/** What an exception for the first wait must earn in log-likelihood. */
const EXCEPTION_PRICE = 3;

const NOTHING: Policy = {
  kind: 'none',
  baseMs: null,
  factor: null,
  stepMs: null,
  capMs: null,
  jitter: null,
  exceptionalFirstMs: null,
  sureness: 'high',
  gaps: 0,
  drops: 0,
};

/**
 * The policy behind the waits of one or more drops of the same client. More drops tell more: jitter can be measured well
 * only when the same wait was seen several times.
 */
export function fitPolicy(drops: readonly Gaps[]): Policy {
  const waits = waitsOf(drops);
  const known = { gaps: waits.length, drops: drops.filter((gaps) => gaps.length > 0).length };
  if (waits.length === 0) return { ...NOTHING, drops: drops.length };
  const atOnce = waits.filter(({ ms }) => ms <= IMMEDIATE_MS).length;
  if (atOnce >= EXPLAINED_SHARE * waits.length && atOnce > known.drops * (waits.length > known.drops ? 1 : 0)) {
    const sureness = waits.length >= 3 ? 'high' : 'low';
    return { ...NOTHING, ...known, kind: 'immediate', baseMs: median(waits.map(({ ms }) => ms)), jitter: 0, sureness };
  }
  const unclear: Policy = {
    ...NOTHING,
    ...known,
    kind: 'unclear',
    baseMs: lowest(waits).get(0) ?? null,
    sureness: 'low',
  };
  if (new Set(waits.map(({ index }) => index)).size < 2 && known.drops < 3) return unclear;

  const steady = fitSteady(waits);
  if (steady && steady.explained >= EXPLAINED_SHARE) {
    // Two points lie on a line as well as on an exponential.
    const numbers = new Set(waits.map(({ index }) => index)).size - steady.firstIndex;
    if (steady.rule.growth.kind !== 'fixed' && numbers < MIN_GROWTH_NUMBERS) return unclear;
    return { ...NOTHING, ...known, ...steadyPolicy(steady, waits) };
  }
  if (!isJitterPossible(drops, waits)) {
    return {
      ...unclear,
      kind: waits.length >= 4 ? 'irregular' : 'unclear',
      jitter: 0,
      sureness: surenessOf(waits.length / 2),
    };
  }
  const jittered = fitJitteredWithException(waits);
  if (!jittered || jittered.fit.jitter < MIN_JITTER) return unclear;
  return { ...NOTHING, ...known, ...jitteredPolicy(jittered.fit, jittered.firstIndex, waits) };
}

/**
 * Whether chance may have been at work: equal waits differ between drops by more than lateness. With a single drop waits
 * that only ever rise speak for a table.
 */
function isJitterPossible(drops: readonly Gaps[], waits: readonly Wait[]): boolean {
  const seen = drops.filter((gaps) => gaps.length > 0);
  if (seen.length === 1) return (seen[0] ?? []).some((ms, i, gaps) => ms < (gaps[i - 1] ?? 0) - lateAllowanceMs(ms));
  const least = lowest(waits);
  const repeated = waits.filter(({ index }) => waits.filter((wait) => wait.index === index).length > 1);
  const same = repeated.filter(({ index, ms }) => isExplained(ms, least.get(index) ?? 0));
  return same.length < EXPLAINED_SHARE * repeated.length;
}

function fitJitteredWithException(
  waits: readonly Wait[],
): { readonly fit: JitteredFit; readonly firstIndex: number } | null {
  const whole = fitJittered(waits);
  const later = waits.filter(({ index }) => index > 0);
  const rest = fitJittered(later.map(({ index, ms }) => ({ index: index - 1, ms })));
  if (!rest || !whole) return whole && { fit: whole, firstIndex: 0 };
  // A first wait by any other law is taken to lie evenly between nothing and twice its largest.
  const first = waits.filter(({ index }) => index === 0).map(({ ms }) => ms);
  const firstCost = first.length * Math.log(2 * Math.max(...first, 1));
  return rest.cost + firstCost + EXCEPTION_PRICE < whole.cost
    ? { fit: rest, firstIndex: 1 }
    : { fit: whole, firstIndex: 0 };
}

function steadyPolicy({ rule, firstIndex, explained }: SteadyFit, waits: readonly Wait[]): Partial<Policy> {
  const count = waits.filter(({ index }) => index >= firstIndex).length * explained;
  return {
    ...growthOf(rule),
    baseMs: ruleMs(rule, firstIndex),
    jitter: 0,
    exceptionalFirstMs: firstIndex === 0 ? null : firstWait(waits),
    sureness: surenessOf(count),
  };
}

function jitteredPolicy({ rule, jitter }: JitteredFit, firstIndex: number, waits: readonly Wait[]): Partial<Policy> {
  return {
    ...growthOf(rule),
    baseMs: rule.baseMs,
    jitter,
    exceptionalFirstMs: firstIndex === 0 ? null : firstWait(waits),
    // Chance needs many throws.
    sureness: surenessOf(waits.length / 8),
  };
}

function growthOf({ growth, capMs }: Rule): Pick<Policy, 'kind' | 'factor' | 'stepMs' | 'capMs'> {
  return {
    kind: growth.kind,
    factor: growth.kind === 'exponential' ? growth.factor : growth.kind === 'fixed' ? 1 : null,
    stepMs: growth.kind === 'linear' ? growth.stepMs : null,
    capMs,
  };
}

function firstWait(waits: readonly Wait[]): number {
  return median(waits.filter(({ index }) => index === 0).map(({ ms }) => ms));
}

/** Of so many waits that bear the policy out. */
function surenessOf(count: number): Sureness {
  if (count >= 5) return 'high';
  return count >= 3 ? 'medium' : 'low';
}
