import { describe, expect, it } from 'vitest';
import { closingLine, countResults, NOTHING, plus } from './test-results.ts';

const file = (status: string, ...tests: [status: string, fullName: string][]) => ({
  name: `${tests.length}.test.ts`,
  status,
  assertionResults: tests.map(([testStatus, fullName]) => ({ status: testStatus, fullName })),
});

describe('counting tests', () => {
  it('names what failed and what was skipped', () => {
    const counted = countResults({
      testResults: [
        file('passed', ['passed', 'a'], ['skipped', 'b needs Firefox'], ['pending', 'c'], ['todo', 'd']),
        file('failed', ['passed', 'e'], ['failed', 'f']),
      ],
    });
    expect(counted).toEqual({
      passed: 2,
      failed: 1,
      skipped: 3,
      skippedNames: ['b needs Firefox', 'c', 'd'],
      failedNames: ['f'],
    });
  });

  it('counts a file that broke outside its tests', () => {
    expect(countResults({ testResults: [file('failed')] })).toMatchObject({ failed: 1, failedNames: ['0.test.ts'] });
    expect(countResults({ testResults: [file('failed', ['passed', 'a'])] })).toMatchObject({ passed: 1, failed: 1 });
  });

  it('ends with one plain line', () => {
    expect(closingLine(plus(NOTHING, { passed: 2, failed: 0, skipped: 0 }))).toBe('2 passed, 0 failed');
    expect(closingLine({ passed: 2, failed: 1, skipped: 3 })).toBe('2 passed, 1 failed, 3 skipped');
  });
});
