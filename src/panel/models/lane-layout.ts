/**
 * What the timeline shows, as numbers: one lane per connection, its life, frames and end, and the way to its reconnect.
 * The painter draws just what stands here.
 *
 *     |axis 0        5 s       10 s       |
 *     |/live    ░▓▏▏ ▏▏▏▏▏✕1006           |   ░ handshake   ▓ open   ▏ frames   ✕ end
 *     |/live              ┊┈ 312 ms ┈░▓▏▏ |   ┊┈ reconnect
 */
import { closedBy, connectionState, endedAtMs, flagOf } from '../../analysis/connection-state.ts';
import type { Reconnect } from '../../analysis/reconnects.ts';
import type { ScenarioRun } from '../../protocol/panel-link.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { type ContextScene, type ContextTrack, isEmptyTrack, layoutContext } from './context-track.ts';
import { formatDuration } from './format.ts';
import { layoutRecovery, layoutRuns, type RecoveryScene } from './recovery.ts';
import { decimate, NO_TICKS, type PixelTicks, type TickBuckets } from './tick-summary.ts';
import { type AxisTick, axisStepMs, axisTicks, type TimeScale, type TimeSpan, xOf } from './time-scale.ts';
import { shortNameOf } from './url-name.ts';

export const LANE_PX = 22;
/** The track of what happened around the connections. */
export const TRACK_PX = 15;
/** Below it the labels of the axis would run into each other. */
const AXIS_TICK_PX = 84;
/** A timeline that has just begun shows this much, so that its first frames do not fill the screen. */
const SHORTEST_FOLLOWED_MS = 5_000;

/**
 * How a lane ends. `abnormal`: 1006. `simulated`: by Socketscope, whatever the code. `suspicious`: a close that tells of
 * an error. `gone`: with its document, without a close event.
 */
export type EndKind = 'ordinary' | 'suspicious' | 'abnormal' | 'simulated' | 'gone';

export interface EndMark {
  readonly kind: EndKind;
  readonly xPx: number;
  /** The close code; '' where there was none. */
  readonly label: string;
}

/** Pixels from … to, clipped to the lane area. */
export interface PixelSpan {
  readonly fromPx: number;
  readonly toPx: number;
}

export interface LaneScene {
  readonly connectionId: string;
  readonly name: string;
  readonly isSelected: boolean;
  /** Top of the lane on the canvas. */
  readonly topPx: number;
  /** From the constructor to `open`, or to the end of a handshake that failed. */
  readonly handshake: PixelSpan | null;
  readonly life: PixelSpan | null;
  /** The moment of `open`, when it is in view. */
  readonly openedXPx: number | null;
  /** It goes on beyond its right end. */
  readonly isLive: boolean;
  readonly ticks: PixelTicks;
  readonly end: EndMark | null;
  /** After a simulated drop. */
  readonly recovery: RecoveryScene | null;
}

/** The pause between the end of one connection and the next attempt. */
export interface ReconnectScene {
  readonly fromXPx: number;
  readonly fromYPx: number;
  readonly toXPx: number;
  readonly toYPx: number;
  /** How long the pause was. */
  readonly label: string;
  /** What stands at its beginning, and must stay readable. */
  readonly end: EndMark | null;
}

export interface TimelineScene {
  readonly lanesLeftPx: number;
  readonly lanesRightPx: number;
  readonly lanesTopPx: number;
  readonly lanesBottomPx: number;
  readonly axis: readonly AxisTick[];
  readonly axisStepMs: number;
  readonly lanes: readonly LaneScene[];
  readonly reconnects: readonly ReconnectScene[];
  /** When something was simulated. */
  readonly runs: ReturnType<typeof layoutRuns>;
  /** Between axis and lanes; null: nothing happened around the connections. */
  readonly context: ContextScene | null;
  /** Where the axis ends and the track begins. */
  readonly axisBottomPx: number;
  /** What a finding is about. */
  readonly highlight: PixelSpan | null;
}

export interface TimelineInput {
  /** In the order of the lanes. */
  readonly records: readonly ConnectionRecord[];
  readonly bucketsOf: (connectionId: string) => TickBuckets | null;
  readonly reconnects: ReadonlyMap<string, Reconnect>;
  readonly runs?: readonly ScenarioRun[];
  readonly context?: ContextTrack;
  readonly highlight?: TimeSpan | null;
  readonly scale: TimeScale;
  /** Where the axis begins to count. */
  readonly originMs: number;
  readonly nowMs: number;
  readonly selectedId: string | null;
  /** How far the lanes are scrolled, and the area that they have on the canvas, the track left out. */
  readonly scrollPx: number;
  readonly lanesTopPx: number;
  readonly lanesBottomPx: number;
}

export function layoutTimeline(input: TimelineInput): TimelineScene {
  const { records, scale, scrollPx, lanesTopPx, lanesBottomPx } = input;
  const first = Math.max(0, Math.floor(scrollPx / LANE_PX));
  const end = Math.min(records.length, Math.ceil((scrollPx + lanesBottomPx - lanesTopPx) / LANE_PX));
  const stepMs = axisStepMs(scale, AXIS_TICK_PX);
  return {
    lanesLeftPx: scale.leftPx,
    lanesRightPx: scale.leftPx + scale.widthPx,
    lanesTopPx,
    lanesBottomPx,
    // Without lanes there is no time that it could tell.
    axis: records.length === 0 ? [] : axisTicks(scale, input.originMs, stepMs),
    axisStepMs: stepMs,
    lanes: records.slice(first, end).map((record, i) => layoutLane(record, laneTopPx(input, first + i), input)),
    reconnects: layoutReconnects(input, first, end),
    runs: layoutRuns(input.runs ?? [], scale, input.nowMs),
    context: input.context && hasTrack(input) ? layoutContext(input.context, scale) : null,
    axisBottomPx: lanesTopPx - (hasTrack(input) ? TRACK_PX : 0),
    highlight: input.highlight ? clip(scale, input.highlight.fromMs, input.highlight.toMs) : null,
  };
}

/** Whether there is a track above the lanes. */
export function hasTrack({ context }: Pick<TimelineInput, 'context'>): boolean {
  return context !== undefined && !isEmptyTrack(context);
}

function laneTopPx({ lanesTopPx, scrollPx }: TimelineInput, lane: number): number {
  return lanesTopPx + lane * LANE_PX - scrollPx;
}

function layoutLane(record: ConnectionRecord, topPx: number, input: TimelineInput): LaneScene {
  const { scale, nowMs, selectedId, bucketsOf, reconnects } = input;
  const { connectionId, createdAtMs, openedAtMs } = record;
  const endMs = endedAtMs(record);
  const isUnknown = connectionState(record) === 'unknown';
  const untilMs = endMs ?? nowMs;
  const buckets = bucketsOf(connectionId);
  return {
    connectionId,
    name: shortNameOf(record.url),
    isSelected: connectionId === selectedId,
    topPx,
    handshake: clip(scale, createdAtMs, openedAtMs ?? untilMs),
    life: openedAtMs === null || isUnknown ? null : clip(scale, openedAtMs, untilMs),
    openedXPx: openedAtMs !== null && isInView(scale, openedAtMs) ? xOf(scale, openedAtMs) : null,
    isLive: endMs === null && !isUnknown,
    ticks: buckets ? decimate(buckets, scale.fromMs, scale.toMs, scale.widthPx) : NO_TICKS,
    end: endMs !== null && isInView(scale, endMs) ? endMark(record, xOf(scale, endMs)) : null,
    recovery: layoutRecovery(record, reconnects, scale, nowMs),
  };
}

function endMark(record: ConnectionRecord, xPx: number): EndMark {
  return { kind: endKindOf(record), xPx, label: record.close ? String(record.close.code) : '' };
}

/** For a connection that has ended. */
export function endKindOf(record: ConnectionRecord): EndKind {
  if (!record.close) return flagOf(record) ?? 'gone';
  if (closedBy(record) === 'socketscope') return 'simulated';
  return flagOf(record) ?? 'ordinary';
}

function layoutReconnects(input: TimelineInput, first: number, end: number): readonly ReconnectScene[] {
  const { records, reconnects, scale } = input;
  const laneOf = new Map(records.map(({ connectionId }, lane) => [connectionId, lane]));
  const scenes: ReconnectScene[] = [];
  records.forEach((record, fromLane) => {
    const next = reconnects.get(record.connectionId)?.firstAttempt;
    const toLane = next && laneOf.get(next.connectionId);
    const endMs = endedAtMs(record);
    if (!next || toLane === undefined || endMs === null) return;
    const [upper, lower] = [Math.min(fromLane, toLane), Math.max(fromLane, toLane)];
    if (lower < first || upper >= end || next.createdAtMs < scale.fromMs || endMs > scale.toMs) return;
    const middle = LANE_PX / 2;
    scenes.push({
      fromXPx: xOf(scale, endMs),
      fromYPx: laneTopPx(input, fromLane) + middle,
      toXPx: xOf(scale, next.createdAtMs),
      toYPx: laneTopPx(input, toLane) + middle,
      // After a simulated drop the lane itself tells more.
      label: record.close?.simulated ? '' : formatDuration(next.createdAtMs - endMs),
      end: isInView(scale, endMs) ? endMark(record, xOf(scale, endMs)) : null,
    });
  });
  return scenes;
}

function isInView({ fromMs, toMs }: TimeSpan, atMs: number): boolean {
  return atMs >= fromMs && atMs <= toMs;
}

function clip(scale: TimeScale, fromMs: number, toMs: number): PixelSpan | null {
  if (toMs < scale.fromMs || fromMs > scale.toMs) return null;
  return { fromPx: xOf(scale, Math.max(fromMs, scale.fromMs)), toPx: xOf(scale, Math.min(toMs, scale.toMs)) };
}

/** The span that holds everything: from the first constructor to the last sign of life, or to now while one lives. */
export function wholeSpan(records: readonly ConnectionRecord[], nowMs: number): TimeSpan {
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const record of records) {
    fromMs = Math.min(fromMs, record.createdAtMs);
    const lastKnownMs = connectionState(record) === 'unknown' ? (record.openedAtMs ?? 0) : nowMs;
    toMs = Math.max(toMs, endedAtMs(record) ?? lastKnownMs, record.lastFrameAtMs ?? 0);
  }
  if (records.length === 0) return { fromMs: nowMs, toMs: nowMs + SHORTEST_FOLLOWED_MS };
  return { fromMs, toMs: Math.max(toMs, fromMs + SHORTEST_FOLLOWED_MS) };
}

/** The lane at a height of the canvas, or null. */
export function laneAt(
  { lanesTopPx, lanesBottomPx, scrollPx, records }: TimelineInput,
  yPx: number,
): ConnectionRecord | null {
  if (yPx < lanesTopPx || yPx >= lanesBottomPx) return null;
  return records[Math.floor((yPx - lanesTopPx + scrollPx) / LANE_PX)] ?? null;
}
