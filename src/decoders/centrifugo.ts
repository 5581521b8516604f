/**
 * Centrifugo and centrifuge libraries, JSON (several commands or replies per frame, one a line); of Protobuf the pings
 * alone. The server pings with an empty reply, the page answers with an empty command. Sources: centrifugal.dev, "Client
 * protocol" and "Client protocol codes".
 */
import { durationMs, type Frame, idOf, isObject, type JsonObject, parseJson } from './frame.ts';
import type { Announced, CloseCodes, FrameReading, Protocol } from './protocol.ts';
import { farewell, MESSAGE, reading } from './readings.ts';

const MAX_LINES = 64;
const PING = reading('beat', 'ping');
const PONG = reading('beatAnswer', 'pong');
const METHODS = ['connect', 'subscribe', 'unsubscribe', 'publish', 'presence', 'history', 'rpc', 'refresh'] as const;
const CONTROL: ReadonlySet<string> = new Set(['connect', 'subscribe', 'unsubscribe', 'refresh']);

function linesOf(frame: Frame): readonly JsonObject[] {
  const { content, json } = frame;
  if (isObject(json)) return [json];
  if (typeof content !== 'string' || !content.includes('\n')) return [];
  return content.split('\n', MAX_LINES).map(parseJson).filter(isObject);
}

function readLine(line: JsonObject, isOut: boolean): FrameReading {
  const push = isObject(line.push) ? line.push : {};
  const disconnect = push.disconnect ?? line.disconnect;
  if (isObject(disconnect)) return farewell('disconnect', disconnect.code, disconnect.reason);
  const method = METHODS.find((name) => line[name] !== undefined);
  const id = idOf(line.id);
  if (id === undefined) return reading('message', 'push');
  const label = method ?? (line.error === undefined ? 'reply' : 'error');
  // The answer to `connect` greets; those to other commands tell the application what it asked for.
  const kind = method === 'connect' && !isOut ? 'greeting' : method && CONTROL.has(method) ? 'control' : 'message';
  return { kind, label, ...(isOut ? { asks: [id] } : { answers: [id] }) };
}

function read(frame: Frame): FrameReading {
  const { content, isOut } = frame;
  const isEmpty = typeof content === 'string' ? content === '{}' : content.length === 1 && content[0] === 0;
  if (isEmpty) return isOut ? PONG : PING;
  const readings = linesOf(frame).map((line) => readLine(line, isOut));
  const [first = MESSAGE] = readings;
  if (readings.length < 2) return first;
  const main = readings.find(({ kind }) => kind === 'farewell') ?? first;
  const asks = readings.flatMap((each) => each.asks ?? []);
  const answers = readings.flatMap((each) => each.answers ?? []);
  return { ...main, ...(asks.length > 0 && { asks }), ...(answers.length > 0 && { answers }) };
}

function announces(frame: Frame, before: Announced | null): Announced | null {
  if (frame.isOut) return before;
  const connect = linesOf(frame).find((line) => isObject(line.connect))?.connect;
  return isObject(connect) && 'client' in connect
    ? { periodMs: durationMs(connect.ping, 1000), timeoutMs: null }
    : before;
}

function codes(from: number, name: string, meaning: string, to = from): CloseCodes {
  const comeBack = (from >= 3500 && from < 4000) || from >= 4500 ? 'no' : 'yes';
  return { from, to, name, meaning, sentBy: 'server', comeBack };
}

const CLOSE_CODES: readonly CloseCodes[] = [
  codes(3000, 'Connection closed', 'The connection ended without a further reason.'),
  codes(3001, 'Shutdown', 'The server stops.'),
  codes(3004, 'Internal server error', 'The server met an error that it could not handle.'),
  codes(3005, 'Connection expired', 'The token of the connection ran out and was not renewed in time.'),
  codes(3006, 'Subscription expired', 'The token of a subscription ran out and was not renewed in time.'),
  codes(3008, 'Slow', 'The page did not take its messages fast enough: the queue for it was full.'),
  codes(3009, 'Write error', 'The server could not write to the connection.'),
  codes(3010, 'Insufficient state', 'The server lost the position in a channel; the page comes back and recovers.'),
  codes(3011, 'Force reconnect', 'The server asked the page to come back.'),
  codes(3012, 'No pong', 'The page did not answer a ping in time.'),
  codes(3013, 'Too many requests', 'The page sent commands too fast.'),
  codes(3014, 'State invalidated', 'What the server knew of the connection is no longer valid.'),
  codes(3500, 'Invalid token', 'The token of the connection is not valid.'),
  codes(3501, 'Bad request', 'The server could not make sense of what the page sent.'),
  codes(3502, 'Stale', 'The page did not send its connect command in time.'),
  codes(3503, 'Force disconnect', 'The server ended the connection for good.'),
  codes(3504, 'Connection limit', 'There are too many connections.'),
  codes(3505, 'Channel limit', 'The page subscribed to too many channels.'),
  codes(3506, 'Inappropriate protocol', 'JSON and Protobuf were mixed up.'),
  codes(3507, 'Permission denied', 'The page may not connect.'),
  codes(3508, 'Not available', 'What was asked for is switched off.'),
  codes(3509, 'Too many errors', 'The page caused too many errors.'),
  codes(3000, 'Reconnect', 'A code after which the client comes back.', 3499),
  codes(3500, 'Terminal', 'A code after which the client stays away.', 3999),
  codes(4000, 'Reconnect (application)', 'A code of the application after which the client comes back.', 4499),
  codes(4500, 'Terminal (application)', 'A code of the application after which the client stays away.', 4999),
];

export const centrifugo: Protocol = {
  id: 'centrifugo',
  name: 'Centrifugo',
  isDevServer: false,
  subprotocol: /^centrifuge-(?:json|protobuf)$/,
  url: /\/connection\/websocket(?:[?#]|$)/,
  isFirst: (frame) => linesOf(frame).some(({ id, connect }) => id !== undefined && isObject(connect)),
  heartbeat: { by: 'server', isAnswered: true, onlyWhenIdle: false, usualPeriodMs: 25_000 },
  read,
  announces,
  closeCodes: CLOSE_CODES,
};
