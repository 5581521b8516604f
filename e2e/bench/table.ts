/** The report as text for a terminal. Pure. */

import { INSTALLATION_GOAL_MS, type Verdict } from './goals.ts';
import { QUIET_LOAD } from './machine.ts';
import { MEMORY_BOUND_BYTES } from './memory.ts';
import type { Cell, Line, Report } from './report.ts';
import type { SetUp, SetUpId } from './set-ups.ts';
import type { Summary } from './statistics.ts';

const MARKS: Readonly<Record<Verdict, string>> = { met: '✓', 'met?': '✓?', 'missed?': '✗?', missed: '✗' };

/** Columns of equal width; the first to the left, the others to the right. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

export function renderReport(report: Report): string {
  const sections = [renderSurroundings(report)];
  if (report.lines.length > 0) sections.push(renderLines(report));
  if (report.cpu.length > 0) sections.push(renderCpu(report));
  if (report.drain.length > 0) sections.push(renderDrain(report));
  if (report.installation) sections.push(renderInstallation(report));
  if (report.memory.length > 0) sections.push(renderMemory(report));
  sections.push(renderGoals(report));
  return sections.join('\n\n');
}

function renderSurroundings({ surroundings, lostFrames }: Report): string {
  const { browserVersion, machine, load, stolen, rounds, size, startedAt } = surroundings;
  const [before, after] = load;
  const lines = [
    `${browserVersion}, ${machine.cores} cores (${machine.model}), ${machine.kernel}, ${startedAt}`,
    `${rounds} rounds${size === 'quick' ? ' (quick)' : ''}; load ${before.toFixed(1)} before, ${after.toFixed(1)} after` +
      (stolen === null ? '' : `; ${(stolen * 100).toFixed(1)} % of the time stolen by the host`),
  ];
  if (before > QUIET_LOAD)
    lines.push('The machine was NOT quiet: times are longer and less certain than they would be.');
  if (lostFrames > 0) lines.push(`${lostFrames} frames were NOT recorded.`);
  return lines.join('\n');
}

function renderLines({ lines, setUps }: Report): string {
  const head = ['median; ratio to no extension (95 % interval)', ...setUps.map(({ title }) => title)];
  return renderTable([head, ...lines.map((line) => [line.name, ...line.cells.map((cell) => renderCell(line, cell))])]);
}

function renderCell({ unit, compare }: Line, { median, compared, verdict }: Cell): string {
  if (!compared) return unit === 'ms' ? `${formatMs(median)} ms` : `${median}`;
  const mark = verdict === null ? '' : ` ${MARKS[verdict]}`;
  if (compare === 'difference') return `${compared.median > 0 ? '+' : ''}${compared.median}`;
  return `${formatRatio(compared)}${mark}`;
}

function formatRatio({ median, interval }: Summary): string {
  return `${median.toFixed(2)} (${interval.low.toFixed(2)}–${interval.high.toFixed(2)})`;
}

/** Three digits that mean something. */
export function formatMs(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2);
}

function renderCpu({ cpu, setUps }: Report): string {
  const head = ['processor time: whole browser (page’s process)', ...setUps.map(({ title }) => title)];
  const rows = cpu.map(({ name, cells }) => [
    name,
    ...setUps.map(({ id }) => {
      const cell = cells.find(({ setUp }) => setUp === id);
      return cell ? `${cell.totalMs.toFixed(0)} (${cell.byRole.page.toFixed(0)}) ms` : '';
    }),
  ]);
  return renderTable([head, ...rows]);
}

function renderDrain({ drain, setUps }: Report): string {
  const recording = setUps.filter(({ id }) => drain.some(({ cells }) => cells.some(({ setUp }) => setUp === id)));
  const head = ['from the last frame until all is recorded', ...recording.map(titleOf)];
  const rows = drain.map(({ name, cells }) => [name, ...recording.map(({ id }) => renderDrainCell(cells, id))]);
  return renderTable([head, ...rows]);
}

function renderDrainCell(cells: Report['drain'][number]['cells'], id: SetUpId): string {
  const cell = cells.find(({ setUp }) => setUp === id);
  if (!cell) return '';
  const { median, interval } = cell.ms;
  return `${median.toFixed(0)} ms (${interval.low.toFixed(0)}–${interval.high.toFixed(0)}) ${MARKS[cell.verdict]}`;
}

function titleOf({ title }: SetUp): string {
  return title;
}

function renderInstallation({ installation }: Report): string {
  if (!installation) return '';
  const { pageScriptMs, contentScriptMs, messages, messagesWithSocket, workerWoken } = installation;
  const time = ({ median, interval }: Summary) =>
    `${median.toFixed(3)} ms (${interval.low.toFixed(3)}–${interval.high.toFixed(3)})`;
  return renderTable([
    ['a page without sockets', ''],
    ['page script, processor time', time(pageScriptMs)],
    ['content script, processor time', time(contentScriptMs)],
    ['messages', `${messages} (with a socket: ${messagesWithSocket})`],
    ['worker woken', workerWoken ? 'yes' : 'no'],
    ['goal for the page script', `${INSTALLATION_GOAL_MS} ms`],
  ]);
}

function renderMemory({ memory }: Report): string {
  const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(2)} MB`;
  return renderTable([
    ['memory of the page, more than without extension', `goal ${megabytes(MEMORY_BOUND_BYTES)}`],
    ...memory.map(({ load, cost }) => [
      `${load.frames.toLocaleString('en')} × ${load.payloadBytes.toLocaleString('en')} B ${load.kind}`,
      megabytes(cost.median),
    ]),
  ]);
}

function renderGoals({ goals }: Report): string {
  return ['goals', ...goals.map(({ what, verdict }) => `  ${MARKS[verdict].padEnd(2)} ${what}`)].join('\n');
}
