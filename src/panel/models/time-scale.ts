/**
 * The part of time that the timeline shows, and where on the screen a moment of it is.
 *
 *     leftPx                          leftPx + widthPx
 *       |--------------------------------|
 *     fromMs                            toMs
 */

export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface TimeScale extends TimeSpan {
  readonly leftPx: number;
  readonly widthPx: number;
}

export interface AxisTick {
  readonly xPx: number;
  /** From the origin of the axis. */
  readonly offsetMs: number;
}

export const MIN_SPAN_MS = 2;
/** A moment that is brought into view is shown with this much around it. */
const LEAST_REVEALED_MS = 2_000;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Distances between ticks that people can count in. */
// biome-ignore format: a table
const STEPS_MS: readonly number[] = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500,
  SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND,
  MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
  HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR,
];

export function xOf({ fromMs, toMs, leftPx, widthPx }: TimeScale, atMs: number): number {
  return leftPx + ((atMs - fromMs) / (toMs - fromMs)) * widthPx;
}

export function timeAt({ fromMs, toMs, leftPx, widthPx }: TimeScale, xPx: number): number {
  return fromMs + ((xPx - leftPx) / widthPx) * (toMs - fromMs);
}

/** The smallest countable step whose ticks are at least `minPx` apart. */
export function axisStepMs({ fromMs, toMs, widthPx }: TimeScale, minPx: number): number {
  const neededMs = ((toMs - fromMs) * minPx) / widthPx;
  const step = STEPS_MS.find((candidate) => candidate >= neededMs);
  return step ?? Math.ceil(neededMs / (24 * HOUR)) * 24 * HOUR;
}

/** Ticks at whole steps from `originMs`, none before it. */
export function axisTicks(scale: TimeScale, originMs: number, stepMs: number): readonly AxisTick[] {
  const ticks: AxisTick[] = [];
  const first = Math.max(0, Math.ceil((scale.fromMs - originMs) / stepMs));
  for (let i = first; originMs + i * stepMs <= scale.toMs; i++) {
    ticks.push({ xPx: xOf(scale, originMs + i * stepMs), offsetMs: i * stepMs });
  }
  return ticks;
}

/** The span stretched by `factor` about a moment that keeps its place; within `bounds`, and never below MIN_SPAN_MS. */
export function zoom(span: TimeSpan, factor: number, aboutMs: number, bounds: TimeSpan): TimeSpan {
  const lengthMs = span.toMs - span.fromMs;
  const wantedMs = Math.min(Math.max(lengthMs * factor, MIN_SPAN_MS), bounds.toMs - bounds.fromMs);
  const fromMs = aboutMs - ((aboutMs - span.fromMs) / lengthMs) * wantedMs;
  return within({ fromMs, toMs: fromMs + wantedMs }, bounds);
}

/** The span moved, as far as `bounds` allow. */
export function pan(span: TimeSpan, byMs: number, bounds: TimeSpan): TimeSpan {
  return within({ fromMs: span.fromMs + byMs, toMs: span.toMs + byMs }, bounds);
}

function within({ fromMs, toMs }: TimeSpan, bounds: TimeSpan): TimeSpan {
  const lengthMs = toMs - fromMs;
  if (fromMs < bounds.fromMs) return { fromMs: bounds.fromMs, toMs: Math.min(bounds.fromMs + lengthMs, bounds.toMs) };
  if (toMs > bounds.toMs) return { fromMs: Math.max(bounds.toMs - lengthMs, bounds.fromMs), toMs: bounds.toMs };
  return { fromMs, toMs };
}

/** Less than this share of what is shown cannot be looked at. */
const LEAST_SHARE = 0.02;
/** What is brought into view gets this much of it. */
const GOOD_SHARE = 0.3;

/** What to show so that `span` can be looked at: what is shown already, all, or `span` with its surroundings. */
export function revealing(span: TimeSpan, shown: TimeSpan, whole: TimeSpan): TimeSpan {
  const lengthMs = span.toMs - span.fromMs;
  const canBeSeen = (view: TimeSpan) =>
    span.fromMs >= view.fromMs && span.toMs <= view.toMs && lengthMs >= LEAST_SHARE * (view.toMs - view.fromMs);
  if (canBeSeen(shown)) return shown;
  if (canBeSeen(whole)) return whole;
  const wantedMs = Math.min(Math.max(lengthMs / GOOD_SHARE, LEAST_REVEALED_MS), whole.toMs - whole.fromMs);
  const middleMs = (span.fromMs + span.toMs) / 2;
  return within({ fromMs: middleMs - wantedMs / 2, toMs: middleMs + wantedMs / 2 }, whole);
}
