/** A verdict as Markdown, for a ticket. Pure; whatever comes from the page is escaped, and tokens are not in it. */
import { counted, text, type WordKey, words } from '../../words/words.ts';
import { endpointOf } from '../endpoint.ts';
import type { Attempt } from './episode.ts';
import type { Evidence } from './input.ts';
import type { Policy } from './policy/policy.ts';
import type { Line, LineState, Scorecard } from './scorecard.ts';
import { LINE_COLUMNS, LINE_STATES, measureWords, policyWords, SURENESS, timeWords } from './words.ts';

const SIGNS: Readonly<Record<LineState, string>> = {
  passed: '✅',
  failed: '❌',
  notApplicable: '➖',
  pending: '⏳',
  interrupted: '⚠️',
};

const VERDICT_MARKDOWN = words({
  title: 'verdictMarkdown_title',
  drops: (count: number, failed: number) => counted('verdictMarkdown_drops', count, failed),
  drop: (number: number, state: string) => text('verdictMarkdown_drop', number, state),
  endpoint: 'verdictMarkdown_endpoint',
  simulated: (at: string, close: string) => text('verdictMarkdown_simulated', at, close),
  real: (at: string, close: string) => text('verdictMarkdown_real', at, close),
  code: (code: number) => text('verdictMarkdown_code', code),
  noClose: 'verdictMarkdown_noClose',
  policy: ({ gaps, drops, sureness }: Policy, policy: string) =>
    text('verdictMarkdown_policy', policy, gaps, drops, SURENESS[sureness]),
  attempt: 'verdictMarkdown_attempt',
  wait: 'verdictMarkdown_wait',
  outcome: 'verdictMarkdown_outcome',
  connection: 'verdictMarkdown_connection',
  outcomes: {
    opened: 'verdictMarkdown_outcomes_opened',
    failed: 'verdictMarkdown_outcomes_failed',
    abandoned: 'verdictMarkdown_outcomes_abandoned',
    pending: 'verdictMarkdown_outcomes_pending',
  } satisfies Record<Attempt['outcome'], WordKey>,
  more: (count: number) => text('verdictMarkdown_more', count),
});

const MAX_ATTEMPTS_SHOWN = 50;

/** All scorecards, each under a heading of its own. */
export function verdictMarkdown(scorecards: readonly Scorecard[]): string {
  const failed = scorecards.filter(({ state }) => state === 'failed').length;
  const head = [`## ${VERDICT_MARKDOWN.title}`, '', VERDICT_MARKDOWN.drops(scorecards.length, failed)];
  return `${[...head, ...scorecards.flatMap((card, i) => ['', ...cardMarkdown(card, i)])].join('\n')}\n`;
}

function cardMarkdown(card: Scorecard, index: number): readonly string[] {
  const { drop, dropped, attempts, policy, lines, state } = card;
  const close = dropped.close ? VERDICT_MARKDOWN.code(dropped.close.code) : VERDICT_MARKDOWN.noClose;
  const { line, state: result, value, budget, why, evidence } = LINE_COLUMNS;
  const { attempt, wait, outcome, connection } = VERDICT_MARKDOWN;
  return [
    `### ${VERDICT_MARKDOWN.drop(index + 1, stateWords(state))}`,
    '',
    `- ${VERDICT_MARKDOWN.endpoint}: ${inlineCode(endpointOf(dropped.url))}`,
    `- ${(drop.simulated ? VERDICT_MARKDOWN.simulated : VERDICT_MARKDOWN.real)(new Date(drop.atMs).toISOString(), close)}`,
    `- ${VERDICT_MARKDOWN.policy(policy, policyWords(policy))}`,
    '',
    `| ${[line, result, value, budget, why, evidence].join(' | ')} |`,
    '| --- | --- | --- | --- | --- | --- |',
    ...lines.map(lineMarkdown),
    ...(attempts.length > 0
      ? ['', `| ${[attempt, wait, outcome, connection].join(' | ')} |`, '| ---: | ---: | --- | --- |']
      : []),
    ...attempts.slice(0, MAX_ATTEMPTS_SHOWN).map(attemptMarkdown),
    ...(attempts.length > MAX_ATTEMPTS_SHOWN ? ['', VERDICT_MARKDOWN.more(attempts.length - MAX_ATTEMPTS_SHOWN)] : []),
  ];
}

function lineMarkdown({ title, state, value, unit, budget, why, evidence }: Line): string {
  const cells = [
    title,
    stateWords(state),
    measureWords(value, unit),
    measureWords(budget, unit),
    why,
    evidenceWords(evidence),
  ];
  return `| ${cells.map(escaped).join(' | ')} |`;
}

function attemptMarkdown({ connection, gapMs, outcome }: Attempt, index: number): string {
  return `| ${[String(index + 1), timeWords(gapMs), VERDICT_MARKDOWN.outcomes[outcome], connection.id].map(escaped).join(' | ')} |`;
}

function stateWords(state: LineState): string {
  return `${SIGNS[state]} ${LINE_STATES[state]}`;
}

const MAX_EVIDENCE_SHOWN = 3;

function evidenceWords(evidence: readonly Evidence[]): string {
  const shown = evidence
    .slice(0, MAX_EVIDENCE_SHOWN)
    .map(({ connectionId, seq }) => (seq === undefined ? connectionId : `${connectionId} #${seq}`));
  return [...shown, ...(evidence.length > MAX_EVIDENCE_SHOWN ? [`+${evidence.length - MAX_EVIDENCE_SHOWN}`] : [])].join(
    ', ',
  );
}

/** Nothing of a page can end a cell, begin markup or a link. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, '\\$&').replace(/[\r\n]+/g, ' ');
}

function inlineCode(text: string): string {
  return `\`${text.replace(/[`\r\n]/g, '')}\``;
}
