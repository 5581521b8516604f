/**
 * Connections that no page script sees: those of workers, and of documents that the page script did not get into. The
 * browser's network layer tells of their handshakes, Chromium's DevTools of their frames. What these say becomes reports
 * as well, which the background writes into documents of its own. All times here are epoch milliseconds.
 */
import { asRecord, asStrings, isCount, isShortString, isTimeMs } from './guards.ts';
import {
  MAX_CONNECTIONS_PER_DOCUMENT,
  MAX_EXTENSIONS_CHARS,
  MAX_PROTOCOL_CHARS,
  MAX_PROTOCOLS,
  MAX_REPORTS_PER_MESSAGE,
  MAX_URL_CHARS,
} from './limits.ts';
import {
  type ConnectionOpened,
  type FramesCaptured,
  type FramesMissed,
  type PageReport,
  parsePageReport,
} from './page-report.ts';
import type { SeenBy } from './records.ts';

interface OutsideBase {
  readonly connection: number;
  readonly atMs: number;
}
/** Instead of `connectionCreated`: its handshake was seen. */
export interface ConnectionFound extends OutsideBase {
  readonly kind: 'connectionFound';
  readonly url: string;
  /** Subprotocols that were asked for; empty also where nobody tells them (Chromium's network layer does not). */
  readonly protocols: readonly string[];
  readonly seenBy: Exclude<SeenBy, 'page'>;
}
/** Another source tells of it from now on, or does not any more. */
export interface ConnectionSeen extends OutsideBase {
  readonly kind: 'connectionSeen';
  readonly seenBy: Exclude<SeenBy, 'page'>;
  /** As in `connectionFound`, for whoever did not know them then. */
  readonly protocols: readonly string[];
}
/** It ended, or never opened; nobody tells the close code. */
export interface ConnectionEnded extends OutsideBase {
  readonly kind: 'connectionEnded';
}

export type OutsideReport =
  | ConnectionFound
  | ConnectionSeen
  | ConnectionEnded
  | ConnectionOpened
  | FramesCaptured
  | FramesMissed;

/** Everything that a connection's row is made of. */
export type StoredReport = PageReport | OutsideReport;

/** What DevTools tell of one connection. The background makes `connectionFound` itself. */
export type DevtoolsReport = Exclude<OutsideReport, ConnectionFound>;

const FROM_PAGE_REPORTS: readonly string[] = ['connectionOpened', 'framesCaptured', 'framesMissed'];

/** `unknown` → a report out of DevTools' network log, or null. */
export function parseDevtoolsReport(value: unknown): DevtoolsReport | null {
  const source = asRecord(value);
  if (!source || typeof source.kind !== 'string') return null;
  const { kind, connection, atMs, seenBy } = source;
  if (FROM_PAGE_REPORTS.includes(kind)) return parsePageReport(value) as DevtoolsReport | null;
  if (!isCount(connection, MAX_CONNECTIONS_PER_DOCUMENT) || !isTimeMs(atMs)) return null;
  if (kind === 'connectionEnded') return { kind, connection, atMs };
  const protocols = asStrings(source.protocols, MAX_PROTOCOLS, MAX_PROTOCOL_CHARS);
  if (kind !== 'connectionSeen' || !protocols || (seenBy !== 'network' && seenBy !== 'devtools')) return null;
  return { kind, connection, atMs, seenBy, protocols };
}

/** A handshake as DevTools' network log lists it. */
export interface LoggedHandshake {
  /** `Sec-WebSocket-Accept` of the answer: a random number in disguise, and so the handshake's name everywhere. */
  readonly accept: string;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly protocol: string;
  readonly extensions: string;
  readonly startedAtMs: number;
  readonly openedAtMs: number;
  /** URL of the script that made it, or ''. */
  readonly ownerUrl: string;
}

/** A digest of 20 bytes in base64 (RFC 6455 section 4.2.2), with room to spare. */
const MAX_ACCEPT_CHARS = 64;

export function parseLoggedHandshake(value: unknown): LoggedHandshake | null {
  const source = asRecord(value);
  if (!source) return null;
  const { accept, url, protocol, extensions, startedAtMs, openedAtMs, ownerUrl } = source;
  const protocols = asStrings(source.protocols, MAX_PROTOCOLS, MAX_PROTOCOL_CHARS);
  return protocols &&
    isShortString(accept, MAX_ACCEPT_CHARS) &&
    accept !== '' &&
    isShortString(url, MAX_URL_CHARS) &&
    isShortString(protocol, MAX_PROTOCOL_CHARS) &&
    isShortString(extensions, MAX_EXTENSIONS_CHARS) &&
    isTimeMs(startedAtMs) &&
    isTimeMs(openedAtMs) &&
    isShortString(ownerUrl, MAX_URL_CHARS)
    ? { accept, url, protocols, protocol, extensions, startedAtMs, openedAtMs, ownerUrl }
    : null;
}

/** A WebSocket in DevTools' network log whose handshake did not succeed. */
export interface FailedHandshake {
  readonly url: string;
  readonly startedAtMs: number;
  /** When the answer came that was none; null: there was never a connection to send a request over. */
  readonly endedAtMs: number | null;
}

/** `unknown` → a failed handshake out of DevTools' network log, or null. */
export function parseFailedHandshake(value: unknown): FailedHandshake | null {
  const source = asRecord(value);
  if (!source) return null;
  const { url, startedAtMs, endedAtMs } = source;
  return isShortString(url, MAX_URL_CHARS) && isTimeMs(startedAtMs) && (endedAtMs === null || isTimeMs(endedAtMs))
    ? { url, startedAtMs, endedAtMs }
    : null;
}

/** Every item parsed, those that are wrong left out; null when it is no list, or too long a one. */
export function parseList<Item>(value: unknown, parse: (item: unknown) => Item | null): readonly Item[] | null {
  if (!Array.isArray(value) || value.length > MAX_REPORTS_PER_MESSAGE) return null;
  return value.map(parse).filter((item): item is Awaited<Item> & Item => item !== null);
}

const MARK = '.outside.';

/**
 * The id of a document of the background's own. Longer than any that a content script may give itself (relay.ts). `part`: of
 * the session, where others number theirs, too.
 */
export function outsideDocumentId(sessionId: string, index: number, part = ''): string {
  return `${sessionId}${MARK}${part}${index}`;
}

/** Whether the document holds connections that no page script sees. */
export function isOutsideDocument(documentId: string): boolean {
  return documentId.includes(MARK);
}
