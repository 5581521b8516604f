/**
 * Page → content script: what happened to the page's connections. Everything here comes from the page's own world and
 * may be forged; a forged report can only tell lies about the page's own connections.
 */
import { type FrameColumns, parseFrameColumns } from './frame-columns.ts';
import { asRecord, asStrings, isCount, isShortString, isTimeMs } from './guards.ts';
import {
  KEPT_PAYLOAD_BYTES,
  MAX_CONNECTIONS_PER_DOCUMENT,
  MAX_EXTENSIONS_CHARS,
  MAX_PROTOCOL_CHARS,
  MAX_PROTOCOLS,
  MAX_REASON_CHARS,
  MAX_REPORTS_PER_MESSAGE,
  MAX_URL_CHARS,
} from './limits.ts';

/**
 * Why frames are missing. `ring`: older than the ring; `overflow`: more than the path could carry; `paused`: recording was
 * off; `cleared`: the user has cleared the recording since.
 */
export const GAP_REASONS = ['ring', 'overflow', 'paused', 'cleared'] as const;
export type GapReason = (typeof GAP_REASONS)[number];

interface ReportBase {
  /** The connection's number in its document, from 0. */
  readonly connection: number;
  /** Document clock. */
  readonly atMs: number;
}

export interface ConnectionCreated extends ReportBase {
  readonly kind: 'connectionCreated';
  /** As `WebSocket.url` gives it: absolute, without fragment. Cut at MAX_URL_CHARS. */
  readonly url: string;
  /** Subprotocols that the page asked for. */
  readonly protocols: readonly string[];
}
export interface ConnectionOpened extends ReportBase {
  readonly kind: 'connectionOpened';
  /** Subprotocol that the server chose, or ''. */
  readonly protocol: string;
  readonly extensions: string;
}
/** The `error` event, which tells a page nothing but that it came. */
export interface ConnectionErrored extends ReportBase {
  readonly kind: 'connectionErrored';
  readonly simulated: boolean;
}
/** The page called `close()`. */
export interface CloseRequested extends ReportBase {
  readonly kind: 'closeRequested';
  readonly code: number | null;
  readonly reason: string | null;
}
export interface ConnectionClosed extends ReportBase {
  readonly kind: 'connectionClosed';
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  readonly simulated: boolean;
}
/** A drop was carried out; the simulated `error` and `close` follow. */
export interface ConnectionDropped extends ReportBase {
  readonly kind: 'connectionDropped';
}
export interface FramesCaptured {
  readonly kind: 'framesCaptured';
  readonly connection: number;
  readonly firstSeq: number;
  readonly columns: FrameColumns;
}
/** A gap: `count` frames from `firstSeq` on were seen but are not recorded. */
export interface FramesMissed {
  readonly kind: 'framesMissed';
  readonly connection: number;
  readonly firstSeq: number;
  readonly count: number;
  readonly reason: GapReason;
}
/** The bytes of a frame that was recorded as a Blob, once they could be read. */
export interface FrameContent {
  readonly kind: 'frameContent';
  readonly connection: number;
  readonly seq: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type PageReport =
  | ConnectionCreated
  | ConnectionOpened
  | ConnectionErrored
  | CloseRequested
  | ConnectionClosed
  | ConnectionDropped
  | FramesCaptured
  | FramesMissed
  | FrameContent;

/** What became of a command. */
export const COMMAND_OUTCOMES = ['done', 'notFound', 'alreadyClosed', 'failed'] as const;
export type CommandOutcome = (typeof COMMAND_OUTCOMES)[number];

/** The page's messages. `socketsExist` is the first sign of life, sent once, when the document makes its first socket. */
export type PageMessage =
  | { readonly kind: 'socketsExist' }
  | { readonly kind: 'reports'; readonly reports: readonly unknown[] }
  | { readonly kind: 'answer'; readonly commandId: number; readonly outcome: CommandOutcome };

/** The envelope only; the reports in it are parsed one by one, so that a bad one costs only itself. */
export function parsePageMessage(value: unknown): PageMessage | null {
  const source = asRecord(value);
  switch (source?.kind) {
    case 'socketsExist':
      return { kind: 'socketsExist' };
    case 'reports': {
      const { reports } = source;
      return Array.isArray(reports) && reports.length <= MAX_REPORTS_PER_MESSAGE ? { kind: 'reports', reports } : null;
    }
    case 'answer': {
      const { commandId, outcome } = source;
      return isCount(commandId) && isCommandOutcome(outcome) ? { kind: 'answer', commandId, outcome } : null;
    }
    default:
      return null;
  }
}

type Fields = Readonly<Record<string, unknown>>;
type ReportParser = (source: Fields, connection: number, atMs: number) => PageReport | null;

/** One line a kind that carries a time; `framesCaptured`, `framesMissed` and `frameContent` have none. */
const TIMED: Readonly<Record<string, ReportParser>> = {
  __proto__: null as never,
  connectionCreated: ({ url, protocols }, connection, atMs) => {
    const names = asStrings(protocols, MAX_PROTOCOLS, MAX_PROTOCOL_CHARS);
    return names && isShortString(url, MAX_URL_CHARS)
      ? { kind: 'connectionCreated', connection, atMs, url, protocols: names }
      : null;
  },
  connectionOpened: ({ protocol, extensions }, connection, atMs) =>
    isShortString(protocol, MAX_PROTOCOL_CHARS) && isShortString(extensions, MAX_EXTENSIONS_CHARS)
      ? { kind: 'connectionOpened', connection, atMs, protocol, extensions }
      : null,
  connectionErrored: ({ simulated }, connection, atMs) =>
    typeof simulated === 'boolean' ? { kind: 'connectionErrored', connection, atMs, simulated } : null,
  closeRequested: ({ code, reason }, connection, atMs) =>
    (code === null || isCount(code, 0xffff)) && (reason === null || isShortString(reason, MAX_REASON_CHARS))
      ? { kind: 'closeRequested', connection, atMs, code, reason }
      : null,
  connectionClosed: ({ code, reason, wasClean, simulated }, connection, atMs) =>
    isCount(code, 0xffff) &&
    isShortString(reason, MAX_REASON_CHARS) &&
    typeof wasClean === 'boolean' &&
    typeof simulated === 'boolean'
      ? { kind: 'connectionClosed', connection, atMs, code, reason, wasClean, simulated }
      : null,
  connectionDropped: (_, connection, atMs) => ({ kind: 'connectionDropped', connection, atMs }),
};

const UNTIMED: Readonly<Record<string, (source: Fields, connection: number) => PageReport | null>> = {
  __proto__: null as never,
  framesCaptured: ({ firstSeq, columns: raw }, connection) => {
    const columns = parseFrameColumns(raw);
    return columns && isCount(firstSeq) ? { kind: 'framesCaptured', connection, firstSeq, columns } : null;
  },
  framesMissed: ({ firstSeq, count, reason }, connection) =>
    isCount(firstSeq) && isCount(count) && count > 0 && isGapReason(reason)
      ? { kind: 'framesMissed', connection, firstSeq, count, reason }
      : null,
  frameContent: ({ seq, bytes }, connection) =>
    isCount(seq) && bytes instanceof Uint8Array && bytes.length <= KEPT_PAYLOAD_BYTES
      ? { kind: 'frameContent', connection, seq, bytes: bytes.slice() }
      : null,
};

/** `unknown` → one report with known fields only, or null. */
export function parsePageReport(value: unknown): PageReport | null {
  const source = asRecord(value);
  if (!source) return null;
  const { kind, connection, atMs } = source;
  if (typeof kind !== 'string' || !isCount(connection, MAX_CONNECTIONS_PER_DOCUMENT)) return null;
  const timed = TIMED[kind];
  if (timed) return isTimeMs(atMs) ? timed(source, connection, atMs) : null;
  return UNTIMED[kind]?.(source, connection) ?? null;
}

function isGapReason(value: unknown): value is GapReason {
  return (GAP_REASONS as readonly unknown[]).includes(value);
}

export function isCommandOutcome(value: unknown): value is CommandOutcome {
  return (COMMAND_OUTCOMES as readonly unknown[]).includes(value);
}
