/**
 * What a report says, before it is Markdown or HTML: titles, tables, texts. Plain text throughout; whoever writes it down
 * escapes it. Pure.
 */

import { describeClose } from '../../analysis/close-codes.ts';
import { closedBy, endedAtMs } from '../../analysis/connection-state.ts';
import { timeWords } from '../../analysis/verdict/words.ts';
import type { ConnectionRecord, Environment } from '../../protocol/records.ts';
import { type AnalysedRecording, closesByCode, spanOf } from './analyse-recording.ts';

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
  const ended = connections.filter((record) => endedAtMs(record) !== null);
  return {
    title: session.name === '' ? 'Recording' : session.name,
    notes: session.notes ?? '',
    facts: [
      ['Recorded', `${isoOf(fromMs)}, ${spanWords(toMs - fromMs)}`],
      ['Connections', String(connections.length)],
      ['Frames', missed === 0 ? String(frames) : `${frames}, and ${missed} that were not recorded`],
      ['Findings', findings.length === 0 ? 'none' : severityWords(findings.map(({ severity }) => severity))],
      ['Drops', scorecards.length === 0 ? 'none' : `${scorecards.length}, ${failed} with a failed line`],
      ...environmentFacts(session.environment),
      ...(session.importedFrom ? [['Imported from', session.importedFrom.fileName] as const] : []),
    ],
    closesByCode: table(
      ['code', 'name', 'closes'],
      closesByCode(connections).map(([code, count]) => [String(code), describeClose(code).name, String(count)]),
    ),
    closes: table(
      ['ended', 'connection', 'code', 'how', 'open for', 'reason'],
      ended.sort((a, b) => (endedAtMs(a) ?? 0) - (endedAtMs(b) ?? 0)).map(closeRow),
    ),
    markers: table(
      ['at', 'mark'],
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
    close ? `${close.code} ${describeClose(close.code).name}` : 'not known',
    [BY_WORDS[closedBy(record) ?? 'unknown'], close?.simulated ? 'simulated' : '']
      .filter((word) => word !== '')
      .join(', '),
    openedAtMs === null ? 'never open' : spanWords(atMs - openedAtMs),
    close?.reason ?? '',
  ];
}

const BY_WORDS: Readonly<Record<NonNullable<ReturnType<typeof closedBy>>, string>> = {
  page: 'by the page',
  server: 'by the server',
  lost: 'no close frame',
  neverOpened: 'never opened',
  socketscope: 'by Socketscope',
  navigation: 'page left',
  unknown: 'not known',
};

function environmentFacts(environment: Environment | undefined): readonly (readonly [string, string])[] {
  if (!environment) return [];
  const { browser, os, extensionVersion, pageUrl, viewport, networkType, language } = environment;
  const rows: readonly (readonly [string, string | null])[] = [
    ['Browser', browser && `${browser.name} ${browser.version}`],
    ['System', os],
    ['Page', pageUrl],
    ['Viewport', viewport && `${viewport.widthPx} × ${viewport.heightPx}, ×${viewport.pixelRatio}`],
    ['Network', networkType],
    ['Language', language],
    ['Socketscope', extensionVersion],
  ];
  return rows.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

function severityWords(severities: readonly string[]): string {
  return ['problem', 'warning', 'note']
    .map((name) => [name, severities.filter((one) => one === name).length] as const)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}${count === 1 ? '' : 's'}`)
    .join(', ');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): Table {
  return { columns, rows: rows.slice(0, MAX_ROWS), more: Math.max(0, rows.length - MAX_ROWS) };
}

export function spanWords(ms: number): string {
  if (ms < 60_000) return timeWords(Math.max(0, ms));
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes} min ${Math.round((ms % 60_000) / 1000)} s` : `${hours} h ${minutes % 60} min`;
}

/** Times beyond what a Date can hold are forgeries. */
export function isoOf(atMs: number): string {
  return new Date(Math.min(Math.max(atMs, 0), 8.64e15)).toISOString();
}
