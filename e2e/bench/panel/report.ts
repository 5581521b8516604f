/** The bench of the panel as a table of Markdown: a row for each thing, a column for each size. */
import type { Machine } from '../machine.ts';
import { isMet, type Line } from './goals.ts';

export interface PanelReport {
  readonly machine: Machine;
  readonly browserVersion: string;
  readonly rounds: number;
  readonly startedAt: string;
  /** Runnable processes of the last minute, before and after. */
  readonly load: { readonly before: number; readonly after: number };
  /** By number of frames, rising. */
  readonly stored: readonly { readonly frames: number; readonly lines: readonly Line[] }[];
  readonly others: readonly Line[];
  /** Of parts that have a table of their own, as lines of Markdown. */
  readonly tables: readonly (readonly string[])[];
}

export function renderPanelReport(report: PanelReport): string {
  const { machine, browserVersion, rounds, startedAt, load, stored, others, tables } = report;
  const memory = (machine.memoryBytes / 2 ** 30).toFixed(0);
  return [
    `${browserVersion}, ${machine.cores} cores (${machine.model}), ${memory} GiB, ${startedAt}; medians of ${rounds} rounds;`,
    `load ${load.before.toFixed(1)} before and ${load.after.toFixed(1)} after.`,
    '',
    ...storedTable(stored),
    '',
    ...otherTable(others),
    ...tables.flatMap((lines) => ['', ...lines]),
  ].join('\n');
}

function storedTable(stored: PanelReport['stored']): readonly string[] {
  if (stored.length === 0) return [];
  const sizes = stored.map(({ frames }) => `${frames.toLocaleString('en-US')} frames`);
  const lines = stored[0]?.lines ?? [];
  return [
    tableRow(['a stored session', 'goal', ...sizes]),
    tableRow(['---', '---', ...sizes.map(() => '---:')]),
    ...lines.map((line, i) =>
      tableRow([line.what, goalOf(line), ...stored.map((size) => textOf(size.lines[i] ?? line))]),
    ),
  ];
}

function otherTable(lines: readonly Line[]): readonly string[] {
  if (lines.length === 0) return [];
  return [
    tableRow(['', 'goal', 'measured']),
    tableRow(['---', '---', '---:']),
    ...lines.map((line) => tableRow([line.what, goalOf(line), textOf(line)])),
  ];
}

/** A row of a Markdown table. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function goalOf({ goal, unit }: Line): string {
  if (!goal) return '';
  return goal.atMost === undefined ? `≥ ${goal.atLeast} ${unit}` : `≤ ${goal.atMost} ${unit}`;
}

/** Bold: the goal is missed. */
function textOf(line: Line): string {
  const { value, unit } = line;
  const text = Number.isNaN(value)
    ? 'never'
    : `${value.toFixed(Math.abs(value) < 10 && value % 1 !== 0 ? 1 : 0)} ${unit}`.trim();
  return isMet(line) === false ? `**${text}**` : text;
}
