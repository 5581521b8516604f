import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, medianInterval, pairedSummary, quantile, theilSenSlope, trendProbability } from './statistics.ts';

describe('quantiles', () => {
  it.each([
    [[5], 0.5, 5],
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.5, 2.5],
    [[1, 2, 3, 4, 5], 0, 1],
    [[1, 2, 3, 4, 5], 1, 5],
    [[10, 20, 30, 40, 50], 0.95, 48],
  ])('%j at %d is %d', (values, q, expected) => {
    expect(quantile(values, q)).toBeCloseTo(expected, 12);
  });

  it('of nothing is not a number', () => {
    expect(median([])).toBeNaN();
  });

  it('sorts by value, not as text, and leaves its input alone', () => {
    const values = [100, 9, 80];
    expect(median(values)).toBe(80);
    expect(values).toEqual([100, 9, 80]);
  });
});

describe('interval of the median', () => {
  // Ranks from the table of binomial confidence limits for the median (e.g. Conover, Practical Nonparametric Statistics).
  it.each([
    { n: 5, low: 1, high: 5, confidence: 0.9375 },
    { n: 6, low: 1, high: 6, confidence: 0.96875 },
    { n: 9, low: 2, high: 8, confidence: 0.9609 },
    { n: 15, low: 4, high: 12, confidence: 0.9648 },
    { n: 25, low: 8, high: 18, confidence: 0.9567 },
  ])('of $n values', ({ n, ...expected }) => {
    const { low, high, confidence } = medianInterval(Array.from({ length: n }, (_, i) => n - i));
    expect({ low, high }).toEqual({ low: expected.low, high: expected.high });
    expect(confidence).toBeCloseTo(expected.confidence, 3);
  });

  it('of one value promises nothing', () => {
    expect(medianInterval([7])).toEqual({ low: 7, high: 7, confidence: 0 });
  });

  it('holds the median', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 }), (values) => {
        const { low, high } = medianInterval(values);
        expect(low).toBeLessThanOrEqual(median(values));
        expect(high).toBeGreaterThanOrEqual(median(values));
      }),
    );
  });
});

describe('paired comparison', () => {
  it('cancels what both members of a pair suffer', () => {
    const base = [100, 300, 100];
    expect(pairedSummary(base, [110, 330, 110], 'ratio').median).toBeCloseTo(1.1, 12);
    expect(pairedSummary(base, [101, 301, 101], 'difference').median).toBe(1);
  });

  it('leaves out a round in which one side is missing', () => {
    expect(pairedSummary([100, undefined, 200], [150, 1, undefined], 'ratio').values).toEqual([1.5]);
  });
});

describe('trend', () => {
  const minutes = Array.from({ length: 20 }, (_, i) => i);

  it('finds the slope in spite of wild points', () => {
    const ys = minutes.map((x) => (x % 7 === 3 ? 500 : 10 + 2 * x));
    expect(theilSenSlope(minutes, ys)).toBeCloseTo(2, 6);
  });

  it('is improbable without a trend, probable by chance with none', () => {
    const sawtooth = minutes.map((x) => 100 + (x % 4));
    const rising = minutes.map((x) => 100 + (x % 4) + x);
    expect(trendProbability(sawtooth)).toBeGreaterThan(0.1);
    expect(trendProbability(rising)).toBeLessThan(0.001);
  });

  it('knows that equal values have none', () => {
    expect(trendProbability([3, 3, 3, 3, 3])).toBe(1);
    expect(trendProbability([1, 2, 3])).toBe(1);
  });

  it('agrees with the published example for n = 10, S = 45', () => {
    // All pairs rise: S = 45, variance 125, z = 44/√125 = 3.935; two-sided p = 8.3e-5.
    expect(trendProbability([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toBeCloseTo(8.3e-5, 5);
  });
});
