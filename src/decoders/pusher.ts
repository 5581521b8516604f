/**
 * The Pusher protocol: Pusher Channels, Laravel Reverb, Soketi. Either side pings when it has heard nothing for a while.
 * The data of an event may be JSON in a string. Source: Pusher, "Channels WebSocket Protocol", version 7.
 */
import type { WordKey } from '../words/words.ts';
import { durationMs, type Frame, isObject, objectOf, parseJson } from './frame.ts';
import type { Announced, CloseCodes, FrameReading, Protocol } from './protocol.ts';
import { farewell, MESSAGE, reading } from './readings.ts';

const READINGS: ReadonlyMap<unknown, FrameReading> = new Map(
  (
    [
      ['pusher:ping', 'beat'],
      ['pusher:pong', 'beatAnswer'],
      ['pusher:connection_established', 'greeting'],
      ['pusher:subscribe', 'control'],
      ['pusher:unsubscribe', 'control'],
      ['pusher:signin', 'control'],
      ['pusher:signin_success', 'control'],
      ['pusher_internal:subscription_succeeded', 'control'],
    ] as const
  ).map(([event, kind]) => [event, reading(kind, event)]),
);
const ESTABLISHED = 'pusher:connection_established';

function dataOf(value: unknown): Readonly<Record<string, unknown>> {
  const data = typeof value === 'string' ? parseJson(value) : value;
  return isObject(data) ? data : {};
}

function read(frame: Frame): FrameReading {
  const { event, data } = objectOf(frame) ?? {};
  if (event !== 'pusher:error') return READINGS.get(event) ?? MESSAGE;
  const { code, message } = dataOf(data);
  return farewell(event, code, message);
}

function announces(frame: Frame, before: Announced | null): Announced | null {
  const { event, data } = objectOf(frame) ?? {};
  if (frame.isOut || event !== ESTABLISHED) return before;
  return { periodMs: durationMs(dataOf(data).activity_timeout, 1000), timeoutMs: null };
}

function codes(
  from: number,
  to: number,
  name: string,
  meaning: WordKey,
  comeBack: CloseCodes['comeBack'] = 'no',
): CloseCodes {
  return { from, to, name, meaning, sentBy: 'closeSentBy_server', comeBack };
}

const CLOSE_CODES: readonly CloseCodes[] = [
  codes(4000, 4000, 'TLS only', 'closeIn_pusher_4000', 'afterChange'),
  codes(4001, 4001, 'No such application', 'closeIn_pusher_4001'),
  codes(4003, 4003, 'Application disabled', 'closeIn_pusher_4003'),
  codes(4004, 4004, 'Over quota', 'closeIn_pusher_4004'),
  codes(4005, 4005, 'Path not found', 'closeIn_pusher_4005'),
  codes(4006, 4006, 'Invalid version string', 'closeIn_pusher_4006'),
  codes(4007, 4007, 'Unsupported protocol version', 'closeIn_pusher_4007'),
  codes(4008, 4008, 'No protocol version', 'closeIn_pusher_4008'),
  codes(4009, 4009, 'Unauthorized', 'closeIn_pusher_4009', 'afterChange'),
  codes(4100, 4100, 'Over capacity', 'closeIn_pusher_4100', 'yes'),
  codes(4200, 4200, 'Reconnect', 'closeIn_pusher_4200', 'yes'),
  codes(4201, 4201, 'Pong not received', 'closeIn_pusher_4201', 'yes'),
  codes(4202, 4202, 'Closed after inactivity', 'closeIn_pusher_4202', 'yes'),
  codes(4301, 4301, 'Client event rejected', 'closeIn_pusher_4301', 'yes'),
  codes(4000, 4099, 'Do not reconnect', 'closeIn_pusher_4000_range'),
  codes(4100, 4199, 'Reconnect with backoff', 'closeIn_pusher_4100_range', 'yes'),
  codes(4200, 4299, 'Reconnect at once', 'closeIn_pusher_4200_range', 'yes'),
];

export const pusher: Protocol = {
  id: 'pusher',
  name: 'Pusher (also Reverb, Soketi)',
  isDevServer: false,
  url: /\/app\/[^/?#]+\?(?:[^#]*&)?protocol=\d+&/,
  isFirst: (frame) => !frame.isOut && objectOf(frame)?.event === ESTABLISHED,
  heartbeat: { by: 'either', isAnswered: true, onlyWhenIdle: true, usualPeriodMs: 120_000 },
  read,
  announces,
  closeCodes: CLOSE_CODES,
};
