/**
 * Centrifugo and centrifuge libraries, JSON (several commands or replies per frame, one a line); of Protobuf the pings
 * alone. The server pings with an empty reply, the page answers with an empty command. Sources: centrifugal.dev, "Client
 * protocol" and "Client protocol codes".
 */
import type { WordKey } from '../words/words.ts';
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

function codes(from: number, name: string, meaning: WordKey, to = from): CloseCodes {
  const comeBack = (from >= 3500 && from < 4000) || from >= 4500 ? 'no' : 'yes';
  return { from, to, name, meaning, sentBy: 'closeSentBy_server', comeBack };
}

const CLOSE_CODES: readonly CloseCodes[] = [
  codes(3000, 'Connection closed', 'closeIn_centrifugo_3000'),
  codes(3001, 'Shutdown', 'closeIn_centrifugo_3001'),
  codes(3004, 'Internal server error', 'closeIn_centrifugo_3004'),
  codes(3005, 'Connection expired', 'closeIn_centrifugo_3005'),
  codes(3006, 'Subscription expired', 'closeIn_centrifugo_3006'),
  codes(3008, 'Slow', 'closeIn_centrifugo_3008'),
  codes(3009, 'Write error', 'closeIn_centrifugo_3009'),
  codes(3010, 'Insufficient state', 'closeIn_centrifugo_3010'),
  codes(3011, 'Force reconnect', 'closeIn_centrifugo_3011'),
  codes(3012, 'No pong', 'closeIn_centrifugo_3012'),
  codes(3013, 'Too many requests', 'closeIn_centrifugo_3013'),
  codes(3014, 'State invalidated', 'closeIn_centrifugo_3014'),
  codes(3500, 'Invalid token', 'closeIn_centrifugo_3500'),
  codes(3501, 'Bad request', 'closeIn_centrifugo_3501'),
  codes(3502, 'Stale', 'closeIn_centrifugo_3502'),
  codes(3503, 'Force disconnect', 'closeIn_centrifugo_3503'),
  codes(3504, 'Connection limit', 'closeIn_centrifugo_3504'),
  codes(3505, 'Channel limit', 'closeIn_centrifugo_3505'),
  codes(3506, 'Inappropriate protocol', 'closeIn_centrifugo_3506'),
  codes(3507, 'Permission denied', 'closeIn_centrifugo_3507'),
  codes(3508, 'Not available', 'closeIn_centrifugo_3508'),
  codes(3509, 'Too many errors', 'closeIn_centrifugo_3509'),
  codes(3000, 'Reconnect', 'closeIn_centrifugo_3000_range', 3499),
  codes(3500, 'Terminal', 'closeIn_centrifugo_3500_range', 3999),
  codes(4000, 'Reconnect (application)', 'closeIn_centrifugo_4000_range', 4499),
  codes(4500, 'Terminal (application)', 'closeIn_centrifugo_4500_range', 4999),
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
