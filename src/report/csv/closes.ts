/**
 * The ends of connections as CSV (RFC 4180), one row each, for a spreadsheet. A spreadsheet takes a cell that begins with
 * `=`, `+`, `-` or `@` for a formula, and pages choose URLs and reasons: such cells get an apostrophe before them
 * (OWASP, CSV Injection).
 */
import { describeClose } from '../../analysis/close-codes.ts';
import type { Recording } from '../../protocol/recording.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';

type Cell = string | number | boolean | null;

const COLUMNS: readonly (readonly [name: string, cell: (connection: ConnectionRecord) => Cell])[] = [
  ['connection', ({ connectionId }) => connectionId],
  ['url', ({ url }) => url],
  ['protocol', ({ protocol }) => protocol],
  ['created', ({ createdAtMs }) => isoOf(createdAtMs)],
  ['opened', ({ openedAtMs }) => isoOf(openedAtMs)],
  ['ended', (connection) => isoOf(endOf(connection))],
  ['open_ms', (connection) => spanOf(connection.openedAtMs, endOf(connection))],
  ['code', ({ close }) => close?.code ?? null],
  ['name', ({ close }) => close && describeClose(close.code).name],
  ['reason', ({ close }) => close?.reason ?? null],
  ['clean', ({ close }) => close?.wasClean ?? null],
  ['simulated', ({ close }) => close?.simulated ?? null],
  ['close_called', ({ closeRequested }) => closeRequested !== null],
  ['error_event', ({ erroredAtMs }) => erroredAtMs !== null],
  ['frames_in', ({ framesIn }) => framesIn],
  ['frames_out', ({ framesOut }) => framesOut],
  ['bytes_in', ({ bytesIn }) => bytesIn],
  ['bytes_out', ({ bytesOut }) => bytesOut],
  ['silence_before_end_ms', (connection) => spanOf(connection.lastFrameAtMs, endOf(connection))],
];

/** Connections that have not ended are left out. Times are ISO 8601 in UTC. */
export async function* writeClosesCsv({ connections }: Recording): AsyncGenerator<string, void> {
  yield rowOf(COLUMNS.map(([name]) => name));
  for (const connection of connections) {
    if (endOf(connection) !== null) yield rowOf(COLUMNS.map(([, cell]) => cell(connection)));
  }
}

function rowOf(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function endOf({ close, endSeenAtMs, goneAtMs }: ConnectionRecord): number | null {
  return close?.atMs ?? endSeenAtMs ?? goneAtMs;
}

function spanOf(fromMs: number | null, toMs: number | null): number | null {
  return fromMs === null || toMs === null ? null : Math.round((toMs - fromMs) * 1000) / 1000;
}

function isoOf(atMs: number | null): string | null {
  return atMs === null ? null : new Date(Math.min(Math.max(atMs, 0), 8.64e15)).toISOString();
}
