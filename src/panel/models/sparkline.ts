/** The traffic of a connection's life in a few bars, for the row of a grid. Pure. */

import type { TickBuckets } from '../../analysis/ticks/tick-summary.ts';
import { addDensity, createDensity } from './density.ts';

/** Frames per bar, from its first moment to its last; empty where there are none. */
export function sparkBars(buckets: TickBuckets, fromMs: number, toMs: number, barCount: number): readonly number[] {
  const bars = new Array<number>(barCount).fill(0);
  const barMs = (toMs - fromMs) / barCount;
  if (!(barMs > 0)) return bars;
  // One more for what came at the very end.
  const density = createDensity(barCount + 1);
  addDensity(buckets, { fromMs, cellMs: barMs, count: barCount + 1 }, density);
  for (let i = 0; i <= barCount; i++) {
    const bar = Math.min(barCount - 1, i);
    bars[bar] = (bars[bar] ?? 0) + (density.ins[i] ?? 0) + (density.outs[i] ?? 0);
  }
  return bars;
}

/**
 * The bars as an SVG path, each `stepPx` wide, the tallest as tall as all of it. One frame is seen: bars grow with the root
 * of their number, and none is thinner than a pixel.
 */
export function sparkPath(bars: readonly number[], stepPx: number, heightPx: number): string {
  const most = Math.max(1, ...bars);
  return bars
    .map((count, i) => {
      if (count === 0) return '';
      const barPx = Math.max(1, Math.round(Math.sqrt(count / most) * heightPx));
      return `M${i * stepPx} ${heightPx}v${-barPx}h${stepPx - 1}v${barPx}z`;
    })
    .join('');
}
