import { describe, expect, it } from 'vitest';
import { countResults, parsePageReport } from './results.ts';

const report = (tests: readonly unknown[], status = 0) => JSON.stringify({ status, message: null, tests });

describe('parsePageReport', () => {
  it('names the statuses of testharness.js', () => {
    const tests = [0, 1, 2, 3, 4].map((status) => [`t${status}`, status, null]);
    expect(parsePageReport(report(tests)).subtests.map(({ status }) => status)).toEqual([
      'PASS',
      'FAIL',
      'TIMEOUT',
      'NOTRUN',
      'PRECONDITION_FAILED',
    ]);
    expect([0, 1, 2, 3].map((status) => parsePageReport(report([], status)).harness)).toEqual([
      'OK',
      'ERROR',
      'TIMEOUT',
      'PRECONDITION_FAILED',
    ]);
  });

  it('numbers subtests of the same name', () => {
    const names = parsePageReport(
      report([
        ['x', 0, null],
        ['y', 0, null],
        ['x', 1, 'm'],
        ['x', 0, null],
      ]),
    ).subtests;
    expect(names.map(({ name }) => name)).toEqual(['x', 'y', 'x [#2]', 'x [#3]']);
  });

  it.each([report([['x', 5, null]]), report([], 9), report([], -1)])(
    'refuses a status that it does not know: %s',
    (text) => {
      expect(() => parsePageReport(text)).toThrow(/status/);
    },
  );
});

describe('countResults', () => {
  it('counts tests, subtests and passes', () => {
    const parsed = parsePageReport(
      report([
        ['x', 0, null],
        ['y', 1, 'm'],
      ]),
    );
    const result = { ...parsed, url: '/a', durationMs: 1 };
    expect(countResults([result, { ...result, url: '/b' }])).toEqual({ tests: 2, subtests: 4, passed: 2 });
  });
});
