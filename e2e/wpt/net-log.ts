/**
 * Reads what went over the wire from Chromium's own net log (`--log-net-log`): every WebSocket frame of every page, over
 * TCP, TLS and HTTP/2 alike, written down by the network service, which knows nothing of extensions and pages.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Whole messages of one direction, fragments put together; control frames are none. */
export interface Traffic {
  readonly text: number;
  readonly binary: number;
  /** Payload of all of them; null when some were compressed, for then the log has no true size. */
  readonly bytes: number | null;
}

/** One handshake and what followed. */
export interface WireConnection {
  readonly url: string;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
  readonly received: Traffic;
  readonly sent: Traffic;
  /** Payload length of the close frame that the server sent; null when it sent none. */
  readonly closeBytes: number | null;
}

export const NO_TRAFFIC: Traffic = { text: 0, binary: 0, bytes: 0 };

/** The log's own names: net/log/net_log_event_type_list.h of Chromium. */
const EVENTS = ['REQUEST_ALIVE', 'WEBSOCKET_RECV_FRAME_HEADER', 'WEBSOCKET_SENT_FRAME_HEADER'] as const;
type EventName = (typeof EVENTS)[number];

/** Opcodes of RFC 6455, section 5.2. */
const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;

interface Constants {
  readonly logEventTypes: Readonly<Record<string, number>>;
  /** Epoch milliseconds of the clock's zero. */
  readonly timeTickOffset: number;
}

interface LogEvent {
  readonly source: { readonly id: number };
  readonly time: string;
  readonly type: number;
  readonly params?: {
    readonly url?: string;
    readonly opcode?: number;
    readonly final?: boolean;
    /** RSV1: the message is compressed (RFC 7692). */
    readonly reserved1?: boolean;
    readonly payload_length?: number;
  };
}

interface Direction {
  text: number;
  binary: number;
  bytes: number | null;
  isText: boolean;
}

interface Building {
  readonly url: string;
  readonly startedAtMs: number;
  readonly received: Direction;
  readonly sent: Direction;
  closeBytes: number | null;
}

/** Reads the log of a browser that has ended. Rejects when the file is not such a log. */
export function readNetLog(path: string): Promise<readonly WireConnection[]> {
  return parseNetLog(createInterface({ input: createReadStream(path, 'utf8') }));
}

/**
 * The log's lines → its WebSocket connections, in the order of their handshakes. Chromium writes the constants into the
 * first line and one event into each of the others; the last one may be cut off.
 */
export async function parseNetLog(lines: AsyncIterable<string> | Iterable<string>): Promise<readonly WireConnection[]> {
  const connections = new Map<number, Building>();
  let names: ReadonlyMap<number, EventName> | null = null;
  let zeroAtMs = 0;
  for await (const line of lines) {
    if (names === null) {
      const constants = readConstants(line);
      names = new Map(EVENTS.map((name) => [constants.logEventTypes[name] ?? -1, name]));
      zeroAtMs = constants.timeTickOffset;
      continue;
    }
    const type = /"type":(\d+)\},?$/.exec(line)?.[1];
    const name = type === undefined ? undefined : names.get(Number(type));
    if (name !== undefined) note(connections, name, JSON.parse(line.replace(/,$/, '')) as LogEvent, zeroAtMs);
  }
  if (names === null) throw new Error('The net log is empty.');
  return [...connections.values()].map(({ url, startedAtMs, received, sent, closeBytes }) => ({
    url,
    startedAtMs,
    received: trafficOf(received),
    sent: trafficOf(sent),
    closeBytes,
  }));
}

function readConstants(line: string): Constants {
  const { constants } = JSON.parse(`${line.replace(/,$/, '')}}`) as { readonly constants: Constants };
  for (const name of EVENTS) {
    if (constants.logEventTypes[name] === undefined) throw new Error(`This Chromium's net log knows no ${name}.`);
  }
  return constants;
}

function note(connections: Map<number, Building>, name: EventName, event: LogEvent, zeroAtMs: number): void {
  const { id } = event.source;
  const { url, opcode = CONTINUATION, final = true, reserved1 = false, payload_length: bytes = 0 } = event.params ?? {};
  if (name === 'REQUEST_ALIVE') {
    if (url !== undefined && /^wss?:/.test(url)) {
      const startedAtMs = zeroAtMs + Number(event.time);
      // The log never shows a name and password in a URL, and says so behind it.
      const shown = url.replace(/ \(credentials redacted\)$/, '');
      connections.set(id, { url: shown, startedAtMs, received: direction(), sent: direction(), closeBytes: null });
    }
    return;
  }
  const connection = connections.get(id);
  if (connection === undefined) return;
  if (opcode === CLOSE && name === 'WEBSOCKET_RECV_FRAME_HEADER') connection.closeBytes ??= bytes;
  // Control frames, and reserved opcodes, for which the browser fails the connection.
  if (opcode > BINARY) return;
  const way = name === 'WEBSOCKET_RECV_FRAME_HEADER' ? connection.received : connection.sent;
  if (opcode !== CONTINUATION) way.isText = opcode === TEXT;
  way.bytes = way.bytes === null || reserved1 ? null : way.bytes + bytes;
  if (final && way.isText) way.text += 1;
  if (final && !way.isText) way.binary += 1;
}

function direction(): Direction {
  return { ...NO_TRAFFIC, isText: true };
}

function trafficOf({ text, binary, bytes }: Direction): Traffic {
  return { text, binary, bytes };
}
