/**
 * SignalR hubs, JSON and MessagePack. Either side pings on its own; nobody answers. Several messages may share a frame.
 * Source: ASP.NET Core, src/SignalR/docs/specs/HubProtocol.md. Of MessagePack only so much is read as a message's kind
 * and id need.
 */
import { type Frame, idOf, isObject, parseJson, RECORD_SEPARATOR } from './frame.ts';
import type { FrameReading, Protocol } from './protocol.ts';
import { answering, asking, farewell, MESSAGE, reading } from './readings.ts';

/** Of a frame with more messages only these are looked at. */
const MAX_MESSAGES = 64;

const PING = reading('beat', 'Ping');
const HANDSHAKE = reading('control', 'Handshake');
const HANDSHAKE_RESPONSE = reading('greeting', 'HandshakeResponse');

const LABELS = ['', 'Invocation', 'StreamItem', 'Completion', 'StreamInvocation', 'CancelInvocation'] as const;

interface Message {
  readonly type: unknown;
  readonly id: string | undefined;
  readonly error?: unknown;
}

function readMessage({ type, id, error }: Message): FrameReading {
  if (type === 6) return PING;
  if (type === 7) return farewell('Close', error);
  const base = reading('message', typeof type === 'number' ? (LABELS[type] ?? '') : '');
  // The completion of a stream comes at its end, whenever that is.
  if (type === 1) return asking(base, id);
  return type === 3 ? answering(base, id) : base;
}

function readJson(value: unknown, isOut: boolean): FrameReading {
  if (!isObject(value)) return MESSAGE;
  const { type, protocol, error, invocationId } = value;
  if (type === undefined) {
    if (isOut) return protocol === undefined ? MESSAGE : HANDSHAKE;
    return error === undefined ? HANDSHAKE_RESPONSE : farewell('HandshakeResponse', error);
  }
  return readMessage({ type, id: idOf(invocationId), error });
}

/** One reading for all messages of a frame: the last words count, then what is no ping; all ids. */
function combine(readings: readonly FrameReading[]): FrameReading {
  const [first = MESSAGE] = readings;
  if (readings.length < 2) return first;
  const main =
    readings.find(({ kind }) => kind === 'farewell') ?? readings.find(({ kind }) => kind !== 'beat') ?? first;
  const asks = readings.flatMap((each) => each.asks ?? []);
  const answers = readings.flatMap((each) => each.answers ?? []);
  return { ...main, ...(asks.length > 0 && { asks }), ...(answers.length > 0 && { answers }) };
}

function read(frame: Frame): FrameReading {
  const { content, isOut } = frame;
  if (typeof content !== 'string') return combine([...packedMessages(content)].map(readMessage));
  if (frame.json !== undefined) return readJson(frame.json, isOut);
  const records = content.split(RECORD_SEPARATOR, MAX_MESSAGES).filter((record) => record !== '');
  return records.length > 1 ? combine(records.map((record) => readJson(parseJson(record), isOut))) : MESSAGE;
}

/** Each message: its length as a varint, then an array `[type, headers, invocationId, …]`. */
function* packedMessages(bytes: Uint8Array): Generator<Message> {
  let at = 0;
  for (let n = 0; n < MAX_MESSAGES && at < bytes.length; n++) {
    let length = 0;
    let shift = 0;
    for (; shift < 35; shift += 7) {
      const byte = bytes[at++] ?? 0;
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    if (length === 0) return;
    yield packedMessage(bytes.subarray(at, at + length));
    at += length;
  }
}

/** The id can be read where the headers are empty, as they always are in practice. */
function packedMessage(bytes: Uint8Array): Message {
  const [array = 0, type = 0, headers] = bytes;
  if (array < 0x91 || array > 0x9f) return { type: undefined, id: undefined };
  const length = (bytes[3] ?? 0) - 0xa0; // fixstr
  const hasId = headers === 0x80 && length > 0 && length < 32 && bytes.length >= 4 + length;
  return { type, id: hasId ? String.fromCharCode(...bytes.subarray(4, 4 + length)) : undefined };
}

export const signalR: Protocol = {
  id: 'signalr',
  name: 'SignalR',
  isDevServer: false,
  isFirst: ({ content, json, isOut }) =>
    isOut && typeof content === 'string' && content.endsWith(RECORD_SEPARATOR) && isObject(json) && 'protocol' in json,
  heartbeat: { by: 'either', isAnswered: false, onlyWhenIdle: true, usualPeriodMs: 15_000 },
  read,
  closeCodes: [],
};
