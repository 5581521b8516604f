/** Times as a histogram on a logarithmic scale, with lines at the known limits that fall into it. Pure. */
import { KNOWN_LIMITS, type LimitKind } from '../findings/known-limits.ts';

export interface Bin {
  /** Included. */
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  readonly count: number;
}

export interface LimitLine {
  readonly atMs: number;
  /** Whose default it is: several hops may share one. */
  readonly hops: readonly string[];
}

export interface Histogram {
  /** Without gaps; empty of no times. */
  readonly bins: readonly Bin[];
  readonly lines: readonly LimitLine[];
  readonly count: number;
  readonly medianMs: number | null;
}

/** Bins of each factor of ten. 60 s and 55 s are in different ones. */
const BINS_PER_DECADE = 32;
/** All that is shorter is in the first bin. */
const SHORTEST_MS = 10;

function binOf(ms: number): number {
  // Limits lie on the edges of nothing: half a bin of shift keeps a timer's unevenness within one.
  return ms < SHORTEST_MS ? 0 : 1 + Math.floor(Math.log10(ms / SHORTEST_MS) * BINS_PER_DECADE + 0.5);
}

function edgeMs(bin: number): number {
  return bin === 0 ? 0 : bin === 1 ? SHORTEST_MS : SHORTEST_MS * 10 ** ((bin - 1.5) / BINS_PER_DECADE);
}

/** `kinds`: of which limits lines are drawn. What is no finite time, or negative, is left out. */
export function histogramOf(timesMs: readonly number[], kinds: readonly LimitKind[]): Histogram {
  const times = timesMs.filter((ms) => Number.isFinite(ms) && ms >= 0).sort((a, b) => a - b);
  const [least, most] = [times[0], times.at(-1)];
  if (least === undefined || most === undefined) return { bins: [], lines: [], count: 0, medianMs: null };
  const [first, last] = [binOf(least), binOf(most)];
  const counts = new Array<number>(last - first + 1).fill(0);
  for (const ms of times) counts[binOf(ms) - first] = (counts[binOf(ms) - first] ?? 0) + 1;
  const bins = counts.map((count, i) => ({ fromMs: edgeMs(first + i), toMs: edgeMs(first + i + 1), count }));
  return {
    bins,
    lines: linesBetween(edgeMs(first), edgeMs(last + 1), kinds),
    count: times.length,
    medianMs: times[times.length >> 1] ?? null,
  };
}

function linesBetween(fromMs: number, toMs: number, kinds: readonly LimitKind[]): readonly LimitLine[] {
  const lines = new Map<number, string[]>();
  for (const { limitMs, kind, hop } of KNOWN_LIMITS) {
    if (limitMs < fromMs || limitMs > toMs || !kinds.includes(kind)) continue;
    const hops = lines.get(limitMs) ?? [];
    if (!hops.includes(hop)) hops.push(hop);
    lines.set(limitMs, hops);
  }
  return [...lines].sort(([a], [b]) => a - b).map(([atMs, hops]) => ({ atMs, hops }));
}
