/**
 * Engine.IO 3 and 4, and Socket.IO upon them: a digit per packet, JSON after it. In version 3 the page pings, in version 4
 * the server. Sources: socketio/engine.io-protocol and socketio/socket.io-protocol (README.md of versions 3, 4 and 5).
 */
import { durationMs, type Frame, isObject, parseJson } from './frame.ts';
import type { Announced, FrameReading, Protocol } from './protocol.ts';
import { answering, asking, farewell, MESSAGE, reading } from './readings.ts';

const PING = reading('beat', 'ping');
const PONG = reading('beatAnswer', 'pong');
const OPEN = reading('greeting', 'open');
const PROBE = reading('control', 'upgrade');
const CONNECT = reading('control', 'CONNECT');
const CONNECTED = reading('greeting', 'CONNECT');

/** Packet type, number of attachments, namespace, and id of an acknowledgement. */
const PACKET = /^4([0-6])(?:\d+-)?(\/[^,[{]*,)?(\d*)/;
const LABELS: Readonly<Record<string, string>> = { 2: 'EVENT', 3: 'ACK', 5: 'BINARY_EVENT', 6: 'BINARY_ACK' };

function readPacket(text: string, isOut: boolean): FrameReading {
  const [, type = '', namespace = '', id = ''] = PACKET.exec(text.slice(0, 200)) ?? [];
  if (type === '') return MESSAGE;
  if (type === '0') return isOut ? CONNECT : CONNECTED;
  if (type === '1') return farewell('DISCONNECT');
  if (type === '4') return farewell('CONNECT_ERROR', messageIn(text));
  const base = reading('message', LABELS[type] ?? '');
  if (id === '') return base;
  return type === '3' || type === '6' ? answering(base, namespace + id) : asking(base, namespace + id);
}

/** `44{"message":"invalid token"}`, or `44"invalid token"` in older versions. */
function messageIn(text: string): unknown {
  const value = parseJson(text.slice(text.indexOf('{')));
  return isObject(value) ? value.message : text.slice(2);
}

function readWith(pinger: 'page' | 'server'): (frame: Frame) => FrameReading {
  return ({ content, isOut }) => {
    if (typeof content !== 'string') return MESSAGE;
    const isPinger = isOut === (pinger === 'page');
    if (content === '2') return isPinger ? PING : MESSAGE;
    if (content === '3') return isPinger ? MESSAGE : PONG;
    if (content === '5' || content === '6' || content === '2probe' || content === '3probe') return PROBE;
    if (content === '1') return farewell('close');
    return isOpenPacket(content) ? OPEN : readPacket(content, isOut);
  };
}

function isOpenPacket(text: string): boolean {
  return text.startsWith('0{"sid"');
}

function announces({ content, isOut }: Frame, before: Announced | null): Announced | null {
  if (isOut || typeof content !== 'string' || !isOpenPacket(content)) return before;
  const open = parseJson(content.slice(1));
  if (!isObject(open)) return before;
  return { periodMs: durationMs(open.pingInterval), timeoutMs: durationMs(open.pingTimeout) };
}

const isFirst = ({ content, isOut }: Frame) => !isOut && typeof content === 'string' && isOpenPacket(content);

const COMMON = { isDevServer: false, isFirst, announces, closeCodes: [] } as const;

export const socketIo4: Protocol = {
  ...COMMON,
  id: 'socket.io-4',
  name: 'Socket.IO 3–4 (Engine.IO 4)',
  url: /[?&]EIO=4(?:&|$)/,
  heartbeat: { by: 'server', isAnswered: true, onlyWhenIdle: false, usualPeriodMs: 25_000 },
  read: readWith('server'),
};

export const socketIo2: Protocol = {
  ...COMMON,
  id: 'socket.io-2',
  name: 'Socket.IO 1–2 (Engine.IO 3)',
  url: /[?&]EIO=3(?:&|$)/,
  heartbeat: { by: 'page', isAnswered: true, onlyWhenIdle: false, usualPeriodMs: 25_000 },
  read: readWith('page'),
};
