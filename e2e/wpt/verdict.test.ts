import { describe, expect, it } from 'vitest';
import { fisherExact, judge } from './verdict.ts';

const times = (count: number, outcome: string) => Array<string>(count).fill(outcome);

describe('fisherExact', () => {
  it.each([
    // 1 / C(10, 5), on either side
    [0, 5, 5, 5, 2 / 252],
    [0, 4, 4, 4, 2 / 70],
    [3, 3, 0, 3, 2 / 20],
    [5, 5, 5, 5, 1],
    // Fisher's lady tasting tea, two-sided
    [3, 4, 1, 4, 34 / 70],
    // R: fisher.test(matrix(c(10, 0, 5, 5), 2))$p.value
    [10, 10, 5, 10, 0.03250774],
  ])('%i of %i against %i of %i: %f', (hitsA, totalA, hitsB, totalB, expected) => {
    expect(fisherExact(hitsA, totalA, hitsB, totalB)).toBeCloseTo(expected, 7);
  });
});

describe('judge', () => {
  it('believes a difference that is always there', () => {
    expect(judge(times(5, 'PASS'), times(5, 'FAIL'))).toBe('different');
  });

  it('believes one that is there more often than chance explains', () => {
    expect(judge(times(10, 'PASS'), [...times(4, 'PASS'), ...times(6, 'FAIL')])).toBe('different');
  });

  it('believes one between two ways to fail', () => {
    expect(judge(times(5, 'FAIL: a'), times(5, 'FAIL: b'))).toBe('different');
  });

  it('lets a subtest waver that wavers on both sides alike', () => {
    const mostly = [...times(9, 'PASS'), 'TIMEOUT'];
    expect(judge(mostly, mostly)).toBe('wavers');
  });

  it('lets go of a difference that does not come again', () => {
    expect(judge(times(5, 'PASS'), times(5, 'PASS'))).toBe('wavers');
  });

  it('wants to see more when one side alone shows something, rarely', () => {
    expect(judge(times(5, 'PASS'), [...times(4, 'PASS'), 'FAIL'])).toBe('undecided');
    expect(judge([...times(4, 'PASS'), 'FAIL'], times(5, 'PASS'))).toBe('undecided');
  });

  it('wants to see more when there are too few runs', () => {
    expect(judge(times(2, 'PASS'), times(2, 'FAIL'))).toBe('undecided');
  });
});
