/**
 * WAMP 2, JSON. It has no heartbeat of its own: peers use ping frames, which no page can see. Source: wamp-proto.org,
 * "Message Definitions".
 */
import { arrayOf, type Frame, idOf, isObject } from './frame.ts';
import type { FrameReading, Protocol } from './protocol.ts';
import { NO_HEARTBEAT } from './protocol.ts';
import { answering, asking, farewell, MESSAGE, reading } from './readings.ts';

type Role = 'asks' | 'answers' | 'none';

/** By number: name, what it is, and whether the id in its second place asks or answers. */
const MESSAGES: ReadonlyMap<unknown, readonly [label: string, kind: FrameReading['kind'], role: Role]> = new Map([
  [1, ['HELLO', 'control', 'none']],
  [2, ['WELCOME', 'greeting', 'none']],
  [4, ['CHALLENGE', 'control', 'none']],
  [5, ['AUTHENTICATE', 'control', 'none']],
  [16, ['PUBLISH', 'message', 'asks']],
  [17, ['PUBLISHED', 'control', 'answers']],
  [32, ['SUBSCRIBE', 'control', 'asks']],
  [33, ['SUBSCRIBED', 'control', 'answers']],
  [34, ['UNSUBSCRIBE', 'control', 'asks']],
  [35, ['UNSUBSCRIBED', 'control', 'answers']],
  [36, ['EVENT', 'message', 'none']],
  [48, ['CALL', 'message', 'asks']],
  [50, ['RESULT', 'message', 'answers']],
  [64, ['REGISTER', 'control', 'asks']],
  [65, ['REGISTERED', 'control', 'answers']],
  [66, ['UNREGISTER', 'control', 'asks']],
  [67, ['UNREGISTERED', 'control', 'answers']],
  [68, ['INVOCATION', 'message', 'asks']],
  [70, ['YIELD', 'message', 'answers']],
] as const);
const ABORT = 3;
const GOODBYE = 6;
const ERROR = 8;

function read(frame: Frame): FrameReading {
  const [type, second, third] = arrayOf(frame) ?? [];
  if (type === ABORT || type === GOODBYE) {
    return farewell(type === ABORT ? 'ABORT' : 'GOODBYE', third, isObject(second) ? second.message : '');
  }
  if (type === ERROR) return answering(reading('message', 'ERROR'), idOf(third));
  const known = MESSAGES.get(type);
  if (!known) return MESSAGE;
  const [label, kind, role] = known;
  const base = reading(kind, label);
  if (role === 'asks') return asking(base, idOf(second));
  return role === 'answers' ? answering(base, idOf(second)) : base;
}

export const wamp: Protocol = {
  id: 'wamp',
  name: 'WAMP',
  isDevServer: false,
  subprotocol: /^wamp\.2\./,
  heartbeat: NO_HEARTBEAT,
  read,
  closeCodes: [],
};
