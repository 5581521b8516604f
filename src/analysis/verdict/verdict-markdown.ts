/** A verdict as Markdown, for a ticket. Pure; whatever comes from the page is escaped, and tokens are not in it. */
import { endpointOf } from '../endpoint.ts';
import type { Attempt } from './episode.ts';
import type { Evidence } from './input.ts';
import type { Line, LineState, Scorecard } from './scorecard.ts';
import { policyWords, timeWords } from './words.ts';

const STATE_WORDS: Readonly<Record<LineState, string>> = {
  passed: '✅ passed',
  failed: '❌ failed',
  notApplicable: '➖ n/a',
  pending: '⏳ not over yet',
  interrupted: '⚠️ interrupted',
};

const MAX_ATTEMPTS_SHOWN = 50;

/** All scorecards, each under a heading of its own. */
export function verdictMarkdown(scorecards: readonly Scorecard[]): string {
  const failed = scorecards.filter(({ state }) => state === 'failed').length;
  const head = [
    '## Reconnect verdict',
    '',
    `${scorecards.length} drop${scorecards.length === 1 ? '' : 's'}, ${failed} with a failed line.`,
  ];
  return `${[...head, ...scorecards.flatMap((card, i) => ['', ...cardMarkdown(card, i)])].join('\n')}\n`;
}

function cardMarkdown(card: Scorecard, index: number): readonly string[] {
  const { drop, dropped, attempts, policy, lines, state } = card;
  const code = dropped.close ? `close code ${dropped.close.code}` : 'no close event';
  return [
    `### Drop ${index + 1}: ${STATE_WORDS[state]}`,
    '',
    `- Endpoint: ${inlineCode(endpointOf(dropped.url))}`,
    `- ${drop.simulated ? 'Simulated' : 'Real'} drop at ${new Date(drop.atMs).toISOString()}, ${code}`,
    `- Policy: ${policyWords(policy)} (${policy.gaps} waits, ${policy.drops} drops, sureness ${policy.sureness})`,
    '',
    '| line | state | value | budget | why | evidence |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines.map(lineMarkdown),
    ...(attempts.length > 0 ? ['', '| attempt | wait | outcome | connection |', '| ---: | ---: | --- | --- |'] : []),
    ...attempts.slice(0, MAX_ATTEMPTS_SHOWN).map(attemptMarkdown),
    ...(attempts.length > MAX_ATTEMPTS_SHOWN ? ['', `… and ${attempts.length - MAX_ATTEMPTS_SHOWN} more.`] : []),
  ];
}

function lineMarkdown({ title, state, value, unit, budget, why, evidence }: Line): string {
  const cells = [title, STATE_WORDS[state], measure(value, unit), measure(budget, unit), why, evidenceWords(evidence)];
  return `| ${cells.map(escaped).join(' | ')} |`;
}

function attemptMarkdown({ connection, gapMs, outcome }: Attempt, index: number): string {
  return `| ${[String(index + 1), timeWords(gapMs), outcome, connection.id].map(escaped).join(' | ')} |`;
}

function measure(value: number | string | null, unit: Line['unit']): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (unit === 'ms') return timeWords(value);
  return unit === null ? String(value) : `${value} ${unit}`;
}

const MAX_EVIDENCE_SHOWN = 3;

function evidenceWords(evidence: readonly Evidence[]): string {
  const words = evidence
    .slice(0, MAX_EVIDENCE_SHOWN)
    .map(({ connectionId, seq }) => (seq === undefined ? connectionId : `${connectionId} #${seq}`));
  return [...words, ...(evidence.length > MAX_EVIDENCE_SHOWN ? [`+${evidence.length - MAX_EVIDENCE_SHOWN}`] : [])].join(
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
