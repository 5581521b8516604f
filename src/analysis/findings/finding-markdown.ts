/** A finding as Markdown, for a ticket. Pure; whatever came from a page is escaped. */

import { text } from '../../words/words.ts';
import { SURENESS } from '../verdict/words.ts';
import type { Advice, Candidate, Evidence, Finding } from './finding.ts';
import { FAMILIES, FINDING_HEADS, SEVERITIES } from './words.ts';

export function findingMarkdown(finding: Finding): string {
  const { title, severity, sureness, because, meaning, candidates, evidence, against, nextCheck, advice } = finding;
  const sections: readonly (readonly string[])[] = [
    [`## ${escaped(title)}`],
    [text('findingMarkdown_sureness', SEVERITIES[severity], SURENESS[sureness], escaped(because))],
    [escaped(meaning)],
    list(candidates.length === 1 ? FINDING_HEADS.cause : FINDING_HEADS.candidates, candidates.map(candidateLine), true),
    list(FINDING_HEADS.evidence, evidence.map(evidenceLine)),
    list(FINDING_HEADS.against, against.map(evidenceLine)),
    nextCheck === '' ? [] : [`### ${FINDING_HEADS.nextCheck}`, '', escaped(nextCheck)],
    advice.length === 0 ? [] : [`### ${FINDING_HEADS.advice}`, ...advice.flatMap((one) => ['', ...adviceLines(one)])],
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

function list(head: string, lines: readonly string[], isNumbered = false): readonly string[] {
  if (lines.length === 0) return [];
  return [`### ${head}`, '', ...lines.map((line, i) => (isNumbered ? `${i + 1}. ${line}` : `- ${line}`))];
}

function candidateLine({ title, family, check }: Candidate): string {
  return `**${escaped(title)}** (${FAMILIES[family]})${check === '' ? '' : `: ${escaped(check)}`}`;
}

function evidenceLine(one: Evidence): string {
  return one.kind === 'frame' ? text('findingMarkdown_frame', escaped(one.says), one.seq) : escaped(one.says);
}

function adviceLines({ text, lines }: Advice): readonly string[] {
  if (!lines) return [escaped(text)];
  const fence = fenceFor(lines.text);
  return [escaped(text), '', `${escaped(lines.of)}:`, '', fence, lines.text, fence];
}

/** Longer than every run of backticks inside. */
function fenceFor(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return '`'.repeat(longest + 1);
}

/** On one line, and without a meaning in Markdown or HTML. */
function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#]/g, '\\$&');
}
