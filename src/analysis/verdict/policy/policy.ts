/**
 * What a reconnect policy is, and how long it says to wait. `fit.ts` finds one in observed waits. Pure data.
 *
 * Waits are counted from the end of a failed attempt (or from the drop) to the construction of the next socket: what
 * browsers add to a handshake (Chromium and Firefox hold handshakes back after failures) is then no part of them.
 */

/**
 * `none`: it never tried. `immediate`: without a wait. `irregular`: none of the others, say a table. `unclear`: too few
 * waits to tell.
 */
export type PolicyKind = 'none' | 'immediate' | 'fixed' | 'linear' | 'exponential' | 'irregular' | 'unclear';

export type Sureness = 'low' | 'medium' | 'high';

export interface Policy {
  readonly kind: PolicyKind;
  /** The first wait that follows the rule; with jitter the middle of its range. Null for `none`. */
  readonly baseMs: number | null;
  /** Each wait over the one before it; 1 for `fixed`; null where it has no meaning. */
  readonly factor: number | null;
  /** What `linear` adds to each wait; null for the others. */
  readonly stepMs: number | null;
  /** Where waits stop growing (with jitter: their middle, or the value at which all are cut off); null: not reached. */
  readonly capMs: number | null;
  /** Half the width of a wait's range over its middle: 0.5 is ±50 %, 1 is from nothing to the double. 0: none; null: cannot be told. */
  readonly jitter: number | null;
  /** The first wait where it does not follow the rule of the others, say 0 in "at once, then 2 s, 10 s, 30 s". */
  readonly exceptionalFirstMs: number | null;
  readonly sureness: Sureness;
  /** Waits that it was found in, and the drops that they belong to. */
  readonly gaps: number;
  readonly drops: number;
}

/** The waits of one drop, in order: from the drop to the first attempt, from its end to the second, and so on. */
export type Gaps = readonly number[];

/** One wait; `index` 0 is the first after its drop. */
export interface Wait {
  readonly index: number;
  readonly ms: number;
}

export function waitsOf(drops: readonly Gaps[]): readonly Wait[] {
  return drops.flatMap((gaps) => gaps.map((ms, index) => ({ index, ms })));
}

/** How a wait grows with its number, before any jitter. */
export type Growth =
  | { readonly kind: 'fixed' }
  | { readonly kind: 'linear'; readonly stepMs: number }
  | { readonly kind: 'exponential'; readonly factor: number };

export interface Rule {
  readonly baseMs: number;
  readonly growth: Growth;
  readonly capMs: number | null;
}

/** The wait number `index` (from 0) of a rule, in milliseconds. */
export function ruleMs({ baseMs, growth, capMs }: Rule, index: number): number {
  return Math.min(capMs ?? Number.POSITIVE_INFINITY, GROWTHS[growth.kind](baseMs, growth, index));
}

const GROWTHS: Readonly<Record<Growth['kind'], (baseMs: number, growth: Growth, index: number) => number>> = {
  fixed: (baseMs) => baseMs,
  linear: (baseMs, growth, index) => baseMs + index * (growth.kind === 'linear' ? growth.stepMs : 0),
  exponential: (baseMs, growth, index) => baseMs * (growth.kind === 'exponential' ? growth.factor : 1) ** index,
};

/** Numbers that a rule of this form has been fitted with: fewer is simpler. */
export function parameterCount({ growth, capMs }: Rule): number {
  return (growth.kind === 'fixed' ? 1 : 2) + (capMs === null ? 0 : 1);
}
