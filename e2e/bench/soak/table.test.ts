import { expect, it } from 'vitest';
import type { SoakResult } from './run-soak.ts';
import { faultsOf, renderSoak } from './table.ts';
import { HEAP_TOLERANCE, judgeTrend } from './trend.ts';

const samples = Array.from({ length: 61 }, (_, i) => ({ atMs: i * 10_000, bytes: 30 * 1024 * 1024 + i }));

const RESULT: SoakResult = {
  browserVersion: 'Chrome/1',
  durationMs: 600_000,
  series: [{ name: 'heap: panel', samples, trend: judgeTrend(samples, HEAP_TOLERANCE) }],
  seen: { connections: 3, framesIn: 1000, framesOut: 50 },
  recorded: { connections: 3, framesIn: 1000, framesOut: 50, missed: 0, rejected: 0, atEpochMs: 0 },
  storedFrames: 1050,
};

it('finds nothing wrong with a good one', () => {
  expect(faultsOf(RESULT)).toEqual([]);
  expect(renderSoak(RESULT)).toMatch(/heap: panel +30\.0 .*flat/);
});

it.each([
  ['a lost frame', { storedFrames: 1049 }],
  ['a frame too many', { recorded: { ...RESULT.recorded, framesIn: 1001 } }],
  ['a lost connection', { recorded: { ...RESULT.recorded, connections: 2 } }],
  ['a refused report', { recorded: { ...RESULT.recorded, rejected: 1 } }],
])('finds %s', (_, change) => {
  expect(faultsOf({ ...RESULT, ...change })).toHaveLength(1);
});

it('finds growth', () => {
  const growing = samples.map(({ atMs }) => ({ atMs, bytes: 1e7 + atMs * 100 }));
  const series = [{ name: 'heap: panel', samples: growing, trend: judgeTrend(growing, HEAP_TOLERANCE) }];
  expect(faultsOf({ ...RESULT, series })).toEqual(['heap: panel grows by 5859 kB a minute']);
});
