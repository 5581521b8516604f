/** The comparison itself: what is out of tolerance must be called so. */
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/analysis/verdict/policy/policy.ts';
import type { Line, LineId, LineState, Scorecard } from '../../src/analysis/verdict/scorecard.ts';
import { CASES, type Truth, type VerdictCase } from './cases.ts';
import { compare } from './compare.ts';

const truth: Truth = { kind: 'exponential', baseMs: 200, factor: 2, capMs: 1600, jitter: 'none' };
const right: Policy = {
  kind: 'exponential',
  baseMs: 205,
  factor: 1.95,
  stepMs: null,
  capMs: 1600,
  jitter: 0,
  exceptionalFirstMs: null,
  sureness: 'high',
  gaps: 9,
  drops: 1,
};

function line(id: LineId, state: LineState): Line {
  return { id, title: id, state, value: null, unit: null, budget: null, evidence: [], why: '' };
}

function misses(
  policy: Partial<Policy>,
  lines: readonly Line[] = [],
  fails: readonly LineId[] = [],
): readonly string[] {
  const [any] = CASES;
  if (!any) throw new Error('no case');
  const case_: VerdictCase = { ...any, sockets: 1, truth, fails };
  const card = { policy: { ...right, ...policy }, lines } as unknown as Scorecard;
  return compare({ case_, scorecards: [card] }).misses;
}

describe('found against true', () => {
  it.each<[string, Partial<Policy>, readonly string[]]>([
    ['within tolerance', {}, []],
    ['a base that is 11 % off', { baseMs: 222 }, ['base']],
    ['no base at all', { baseMs: null }, ['base']],
    ['a cap that is 11 % off', { capMs: 1420 }, ['cap']],
    ['a factor that is 0.11 off', { factor: 2.11 }, ['factor']],
    ['another kind', { kind: 'linear' }, ['linear instead of exponential']],
    ['imagined jitter', { jitter: 0.2 }, ['jitter some instead of none']],
  ])('%s', (_, policy, expected) => {
    expect(misses(policy)).toEqual(expected);
  });

  it('tells lines that should have failed from those that should not have', () => {
    expect(misses({}, [line('leak', 'failed'), line('storm', 'passed')], ['storm'])).toEqual([
      'storm should have failed',
      'leak should not have failed',
    ]);
    expect(misses({}, [line('leak', 'failed')], ['leak'])).toEqual([]);
  });

  it('has a case that must fail for every line that can', () => {
    const covered = new Set(CASES.flatMap(({ fails }) => fails));
    expect([...covered].sort()).toHaveLength(17);
  });
});
