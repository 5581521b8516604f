/** Ably Realtime, JSON. The server beats when idle. Source: Ably, "Realtime client library specification" (ProtocolMessage). */
import { ABLY_ACTIONS } from './ably-actions.ts';
import { durationMs, type Frame, idOf, isObject, objectOf } from './frame.ts';
import type { Announced, FrameReading, Protocol } from './protocol.ts';
import { answering, asking, farewell, MESSAGE, reading } from './readings.ts';

const HEARTBEAT = 0;
const CONNECTED = 4;
/** Later actions are read as messages. */
const LABELS = ABLY_ACTIONS.slice(0, ABLY_ACTIONS.indexOf('AUTH') + 1);
const ENDINGS: ReadonlySet<string> = new Set(['DISCONNECT', 'DISCONNECTED', 'CLOSE', 'CLOSED', 'ERROR']);
const MESSAGES: ReadonlySet<string> = new Set(['PRESENCE', 'MESSAGE', 'SYNC']);

function read(frame: Frame): FrameReading {
  const { action, msgSerial, error } = objectOf(frame) ?? {};
  const label = typeof action === 'number' ? LABELS[action] : undefined;
  if (label === undefined) return MESSAGE;
  if (action === HEARTBEAT) return reading('beat', label);
  if (action === CONNECTED) return reading('greeting', label);
  if (ENDINGS.has(label)) return farewell(label, ...(isObject(error) ? [error.code, error.message] : []));
  if (label === 'ACK' || label === 'NACK') return answering(reading('control', label), idOf(msgSerial));
  const base = reading(MESSAGES.has(label) ? 'message' : 'control', label);
  return frame.isOut ? asking(base, idOf(msgSerial)) : base;
}

function announces(frame: Frame, before: Announced | null): Announced | null {
  const { action, connectionDetails } = objectOf(frame) ?? {};
  if (frame.isOut || action !== CONNECTED || !isObject(connectionDetails)) return before;
  return { periodMs: durationMs(connectionDetails.maxIdleInterval), timeoutMs: null };
}

export const ably: Protocol = {
  id: 'ably',
  name: 'Ably',
  isDevServer: false,
  url: /^wss?:\/\/[^/?#]*\bably(?:-realtime)?\.(?:io|net|com)(?:[:/?#]|$)/,
  isFirst: (frame) => {
    const { action, connectionId, connectionDetails } = objectOf(frame) ?? {};
    return !frame.isOut && action === CONNECTED && typeof connectionId === 'string' && isObject(connectionDetails);
  },
  heartbeat: { by: 'server', isAnswered: false, onlyWhenIdle: true, usualPeriodMs: 15_000 },
  read,
  announces,
  closeCodes: [],
};
