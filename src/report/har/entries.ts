/** Entries of a HAR as rows: which are WebSockets, when they began, opened and ended, and how their handshakes were answered. Pure. */
import type { HandshakeRecord } from '../../protocol/evidence.ts';
import { MAX_EXTENSIONS_CHARS, MAX_PROTOCOL_CHARS, MAX_PROTOCOLS, MAX_URL_CHARS } from '../../protocol/limits.ts';
import { type ConnectionRecord, UNTOUCHED } from '../../protocol/records.ts';
import { text as say } from '../../words/words.ts';
import { SHAPES } from '../ndjson/format.ts';
import { conform, type Shape } from '../ndjson/shape.ts';

export interface HarEntry {
  /** '' where there is none. */
  readonly pageref: string;
  /** Its ids come from the reader. */
  readonly fields: Omit<ConnectionRecord, 'connectionId' | 'sessionId' | 'documentId' | 'connection'> &
    Pick<ConnectionRecord, 'connectionId' | 'sessionId' | 'documentId' | 'connection'>;
}

const HEADERS: Shape = {
  type: 'array',
  maxItems: 1_000,
  items: {
    type: 'object',
    properties: { name: { type: 'string', maxLength: 1_024 }, value: { type: 'string', maxLength: 65_536 } },
    required: ['name', 'value'],
  },
};
const ENTRY: Shape = {
  type: 'object',
  properties: {
    pageref: { type: 'string', maxLength: 512 },
    startedDateTime: { type: 'string', maxLength: 64 },
    time: { type: ['number', 'null'] },
    request: {
      type: 'object',
      properties: { url: { type: 'string', maxLength: MAX_URL_CHARS }, headers: HEADERS },
      required: ['url'],
    },
    response: {
      type: 'object',
      properties: {
        status: { type: 'number' },
        headers: HEADERS,
        _error: { type: ['string', 'null'], maxLength: 1_024 },
      },
    },
    timings: {
      type: 'object',
      properties: Object.fromEntries(
        ['blocked', 'dns', 'connect', 'send', 'wait'].map((name) => [name, { type: ['number', 'null'] }]),
      ),
    },
    _socketscope: ownFields(),
  },
  required: ['startedDateTime', 'request'],
};
const PAGE: Shape = {
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 512 },
    title: { type: 'string', maxLength: MAX_URL_CHARS },
    startedDateTime: { type: 'string', maxLength: 64 },
  },
  required: ['id', 'startedDateTime'],
};

/** What our own writer adds to an entry. */
function ownFields(): Shape {
  const { properties } = SHAPES.connection;
  const names = [
    'seenBy',
    'openedAtMs',
    'erroredAtMs',
    'closeRequested',
    'close',
    'endSeenAtMs',
    'droppedAtMs',
    'refusedAtMs',
    'goneAtMs',
    'gaps',
    'framesMissed',
    'framesIn',
    'framesOut',
    'bytesIn',
    'bytesOut',
  ];
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, properties?.[name] ?? {}])),
    required: names.filter((name) => name !== 'refusedAtMs'),
  };
}

interface Header {
  readonly name: string;
  readonly value: string;
}

interface Entry {
  readonly pageref?: string;
  readonly startedDateTime: string;
  readonly time?: number | null;
  readonly request: { readonly url: string; readonly headers?: readonly Header[] };
  readonly response?: {
    readonly status?: number;
    readonly headers?: readonly Header[];
    readonly _error?: string | null;
  };
  readonly timings?: Readonly<Record<string, number | null>>;
  readonly _socketscope?: Partial<ConnectionRecord>;
}

/** Longer than any connection lives: Chrome writes times like that where none was ever made. */
const MAX_DURATION_MS = 366 * 24 * 60 * 60 * 1000;

/** By scheme, by what Chrome says, or by how it was answered: Firefox writes `https:` where the page wrote `wss:`. */
export function isWebSocket(value: unknown): boolean {
  const entry = value as { _resourceType?: unknown; _webSocketMessages?: unknown; request?: { url?: unknown } } | null;
  if (typeof entry !== 'object' || entry === null) return false;
  if (entry._resourceType === 'websocket' || Array.isArray(entry._webSocketMessages)) return true;
  if (/^wss?:/i.test(String(entry.request?.url ?? ''))) return true;
  const { value: read, problem } = conform(ENTRY, value);
  return problem === null && headerOf((read as Entry).request.headers, 'upgrade')?.toLowerCase() === 'websocket';
}

/** The connection without ids, or why there is none. */
export function connectionOf(value: unknown): HarEntry | string {
  const { value: read, problem } = conform(ENTRY, value);
  if (problem !== null) return say('fileProblems_entryUnread', problem);
  const { pageref = '', startedDateTime, time, request, response, timings, _socketscope: own } = read as Entry;
  const createdAtMs = timeOf(startedDateTime);
  if (createdAtMs === null) return say('fileProblems_entryUnread', say('fileProblems_noStart'));
  const status = response?.status ?? 0;
  const openedAtMs = status === 101 ? createdAtMs + waitOf(timings) : null;
  const durationMs = typeof time === 'number' && time >= 0 && time < MAX_DURATION_MS ? time : null;
  return {
    pageref,
    fields: {
      ...UNTOUCHED,
      connectionId: '',
      sessionId: '',
      documentId: '',
      connection: 0,
      url: request.url.replace(/^http(?=s?:)/i, 'ws'),
      protocols: offeredIn(headerOf(request.headers, 'sec-websocket-protocol')),
      protocol:
        openedAtMs === null
          ? null
          : cut(headerOf(response?.headers, 'sec-websocket-protocol') ?? '', MAX_PROTOCOL_CHARS),
      extensions:
        openedAtMs === null
          ? null
          : cut(headerOf(response?.headers, 'sec-websocket-extensions') ?? '', MAX_EXTENSIONS_CHARS),
      seenBy: 'devtools',
      createdAtMs,
      openedAtMs,
      endSeenAtMs: durationMs === null ? null : createdAtMs + Math.max(durationMs, (openedAtMs ?? 0) - createdAtMs),
      ...own,
      ...(own ? { nextSeq: (own.framesIn ?? 0) + (own.framesOut ?? 0) + (own.framesMissed ?? 0) } : {}),
    },
  };
}

/** How it was answered, as far as the file says. */
export function handshakeOf(value: unknown, row: ConnectionRecord, error: string | null): HandshakeRecord {
  const { response } = (conform(ENTRY, value).value ?? {}) as Partial<Entry>;
  const status = response?.status ?? 0;
  const isAnswered = Number.isInteger(status) && status > 0;
  return {
    handshakeId: '',
    sessionId: row.sessionId,
    connectionId: row.connectionId,
    url: row.url,
    startedAtMs: row.createdAtMs,
    endedAtMs: row.openedAtMs ?? row.endSeenAtMs,
    outcome: status === 101 ? 'opened' : isAnswered ? 'answered' : 'failed',
    status: isAnswered ? status : null,
    headers: (response?.headers ?? []).flatMap(({ name, value: text }) =>
      KEPT_HEADERS.test(name) ? [[name.toLowerCase(), cut(text, 512)] as const] : [],
    ),
    networkError: response?._error || error || null,
    toldBy: 'network',
  };
}

/** Those that name a hop or say why it refused; never cookies or credentials. */
const KEPT_HEADERS =
  /^(?:server|via|cf-ray|cf-mitigated|x-cache|x-served-by|x-powered-by|x-azure-ref|connection|upgrade|retry-after|content-type|x-amzn?-.*|x-envoy-.*|sec-websocket-.*)$/i;

export function pageOf(
  value: unknown,
): { readonly id: string; readonly title: string; readonly startedAtMs: number } | null {
  const { value: read, problem } = conform(PAGE, value);
  if (problem !== null) return null;
  const { id, title = '', startedDateTime } = read as { id: string; title?: string; startedDateTime: string };
  const startedAtMs = timeOf(startedDateTime);
  return startedAtMs === null ? null : { id, title, startedAtMs };
}

function waitOf(timings: Readonly<Record<string, number | null>> | undefined): number {
  const waits = Object.values(timings ?? {}).filter((ms) => ms !== null && ms > 0 && ms < MAX_DURATION_MS);
  return waits.reduce((sum: number, ms) => sum + (ms ?? 0), 0);
}

function timeOf(text: string): number | null {
  const atMs = Date.parse(text);
  return atMs >= 0 && atMs < 4_000_000_000_000 ? atMs : null;
}

function headerOf(headers: readonly Header[] | undefined, name: string): string | null {
  return headers?.find((header) => header.name.toLowerCase() === name)?.value ?? null;
}

function offeredIn(value: string | null): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((protocol) => cut(protocol.trim(), MAX_PROTOCOL_CHARS))
    .filter((protocol) => protocol !== '')
    .slice(0, MAX_PROTOCOLS);
}

function cut(text: string, maxChars: number): string {
  return text.slice(0, maxChars);
}
