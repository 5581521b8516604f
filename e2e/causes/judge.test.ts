/** The judge itself: what is wrong must be called so. */
import { describe, expect, it } from 'vitest';
import type { Finding, Severity, Sureness } from '../../src/analysis/findings/finding.ts';
import { findingFixture } from '../../src/panel/models/finding-fixture.ts';
import type { CauseCase } from './case.ts';
import { CASES } from './cases/table.ts';
import { type Judgement, judge, missedGoals, sumUp } from './judge.ts';

const run = async () => undefined;
const idle: CauseCase = { name: 'idle', family: 'infrastructure', what: '', causes: ['idle-cut', 'server-crash'], run };
const healthy: CauseCase = { name: 'healthy', family: 'healthy', what: '', causes: [], run };

function finding(causes: readonly string[], sureness: Sureness = 'high', severity: Severity = 'problem'): Finding {
  const [first, ...rest] = causes.map((cause) => ({ cause, title: '', family: 'unknown' as const, check: '' }));
  if (!first) throw new Error('a finding has a candidate');
  return findingFixture({ candidates: [first, ...rest], sureness, severity });
}

describe('a judgement', () => {
  it.each<[string, readonly Finding[], Judgement['verdict'], boolean]>([
    ['names the truth', [finding(['idle-cut'])], 'right', false],
    ['names it first of several', [finding(['idle-cut', 'server-crash'])], 'right', false],
    [
      'names what is allowed, and the truth beside it',
      [finding(['server-crash', 'idle-cut'], 'low')],
      'ambiguous',
      false,
    ],
    ['names what is allowed alone', [finding(['server-crash'], 'low')], 'wrong', false],
    ['names another', [finding(['lifetime-cut', 'idle-cut'], 'medium')], 'wrong', false],
    ['names another and is sure', [finding(['lifetime-cut'])], 'wrong', true],
    ['says nothing', [], 'wrong', false],
    ['names the truth below another', [finding(['lifetime-cut'], 'low'), finding(['idle-cut'])], 'wrong', false],
    ['notes something first', [finding(['no-jitter'], 'high', 'note'), finding(['idle-cut'])], 'right', false],
  ])('that %s', (_, findings, verdict, isSurelyWrong) => {
    expect(judge(idle, 'chromium', findings)).toMatchObject({ verdict, isSurelyWrong });
  });

  it('may be any where a browser hides the truth, and only until it was asked for', () => {
    const hidden: CauseCase = { ...idle, hiddenIn: ['chromium'] };
    const guess = [finding(['offline', 'idle-cut'], 'low')];
    expect(judge(hidden, 'chromium', guess).verdict).toBe('ambiguous');
    expect(judge(hidden, 'chromium', [finding(['offline', 'idle-cut'], 'high')]).verdict).toBe('wrong');
    expect(judge(hidden, 'chromium', [finding(['offline'], 'low')]).verdict).toBe('wrong');
    expect(judge(hidden, 'firefox', guess).verdict).toBe('wrong');
    expect(judge(hidden, 'chromium', guess, { hasAsked: true }).verdict).toBe('wrong');
    const deep: CauseCase = { ...hidden, isHiddenFromProbe: true };
    expect(judge(deep, 'chromium', guess, { hasAsked: true }).verdict).toBe('ambiguous');
  });

  it('lets healthy sessions have notes, and nothing else', () => {
    expect(judge(healthy, 'firefox', [finding(['no-jitter'], 'low', 'note')]).verdict).toBe('right');
    expect(judge(healthy, 'firefox', [finding(['no-jitter'], 'low', 'warning')]).verdict).toBe('wrong');
  });
});

describe('the goals', () => {
  const judged = (case_: CauseCase, findings: readonly Finding[]) => ({
    case_,
    judgement: judge(case_, 'chromium', findings),
  });
  const right = judged(idle, [finding(['idle-cut'])]);

  it('are missed by one that is surely wrong, by one false alarm, by too few, and by none at all', () => {
    const many = Array.from({ length: 19 }, () => right);
    expect(missedGoals(sumUp([...many, right]))).toEqual([]);
    expect(missedGoals(sumUp([...many, judged(idle, [finding(['lifetime-cut'], 'low')])]))).toEqual([]);
    expect(missedGoals(sumUp([...many, judged(idle, [finding(['lifetime-cut'])])]))).toEqual([
      '1 wrong at high sureness',
    ]);
    expect(missedGoals(sumUp([...many, judged(healthy, [finding(['no-jitter'], 'low')])]))).toEqual([
      '1 false alarms in healthy sessions',
    ]);
    expect(missedGoals(sumUp([right, judged(idle, [])]))).toEqual(['50 % right or rightly ambiguous']);
    expect(missedGoals(sumUp([]))).toEqual(['nothing was judged']);
  });
});

describe('the cases', () => {
  it('have names of their own, and are many', () => {
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
    expect(CASES.filter(({ family }) => family !== 'healthy').length).toBeGreaterThanOrEqual(40);
    expect(CASES.filter(({ family }) => family === 'healthy').length).toBeGreaterThanOrEqual(8);
  });

  it('are healthy just when nothing is expected', () => {
    for (const { family, causes } of CASES) expect(family === 'healthy').toBe(causes.length === 0);
  });
});
