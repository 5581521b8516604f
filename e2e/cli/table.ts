/** A plain table for a terminal: numbers to the right, everything else to the left. */
import { say } from './run.ts';

type Cell = string | number;

export function printTable(heads: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => `${row[column] ?? ''}`.length)),
  );
  const line = (cells: readonly Cell[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === 'number' ? `${cell}`.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  say(line(heads));
  say(widths.map((width) => '─'.repeat(width)).join('  '));
  for (const row of rows) say(line(row));
}
