/**
 * The Pusher protocol: Pusher Channels, Laravel Reverb, Soketi. Either side pings when it has heard nothing for a while.
 * The data of an event may be JSON in a string. Source: Pusher, "Channels WebSocket Protocol", version 7.
 */
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
  meaning: string,
  comeBack: CloseCodes['comeBack'] = 'no',
): CloseCodes {
  return { from, to, name, meaning, sentBy: 'server', comeBack };
}

const CLOSE_CODES: readonly CloseCodes[] = [
  codes(4000, 4000, 'TLS only', 'The application takes encrypted connections alone.', 'afterChange'),
  codes(4001, 4001, 'No such application', 'The key of the application is not known, or wrong for this cluster.'),
  codes(4003, 4003, 'Application disabled', 'The application is switched off.'),
  codes(4004, 4004, 'Over quota', 'The application has more connections than its plan allows.'),
  codes(4005, 4005, 'Path not found', 'The path of the URL is wrong.'),
  codes(4006, 4006, 'Invalid version string', 'The version in the URL is malformed.'),
  codes(4007, 4007, 'Unsupported protocol version', 'The server does not speak this version.'),
  codes(4008, 4008, 'No protocol version', 'The URL names no version of the protocol.'),
  codes(4009, 4009, 'Unauthorized', 'The connection did not authenticate in time.', 'afterChange'),
  codes(4100, 4100, 'Over capacity', 'The server is too busy: come back after a second or more.', 'yes'),
  codes(4200, 4200, 'Reconnect', 'The server asks to come back at once.', 'yes'),
  codes(4201, 4201, 'Pong not received', 'The page did not answer a ping in time.', 'yes'),
  codes(4202, 4202, 'Closed after inactivity', 'Nothing was heard of the page.', 'yes'),
  codes(4301, 4301, 'Client event rejected', 'The page sent events too fast.', 'yes'),
  codes(4000, 4099, 'Do not reconnect', 'The same will happen again.'),
  codes(4100, 4199, 'Reconnect with backoff', 'Come back after a second or more.', 'yes'),
  codes(4200, 4299, 'Reconnect at once', 'Come back now.', 'yes'),
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
