/**
 * Finds a rule with jitter in observed waits: each wait is its rule's value times a random number from a range. Divided by
 * the right growth, all waits lie evenly in one range; by a wrong one, the range is wider. So the growth is sought that
 * makes the range narrowest: the maximum-likelihood estimate for a uniform distribution, whose error falls with the number
 * of waits and not with its square root. A dozen sockets of one client, dropped together, are enough.
 */
import { quantile } from '../../numbers.ts';
import { type Growth, parameterCount, type Rule, ruleMs, type Wait } from './policy.ts';

export interface JitteredFit {
  readonly rule: Rule;
  /** Half the width of a wait's range over its middle. */
  readonly jitter: number;
  /** The lower, the better; comparable between fits of the same waits. */
  readonly cost: number;
}

const FACTORS: readonly number[] = [...range(1.05, 1.5, 0.05), ...range(1.6, 4, 0.1)];
/** Steps of a linear rule as parts of its base. */
const STEPS: readonly number[] = [...range(0.1, 2, 0.1), 2.5, 3];
/** So many of the best rough fits are made exact, in so many rounds. */
const REFINED = 3;
const REFINEMENTS = 4;
/** What a parameter must earn in log-likelihood. */
const PARAMETER_PRICE = 6;
/** One wait in so many comes from a busy page and says nothing: it may be anything up to LATE_SPREAD times itself. */
const LATE_SHARE = 0.05;
const LATE_SPREAD = 2;
const MAX_LATE_SHARE = 0.15;
/** A wait this much beyond the cap is just late. */
const CAP_LATE_MS = 20;
const CAP_LATE_SHARE = 0.04;
/** So many of the waits from some number on must be at the cap for it to be one. */
const CAP_SHARE = 0.75;

/** Waits that were cut off at a level after their random number was drawn: by wait number, how many. */
interface CutOff {
  readonly ms: number;
  readonly counts: ReadonlyMap<number, number>;
}

/** All waits of one number. Whatever the rule, they stay in this order when divided by its growth. */
interface Group {
  readonly index: number;
  /** Rising. */
  readonly waitsMs: readonly number[];
  /** What calling each of them late would cost. */
  readonly lateCosts: readonly number[];
}

/** The waits to explain; those at the cut-off are not among `groups`. Hundreds of rules are tried on them. */
interface Observed {
  readonly groups: readonly Group[];
  /** Waits in all groups. */
  readonly count: number;
  readonly cutOff: CutOff | null;
}

/** The best rule with jitter, or null with fewer than four waits. */
export function fitJittered(waits: readonly Wait[]): JitteredFit | null {
  const { free, cutOff } = splitAtCutOff(waits);
  if (free.length < 4) return null;
  const observed: Observed = { groups: groupsOf(free), count: free.length, cutOff };
  const lastIndex = Math.max(...observed.groups.map(({ index }) => index));
  const coarse: JitteredFit[] = [];
  for (const growth of coarseGrowths()) {
    for (const capAt of cutOff === null ? capIndexes(growth, lastIndex) : [null]) {
      const fit = fitWith(growth, capAt, observed);
      if (fit) coarse.push(fit);
    }
  }
  const [best] = coarse
    .sort(byCost)
    .slice(0, REFINED)
    .map((fit) => refine(fit, observed))
    .sort(byCost);
  return best ? { ...best, rule: { ...best.rule, capMs: cutOff?.ms ?? best.rule.capMs } } : null;
}

function byCost(a: JitteredFit, b: JitteredFit): number {
  return a.cost - b.cost;
}

/**
 * A level at which waits are cut off after the random number was drawn (Socket.IO does so): from some number on nearly all
 * waits are the same, and none is larger.
 */
function splitAtCutOff(waits: readonly Wait[]): { readonly free: readonly Wait[]; readonly cutOff: CutOff | null } {
  const largest = quantile(
    waits.map(({ ms }) => ms),
    0.88,
  );
  const hitsOf = (ms: number, among: readonly Wait[]) => among.filter((wait) => isAt(wait.ms, ms)).length;
  const level = waits
    .filter(({ ms }) => isAt(largest, ms))
    .map(({ ms }) => ({ ms, hits: hitsOf(ms, waits) }))
    .sort((a, b) => b.hits - a.hits || a.ms - b.ms)[0]?.ms;
  if (level === undefined) return { free: waits, cutOff: null };
  const isCut = [...new Set(waits.map(({ index }) => index))].some((from) => {
    const later = waits.filter(({ index }) => index >= from);
    const hits = hitsOf(level, later);
    return hits >= 3 && hits >= CAP_SHARE * later.length;
  });
  if (!isCut) return { free: waits, cutOff: null };
  const isFree = ({ ms }: Wait) => ms < level * (1 - CAP_LATE_SHARE / 4);
  const counts = new Map<number, number>();
  for (const wait of waits) if (!isFree(wait)) counts.set(wait.index, (counts.get(wait.index) ?? 0) + 1);
  return { free: waits.filter(isFree), cutOff: { ms: level, counts } };
}

function groupsOf(waits: readonly Wait[]): readonly Group[] {
  const byIndex = new Map<number, number[]>();
  for (const { index, ms } of waits) {
    const known = byIndex.get(index);
    if (known) known.push(ms);
    else byIndex.set(index, [ms]);
  }
  return [...byIndex].map(([index, waitsMs]) => {
    waitsMs.sort((a, b) => a - b);
    return { index, waitsMs, lateCosts: waitsMs.map((ms) => Math.log((LATE_SPREAD * Math.max(ms, 1)) / LATE_SHARE)) };
  });
}

function isAt(ms: number, capMs: number): boolean {
  return ms >= capMs * (1 - CAP_LATE_SHARE / 4) && ms <= capMs + Math.max(CAP_LATE_MS, CAP_LATE_SHARE * capMs);
}

function* coarseGrowths(): Generator<Growth> {
  yield { kind: 'fixed' };
  for (const stepMs of STEPS) yield { kind: 'linear', stepMs };
  for (const factor of FACTORS) yield { kind: 'exponential', factor };
}

/** The (possibly broken) wait number at which the growth ends. */
function capIndexes({ kind }: Growth, lastIndex: number): readonly (number | null)[] {
  return kind === 'fixed' ? [null] : [null, ...range(1, lastIndex - 0.5, 0.5)];
}

/** The likeliest range for a growth of base 1, whose growth ends at wait number `capAt`. */
function fitWith(growth: Growth, capAt: number | null, { groups, count: total, cutOff }: Observed): JitteredFit | null {
  const unit: Rule = {
    baseMs: 1,
    growth,
    capMs: capAt === null ? null : ruleMs({ baseMs: 1, growth, capMs: null }, capAt),
  };
  /** Of each group: what is left of it, the highest being taken away one after the other. */
  const left = groups.map(({ index, waitsMs, lateCosts }) => {
    const shape = ruleMs(unit, index);
    const count = waitsMs.length;
    return { waitsMs, lateCosts, shape, logShape: Math.log(shape), count, high: (waitsMs[count - 1] ?? 0) / shape };
  });
  let low = Number.POSITIVE_INFINITY;
  let logShapes = 0;
  for (const { waitsMs, shape, logShape, count } of left) {
    low = Math.min(low, (waitsMs[0] ?? 0) / shape);
    logShapes += logShape * count;
  }
  let lateCosts = 0;
  let best: { readonly cost: number; readonly middle: number; readonly width: number } | null = null;
  // Is it cheaper to call the highest late than to widen the range for it?
  const fewest = Math.max(3, total * (1 - MAX_LATE_SHARE));
  for (let count = total; count >= fewest; count--) {
    let top = left[0];
    for (const group of left) if (!top || group.high > top.high) top = group;
    if (!top) break;
    const middle = (low + top.high) / 2;
    // The observed range of n values is on average (n - 1) / (n + 1) of the true one.
    const width = Math.max((top.high - low) * ((count + 1) / (count - 1)), middle * 0.01);
    const rangeCost = count * Math.log(width / (1 - LATE_SHARE));
    const cost = rangeCost + logShapes + lateCosts + cutOffCost(unit, middle + width / 2, width, cutOff);
    if (middle > 0 && (!best || cost < best.cost)) best = { cost, middle, width };
    logShapes -= top.logShape;
    lateCosts += top.lateCosts[--top.count] ?? 0;
    top.high = top.count > 0 ? (top.waitsMs[top.count - 1] ?? 0) / top.shape : Number.NEGATIVE_INFINITY;
  }
  if (!best) return null;
  const { middle, width } = best;
  const rule: Rule = {
    baseMs: middle,
    growth: growth.kind === 'linear' ? { kind: 'linear', stepMs: growth.stepMs * middle } : growth,
    capMs: unit.capMs === null ? null : unit.capMs * middle,
  };
  return { rule, jitter: Math.min(1, width / 2 / middle), cost: best.cost + PARAMETER_PRICE * parameterCount(rule) };
}

/** How unlikely it is that so many waits were cut off, when a rule times [high - width, high] made them. */
function cutOffCost(unit: Rule, high: number, width: number, cutOff: CutOff | null): number {
  if (!cutOff) return 0;
  let cost = 0;
  for (const [index, count] of cutOff.counts) {
    const above = (high - cutOff.ms / ruleMs(unit, index)) / width;
    cost -= count * Math.log(Math.min(1, Math.max(above, LATE_SHARE / 2)));
  }
  return cost;
}

/** Looks around a fit in ever smaller steps. */
function refine(start: JitteredFit, observed: Observed): JitteredFit {
  let best = start;
  let capAt = capIndexOf(start.rule);
  let stepSize = 0.04;
  for (let round = 0; round < REFINEMENTS; round++, stepSize /= 3) {
    const { growth, baseMs } = best.rule;
    const around = range(-3, 3, 1).flatMap((n): readonly Growth[] => {
      if (growth.kind === 'fixed') return [growth];
      if (growth.kind === 'linear') return [{ kind: 'linear', stepMs: growth.stepMs / baseMs + n * stepSize }];
      return [{ kind: 'exponential', factor: growth.factor + n * stepSize }];
    });
    const caps = capAt === null ? [null] : range(-3, 3, 1).map((n) => (capAt ?? 0) + n * stepSize * 4);
    for (const near of around) {
      for (const cap of caps) {
        const fit = fitWith(near, cap, observed);
        if (!fit || fit.cost >= best.cost) continue;
        best = fit;
        capAt = cap;
      }
    }
  }
  return best;
}

/** The wait number at which a rule reaches its cap. */
function capIndexOf({ baseMs, growth, capMs }: Rule): number | null {
  if (capMs === null || growth.kind === 'fixed') return null;
  return growth.kind === 'linear'
    ? (capMs - baseMs) / growth.stepMs
    : Math.log(capMs / baseMs) / Math.log(growth.factor);
}

function range(from: number, to: number, step: number): readonly number[] {
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => from + i * step);
}
