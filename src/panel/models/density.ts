/**
 * How dense frames are along the timeline, as counts per cell: a few pixels of the screen, at a fixed place in time, so
 * that a picture that is moved moves as a whole instead of flickering.
 *
 *     cell       0   1   2   3   4         cell i: fromMs + i * cellMs, and cellMs more
 *     frames     ▂       ▇   ▇
 *
 * Going over a connection costs as many steps as it has cells with something in them, each a search for the cell's end:
 * never as many as there are frames.
 */
import { bucketFrom, countBetween, TICK_KINDS, type TickBuckets, type TickKind } from './tick-summary.ts';
import type { TimeScale } from './time-scale.ts';

/** A bar of two pixels and a gap of one, in whole pixels of the device. */
export function cellPxOf(ratio: number): number {
  return Math.round(3 * ratio) / ratio;
}

export interface CellGrid {
  /** When cell 0 begins. */
  readonly fromMs: number;
  readonly cellMs: number;
  readonly count: number;
  /** Where cell 0 begins on the screen, and how wide each is. */
  readonly fromPx: number;
  readonly cellPx: number;
}

/** The cells themselves, wherever they are drawn. */
export type Cells = Pick<CellGrid, 'fromMs' | 'cellMs' | 'count'>;

/** The cells that are at least partly in view. */
export function cellGridOf(scale: TimeScale, cellPx: number): CellGrid {
  const { fromMs, toMs, leftPx, widthPx } = scale;
  const cellMs = ((toMs - fromMs) / widthPx) * cellPx;
  const first = Math.floor(fromMs / cellMs);
  const firstMs = first * cellMs;
  return {
    fromMs: firstMs,
    cellMs,
    count: Math.ceil((toMs - firstMs) / cellMs),
    fromPx: leftPx + ((firstMs - fromMs) / cellMs) * cellPx,
    cellPx,
  };
}

/** Counts per cell; room for more cells than are in use. */
export interface Density extends Readonly<Record<TickKind, Uint32Array>> {
  readonly count: number;
}

/** Lasts for one picture: `cleared` gives the same memory again. */
export function createDensityPool(): (lane: number, count: number) => Density {
  const pool: Density[] = [];
  return (lane, count) => {
    const kept = pool[lane];
    if (kept && kept.ins.length >= count) {
      for (const kind of TICK_KINDS) kept[kind].fill(0, 0, count);
      const density = { ...kept, count };
      pool[lane] = density;
      return density;
    }
    const density = createDensity(count);
    pool[lane] = density;
    return density;
  };
}

export function createDensity(count: number): Density {
  const column = () => new Uint32Array(count);
  return { count, ins: column(), outs: column(), beatIns: column(), beatOuts: column() };
}

/** Adds the frames of a connection. A bucket belongs to the cell in which it begins. */
export function addDensity(buckets: TickBuckets, grid: Cells, into: Density): void {
  const { originMs, bucketMs, length, index } = buckets;
  const { fromMs, cellMs, count } = grid;
  const cellOf = (i: number) => Math.floor((originMs + (index[i] ?? 0) * bucketMs - fromMs) / cellMs);
  let i = bucketFrom(buckets, fromMs);
  while (i < length) {
    const cell = cellOf(i);
    if (cell >= count) return;
    const end = cellEnd(i, length, (at) => cellOf(at) > cell);
    if (cell >= 0) {
      for (const kind of TICK_KINDS) {
        into[kind][cell] = (into[kind][cell] ?? 0) + countBetween(buckets, kind, i, end);
      }
    }
    i = end;
  }
}

/** The first place behind `from` that is beyond: in growing strides, then by halves. */
function cellEnd(from: number, length: number, isBeyond: (at: number) => boolean): number {
  let low = from + 1;
  let stride = 1;
  while (low < length && !isBeyond(low)) {
    low += stride;
    stride *= 2;
  }
  let high = Math.min(low, length);
  low = Math.max(from + 1, low - (stride >> 1));
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBeyond(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}
