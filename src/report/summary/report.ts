/**
 * What a report says, before it is Markdown or HTML: titles, tables, texts. Plain text throughout; whoever writes it down
 * escapes it. Pure.
 */

import { describeClose } from '../../analysis/close-codes.ts';
import { closedBy, endedAtMs } from '../../analysis/connection-state.ts';
import type { Finding, Severity } from '../../analysis/findings/finding.ts';
import { timeWords } from '../../analysis/verdict/words.ts';
import type { ConnectionRecord, Environment } from '../../protocol/records.ts';
import { text } from '../../words/words.ts';
import { type AnalysedRecording, closesByCode, spanOf } from './analyse-recording.ts';
import { REPORT } from './words.ts';

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Rows that were left out. */
  readonly more: number;
}

export interface ReportModel {
  readonly title: string;
  readonly notes: string;
  /** Name and value. */
  readonly facts: readonly (readonly [string, string])[];
  readonly closesByCode: Table;
  readonly closes: Table;
  readonly markers: Table;
}

const MAX_ROWS = 500;

export function reportModelOf(analysed: AnalysedRecording): ReportModel {
  const { session, facts, findings, scorecards } = analysed;
  const { connections, context } = facts;
  const [fromMs, toMs] = spanOf(analysed);
  const frames = connections.reduce((sum, { framesIn, framesOut }) => sum + framesIn + framesOut, 0);
  const missed = connections.reduce((sum, { framesMissed }) => sum + framesMissed, 0);
  const failed = scorecards.filter(({ state }) => state === 'failed').length;
  const { columns } = REPORT;
  const ended = connections.filter((record) => endedAtMs(record) !== null);
  return {
    title: session.name === '' ? REPORT.untitled : session.name,
    notes: session.notes ?? '',
    facts: [
      [REPORT.facts.recorded, `${isoOf(fromMs)}, ${spanWords(toMs - fromMs)}`],
      [REPORT.facts.connections, String(connections.length)],
      [REPORT.facts.frames, missed === 0 ? String(frames) : REPORT.missed(frames, missed)],
      [REPORT.facts.findings, findings.length === 0 ? REPORT.none : severityWords(findings)],
      [REPORT.facts.drops, scorecards.length === 0 ? REPORT.none : REPORT.drops(scorecards.length, failed)],
      ...environmentFacts(session.environment),
      ...(session.importedFrom ? [[REPORT.facts.importedFrom, session.importedFrom.fileName] as const] : []),
    ],
    closesByCode: table(
      [columns.code, columns.name, columns.closes],
      closesByCode(connections).map(([code, count]) => [String(code), describeClose(code).name, String(count)]),
    ),
    closes: table(
      [columns.ended, columns.connection, columns.code, columns.how, columns.openFor, columns.reason],
      ended.sort((a, b) => (endedAtMs(a) ?? 0) - (endedAtMs(b) ?? 0)).map(closeRow),
    ),
    markers: table(
      [columns.at, columns.mark],
      context.filter(({ kind }) => kind === 'marker').map(({ atMs, text = '' }) => [isoOf(atMs), text]),
    ),
  };
}

function closeRow(record: ConnectionRecord): readonly string[] {
  const { url, close, openedAtMs } = record;
  const atMs = endedAtMs(record) ?? 0;
  return [
    isoOf(atMs),
    url,
    close ? `${close.code} ${describeClose(close.code).name}` : REPORT.notKnown,
    [REPORT.by[closedBy(record) ?? 'unknown'], close?.simulated ? REPORT.simulated : '']
      .filter((word) => word !== '')
      .join(', '),
    openedAtMs === null ? REPORT.neverOpen : spanWords(atMs - openedAtMs),
    close?.reason ?? '',
  ];
}

function environmentFacts(environment: Environment | undefined): readonly (readonly [string, string])[] {
  if (!environment) return [];
  const { browser, os, extensionVersion, pageUrl, viewport, networkType, language } = environment;
  const { facts } = REPORT;
  const rows: readonly (readonly [string, string | null])[] = [
    [facts.browser, browser && `${browser.name} ${browser.version}`],
    [facts.system, os],
    [facts.page, pageUrl],
    [facts.viewport, viewport && `${viewport.widthPx} × ${viewport.heightPx}, ×${viewport.pixelRatio}`],
    [facts.network, networkType],
    [facts.language, language],
    ['Socketscope', extensionVersion],
  ];
  return rows.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

const SEVERITIES: readonly Severity[] = ['problem', 'warning', 'note'];

function severityWords(findings: readonly Finding[]): string {
  return SEVERITIES.map((name) => [name, findings.filter(({ severity }) => severity === name).length] as const)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => REPORT.severities[name](count))
    .join(', ');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): Table {
  return { columns, rows: rows.slice(0, MAX_ROWS), more: Math.max(0, rows.length - MAX_ROWS) };
}

export function spanWords(ms: number): string {
  if (ms < 60_000) return timeWords(Math.max(0, ms));
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  return hours === 0
    ? `${minutes} ${text('unit_min')} ${Math.round((ms % 60_000) / 1000)} ${text('unit_s')}`
    : `${hours} ${text('unit_h')} ${minutes % 60} ${text('unit_min')}`;
}

/** Times beyond what a Date can hold are forgeries. */
export function isoOf(atMs: number): string {
  return new Date(Math.min(Math.max(atMs, 0), 8.64e15)).toISOString();
}
