/**
 * Page → content script: what happened to the page's connections. Everything here comes from the page's own world and
 * may be forged; a forged report can only tell lies about the page's own connections.
 */
import type { ConnectionActs } from './evidence.ts';
import { type Direction, type PageFault, REACHES, type Reach } from './fault.ts';
import { type FrameColumns, parseFrameColumns } from './frame-columns.ts';
import { asNumbers, asRecord, asStrings, isCount, isShortString, isTimeMs } from './guards.ts';
import {
  KEPT_PAYLOAD_BYTES,
  MAX_BUFFERED_SAMPLES,
  MAX_CONNECTIONS_PER_DOCUMENT,
  MAX_ERROR_TEXT_CHARS,
  MAX_EXTENSIONS_CHARS,
  MAX_FAULT_ID_CHARS,
  MAX_HELD_PREVIEW,
  MAX_PROTOCOL_CHARS,
  MAX_PROTOCOLS,
  MAX_REASON_CHARS,
  MAX_REPORTS_PER_MESSAGE,
  MAX_STACK_CHARS,
  MAX_URL_CHARS,
} from './limits.ts';

/**
 * Why frames are missing. `ring`: older than the ring; `overflow`: more than the path could carry; `paused`: recording was
 * off; `cleared`: the user has cleared the recording since; `full`: the recording had grown as large as one may; `noRoom`:
 * the browser gave no more storage; `ended`: their document ended while nobody could write.
 */
export const GAP_REASONS = ['ring', 'overflow', 'paused', 'cleared', 'full', 'noRoom', 'ended'] as const;
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
/** The fault holds for this connection from now on; it may still wait for its moment. */
export interface FaultStarted extends ReportBase {
  readonly kind: 'faultStarted';
  readonly fault: string;
  readonly effect: PageEffectKind;
  /** The ways in which nothing at all passes while it lasts, as on a dead connection; null: something does. */
  readonly silences: Reach | null;
}
/** Its moment has come: the effect begins, for the `count`th time here. */
export interface FaultFired extends ReportBase {
  readonly kind: 'faultFired';
  readonly fault: string;
  readonly count: number;
}
/** Its effect on this connection is over, all that it held up has passed or is lost. It may begin again. */
export interface FaultEnded extends ReportBase {
  readonly kind: 'faultEnded';
  readonly fault: string;
  /** `done`: it has run its course; `stopped`: by command; `closed`: with the connection. */
  readonly cause: FaultEndCause;
  /** How often it began here. */
  readonly count: number;
  /** Frames that it lost, held up, changed (corrupted, truncated, reordered, edited), and added. */
  readonly lost: number;
  readonly delayed: number;
  readonly changed: number;
  readonly added: number;
}
/** A frame waits for `releaseFrame`. Also told when it cannot be recorded yet: its seq comes when it is let go. */
export interface FrameHeld extends ReportBase {
  readonly kind: 'frameHeld';
  readonly fault: string;
  readonly heldId: number;
  readonly direction: Direction;
  /** The beginning of it; null for a Blob and, one or the other, for what it is not. */
  readonly text: string | null;
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  readonly sizeBytes: number;
}
/** It has gone: on its way, or lost. */
export interface FrameReleased extends ReportBase {
  readonly kind: 'frameReleased';
  readonly fault: string;
  readonly heldId: number;
  readonly isLost: boolean;
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

/** Kinds of what a page script can do: all but `refuse`. */
export const PAGE_EFFECT_KINDS = [
  'end',
  'holdClose',
  'silence',
  'holdHandshake',
  'delay',
  'mangle',
  'sleep',
  'inject',
  'hold',
] as const satisfies readonly PageFault['what']['kind'][];
export type PageEffectKind = PageFault['what']['kind'];

/** What the page did around a connection so far, all of it each time. See `ConnectionActs`; times on the document's clock. */
export interface ConnectionActsNoted extends ReportBase, Omit<ConnectionActs, 'buffered'> {
  readonly kind: 'connectionActs';
  /** A time and an amount, a time and an amount … */
  readonly buffered: readonly number[];
}

export const FAULT_END_CAUSES = ['done', 'stopped', 'closed'] as const;
export type FaultEndCause = (typeof FAULT_END_CAUSES)[number];

export type FaultReport = FaultStarted | FaultFired | FaultEnded | FrameHeld | FrameReleased;

export type PageReport =
  | ConnectionCreated
  | ConnectionOpened
  | ConnectionErrored
  | CloseRequested
  | ConnectionClosed
  | ConnectionDropped
  | ConnectionActsNoted
  | FaultReport
  | FramesCaptured
  | FramesMissed
  | FrameContent;

/** What became of a command. `notFound`: no such connection, fault or frame, or no more; `tooMany`: MAX_FAULTS hold already. */
export const COMMAND_OUTCOMES = ['done', 'notFound', 'alreadyClosed', 'failed', 'tooMany'] as const;
export type CommandOutcome = (typeof COMMAND_OUTCOMES)[number];

/** The page's messages. `socketsExist` is the first sign of life, sent once, when the document makes its first socket. */
export type PageMessage =
  | { readonly kind: 'socketsExist' }
  /** There is no connection: a URL that is none, or a policy that forbids it. */
  | { readonly kind: 'constructorThrew'; readonly url: string }
  | { readonly kind: 'reports'; readonly reports: readonly unknown[] }
  | { readonly kind: 'answer'; readonly commandId: number; readonly outcome: CommandOutcome }
  /** The fault holds no more in this document: it has begun as often as it may, or there is nothing left that it is for. */
  | { readonly kind: 'faultOver'; readonly faultId: string };

/** The envelope only; the reports in it are parsed one by one, so that a bad one costs only itself. */
export function parsePageMessage(value: unknown): PageMessage | null {
  const source = asRecord(value);
  switch (source?.kind) {
    case 'socketsExist':
      return { kind: 'socketsExist' };
    case 'constructorThrew': {
      const { url } = source;
      return isShortString(url, MAX_URL_CHARS) ? { kind: 'constructorThrew', url } : null;
    }
    case 'reports': {
      const { reports } = source;
      return Array.isArray(reports) && reports.length <= MAX_REPORTS_PER_MESSAGE ? { kind: 'reports', reports } : null;
    }
    case 'answer': {
      const { commandId, outcome } = source;
      return isCount(commandId) && isCommandOutcome(outcome) ? { kind: 'answer', commandId, outcome } : null;
    }
    case 'faultOver': {
      const { faultId } = source;
      return isFaultId(faultId) ? { kind: 'faultOver', faultId } : null;
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
  connectionActs: (source, connection, atMs) => {
    const { constructedAt, closedAt, sendsThrown, unheard, handlerErrors, handlerErrorText } = source;
    const { firstThrownAtMs, firstHandlerErrorAtMs, firstHandlerErrorSeq } = source;
    const buffered = asNumbers(source.buffered, 2 * MAX_BUFFERED_SAMPLES + 2);
    return isStack(constructedAt) &&
      isStack(closedAt) &&
      isCount(sendsThrown) &&
      isTimeOrNull(firstThrownAtMs) &&
      isCount(unheard) &&
      isCount(handlerErrors) &&
      isTimeOrNull(firstHandlerErrorAtMs) &&
      (firstHandlerErrorSeq === null || isCount(firstHandlerErrorSeq)) &&
      isShortString(handlerErrorText, MAX_ERROR_TEXT_CHARS) &&
      buffered &&
      buffered.length % 2 === 0
      ? {
          kind: 'connectionActs',
          connection,
          atMs,
          constructedAt,
          closedAt,
          sendsThrown,
          firstThrownAtMs,
          unheard,
          handlerErrors,
          firstHandlerErrorAtMs,
          firstHandlerErrorSeq,
          handlerErrorText,
          buffered,
        }
      : null;
  },
  faultStarted: ({ fault, effect, silences }, connection, atMs) =>
    isFaultId(fault) && isPageEffectKind(effect) && (silences === null || isReach(silences))
      ? { kind: 'faultStarted', connection, atMs, fault, effect, silences }
      : null,
  faultFired: ({ fault, count }, connection, atMs) =>
    isFaultId(fault) && isCount(count) ? { kind: 'faultFired', connection, atMs, fault, count } : null,
  faultEnded: ({ fault, cause, count, lost, delayed, changed, added }, connection, atMs) =>
    isFaultId(fault) &&
    isFaultEndCause(cause) &&
    isCount(count) &&
    isCount(lost) &&
    isCount(delayed) &&
    isCount(changed) &&
    isCount(added)
      ? { kind: 'faultEnded', connection, atMs, fault, cause, count, lost, delayed, changed, added }
      : null,
  frameHeld: ({ fault, heldId, direction, text, bytes, sizeBytes }, connection, atMs) =>
    isFaultId(fault) &&
    isCount(heldId) &&
    (direction === 'in' || direction === 'out') &&
    (text === null || isShortString(text, MAX_HELD_PREVIEW)) &&
    (bytes === null || (bytes instanceof Uint8Array && bytes.length <= MAX_HELD_PREVIEW)) &&
    isCount(sizeBytes)
      ? {
          kind: 'frameHeld',
          connection,
          atMs,
          fault,
          heldId,
          direction,
          text,
          bytes: bytes && (bytes as Uint8Array<ArrayBuffer>).slice(),
          sizeBytes,
        }
      : null,
  frameReleased: ({ fault, heldId, isLost }, connection, atMs) =>
    isFaultId(fault) && isCount(heldId) && typeof isLost === 'boolean'
      ? { kind: 'frameReleased', connection, atMs, fault, heldId, isLost }
      : null,
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

function isFaultId(value: unknown): value is string {
  return isShortString(value, MAX_FAULT_ID_CHARS);
}

function isPageEffectKind(value: unknown): value is PageEffectKind {
  return (PAGE_EFFECT_KINDS as readonly unknown[]).includes(value);
}

function isReach(value: unknown): value is Reach {
  return (REACHES as readonly unknown[]).includes(value);
}

function isStack(value: unknown): value is string | null {
  return value === null || isShortString(value, MAX_STACK_CHARS);
}

function isTimeOrNull(value: unknown): value is number | null {
  return value === null || isTimeMs(value);
}

function isFaultEndCause(value: unknown): value is FaultEndCause {
  return (FAULT_END_CAUSES as readonly unknown[]).includes(value);
}

function isGapReason(value: unknown): value is GapReason {
  return (GAP_REASONS as readonly unknown[]).includes(value);
}

export function isCommandOutcome(value: unknown): value is CommandOutcome {
  return (COMMAND_OUTCOMES as readonly unknown[]).includes(value);
}
