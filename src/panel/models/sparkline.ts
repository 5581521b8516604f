/** The traffic of a connection's life in a few bars, for the row of a grid. Pure. */
import type { TickBuckets } from './tick-summary.ts';

/** Frames per bar, from its first moment to its last; empty where there are none. */
export function sparkBars(buckets: TickBuckets, fromMs: number, toMs: number, barCount: number): readonly number[] {
  const bars = new Array<number>(barCount).fill(0);
  const barMs = (toMs - fromMs) / barCount;
  if (!(barMs > 0)) return bars;
  for (let i = 0; i < buckets.length; i++) {
    const atMs = buckets.originMs + (buckets.index[i] ?? 0) * buckets.bucketMs;
    const bar = Math.min(barCount - 1, Math.max(0, Math.floor((atMs - fromMs) / barMs)));
    bars[bar] = (bars[bar] ?? 0) + (buckets.ins[i] ?? 0) + (buckets.outs[i] ?? 0);
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
