/** The confusion table of the cause lab as text. Pure. */
import type { Finding } from '../../src/analysis/findings/finding.ts';
import type { BrowserKind } from '../browsers/browser.ts';
import type { CauseCase } from './case.ts';
import { type Judgement, missedGoals, sumUp } from './judge.ts';

/** What was found in one browser, from what the extension knows by itself, and once it has asked the endpoint. */
export interface CaseResult {
  readonly kind: BrowserKind;
  readonly case_: CauseCase;
  /** Why there is nothing to judge. */
  readonly why: string | null;
  readonly isSkipped: boolean;
  readonly plain: Judgement | null;
  readonly probed: Judgement | null;
  readonly findings: readonly Finding[];
}

const HEAD = ['case', 'browser', 'expected', 'top finding', 'sure', 'asked the endpoint', 'sure', ''] as const;

export function renderCauses(results: readonly CaseResult[], isVerbose = false): string {
  const rows = results.map(row);
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...rows.map((cells) => (cells[column] ?? '').length)),
  );
  const lines = [[...HEAD], ...rows].map((cells) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const details = isVerbose ? results.flatMap(detail) : [];
  return [...lines, '', ...details, ...sums(results)].join('\n');
}

function row({ kind, case_, why, isSkipped, plain, probed }: CaseResult): readonly string[] {
  const expected = case_.causes[0] ?? 'nothing';
  if (why !== null) return [case_.name, kind, expected, isSkipped ? `skipped: ${why}` : `FAILED: ${why}`];
  const verdicts = [plain, probed].flatMap((judgement) => (judgement ? [judgement.verdict] : []));
  return [case_.name, kind, expected, ...cells(plain), ...cells(probed), [...new Set(verdicts)].join(', then ')];
}

function cells(judgement: Judgement | null): readonly [string, string] {
  if (!judgement) return ['', ''];
  const { top, sureness, verdict } = judgement;
  if (!top) return ['nothing', ''];
  const mark = verdict === 'wrong' ? '✗ ' : '';
  const others = top.candidates.length > 1 ? ` +${top.candidates.length - 1}` : '';
  return [`${mark}${top.rule}: ${top.candidates[0].cause}${others}`, sureness ?? ''];
}

function detail({ kind, case_, findings }: CaseResult): readonly string[] {
  return [
    `── ${case_.name}, ${kind}: ${case_.what}`,
    ...findings.map(
      ({ severity, sureness, rule, candidates, title, because }) =>
        `   ${severity}, ${sureness}: ${rule} [${candidates.map(({ cause }) => cause).join(', ')}] ${title} (${because})`,
    ),
  ];
}

/** One line for each column, and what is missed. */
export function sums(results: readonly CaseResult[]): readonly string[] {
  const columns = { plain: 'by itself', probed: 'having asked' } as const;
  const lines = (['plain', 'probed'] as const).map((column) => {
    const { judged, right, ambiguous, wrong, surelyWrong, healthy, falseAlarms, share } = sumUp(
      judgedOf(results, column),
    );
    return `${columns[column]}: ${judged} judged, ${right} right, ${ambiguous} rightly ambiguous, ${wrong} wrong (${surelyWrong} at high sureness); ${falseAlarms} false alarms in ${healthy} healthy sessions; ${(share * 100).toFixed(1)} %`;
  });
  const skipped = results.filter(({ isSkipped }) => isSkipped).length;
  const missed = missedOf(results);
  return [
    ...lines,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    missed.length === 0 ? 'All goals are met.' : `MISSED: ${missed.join('; ')}`,
  ];
}

/** The goals hold for what is known by itself, and for the best that is known of each case. */
export function missedOf(results: readonly CaseResult[]): readonly string[] {
  const failed = results.filter(({ why, isSkipped }) => why !== null && !isSkipped);
  return [
    ...failed.map(({ case_, kind }) => `${case_.name} could not be made in ${kind}`),
    ...missedGoals(sumUp(judgedOf(results, 'plain'))),
    ...missedGoals(sumUp(results.flatMap(bestOf))).map((goal) => `having asked: ${goal}`),
  ];
}

function judgedOf(results: readonly CaseResult[], column: 'plain' | 'probed') {
  return results.flatMap(({ case_, [column]: judgement }) => (judgement ? [{ case_, judgement }] : []));
}

function bestOf({ case_, plain, probed }: CaseResult) {
  const judgement = probed ?? plain;
  return judgement ? [{ case_, judgement }] : [];
}

/** Whatever is wrong or could not be made, by name. */
export function surprisesIn(results: readonly CaseResult[]): readonly string[] {
  return results.flatMap(({ case_, kind, why, isSkipped, plain, probed }) => {
    if (why !== null) return isSkipped ? [] : [`${case_.name}, ${kind}: ${why}`];
    const wrong = [plain, probed].filter((judgement) => judgement?.verdict === 'wrong');
    return wrong.map((judgement) => `${case_.name}, ${kind}: ${judgement?.top?.candidates[0].cause ?? 'nothing'}`);
  });
}
