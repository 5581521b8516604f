import { expect, it } from 'vitest';
import { HEAP_TOLERANCE, judgeTrend, type MemorySample, PROCESS_TOLERANCE, panelTolerance } from './trend.ts';

const MB = 1024 * 1024;

/** One sample every five seconds, over ten minutes. */
function series(bytesAt: (minute: number, i: number) => number): readonly MemorySample[] {
  return Array.from({ length: 121 }, (_, i) => ({ atMs: i * 5_000, bytes: bytesAt(i / 12, i) }));
}

it.each([
  ['a constant', series(() => 50 * MB), 'flat'],
  ['a sawtooth', series((_, i) => 50 * MB + (i % 7) * MB), 'flat'],
  ['one that fills up in the first half', series((minute) => 50 * MB + Math.min(minute, 4) * 20 * MB), 'flat'],
  ['one that shrinks', series((minute) => 90 * MB - minute * MB), 'flat'],
  ['one that creeps less than matters', series((minute) => 50 * MB + minute * 0.1 * MB), 'flat'],
  ['a leak', series((minute) => 50 * MB + minute * 2 * MB), 'growing'],
  ['a leak under noise', series((minute, i) => 50 * MB + minute * 2 * MB + ((i * 37) % 11) * MB * 0.3), 'growing'],
  ['a leak that begins late', series((minute) => 50 * MB + Math.max(0, minute - 5) * 3 * MB), 'growing'],
  ['too little to say', series(() => MB).slice(0, 10), 'too short'],
  [
    'a short time with many samples',
    series((minute) => minute * MB).map(({ atMs, bytes }) => ({ atMs: atMs / 60, bytes })),
    'too short',
  ],
  ['nothing', [], 'too short'],
])('%s is judged', (_, samples, verdict) => {
  expect(judgeTrend(samples, HEAP_TOLERANCE).verdict).toBe(verdict);
});

it('tells the slope of the second half', () => {
  expect(
    judgeTrend(
      series((minute) => 10 * MB + minute * 2 * MB),
      HEAP_TOLERANCE,
    ).bytesPerMinute / MB,
  ).toBeCloseTo(2, 6);
});

it('lets processes grow more than heaps', () => {
  const samples = series((minute) => 200 * MB + minute * 3 * MB);
  expect(judgeTrend(samples, HEAP_TOLERANCE).verdict).toBe('growing');
  expect(judgeTrend(samples, PROCESS_TOLERANCE).verdict).toBe('flat');
});

it('lets a list grow by its rows, and by no more', () => {
  const growingBy = (bytesPerMinute: number): readonly MemorySample[] =>
    Array.from({ length: 60 }, (_, i) => ({ atMs: i * 10_000, bytes: 8_000_000 + (bytesPerMinute * i) / 6 }));
  expect(judgeTrend(growingBy(300_000), HEAP_TOLERANCE).verdict).toBe('growing');
  expect(judgeTrend(growingBy(300_000), panelTolerance(60)).verdict).toBe('flat');
  expect(judgeTrend(growingBy(900_000), panelTolerance(60)).verdict).toBe('growing');
});
