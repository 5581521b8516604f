/**
 * What the timeline shows, as numbers: lanes with the lives, frames and ends of their connections, and what was around
 * them. The painter draws just what stands here.
 *
 *     |minimap ▂▃▂▁[▂▃▅]▂▁▂▃▂|
 *     |axis 0      5 s    10 s |
 *     |track   ▒hidden▒   ⚑    |
 *     |/live  ░▓▏▏ ▏▏▏✕1006 ▲▓▏|   ░ handshake   ▓ open   ▏ frames   ✕ end   ▲ open again
 */
import { connectionState, endedAtMs } from '../../analysis/connection-state.ts';
import type { TickBuckets } from '../../analysis/ticks/tick-summary.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { type ContextScene, type ContextTrack, layoutTrack } from './context-track.ts';
import { addDensity, type CellGrid, cellGridOf, type Density } from './density.ts';
import type { FamilyBadge } from './families.ts';
import { type DownScene, type EndMark, isMissed, layoutDowns, layoutEnds } from './lane-marks.ts';
import { firstAlive, type Lane } from './lanes.ts';
import type { MinimapScene } from './minimap.ts';
import { type AxisTick, axisStepMs, axisTicks, type TimeScale, type TimeSpan, xOf } from './time-scale.ts';

export const LANE_PX = 22;
/** Below it the labels of the axis would run into each other. */
const AXIS_TICK_PX = 84;
/** A timeline that has just begun shows this much, so that its first frames do not fill the screen. */
const SHORTEST_FOLLOWED_MS = 5_000;
/** Lives that are nearer to each other cannot be told apart. */
const LIFE_PX = 1;

/** Pixels from … to, clipped to the lane area. */
export interface PixelSpan {
  readonly fromPx: number;
  readonly toPx: number;
}

export interface LifeScene extends PixelSpan {
  /** `handshake`: from the constructor to `open`, or to the end of one that failed. */
  readonly kind: 'handshake' | 'live' | 'ended';
  /** The moment of `open`, when it is in view. */
  readonly openedPx: number | null;
}

export interface LaneScene {
  readonly laneId: string;
  readonly name: string;
  readonly ordinal: number | null;
  readonly isSelected: boolean;
  /** Of its last connection. `down`: it was lost, and nobody has come back. */
  readonly status: 'live' | 'down' | 'over';
  /** Top of the lane on the canvas. */
  readonly topPx: number;
  readonly lives: readonly LifeScene[];
  /** The life of the selected connection. */
  readonly selected: PixelSpan | null;
  readonly density: Density;
  readonly ends: readonly EndMark[];
  readonly downs: readonly DownScene[];
}

/** Heights of what is on the canvas, from the top; each goes on to the next. */
export interface Bands {
  readonly minimapPx: number;
  readonly axisPx: number;
  readonly trackPx: number;
  readonly lanesPx: number;
  readonly bottomPx: number;
}

export interface TimelineScene {
  readonly lanesLeftPx: number;
  readonly lanesRightPx: number;
  readonly bands: Bands;
  readonly minimap: MinimapScene | null;
  readonly axis: readonly AxisTick[];
  readonly axisStepMs: number;
  readonly cells: CellGrid;
  readonly lanes: readonly LaneScene[];
  readonly track: ContextScene;
  /** What a finding is about. */
  readonly highlight: PixelSpan | null;
  /** To which part of time the lists of frames are limited. */
  readonly brush: PixelSpan | null;
}

export interface TimelineInput {
  readonly lanes: readonly Lane[];
  /** As fine as cells of so many milliseconds in that time need them, where it can. */
  readonly bucketsOf: (connectionId: string, view?: TimeSpan & { readonly cellMs: number }) => TickBuckets | null;
  /** Memory for the cells of lane i of those in view; all zero. */
  readonly densityOf: (lane: number, cells: number) => Density;
  readonly families: ReadonlyMap<string, FamilyBadge>;
  readonly track: ContextTrack;
  readonly minimap: MinimapScene | null;
  readonly highlight: TimeSpan | null;
  readonly brush: TimeSpan | null;
  readonly scale: TimeScale;
  /** See `cellPxOf`. */
  readonly cellPx: number;
  /** Where the axis begins to count. */
  readonly originMs: number;
  readonly nowMs: number;
  readonly selectedId: string | null;
  /** How far the lanes are scrolled. */
  readonly scrollPx: number;
  readonly bands: Bands;
}

export function layoutTimeline(input: TimelineInput): TimelineScene {
  const { lanes, scale, scrollPx, bands, highlight, brush } = input;
  const first = Math.max(0, Math.floor(scrollPx / LANE_PX));
  const end = Math.min(lanes.length, Math.ceil((scrollPx + bands.bottomPx - bands.lanesPx) / LANE_PX));
  const stepMs = axisStepMs(scale, AXIS_TICK_PX);
  const cells = cellGridOf(scale, input.cellPx);
  return {
    lanesLeftPx: scale.leftPx,
    lanesRightPx: scale.leftPx + scale.widthPx,
    bands,
    minimap: input.minimap,
    // Without lanes there is no time that it could tell.
    axis: lanes.length === 0 ? [] : axisTicks(scale, input.originMs, stepMs),
    axisStepMs: stepMs,
    cells,
    lanes: lanes.slice(first, end).map((lane, i) => layoutLane(lane, i, first + i, cells, input)),
    track: layoutTrack(input.track, scale, input.nowMs),
    highlight: highlight && clip(scale, highlight.fromMs, highlight.toMs),
    brush: brush && clip(scale, brush.fromMs, brush.toMs),
  };
}

function layoutLane(lane: Lane, place: number, row: number, cells: CellGrid, input: TimelineInput): LaneScene {
  const { scale, nowMs, selectedId, bucketsOf, families, bands, scrollPx } = input;
  const { laneId, name, ordinal, generations } = lane;
  const first = firstAlive(lane, scale.fromMs);
  let end = first;
  while (end < generations.length && (generations[end]?.createdAtMs ?? 0) <= scale.toMs) end++;
  const inView = generations.slice(first, end);

  const density = input.densityOf(place, cells.count);
  const view = { fromMs: scale.fromMs, toMs: scale.toMs, cellMs: cells.cellMs };
  for (const { connectionId } of inView) {
    const buckets = bucketsOf(connectionId, view);
    if (buckets) addDensity(buckets, cells, density);
  }
  const selected = selectedId === null ? undefined : generations.find((record) => record.connectionId === selectedId);
  return {
    laneId,
    name,
    ordinal,
    isSelected: selected !== undefined,
    status: statusOf(generations.at(-1)),
    topPx: bands.lanesPx + row * LANE_PX - scrollPx,
    lives: layoutLives(inView, scale, nowMs),
    selected: selected ? clip(scale, selected.createdAtMs, endedAtMs(selected) ?? nowMs) : null,
    density,
    ends: layoutEnds(inView, families, scale),
    downs: layoutDowns(generations.slice(lastOpenBefore(generations, first), end + 1), scale, nowMs),
  };
}

function statusOf(last: ConnectionRecord | undefined): LaneScene['status'] {
  if (!last || connectionState(last) === 'unknown') return 'over';
  if (endedAtMs(last) === null) return 'live';
  return isMissed(last) ? 'down' : 'over';
}

/** From it on, it can be told since when nobody is there. */
function lastOpenBefore(generations: readonly ConnectionRecord[], at: number): number {
  for (let i = Math.min(at, generations.length) - 1; i > 0; i--) {
    if (generations[i]?.openedAtMs !== null) return i;
  }
  return 0;
}

/** Those too narrow to be told apart are one. */
function layoutLives(records: readonly ConnectionRecord[], scale: TimeScale, nowMs: number): readonly LifeScene[] {
  const lives: LifeScene[] = [];
  function add(kind: LifeScene['kind'], fromMs: number, toMs: number): void {
    const span = clip(scale, fromMs, toMs);
    if (!span) return;
    const last = lives.at(-1);
    const isNarrow = span.toPx - span.fromPx < LIFE_PX;
    if (last && isNarrow && last.kind === kind && span.fromPx - last.toPx < LIFE_PX) {
      lives[lives.length - 1] = { ...last, toPx: Math.max(last.toPx, span.toPx) };
      return;
    }
    const isOpening = kind !== 'handshake' && isInView(scale, fromMs);
    lives.push({ kind, ...span, openedPx: isOpening ? xOf(scale, fromMs) : null });
  }
  for (const record of records) {
    const { createdAtMs, openedAtMs } = record;
    const endMs = endedAtMs(record);
    const isUnknown = connectionState(record) === 'unknown';
    const untilMs = endMs ?? nowMs;
    add('handshake', createdAtMs, openedAtMs ?? untilMs);
    if (openedAtMs !== null && !isUnknown) add(endMs === null ? 'live' : 'ended', openedAtMs, untilMs);
  }
  return lives;
}

function isInView({ fromMs, toMs }: TimeSpan, atMs: number): boolean {
  return atMs >= fromMs && atMs <= toMs;
}

function clip(scale: TimeScale, fromMs: number, toMs: number): PixelSpan | null {
  if (toMs < scale.fromMs || fromMs > scale.toMs) return null;
  return { fromPx: xOf(scale, Math.max(fromMs, scale.fromMs)), toPx: xOf(scale, Math.min(toMs, scale.toMs)) };
}

/** What is known of when records were, whatever the time is now. */
export interface Extent {
  readonly fromMs: number;
  /** The last sign of life. */
  readonly toMs: number;
  /** A connection lives, so that it reaches to now. */
  readonly isLive: boolean;
}

/** From the first constructor on; null without records. */
export function extentOf(records: readonly ConnectionRecord[]): Extent | null {
  if (records.length === 0) return null;
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  let isLive = false;
  for (const record of records) {
    const endMs = endedAtMs(record);
    const isUnknown = connectionState(record) === 'unknown';
    isLive ||= endMs === null && !isUnknown;
    fromMs = Math.min(fromMs, record.createdAtMs);
    toMs = Math.max(toMs, endMs ?? (isUnknown ? (record.openedAtMs ?? 0) : 0), record.lastFrameAtMs ?? 0);
  }
  return { fromMs, toMs, isLive };
}

/** The span that holds everything: to the last sign of life, or to now while one lives. */
export function wholeSpan(extent: Extent | null, nowMs: number): TimeSpan {
  if (!extent) return { fromMs: nowMs, toMs: nowMs + SHORTEST_FOLLOWED_MS };
  const { fromMs, toMs, isLive } = extent;
  return { fromMs, toMs: Math.max(toMs, isLive ? nowMs : 0, fromMs + SHORTEST_FOLLOWED_MS) };
}

/** The lane at a height of the canvas, or null. */
export function laneAt({ bands, scrollPx, lanes }: TimelineInput, yPx: number): Lane | null {
  if (yPx < bands.lanesPx || yPx >= bands.bottomPx) return null;
  return lanes[Math.floor((yPx - bands.lanesPx + scrollPx) / LANE_PX)] ?? null;
}
