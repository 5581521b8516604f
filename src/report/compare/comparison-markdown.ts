/** A comparison of two sessions as Markdown, for a ticket. Whatever came from a page or a user is escaped. Pure. */
import { escaped } from '../summary/escape-markdown.ts';
import type { ComparedFinding, Comparison } from './compare.ts';
import {
  CHANGE_OF,
  CHANGE_SIGNS,
  COMPARISON,
  type ComparedRow,
  comparisonTables,
  type MeasureWords,
} from './comparison-tables.ts';

export interface ComparedSide {
  readonly name: string;
  /** When it began, in which browser, and such. */
  readonly facts: readonly string[];
}

export interface ComparisonMarkdownOptions {
  readonly before: ComparedSide;
  readonly after: ComparedSide;
  readonly measures: MeasureWords;
}

/** What the view of the comparison shows, in its order and its words. */
export function comparisonMarkdown(
  comparison: Comparison,
  { before, after, measures }: ComparisonMarkdownOptions,
): string {
  const sections = [
    `# ${COMPARISON.label}`,
    [sideLine(COMPARISON.before, before), sideLine(COMPARISON.after, after)].join('\n'),
    section(COMPARISON.findings, comparison.findings.flatMap(findingLine)),
    ...comparisonTables(comparison, measures).map(({ title, rows }) => section(title, tableLines(rows))),
  ];
  return `${sections.join('\n\n')}\n`;
}

function sideLine(word: string, { name, facts }: ComparedSide): string {
  return `- ${[`${word}: **${escaped(name)}**`, ...facts.map(escaped)].join(' · ')}`;
}

function section(title: string, lines: readonly string[]): string {
  return `## ${title}\n\n${lines.length === 0 ? COMPARISON.none : lines.join('\n')}`;
}

function findingLine({ where, before, after }: ComparedFinding): readonly string[] {
  const shown = after[0] ?? before[0];
  if (!shown) return [];
  const change = `${CHANGE_SIGNS[CHANGE_OF[where]]} ${COMPARISON.where[where]}`;
  return [`- ${change}: ${escaped(shown.title)} (${COMPARISON.counts(before.length, after.length)})`];
}

/** None for no rows: a head alone says nothing. */
function tableLines(rows: readonly ComparedRow[]): readonly string[] {
  if (rows.length === 0) return [];
  const head = ['', COMPARISON.before, COMPARISON.after, COMPARISON.change];
  const cells = rows.map(({ name, before, after, change }) => [
    escaped(name),
    escaped(before),
    escaped(after),
    change === null ? '' : `${CHANGE_SIGNS[change]} ${COMPARISON.changes[change]}`,
  ]);
  return [head, ['---', '---:', '---:', '---'], ...cells].map((row) => `| ${row.join(' | ')} |`);
}
