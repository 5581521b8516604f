/** What the command prints, as lines. Pure. */
import type { Outcome } from './compare.ts';
import type { Completeness, KnownLoss, Loss } from './completeness.ts';
import type { Confirmed } from './confirm.ts';
import type { KnownDifference, PanelState } from './known.ts';
import { countResults, type TestResult } from './results.ts';

/** One state of the browser, compared with the native one. */
export interface PanelReport {
  readonly panel: PanelState;
  readonly results: readonly TestResult[];
  readonly seconds: number;
  /** Undocumented. */
  readonly fresh: readonly Confirmed[];
  /** Differed once; repeated runs show that the subtest wavers natively just as much. */
  readonly wavering: readonly Confirmed[];
  readonly known: readonly KnownDifference[];
  readonly vanished: readonly KnownDifference[];
  /** Of what was recorded; null where nothing is. */
  readonly completeness: Completeness | null;
}

export interface Report {
  readonly browserVersion: string;
  readonly native: readonly TestResult[];
  /** 0 when all results came from a file. */
  readonly nativeSeconds: number;
  readonly panels: readonly PanelReport[];
  /** Tests that the runner could not run, whatever the reason: nothing is known about them. */
  readonly notRun: readonly TestResult[];
}

const OUTCOME_LENGTH = 300;

/** 0: no undocumented difference; 1: some; 2: not everything could be run, so nothing is proven. */
export function exitCodeOf({ panels, notRun }: Report): 0 | 1 | 2 {
  if (notRun.length > 0) {
    return 2;
  }
  return panels.some((panel) => newFindings(panel) > 0) ? 1 : 0;
}

function newFindings({ fresh, completeness }: PanelReport): number {
  return fresh.length + (completeness?.fresh.length ?? 0);
}

/** Every difference, then the table. */
export function formatReport(report: Report): readonly string[] {
  return [
    ...report.notRun.map(({ url, message }) => `could not be run: ${url}\n  ${message}`),
    ...report.panels.flatMap(formatPanel),
    '',
    ...formatTable(report),
    ...report.panels.flatMap(formatTotals),
    '',
    conclusion(report),
  ];
}

function formatPanel({ panel, fresh, wavering, known, vanished, completeness }: PanelReport): readonly string[] {
  return [
    ...section(`Panel ${panel}: differs from native`, fresh.map(formatConfirmed)),
    ...section(`Panel ${panel}: differed once, but wavers natively as well`, wavering.map(formatConfirmed)),
    ...section(`Panel ${panel}: known differences`, known.map(formatKnown)),
    ...section(
      `Panel ${panel}: known differences that are gone; take them out of known-differences.ts`,
      vanished.map(formatKnown),
    ),
    ...section(`Panel ${panel}: recorded otherwise than on the wire`, (completeness?.fresh ?? []).map(formatLoss)),
    ...section(`Panel ${panel}: known losses`, (completeness?.known ?? []).map(formatKnownLoss)),
    ...section(
      `Panel ${panel}: known losses that are gone; take them out of known-differences.ts`,
      (completeness?.vanished ?? []).map(formatKnownLoss),
    ),
  ];
}

function section(title: string, entries: readonly string[]): readonly string[] {
  return entries.length === 0 ? [] : ['', `${title} (${entries.length})`, ...entries];
}

function formatConfirmed({ difference, native, hooked }: Confirmed): string {
  return [
    `  ${difference.url}`,
    `    ${difference.subtest}`,
    `      native: ${tally(native, difference.native)}`,
    `      hooked: ${tally(hooked, difference.hooked)}`,
  ].join('\n');
}

/** "5 × PASS, 1 × FAIL: …"; the first run's outcome where nothing was repeated. */
function tally(repeated: readonly Outcome[], first: Outcome): string {
  const counts = new Map<Outcome, number>();
  for (const outcome of repeated.length === 0 ? [first] : repeated) {
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return [...counts].map(([outcome, count]) => `${count} × ${oneLine(outcome)}`).join(', ');
}

function oneLine(outcome: Outcome): string {
  const text = outcome.replace(/\s+/g, ' ');
  return text.length > OUTCOME_LENGTH ? `${text.slice(0, OUTCOME_LENGTH)}…` : text;
}

function formatKnown({ url, subtest, reason }: KnownDifference): string {
  return `  ${url}${subtest === undefined ? '' : `\n    ${subtest}`}\n      ${reason}`;
}

function formatLoss({ url, connection, problems }: Loss): string {
  return [`  ${url}`, `    ${connection}`, ...problems.map((problem) => `      ${problem}`)].join('\n');
}

function formatKnownLoss({ url, problem, reason }: KnownLoss): string {
  return `  ${url.source}\n    ${problem}\n      ${reason}`;
}

function formatTotals({ panel, completeness }: PanelReport): readonly string[] {
  if (completeness === null) {
    return [];
  }
  const { totals, fresh, known } = completeness;
  return [
    '',
    `panel ${panel}, on the wire: ${totals.connections} connections, ${totals.frames} frames, ${totals.closes} close frames; ` +
      `recorded otherwise: ${fresh.length} new, ${known.length} known kinds`,
  ];
}

function formatTable({ native, nativeSeconds, panels }: Report): readonly string[] {
  const rows = [
    ['', 'tests', 'subtests', 'pass', 'new', 'known', 'gone', 'waver', 'seconds'],
    ['native', ...counts(native), '', '', '', '', nativeSeconds === 0 ? 'from file' : String(nativeSeconds)],
    ...panels.map((entry) => [
      `panel ${entry.panel}`,
      ...counts(entry.results),
      ...[entry.fresh, entry.known, entry.vanished, entry.wavering].map(({ length }) => String(length)),
      String(entry.seconds),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function counts(results: readonly TestResult[]): readonly string[] {
  const { tests, subtests, passed } = countResults(results);
  return [String(tests), String(subtests), String(passed)];
}

function conclusion({ browserVersion, panels, notRun }: Report): string {
  const fresh = panels.reduce((sum, panel) => sum + newFindings(panel), 0);
  const verdict =
    fresh === 0 ? 'no undocumented difference' : `${fresh} undocumented difference${fresh === 1 ? '' : 's'}`;
  const missing = notRun.length === 1 ? '1 result is missing' : `${notRun.length} results are missing`;
  return `web-platform-tests, ${browserVersion}: ${verdict}${notRun.length === 0 ? '' : `; ${missing}`}`;
}
