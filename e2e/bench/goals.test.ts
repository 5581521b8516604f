import { expect, it } from 'vitest';
import { judge } from './goals.ts';
import { missedFrames } from './rows.ts';
import { summarise } from './statistics.ts';

it.each([
  [[1.0, 1.001, 1.002], 'met'],
  [[1.0, 1.001, 1.2], 'met?'],
  [[1.0, 1.1, 1.2], 'missed?'],
  [[1.1, 1.15, 1.2], 'missed'],
])('ratios %j against 1.01: %s', (ratios, verdict) => {
  expect(judge(summarise(ratios), 1.01)).toBe(verdict);
});

it.each([
  [[16.7, 16.6, 16.8], 0],
  [[16.7, 33.3, 16.7], 1],
  [[100], 5],
  [[4, 8], 0],
])('intervals of %j ms miss %d frames', (intervals, missed) => {
  expect(missedFrames(intervals)).toBe(missed);
});
