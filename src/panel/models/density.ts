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
import { bucketFrom, TICK_KINDS, type TickBuckets, type TickKind } from '../../analysis/ticks/tick-summary.ts';
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
export function addDensity(buckets: TickBuckets, cells: Cells, into: Density): void {
  const { ins, outs, beatIns, beatOuts, length } = buckets;
  const hasBeats = length > 0 && (beatIns[length - 1] ?? 0) + (beatOuts[length - 1] ?? 0) > 0;
  forEachCell(buckets, cells, (cell, from, to) => {
    add(into.ins, ins, cell, from, to);
    add(into.outs, outs, cell, from, to);
    if (!hasBeats) return;
    add(into.beatIns, beatIns, cell, from, to);
    add(into.beatOuts, beatOuts, cell, from, to);
  });
}

/** Sums are over all buckets up to their own. */
function add(counts: Uint32Array, sums: Uint32Array, cell: number, from: number, to: number): void {
  counts[cell] = (counts[cell] ?? 0) + (sums[to - 1] ?? 0) - (from > 0 ? (sums[from - 1] ?? 0) : 0);
}

/** Frames per cell, heartbeats left out. */
export function countFrames(buckets: TickBuckets, cells: Cells): Uint32Array {
  const { ins, outs, beatIns, beatOuts } = buckets;
  const counts = new Uint32Array(cells.count);
  const upTo = (end: number) =>
    end === 0 ? 0 : (ins[end - 1] ?? 0) + (outs[end - 1] ?? 0) - (beatIns[end - 1] ?? 0) - (beatOuts[end - 1] ?? 0);
  forEachCell(buckets, cells, (cell, from, to) => {
    counts[cell] = upTo(to) - upTo(from);
  });
  return counts;
}

/**
 * Calls for each cell with something in it, with its buckets: from … to (behind the last). The end of a cell is looked for
 * in growing strides and then by halves. All that runs in here runs for every cell of every picture, so it makes no objects.
 */
function forEachCell(
  buckets: TickBuckets,
  { fromMs, cellMs, count }: Cells,
  visit: (cell: number, from: number, to: number) => void,
): void {
  const { originMs, bucketMs, length, index } = buckets;
  let from = bucketFrom(buckets, fromMs);
  while (from < length) {
    const cell = Math.floor((originMs + (index[from] ?? 0) * bucketMs - fromMs) / cellMs);
    if (cell >= count) return;
    const next = cell + 1;
    let low = from + 1;
    let stride = 1;
    while (low < length && (originMs + (index[low] ?? 0) * bucketMs - fromMs) / cellMs < next) {
      low += stride;
      stride *= 2;
    }
    let high = Math.min(low, length);
    low = Math.max(from + 1, low - (stride >> 1));
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((originMs + (index[middle] ?? 0) * bucketMs - fromMs) / cellMs < next) low = middle + 1;
      else high = middle;
    }
    if (cell >= 0) visit(cell, from, high);
    from = high;
  }
}
