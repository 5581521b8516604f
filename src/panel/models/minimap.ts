/**
 * The minimap above the axis: all frames and ends of all connections over the whole span, and the part of it that is in
 * view as a window that can be moved and pulled wider.
 *
 *     |▁▂▃▂▁▁[▂▃▅▇▃]▂▁▁✕▂▃▂|
 */
import { endedAtMs } from '../../analysis/connection-state.ts';
import type { TickBuckets } from '../../analysis/ticks/tick-summary.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { type Cells, countFrames } from './density.ts';
import type { PixelSpan } from './lane-layout.ts';
import { type EndKind, endKindOf } from './lane-marks.ts';
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

export type MinimapCounter = (
  records: readonly ConnectionRecord[],
  bucketsOf: (connectionId: string) => TickBuckets | null,
  cells: Cells,
) => MinimapBins;

interface Counted {
  /** All its frames: another number, and it is counted again. */
  readonly frames: number;
  readonly counts: Uint32Array;
}

/** Remembers what it counted: only connections with new frames are counted again, as long as the cells are the same. */
export function createMinimapCounter(): MinimapCounter {
  let known = new Map<string, Counted>();
  let cellsKey = '';

  return (records, bucketsOf, cells) => {
    const key = `${cells.fromMs} ${cells.cellMs}`;
    if (key !== cellsKey) known = new Map();
    cellsKey = key;
    const frames = new Uint32Array(cells.count);
    const present = new Map<string, Counted>();
    for (const { connectionId } of records) {
      const buckets = bucketsOf(connectionId);
      if (!buckets) continue;
      const total = framesIn(buckets);
      const before = known.get(connectionId);
      const counted = before?.frames === total ? before : { frames: total, counts: countFrames(buckets, cells) };
      present.set(connectionId, counted);
      const { counts } = counted;
      // There are as many as when it was counted; later ones have nothing of it.
      const end = Math.min(counts.length, frames.length);
      for (let cell = 0; cell < end; cell++) frames[cell] = (frames[cell] ?? 0) + (counts[cell] ?? 0);
    }
    known = present;
    let peak = 0;
    for (const count of frames) peak = Math.max(peak, count);
    return { grid: cells, frames, peak, ends: endsIn(records, cells) };
  };
}

function framesIn({ ins, outs, beatIns, beatOuts, length }: TickBuckets): number {
  if (length === 0) return 0;
  // Frames that have become known as heartbeats are another number, too.
  const beats = (beatIns[length - 1] ?? 0) + (beatOuts[length - 1] ?? 0);
  return (ins[length - 1] ?? 0) + (outs[length - 1] ?? 0) - beats / 2;
}

/** At most one per cell: of several, a real loss is what must not be overlooked. */
function endsIn(records: readonly ConnectionRecord[], { fromMs, cellMs }: Cells): MinimapBins['ends'] {
  const ends = new Map<number, MinimapBins['ends'][number]>();
  for (const record of records) {
    const atMs = endedAtMs(record);
    if (atMs === null) continue;
    const kind = endKindOf(record);
    if (kind === 'ordinary' || kind === 'gone') continue;
    const cell = Math.floor((atMs - fromMs) / cellMs);
    if (ends.get(cell)?.kind !== 'abnormal') ends.set(cell, { atMs, kind });
  }
  return [...ends.values()];
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
