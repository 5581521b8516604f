/** What findings say of a case, against the truth. Pure. */
import type { Finding, Sureness } from '../../src/analysis/findings/finding.ts';
import type { BrowserKind } from '../browsers/browser.ts';
import type { CauseCase } from './case.ts';

/**
 * `right`: the first candidate of the top finding is the truth; nothing is said of a healthy session. `ambiguous`: it is
 * another one that the case allows, and the truth stands beside it. `wrong`: all else.
 */
export type Verdict = 'right' | 'ambiguous' | 'wrong';

export interface Judgement {
  readonly verdict: Verdict;
  /** What leads: the top finding, in a healthy session the first warning; null: nothing. */
  readonly top: Finding | null;
  readonly sureness: Sureness | null;
  /** A wrong cause that is said to be sure: what must never be. */
  readonly isSurelyWrong: boolean;
}

/** `findings`: as they are listed, what hurts most first. `hasAsked`: the endpoint. */
export function judge(
  case_: CauseCase,
  kind: BrowserKind,
  findings: readonly Finding[],
  { hasAsked = false } = {},
): Judgement {
  const warnings = findings.filter(({ severity }) => severity !== 'note');
  const [truth] = case_.causes;
  if (truth === undefined) return judgement(warnings.length === 0 ? 'right' : 'wrong', warnings[0] ?? null);
  const top = warnings[0] ?? findings[0] ?? null;
  if (top === null) return judgement(case_.mayPassInSilence ? 'right' : 'wrong', null);
  const said = new Set(findings.flatMap(({ candidates }) => candidates.map(({ cause }) => cause)));
  if (case_.mustSay?.some((cause) => !said.has(cause))) return judgement('wrong', top);
  const named = top.candidates.map(({ cause }) => cause);
  const truths: readonly string[] = [truth, ...(case_.equallyTrue ?? [])];
  if (truths.includes(named[0] ?? '')) return judgement('right', top);
  const allowed: readonly string[] = [...case_.causes, ...(case_.alsoIn?.[kind] ?? [])];
  const isHidden = case_.hiddenIn?.includes(kind) && (!hasAsked || case_.isHiddenFromProbe) && top.sureness !== 'high';
  const isAllowed = isHidden || allowed.includes(named[0] ?? '');
  return judgement(isAllowed && named.includes(truth) ? 'ambiguous' : 'wrong', top);
}

function judgement(verdict: Verdict, top: Finding | null): Judgement {
  const sureness = top?.sureness ?? null;
  return { verdict, top, sureness, isSurelyWrong: verdict === 'wrong' && sureness === 'high' };
}

export interface Sums {
  readonly judged: number;
  readonly right: number;
  readonly ambiguous: number;
  readonly wrong: number;
  readonly surelyWrong: number;
  readonly healthy: number;
  /** Healthy sessions of which something is said. */
  readonly falseAlarms: number;
  /** (right + ambiguous) / judged; 1 of nothing. */
  readonly share: number;
}

export const LEAST_SHARE = 0.95;

export function sumUp(judged: readonly { readonly case_: CauseCase; readonly judgement: Judgement }[]): Sums {
  const count = (test: (one: (typeof judged)[number]) => boolean) => judged.filter(test).length;
  const right = count(({ judgement: { verdict } }) => verdict === 'right');
  const ambiguous = count(({ judgement: { verdict } }) => verdict === 'ambiguous');
  const isHealthy = ({ case_ }: (typeof judged)[number]) => case_.causes.length === 0;
  return {
    judged: judged.length,
    right,
    ambiguous,
    wrong: judged.length - right - ambiguous,
    surelyWrong: count(({ judgement: { isSurelyWrong } }) => isSurelyWrong),
    healthy: count(isHealthy),
    falseAlarms: count((one) => isHealthy(one) && one.judgement.verdict === 'wrong'),
    share: judged.length === 0 ? 1 : (right + ambiguous) / judged.length,
  };
}

/** Which of the goals are missed, in words; empty: none. */
export function missedGoals({ surelyWrong, falseAlarms, share, judged }: Sums): readonly string[] {
  return [
    ...(judged === 0 ? ['nothing was judged'] : []),
    ...(surelyWrong > 0 ? [`${surelyWrong} wrong at high sureness`] : []),
    ...(falseAlarms > 0 ? [`${falseAlarms} false alarms in healthy sessions`] : []),
    ...(share < LEAST_SHARE ? [`${(share * 100).toFixed(0)} % right or rightly ambiguous`] : []),
  ];
}
