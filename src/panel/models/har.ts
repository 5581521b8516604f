/**
 * WebSockets in the HAR log of Chromium's DevTools, and what they tell that is not recorded yet. Pure and total: the log
 * comes from DevTools, but URLs, headers and frames in it are the page's and the server's.
 *
 * Measured in Chromium 156. An entry is there from the handshake on; `startedDateTime` is when it was sent. `_webSocketMessages`
 * grows by every frame, whole and in order; binary ones are base64; control frames and close codes are not in it. While the
 * connection is open `timings.receive` is 0; afterwards it is not, and `time` goes up to the end. All of it is forgotten when
 * the page is navigated.
 */
import {
  FRAME_BINARY,
  FRAME_OUT,
  FRAME_TRUNCATED,
  type FrameColumns,
  utf8Bytes,
} from '../../protocol/frame-columns.ts';
import { asRecord, isShortString, isTimeMs } from '../../protocol/guards.ts';
import { KEPT_PAYLOAD_BYTES, MAX_URL_CHARS } from '../../protocol/limits.ts';
import { type DevtoolsReport, type LoggedHandshake, parseLoggedHandshake } from '../../protocol/outside.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';

/** A WebSocket whose handshake succeeded. */
export interface LoggedSocket {
  readonly handshake: LoggedHandshake;
  readonly endedAtMs: number | null;
  /** As DevTools give them: a hundred thousand are not looked at for the one that is new. */
  readonly messages: readonly unknown[];
}

/** All sockets of a HAR log, or of one entry; what is no socket, or none that opened, is left out. */
export function parseHar(value: unknown): readonly LoggedSocket[] {
  const source = asRecord(value);
  const entries: readonly unknown[] = Array.isArray(source?.entries) ? source.entries : [value];
  return entries.map(parseEntry).filter((socket) => socket !== null);
}

/** A WebSocket whose handshake failed. Times are epoch milliseconds, but for `uptimeMs`. */
export type LoggedFailure =
  /** There was an answer, and it was no upgrade; or the connection was cut before one. */
  | { readonly kind: 'answered'; readonly url: string; readonly startedAtMs: number; readonly endedAtMs: number }
  /** There never was a connection. When, is told on a clock of which nobody says when it began. */
  | { readonly kind: 'neverConnected'; readonly url: string; readonly uptimeMs: number };

/**
 * The sockets of a HAR log, or of one entry, whose handshake failed. Measured in Chromium 156: their status is 0 and the
 * last of their messages an error. Where a request was sent, times are right; where nothing was ever connected (refused,
 * not resolved, no TLS), it starts a second before 1970 and the error has the seconds of a monotonic clock.
 */
export function parseFailures(value: unknown): readonly LoggedFailure[] {
  const source = asRecord(value);
  const entries: readonly unknown[] = Array.isArray(source?.entries) ? source.entries : [value];
  return entries.map(parseFailure).filter((failure) => failure !== null);
}

function parseFailure(value: unknown): LoggedFailure | null {
  const entry = asRecord(value);
  const url = asRecord(entry?.request)?.url;
  if (entry?._resourceType !== 'websocket' || asRecord(entry.response)?.status !== 0) return null;
  if (!isShortString(url, MAX_URL_CHARS)) return null;
  const { time, startedDateTime, _webSocketMessages: messages } = entry;
  const last = asRecord(Array.isArray(messages) ? messages.at(-1) : null);
  const lastAtMs = timeOf(last);
  // While it is on its way, it has no error yet.
  if (last?.type !== 'error' || lastAtMs === null) return null;
  const startedAtMs = typeof startedDateTime === 'string' ? Date.parse(startedDateTime) : Number.NaN;
  if (!(startedAtMs >= 0)) return { kind: 'neverConnected', url, uptimeMs: lastAtMs };
  const endedAtMs = startedAtMs + (typeof time === 'number' ? time : 0);
  return isTimeMs(startedAtMs) && isTimeMs(endedAtMs) ? { kind: 'answered', url, startedAtMs, endedAtMs } : null;
}

function parseEntry(value: unknown): LoggedSocket | null {
  const entry = asRecord(value);
  const request = asRecord(entry?.request);
  const response = asRecord(entry?.response);
  if (!entry || !request || response?.status !== 101) return null;
  const { time, startedDateTime, _webSocketMessages: list } = entry;
  const messages: readonly unknown[] = Array.isArray(list) ? list : [];
  const startedAtMs = typeof startedDateTime === 'string' ? Date.parse(startedDateTime) : Number.NaN;
  const lastAtMs = startedAtMs + (typeof time === 'number' ? time : 0);
  const handshake = parseLoggedHandshake({
    accept: headerOf(response, 'sec-websocket-accept'),
    url: request.url,
    protocols: listed(headerOf(request, 'sec-websocket-protocol')),
    protocol: headerOf(response, 'sec-websocket-protocol'),
    extensions: headerOf(response, 'sec-websocket-extensions'),
    startedAtMs,
    // While no frame has come, the time of the answer; then the first frame is the nearest thing to it.
    openedAtMs: Math.min(lastAtMs, messages.length > 0 ? (timeOf(messages[0]) ?? lastAtMs) : lastAtMs),
    ownerUrl: scriptOf(entry),
  });
  if (!handshake) return null;
  const receive = asRecord(entry.timings)?.receive;
  const isEnded = typeof receive === 'number' && receive > 0;
  return { handshake, endedAtMs: isEnded ? lastAtMs : null, messages };
}

function headerOf(message: Readonly<Record<string, unknown>>, name: string): string {
  const headers: readonly unknown[] = Array.isArray(message.headers) ? message.headers : [];
  for (const value of headers) {
    const header = asRecord(value);
    if (typeof header?.name === 'string' && header.name.toLowerCase() === name) return String(header.value);
  }
  return '';
}

function listed(value: string): readonly string[] {
  return value === '' ? [] : value.split(',').map((item) => item.trim());
}

/** URL of the script that made the socket: a worker's own. */
function scriptOf(entry: Readonly<Record<string, unknown>>): string {
  const frames = asRecord(asRecord(entry._initiator)?.stack)?.callFrames;
  const url = asRecord(Array.isArray(frames) ? frames[0] : null)?.url;
  return typeof url === 'string' ? url : '';
}

/** What the store knows of a connection. */
export type KnownConnection = Pick<
  ConnectionRecord,
  'connection' | 'seenBy' | 'openedAtMs' | 'nextSeq' | 'endSeenAtMs' | 'goneAtMs' | 'protocols'
>;

/** So much goes into one message; the rest with the next. */
export const MESSAGE_FRAMES = 1_024;
const MESSAGE_PAYLOAD_BYTES = 512 * 1024;

/**
 * What a socket tells that is not known yet, as much as goes into one message; empty when nothing is left. Frames from
 * before `sinceMs` (the list was cleared then) become a gap.
 */
export function newReports(socket: LoggedSocket, known: KnownConnection, sinceMs: number): readonly DevtoolsReport[] {
  const { connection } = known;
  const { protocols, protocol, extensions, openedAtMs } = socket.handshake;
  const reports: DevtoolsReport[] = [];
  if (known.seenBy !== 'devtools' || (known.protocols.length === 0 && protocols.length > 0)) {
    reports.push({ kind: 'connectionSeen', connection, atMs: openedAtMs, seenBy: 'devtools', protocols });
  }
  if (known.openedAtMs === null) {
    reports.push({ kind: 'connectionOpened', connection, atMs: openedAtMs, protocol, extensions });
  }
  const { frames, isLast } = framesFrom(socket.messages, known.nextSeq);
  const pastCount = frames.findIndex(({ atMs }) => atMs >= sinceMs);
  const past = pastCount < 0 ? frames.length : pastCount;
  if (past > 0) {
    reports.push({ kind: 'framesMissed', connection, firstSeq: known.nextSeq, count: past, reason: 'ring' });
  }
  if (past < frames.length) {
    const columns = columnsOf(frames.slice(past));
    reports.push({ kind: 'framesCaptured', connection, firstSeq: known.nextSeq + past, columns });
  }
  if (isLast && socket.endedAtMs !== null && known.endSeenAtMs === null && known.goneAtMs === null) {
    reports.push({ kind: 'connectionEnded', connection, atMs: socket.endedAtMs });
  }
  return reports;
}

interface LoggedFrame {
  readonly atMs: number;
  readonly flags: number;
  readonly sizeBytes: number;
  readonly text: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface Frames {
  readonly frames: readonly LoggedFrame[];
  /** There are no others after these. */
  readonly isLast: boolean;
}

/** Frames from a seq on: what is no frame (an error, which ends a connection) has no number. */
function framesFrom(messages: readonly unknown[], firstSeq: number): Frames {
  const frames: LoggedFrame[] = [];
  let payloadBytes = 0;
  let seq = 0;
  for (const message of messages) {
    if (!isFrame(message)) continue;
    if (seq++ < firstSeq) continue;
    if (frames.length >= MESSAGE_FRAMES || payloadBytes >= MESSAGE_PAYLOAD_BYTES) return { frames, isLast: false };
    const frame = frameOf(message);
    frames.push(frame);
    payloadBytes += frame.text.length + frame.bytes.length;
  }
  return { frames, isLast: true };
}

const TEXT_OPCODE = 1; // RFC 6455 section 5.2
const BINARY_OPCODE = 2;

interface FrameMessage {
  readonly type: 'send' | 'receive';
  /** Seconds since the epoch. */
  readonly time: number;
  readonly opcode: number;
  readonly data: string;
}

function isFrame(value: unknown): value is FrameMessage {
  const message = asRecord(value);
  return (
    (message?.type === 'send' || message?.type === 'receive') &&
    (message.opcode === TEXT_OPCODE || message.opcode === BINARY_OPCODE) &&
    typeof message.data === 'string' &&
    timeOf(message) !== null
  );
}

/** Epoch milliseconds, or null where there is no time. */
function timeOf(message: unknown): number | null {
  const time = asRecord(message)?.time;
  return typeof time === 'number' && time >= 0 && time < 4e9 ? time * 1_000 : null;
}

const NO_BYTES = new Uint8Array(0);

function frameOf({ type, time, opcode, data }: FrameMessage): LoggedFrame {
  const direction = type === 'send' ? FRAME_OUT : 0;
  if (opcode === TEXT_OPCODE) {
    const isWhole = data.length <= KEPT_PAYLOAD_BYTES;
    return {
      atMs: time * 1_000,
      flags: direction | (isWhole ? 0 : FRAME_TRUNCATED),
      sizeBytes: utf8Bytes(data),
      text: isWhole ? data : data.slice(0, KEPT_PAYLOAD_BYTES),
      bytes: NO_BYTES,
    };
  }
  const sizeBytes = base64Bytes(data);
  const bytes = decodeBase64(data, Math.min(sizeBytes, KEPT_PAYLOAD_BYTES));
  return {
    atMs: time * 1_000,
    flags: direction | FRAME_BINARY | (bytes.length < sizeBytes ? FRAME_TRUNCATED : 0),
    sizeBytes,
    text: '',
    bytes,
  };
}

/** Bytes that a base64 text stands for (RFC 4648 section 4). */
function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.max(0, Math.floor((text.length * 3) / 4) - padding);
}

/** The first `count` bytes; none when it is no base64. */
function decodeBase64(text: string, count: number): Uint8Array<ArrayBuffer> {
  try {
    const binary = atob(text.slice(0, Math.ceil(count / 3) * 4));
    const bytes = new Uint8Array(Math.min(count, binary.length));
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch {
    return NO_BYTES;
  }
}

function columnsOf(frames: readonly LoggedFrame[]): FrameColumns {
  const count = frames.length;
  const columns = {
    count,
    atMs: new Float64Array(count),
    flags: new Uint8Array(count),
    sizeBytes: new Float64Array(count),
    text: frames.map(({ text }) => text).join(''),
    textEnds: new Uint32Array(count),
    bytes: new Uint8Array(frames.reduce((sum, { bytes }) => sum + bytes.length, 0)),
    byteEnds: new Uint32Array(count),
  };
  let textEnd = 0;
  let byteEnd = 0;
  frames.forEach(({ atMs, flags, sizeBytes, text, bytes }, i) => {
    columns.bytes.set(bytes, byteEnd);
    textEnd += text.length;
    byteEnd += bytes.length;
    columns.atMs[i] = atMs;
    columns.flags[i] = flags;
    columns.sizeBytes[i] = sizeBytes;
    columns.textEnds[i] = textEnd;
    columns.byteEnds[i] = byteEnd;
  });
  return columns;
}
