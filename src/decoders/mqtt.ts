/**
 * MQTT 3.1 to 5 over WebSocket: the page pings when it has nothing else to send. Of each packet the fixed header and the
 * packet identifier are read. A frame may hold several packets, and, rarely, a part of one. Source: OASIS MQTT 3.1.1
 * sections 2 and 3, MQTT 5.0 section 3.14.
 */
import { durationMs, type Frame } from './frame.ts';
import type { Announced, FrameReading, Protocol } from './protocol.ts';
import { farewell, MESSAGE, reading } from './readings.ts';

const MAX_PACKETS = 64;
const LABELS = [
  'reserved',
  'CONNECT',
  'CONNACK',
  'PUBLISH',
  'PUBACK',
  'PUBREC',
  'PUBREL',
  'PUBCOMP',
  'SUBSCRIBE',
  'SUBACK',
  'UNSUBSCRIBE',
  'UNSUBACK',
  'PINGREQ',
  'PINGRESP',
  'DISCONNECT',
  'AUTH',
] as const;
const READINGS: readonly FrameReading[] = LABELS.map((label) => reading(kindOf(label), label));

function kindOf(label: string): FrameReading['kind'] {
  if (label === 'PINGREQ') return 'beat';
  if (label === 'PINGRESP') return 'beatAnswer';
  if (label === 'CONNACK') return 'greeting';
  return label === 'PUBLISH' || label === 'reserved' ? 'message' : 'control';
}

interface Packet {
  readonly type: number;
  readonly flags: number;
  /** After the fixed header; shorter than it should be where the frame ends within. */
  readonly body: Uint8Array;
  readonly isWhole: boolean;
}

function* packetsOf(bytes: Uint8Array): Generator<Packet> {
  let at = 0;
  for (let n = 0; n < MAX_PACKETS && at < bytes.length; n++) {
    const first = bytes[at++] ?? 0;
    let length = 0;
    let hasLength = false;
    for (let shift = 0; shift < 28 && !hasLength; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) return;
      length += (byte & 0x7f) * 2 ** shift;
      hasLength = byte < 0x80;
    }
    if (!hasLength) return;
    const body = bytes.subarray(at, at + length);
    yield { type: first >> 4, flags: first & 15, body, isWhole: body.length === length };
    at += length;
  }
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function readPacket({ type, flags, body, isWhole }: Packet): FrameReading {
  const base = READINGS[type] ?? MESSAGE;
  const label = LABELS[type] ?? '';
  switch (label) {
    case 'CONNACK':
      return (body[1] ?? 0) === 0 ? base : farewell(label, `refused with ${body[1]}`);
    case 'DISCONNECT':
      return farewell(label, body.length > 0 ? `reason 0x${(body[0] ?? 0).toString(16)}` : '');
    // Two bytes and no more: anything else is a part of a larger packet.
    case 'PINGREQ':
    case 'PINGRESP':
      return body.length === 0 && flags === 0 && isWhole ? base : MESSAGE;
    case 'PUBLISH': {
      const idAt = 2 + u16(body, 0);
      return flags & 0b0110 && body.length >= idAt + 2 ? { ...base, asks: [`${u16(body, idAt)}`] } : base;
    }
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE':
      return { ...base, asks: [`${u16(body, 0)}`] };
    case 'PUBACK':
    case 'PUBREC':
    case 'SUBACK':
    case 'UNSUBACK':
      return { ...base, answers: [`${u16(body, 0)}`] };
    default:
      return base;
  }
}

function read({ content }: Frame): FrameReading {
  if (typeof content === 'string') return MESSAGE;
  const readings = Array.from(packetsOf(content), readPacket);
  const [first = MESSAGE] = readings;
  if (readings.length < 2) return first;
  const main =
    readings.find(({ kind }) => kind === 'farewell') ?? readings.find(({ kind }) => kind === 'message') ?? first;
  const asks = readings.flatMap((each) => each.asks ?? []);
  const answers = readings.flatMap((each) => each.answers ?? []);
  return { ...main, ...(asks.length > 0 && { asks }), ...(answers.length > 0 && { answers }) };
}

/** `00 04 M Q T T` or `00 06 M Q I s d p`, level, flags, keep alive in seconds. The broker cuts after 1.5 times that. */
function keepAliveMs({ content, isOut }: Frame): number | null {
  if (!isOut || typeof content === 'string') return null;
  const [packet] = packetsOf(content);
  if (packet?.type !== 1 || !isConnect(packet.body)) return null;
  return durationMs(u16(packet.body, 2 + u16(packet.body, 0) + 2), 1000);
}

function isConnect(body: Uint8Array): boolean {
  return body[2] === 0x4d && body[3] === 0x51 && (u16(body, 0) === 4 || u16(body, 0) === 6);
}

function announces(frame: Frame, before: Announced | null): Announced | null {
  const periodMs = keepAliveMs(frame);
  return periodMs === null ? before : { periodMs, timeoutMs: periodMs / 2 };
}

export const mqtt: Protocol = {
  id: 'mqtt',
  name: 'MQTT',
  isDevServer: false,
  subprotocol: /^mqtt(?:v3\.1)?$/i,
  isFirst: ({ content, isOut }) => {
    if (!isOut || typeof content === 'string' || content[0] !== 0x10) return false;
    const [packet] = packetsOf(content);
    return packet !== undefined && isConnect(packet.body);
  },
  heartbeat: { by: 'page', isAnswered: true, onlyWhenIdle: true, usualPeriodMs: 60_000 },
  read,
  announces,
  closeCodes: [],
};
