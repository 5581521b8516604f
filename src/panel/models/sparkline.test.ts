import { describe, expect, it } from 'vitest';
import { createTickSummary } from '../../analysis/ticks/tick-summary.ts';
import { sparkBars, sparkPath } from './sparkline.ts';

describe('a sparkline', () => {
  it('counts every frame once, in the bar of its time', () => {
    const summary = createTickSummary(1_000);
    [1_000, 1_010, 1_250, 1_999, 2_000].forEach((atMs, seq) => {
      summary.add(seq, atMs, atMs % 20 === 0);
    });
    expect(sparkBars(summary.buckets(), 1_000, 2_000, 4)).toEqual([2, 1, 0, 2]);
    expect(sparkBars(summary.buckets(), 1_000, 1_000, 4)).toEqual([0, 0, 0, 0]);
  });

  it('shows one frame among many', () => {
    expect(sparkPath([10_000, 0, 1], 3, 12)).toBe('M0 12v-12h2v12zM6 12v-1h2v1z');
    expect(sparkPath([0, 0], 3, 12)).toBe('');
  });
});
