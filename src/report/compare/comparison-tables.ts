/**
 * What a comparison says, in the words of the language, before it is shown or written down: its headings, its tables as
 * rows of text, its changes as a sign and a word. Pure.
 */
import { formatCount, formatDecimal, text, type WordKey, words } from '../../words/words.ts';
import type { Change, ComparedFigure, ComparedFinding, ComparedLine, Comparison, LineCounts } from './compare.ts';

export const COMPARISON = words({
  label: 'compareSessions_label',
  before: 'compareSessions_before',
  after: 'compareSessions_after',
  change: 'compareSessions_change',
  findings: 'compareSessions_findings',
  closes: 'compareSessions_closes',
  figures: 'compareSessions_figures',
  verdicts: 'compareSessions_verdicts',
  none: 'compareSessions_none',
  counts: (before: number, after: number) => text('compareSessions_counts', formatCount(before), formatCount(after)),
  lineCounts: (passed: number, failed: number) =>
    text('compareSessions_lineCounts', formatCount(passed), formatCount(failed)),
  changes: {
    same: 'compareSessions_changes_same',
    better: 'compareSessions_changes_better',
    worse: 'compareSessions_changes_worse',
    unclear: 'compareSessions_changes_unclear',
  } satisfies Record<Change, WordKey>,
  where: {
    before: 'compareSessions_where_before',
    after: 'compareSessions_where_after',
    both: 'compareSessions_where_both',
  } satisfies Record<ComparedFinding['where'], WordKey>,
  figureNames: {
    watched: 'compareSessions_figureNames_watched',
    connections: 'compareSessions_figureNames_connections',
    abnormal: 'compareSessions_figureNames_abnormal',
    failed: 'compareSessions_figureNames_failed',
    disconnects: 'compareSessions_figureNames_disconnects',
    open: 'compareSessions_figureNames_open',
    opening: 'compareSessions_figureNames_opening',
    roundTrip: 'compareSessions_figureNames_roundTrip',
    latency: 'compareSessions_figureNames_latency',
    framesIn: 'compareSessions_figureNames_framesIn',
    framesOut: 'compareSessions_figureNames_framesOut',
    bytesIn: 'compareSessions_figureNames_bytesIn',
    bytesOut: 'compareSessions_figureNames_bytesOut',
  },
});

/** A sign and a word: a colour only helps. */
export const CHANGE_SIGNS: Readonly<Record<Change, string>> = { same: '=', better: '✓', worse: '✗', unclear: '≠' };

/** What it means that a finding is in one of the two, or in both. */
export const CHANGE_OF: Readonly<Record<ComparedFinding['where'], Change>> = {
  before: 'better',
  after: 'worse',
  both: 'same',
};

export interface ComparedRow {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** null: it is not judged. */
  readonly change: Change | null;
}

export interface ComparedTable {
  readonly title: string;
  readonly rows: readonly ComparedRow[];
}

/** How measured values are written. */
export type MeasureWords = Readonly<Record<'ms' | 'bytes', (value: number) => string>>;

/** The tables below the findings: closes by code, figures, lines of the verdicts. */
export function comparisonTables({ closes, figures, lines }: Comparison, measures: MeasureWords) {
  const names: Readonly<Record<string, string>> = COMPARISON.figureNames;
  const tables: readonly ComparedTable[] = [
    {
      title: COMPARISON.closes,
      rows: closes.map(({ code, name, before, after }) => ({
        name: `${code} ${name}`,
        before: formatCount(before),
        after: formatCount(after),
        change: null,
      })),
    },
    {
      title: COMPARISON.figures,
      rows: figures.map(({ id, title, unit, before, after, change }) => ({
        name: names[id] ?? title,
        before: measured(before, unit, measures),
        after: measured(after, unit, measures),
        change,
      })),
    },
    {
      title: COMPARISON.verdicts,
      rows: lines.map(({ title, before, after, medianBefore, medianAfter, unit, change }) => ({
        name: title,
        before: judged(before, medianBefore, unit, measures),
        after: judged(after, medianAfter, unit, measures),
        change,
      })),
    },
  ];
  return tables;
}

function judged(
  { passed, failed }: LineCounts,
  median: number | null,
  unit: ComparedLine['unit'],
  measures: MeasureWords,
): string {
  const counts = passed + failed === 0 ? '–' : COMPARISON.lineCounts(passed, failed);
  if (median === null) return counts;
  return `${counts}, ${unit === 'ms' ? measures.ms(median) : formatDecimal(median, 1)}`;
}

function measured(value: number | null, unit: ComparedFigure['unit'], measures: MeasureWords): string {
  if (value === null) return '–';
  if (unit === 'count') return formatCount(value);
  return unit === 'perHour' ? formatDecimal(value, 1) : measures[unit](value);
}
