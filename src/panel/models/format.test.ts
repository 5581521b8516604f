import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCount } from '../../words/words.ts';
import { formatAxisTime, formatBytes, formatClock, formatDuration } from './format.ts';

describe('counts and sizes', () => {
  it('groups digits', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1234, '1.2 kB'],
    [99_949, '99.9 kB'],
    [99_950, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [12_345_678, '12.3 MB'],
    [5e15, '5000 TB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('never shows more than three digits, nor another size than there is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999e12 }), (bytes) => {
        const [digits = '', unit = ''] = formatBytes(bytes).split(' ');
        expect(digits.replace('.', '').length).toBeLessThanOrEqual(3);
        const shown = Number(digits) * 1000 ** ['B', 'kB', 'MB', 'GB', 'TB'].indexOf(unit);
        expect(Math.abs(shown - bytes)).toBeLessThanOrEqual(Math.max(0.5, bytes * 0.05));
      }),
    );
  });
});

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [0.25, '0.2 ms'],
    [312.9, '312 ms'],
    [999.9, '999 ms'],
    [1000, '1.00 s'],
    [1249, '1.24 s'],
    [9999, '9.99 s'],
    [12_399, '12.3 s'],
    [59_999, '59.9 s'],
    [60_000, '1 min 00 s'],
    [125_000, '2 min 05 s'],
    [3_720_000, '1 h 02 min'],
    [3 * 86_400_000 + 4 * 3_600_000, '3 d 04 h'],
    [-5, '0 ms'],
  ])('%d ms are %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('shows the local time of day', () => {
    expect(formatClock(new Date(2026, 10, 21, 9, 5, 7, 42).getTime())).toBe('09:05:07.042');
  });
});

describe('times on the axis', () => {
  it.each([
    [0, 100, '0'],
    [0.5, 0.5, '0.5 ms'],
    [500, 100, '500 ms'],
    [1500, 500, '1.5 s'],
    [1000, 500, '1 s'],
    [5000, 1000, '5 s'],
    [65_000, 5000, '1:05'],
    [60_500, 500, '1:00.500'],
    [3_725_000, 5000, '1:02:05'],
  ])('%d ms at a step of %d ms is %s', (offsetMs, stepMs, text) => {
    expect(formatAxisTime(offsetMs, stepMs)).toBe(text);
  });
});
