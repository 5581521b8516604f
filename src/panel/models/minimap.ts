/**
 * The minimap above the axis: all frames and ends of all connections over the whole span, and the part of it that is in
 * view as a window that can be moved and pulled wider.
 *
 *     |▁▂▃▂▁▁[▂▃▅▇▃]▂▁▁✕▂▃▂|
 */
import { endedAtMs } from '../../analysis/connection-state.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { addDensity, type Cells, createDensity } from './density.ts';
import type { PixelSpan } from './lane-layout.ts';
import { type EndKind, endKindOf } from './lane-marks.ts';
import type { TickBuckets } from './tick-summary.ts';
import { MIN_SPAN_MS, pan, type TimeScale, type TimeSpan, xOf } from './time-scale.ts';

/** Cells are at least so wide, and less than twice that. */
const LEAST_CELL_PX = 2;
/** An edge can be taken hold of this near to it. */
const EDGE_PX = 5;
/** A window is never narrower on the screen. */
const LEAST_WINDOW_PX = 4;

/** Made anew now and then; drawn in every picture. */
export interface MinimapBins {
  readonly grid: Cells;
  /** Frames per cell, heartbeats left out. */
  readonly frames: Uint32Array;
  readonly peak: number;
  /** Ends that are to be looked at. */
  readonly ends: readonly { readonly atMs: number; readonly kind: EndKind }[];
}

export interface MinimapScene {
  readonly bins: MinimapBins;
  readonly whole: TimeScale;
  /** Null: all of it is in view. */
  readonly window: PixelSpan | null;
  readonly brush: PixelSpan | null;
}

/** Cells as wide as a power of two: while now moves on, they stay the same for a long time. */
export function minimapGridOf({ fromMs, toMs }: TimeSpan, widthPx: number): Cells {
  const leastMs = ((toMs - fromMs) / Math.max(1, widthPx)) * LEAST_CELL_PX;
  const cellMs = 2 ** Math.ceil(Math.log2(leastMs));
  const first = Math.floor(fromMs / cellMs);
  return { fromMs: first * cellMs, cellMs, count: Math.floor(toMs / cellMs) - first + 1 };
}

export function minimapBins(
  records: readonly ConnectionRecord[],
  bucketsOf: (connectionId: string) => TickBuckets | null,
  grid: Cells,
): MinimapBins {
  const density = createDensity(grid.count);
  const ends = new Map<number, { readonly atMs: number; readonly kind: EndKind }>();
  for (const record of records) {
    const buckets = bucketsOf(record.connectionId);
    if (buckets) addDensity(buckets, grid, density);
    const atMs = endedAtMs(record);
    if (atMs === null) continue;
    const kind = endKindOf(record);
    if (kind === 'ordinary' || kind === 'gone') continue;
    const cell = Math.floor((atMs - grid.fromMs) / grid.cellMs);
    // Of several in a cell, a real loss is what must not be overlooked.
    if (ends.get(cell)?.kind !== 'abnormal') ends.set(cell, { atMs, kind });
  }
  let peak = 0;
  const frames = new Uint32Array(grid.count);
  for (let cell = 0; cell < grid.count; cell++) {
    const { ins, outs, beatIns, beatOuts } = density;
    const count = (ins[cell] ?? 0) + (outs[cell] ?? 0) - (beatIns[cell] ?? 0) - (beatOuts[cell] ?? 0);
    frames[cell] = count;
    peak = Math.max(peak, count);
  }
  return { grid, frames, peak, ends: [...ends.values()] };
}

/** Where a part of time is on it, wide enough to be seen and held. */
export function windowOf(span: TimeSpan, whole: TimeScale): PixelSpan {
  const rightPx = whole.leftPx + whole.widthPx;
  const fromPx = Math.min(Math.max(xOf(whole, span.fromMs), whole.leftPx), rightPx - LEAST_WINDOW_PX);
  return { fromPx, toPx: Math.max(Math.min(xOf(whole, span.toMs), rightPx), fromPx + LEAST_WINDOW_PX) };
}

export type WindowPart = 'window' | 'from' | 'to' | 'outside';

/** What a press there takes hold of. */
export function windowPartAt({ window }: MinimapScene, xPx: number): WindowPart {
  if (!window) return 'outside';
  if (Math.abs(xPx - window.fromPx) <= EDGE_PX && xPx < (window.fromPx + window.toPx) / 2) return 'from';
  if (Math.abs(xPx - window.toPx) <= EDGE_PX) return 'to';
  return xPx > window.fromPx && xPx < window.toPx ? 'window' : 'outside';
}

/** The span after one of its edges, or all of it, was moved. */
export function dragged(span: TimeSpan, part: Exclude<WindowPart, 'outside'>, byMs: number, whole: TimeSpan): TimeSpan {
  if (part === 'window') return pan(span, byMs, whole);
  if (part === 'from') {
    return { ...span, fromMs: Math.min(Math.max(span.fromMs + byMs, whole.fromMs), span.toMs - MIN_SPAN_MS) };
  }
  return { ...span, toMs: Math.max(Math.min(span.toMs + byMs, whole.toMs), span.fromMs + MIN_SPAN_MS) };
}
