/** Numbers of which there may be millions, kept in bounded memory: evenly thinned, with their true count and maximum. Pure. */
import { quantile } from '../numbers.ts';
import type { Durations } from './digest.ts';

const MAX_SAMPLES = 512;

export interface Samples {
  add(value: number): void;
  readonly count: number;
  readonly max: number;
  /** In the order in which they came; all of them up to MAX_SAMPLES, then every second, fourth … */
  readonly kept: readonly number[];
}

export function createSamples(): Samples {
  let kept: number[] = [];
  let stride = 1;
  let count = 0;
  let max = Number.NEGATIVE_INFINITY;
  return {
    add(value) {
      if (count % stride === 0) {
        if (kept.length >= MAX_SAMPLES) {
          kept = kept.filter((_, i) => i % 2 === 0);
          stride *= 2;
        }
        if (count % stride === 0) kept.push(value);
      }
      count++;
      max = Math.max(max, value);
    },
    get count() {
      return count;
    },
    get max() {
      return max;
    },
    get kept() {
      return kept;
    },
  };
}

export interface DurationReader {
  add(ms: number, fromSeq: number, toSeq: number): void;
  readonly count: number;
  /** The longest so far; 0 of none. */
  readonly maxMs: number;
  facts(): Durations | null;
}

/** Durations between pairs of frames. Clocks of pages are coarse and may step back: less than nothing counts as nothing. */
export function createDurations(): DurationReader {
  const samples = createSamples();
  let slowest: readonly [number, number] | null = null;
  return {
    add(ms, fromSeq, toSeq) {
      if (ms > samples.max) slowest = [fromSeq, toSeq];
      samples.add(Math.max(0, ms));
    },
    get count() {
      return samples.count;
    },
    get maxMs() {
      return Math.max(0, samples.max);
    },
    facts() {
      const { count, kept } = samples;
      if (count === 0) return null;
      return { count, medianMs: quantile(kept, 0.5), p95Ms: quantile(kept, 0.95), maxMs: samples.max, slowest };
    },
  };
}
