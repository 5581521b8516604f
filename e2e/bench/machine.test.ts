import { describe, expect, it } from 'vitest';
import { parseCpuTicks, stolenShare } from './machine.ts';

describe('processor time', () => {
  it('is read from /proc/stat', () => {
    expect(parseCpuTicks('cpu  100 20 30 800 10 3 7 30 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n')).toEqual({
      busy: 160,
      total: 1000,
      stolen: 30,
    });
  });

  it.each([[''], ['cpu0 1 2 3 4 5 6 7 8'], ['cpu  1 2 3']])('is not read from %j', (text) => {
    expect(parseCpuTicks(text)).toBeNull();
  });

  it('gives the share that others took', () => {
    const before = { busy: 0, total: 100, stolen: 10 };
    expect(stolenShare(before, { busy: 50, total: 200, stolen: 15 })).toBe(0.05);
    expect(stolenShare(before, before)).toBeNull();
    expect(stolenShare(null, before)).toBeNull();
  });
});
