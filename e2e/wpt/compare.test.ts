import { describe, expect, it } from 'vitest';
import { findDifferences, outcomeIn, outcomeOf, WHOLE_TEST } from './compare.ts';
import type { SubtestResult, TestResult } from './results.ts';

function result(url: string, subtests: readonly SubtestResult[], rest: Partial<TestResult> = {}): TestResult {
  return { url, harness: 'OK', message: null, durationMs: 1, subtests, ...rest };
}

const pass = (name: string): SubtestResult => ({ name, status: 'PASS', message: null });
const fail = (name: string, message: string): SubtestResult => ({ name, status: 'FAIL', message });

describe('outcomeOf', () => {
  it.each([
    ['assert_equals: expected 12.5 but got 13', 'assert_equals: expected 99 but got 1'],
    ['token 0a1b2c3d-0000-4000-8000-00000000000f', 'token ffffffff-1111-4222-b333-abcdefabcdef'],
    ['took 130ms', 'took 9ms'],
  ])('takes %j and %j for the same', (one, other) => {
    expect(outcomeOf('FAIL', one)).toBe(outcomeOf('FAIL', other));
  });

  it('tells messages apart that say something else', () => {
    expect(outcomeOf('FAIL', 'did not throw')).not.toBe(outcomeOf('FAIL', 'threw TypeError'));
  });

  it('tells a failure from a time-out with the same message', () => {
    expect(outcomeOf('FAIL', 'x')).not.toBe(outcomeOf('TIMEOUT', 'x'));
  });

  it('has nothing to say about what passes', () => {
    expect(outcomeOf('PASS', 'noise')).toBe('PASS');
    expect(outcomeOf('OK', null)).toBe('OK');
  });
});

describe('findDifferences', () => {
  it('finds none between equal runs, in whatever order they ended', () => {
    const a = result('/a', [pass('x'), fail('y', 'no 1')]);
    const b = result('/b', [pass('x')]);
    expect(findDifferences([a, b], [b, result('/a', [fail('y', 'no 2'), pass('x')])])).toEqual([]);
  });

  it('finds a subtest that fails, passes, says something else, is gone or is new', () => {
    const native = result('/a', [pass('breaks'), fail('heals', 'm'), fail('says', 'm'), pass('gone')]);
    const hooked = result('/a', [fail('breaks', 'why'), pass('heals'), fail('says', 'n'), pass('new')]);
    expect(findDifferences([native], [hooked])).toEqual([
      { url: '/a', subtest: 'breaks', native: 'PASS', hooked: 'FAIL: why' },
      { url: '/a', subtest: 'heals', native: 'FAIL: m', hooked: 'PASS' },
      { url: '/a', subtest: 'says', native: 'FAIL: m', hooked: 'FAIL: n' },
      { url: '/a', subtest: 'gone', native: 'PASS', hooked: 'MISSING' },
      { url: '/a', subtest: 'new', native: 'MISSING', hooked: 'PASS' },
    ]);
  });

  it('finds a test that ends otherwise as a whole', () => {
    const hooked = result('/a', [pass('x')], { harness: 'ERROR', message: 'uncaught' });
    expect(findDifferences([result('/a', [pass('x')])], [hooked])).toEqual([
      { url: '/a', subtest: WHOLE_TEST, native: 'OK', hooked: 'ERROR: uncaught' },
    ]);
  });

  it.each([
    ['fewer tests', [result('/a', [])]],
    ['other tests', [result('/a', []), result('/c', [])]],
    ['one test twice', [result('/a', []), result('/a', [])]],
    ['more tests', [result('/a', []), result('/b', []), result('/c', [])]],
  ])('refuses to compare with %s', (_, hooked) => {
    expect(() => findDifferences([result('/a', []), result('/b', [])], hooked)).toThrow();
  });
});

describe('outcomeIn', () => {
  it('gives the outcome of a subtest, of the whole, and of one that is not there', () => {
    const run = result('/a', [fail('x', 'm')]);
    expect([outcomeIn(run, 'x'), outcomeIn(run, WHOLE_TEST), outcomeIn(run, 'y')]).toEqual([
      'FAIL: m',
      'OK',
      'MISSING',
    ]);
  });
});
