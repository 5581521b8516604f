import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketFrom,
  countBetween,
  createTickSummary,
  nearestBucket,
  TICK_KINDS,
} from '../../analysis/ticks/tick-summary.ts';
import { addDensity, type Cells, cellGridOf, cellPxOf, createDensity, createDensityPool } from './density.ts';

interface Frame {
  readonly atMs: number;
  readonly isOut: boolean;
  readonly isBeat: boolean;
}

const frames: fc.Arbitrary<readonly Frame[]> = fc.array(
  fc.record({
    atMs: fc.double({ min: 0, max: 100_000, noNaN: true }),
    isOut: fc.boolean(),
    isBeat: fc.boolean(),
  }),
  { maxLength: 300 },
);

function summaryOf(list: readonly Frame[], maxBuckets?: number) {
  const summary = createTickSummary(0, maxBuckets);
  list.forEach(({ atMs, isOut, isBeat }, seq) => {
    summary.add(seq, atMs, isOut, isBeat);
  });
  return summary.buckets();
}

/** What the sums of places 0 … count - 1 must be: everything looked at, one by one. A frame elsewhere counts nowhere. */
function naive(list: readonly Frame[], count: number, placeOf: (atMs: number) => number) {
  const none = () => Array.from({ length: count }, () => 0);
  const sums = { ins: none(), outs: none(), beatIns: none(), beatOuts: none() };
  const add = (sum: number[], place: number) => {
    if (place in sum) sum[place] = (sum[place] ?? 0) + 1;
  };
  for (const { atMs, isOut, isBeat } of list) {
    const place = placeOf(atMs);
    add(isOut ? sums.outs : sums.ins, place);
    if (isBeat) add(isOut ? sums.beatOuts : sums.beatIns, place);
  }
  return sums;
}

describe('counts per bucket of time', () => {
  it('lose no frame, and place each within the width of its bucket, in whatever order they come', () => {
    fc.assert(
      fc.property(frames, fc.constantFrom(4, 16, 1024), (list, maxBuckets) => {
        const buckets = summaryOf(list, maxBuckets);
        const { bucketMs, length, index } = buckets;
        expect(length).toBeLessThanOrEqual(maxBuckets);
        const bucketOf = (atMs: number) => Math.floor(Math.floor(atMs) / bucketMs);
        expect([...index.subarray(0, length)]).toEqual(
          [...new Set(list.map(({ atMs }) => bucketOf(atMs)))].sort((a, b) => a - b),
        );
        const expected = naive(list, length, (atMs) => index.indexOf(bucketOf(atMs)));
        for (const kind of TICK_KINDS) {
          expect(expected[kind].map((_, i) => countBetween(buckets, kind, i, i + 1))).toEqual(expected[kind]);
        }
      }),
    );
  });

  it('keep a million frames in a few thousand buckets', () => {
    const summary = createTickSummary(1_000);
    for (let i = 0; i < 1_000_000; i++) summary.add(i, 1_000 + i * 3.6, i % 2 === 0);
    const buckets = summary.buckets();
    expect(buckets.length).toBeLessThanOrEqual(16_384);
    expect(countBetween(buckets, 'ins', 0, buckets.length)).toBe(500_000);
    expect(countBetween(buckets, 'outs', 0, buckets.length)).toBe(500_000);
  });

  it('lead to the frame nearest to a moment', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: -10, max: 100_010 }), (list, atMs) => {
        const buckets = summaryOf(list);
        const place = nearestBucket(buckets, atMs);
        if (list.length === 0) {
          expect(place).toBe(-1);
          return;
        }
        const distance = (bucket: number) => Math.max(bucket - atMs, atMs - (bucket + 1), 0);
        const least = Math.min(...list.map((frame) => distance(Math.floor(frame.atMs))));
        expect(distance(buckets.index[place] ?? Number.NaN)).toBe(least);
        const first = list[buckets.firstSeq[place] ?? -1];
        expect(Math.floor(first?.atMs ?? -1)).toBe(buckets.index[place]);
      }),
    );
  });

  it('are found by time', () => {
    const buckets = summaryOf([10, 20, 30].map((atMs) => ({ atMs, isOut: false, isBeat: false })));
    expect([0, 10, 10.5, 30, 31].map((atMs) => bucketFrom(buckets, atMs))).toEqual([0, 0, 1, 2, 3]);
  });
});

describe('the density of frames', () => {
  it('counts each frame in view in its cell, as looking at every frame would', () => {
    fc.assert(
      fc.property(
        frames,
        fc.integer({ min: 0, max: 50_000 }),
        fc.double({ min: 0.3, max: 500, noNaN: true }),
        fc.integer({ min: 1, max: 400 }),
        fc.constantFrom(undefined, 32),
        (list, fromMs, cellMs, count, maxBuckets) => {
          const buckets = summaryOf(list, maxBuckets);
          const density = createDensity(count);
          const cells: Cells = { fromMs, cellMs, count };
          addDensity(buckets, cells, density);
          const startOf = (atMs: number) => Math.floor(Math.floor(atMs) / buckets.bucketMs) * buckets.bucketMs;
          const expected = naive(list, count, (atMs) => Math.floor((startOf(atMs) - fromMs) / cellMs));
          for (const kind of TICK_KINDS) expect([...density[kind].subarray(0, count)]).toEqual(expected[kind]);
        },
      ),
    );
  });

  it('costs what the cells cost, not what the frames do', () => {
    const summary = createTickSummary(0);
    for (let i = 0; i < 200_000; i++) summary.add(i, i / 10, false);
    let reads = 0;
    const buckets = summary.buckets();
    const index = new Proxy(buckets.index, {
      get: (target, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads++;
        return Reflect.get(target, key);
      },
    });
    addDensity({ ...buckets, index }, { fromMs: 0, cellMs: 200, count: 100 }, createDensity(100));
    expect(buckets.length).toBe(10_000);
    // A search in 200 buckets for each of 100 cells.
    expect(reads).toBeLessThan(100 * 25);
  });

  it('has its cells at fixed places in time, so that moving does not change them', () => {
    const scale = { fromMs: 1_000, toMs: 2_000, leftPx: 50, widthPx: 1_000 };
    const grid = cellGridOf(scale, 3);
    const moved = cellGridOf({ ...scale, fromMs: 1_001, toMs: 2_001 }, 3);
    expect(grid).toEqual({ fromMs: 999, cellMs: 3, count: 334, fromPx: 49, cellPx: 3 });
    expect(moved).toMatchObject({ fromMs: 999, cellMs: 3, fromPx: 48 });
  });

  it.each([
    [1, 3],
    [1.5, 10 / 3],
    [2, 3],
  ])('has cells of whole device pixels at a ratio of %d', (ratio, cellPx) => {
    expect(cellPxOf(ratio)).toBeCloseTo(cellPx, 6);
  });

  it('uses the same memory for every picture', () => {
    const densityOf = createDensityPool();
    const first = densityOf(0, 10);
    first.ins[3] = 5;
    const again = densityOf(0, 8);
    expect(again.ins).toBe(first.ins);
    expect([...again.ins.subarray(0, 8)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(densityOf(0, 20).ins.length).toBe(20);
  });
});
