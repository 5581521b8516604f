import { afterEach, describe, expect, it } from 'vitest';
import { speak } from '../../../e2e/words/node.ts';
import { formatFrameTime, formatGaps, formatLatency, formatOffset } from './frame-time.ts';

describe('the time of a frame', () => {
  it('is told to the millisecond', () => {
    expect([0, 4.4, -12, 59_999.4, 125_000, 3_725_004].map(formatOffset)).toEqual([
      '+0.000 s',
      '+0.004 s',
      '−0.012 s',
      '+59.999 s',
      '+2:05.000',
      '+1:02:05.004',
    ]);
  });

  it('is by the clock, since the opening, or since the row before', () => {
    const moment = { atMs: 5_000, openedAtMs: 1_000, beforeMs: 4_750 };
    expect(formatFrameTime('opening', moment)).toBe('+4.000 s');
    expect(formatFrameTime('before', moment)).toBe('+0.250 s');
    expect(formatFrameTime('before', { ...moment, beforeMs: null })).toBe('');
    expect(formatFrameTime('clock', moment)).toMatch(/^\d\d:\d\d:05\.000$/);
  });
});

describe('durations in a list', () => {
  it('are as exact as they are short', () => {
    expect([0.42, 12.3, 999.4, 1_240].map(formatLatency)).toEqual(['0.4 ms', '12 ms', '999 ms', '1.24 s']);
  });

  it('between heartbeats are a range, where they differ', () => {
    expect(formatGaps(24_912, 25_088)).toBe('24.9–25.1 s');
    expect(formatGaps(24_980, 25_020)).toBe('25.0 s');
    expect(formatGaps(480, 520)).toBe('480–520 ms');
  });
});

describe('in Turkish', () => {
  afterEach(() => speak('en'));

  it('decimals have a comma, and units their names', () => {
    speak('tr');
    expect([4.4, -125_000].map(formatOffset)).toEqual(['+0,004 sn', '−2:05,000']);
    expect([0.42, 12.3, 1_240].map(formatLatency)).toEqual(['0,4 ms', '12 ms', '1,24 sn']);
    expect(formatGaps(24_912, 25_088)).toBe('24,9–25,1 sn');
  });
});
