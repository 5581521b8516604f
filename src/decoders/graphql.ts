/**
 * GraphQL over WebSocket, the current protocol and the older one of subscriptions-transport-ws. The names cross: the
 * current library is graphql-ws with the subprotocol `graphql-transport-ws`; the old subprotocol is `graphql-ws`. Sources:
 * enisdenjo/graphql-ws PROTOCOL.md and src/common.ts; apollographql/subscriptions-transport-ws PROTOCOL.md.
 */
import type { WordKey } from '../words/words.ts';
import { durationMs, type Frame, idOf, isObject, objectOf } from './frame.ts';
import type { Announced, CloseCodes, FrameReading, Protocol } from './protocol.ts';
import { answering, asking, farewell, MESSAGE, reading } from './readings.ts';

const PING = reading('beat', 'ping');
const PONG = reading('beatAnswer', 'pong');
const KEEP_ALIVE = reading('beat', 'ka');
const INIT = reading('control', 'connection_init');
const ACK = reading('greeting', 'connection_ack');
const TERMINATE = farewell('connection_terminate');
/** Messages that ask, and those of which the first is the answer. */
const ASKING: ReadonlySet<string> = new Set(['subscribe', 'start']);
const ANSWERING: ReadonlySet<string> = new Set(['next', 'data', 'error', 'complete']);

function read(frame: Frame): FrameReading {
  const { type, id, payload } = objectOf(frame) ?? {};
  switch (type) {
    case 'ping':
      return PING;
    case 'pong':
      return PONG;
    case 'ka':
      return KEEP_ALIVE;
    case 'connection_init':
      return INIT;
    case 'connection_ack':
      return ACK;
    case 'connection_error':
      return farewell('connection_error', isObject(payload) ? payload.message : payload);
    case 'connection_terminate':
      return TERMINATE;
  }
  if (typeof type !== 'string') return MESSAGE;
  if (ASKING.has(type)) return asking(reading('control', type), isAnsweredAtOnce(payload) ? idOf(id) : undefined);
  // A page's `complete` and `stop` end a subscription.
  if (frame.isOut) return reading('control', type.slice(0, 64));
  return ANSWERING.has(type) ? answering(reading('message', type), idOf(id)) : reading('message', type.slice(0, 64));
}

/** A subscription is answered when something happens; a query or a mutation, as soon as the server can. */
function isAnsweredAtOnce(payload: unknown): boolean {
  const query = isObject(payload) ? payload.query : undefined;
  return typeof query === 'string' && /^[\s,]*(?:query\b|mutation\b|\{)/.test(query.slice(0, 200));
}

/** Of AWS AppSync: without a `ka` for so long the connection is dead. */
function announces(frame: Frame, before: Announced | null): Announced | null {
  const { type, payload } = objectOf(frame) ?? {};
  if (frame.isOut || type !== 'connection_ack' || !isObject(payload)) return before;
  const timeoutMs = durationMs(payload.connectionTimeoutMs);
  return timeoutMs === null ? before : { periodMs: before?.periodMs ?? null, timeoutMs };
}

function code(
  code: number,
  name: string,
  meaning: WordKey,
  comeBack: CloseCodes['comeBack'],
  sentBy: WordKey = 'closeSentBy_server',
): CloseCodes {
  return { from: code, to: code, name, meaning, sentBy, comeBack };
}

const CLOSE_CODES: readonly CloseCodes[] = [
  code(4004, 'Bad response', 'closeIn_graphql_4004', 'no', 'closeSentBy_client'),
  code(4005, 'Internal client error', 'closeIn_graphql_4005', 'no', 'closeSentBy_client'),
  code(4400, 'Bad request', 'closeIn_graphql_4400', 'no'),
  code(4401, 'Unauthorized', 'closeIn_graphql_4401', 'afterChange'),
  code(4403, 'Forbidden', 'closeIn_graphql_4403', 'afterChange'),
  code(4406, 'Subprotocol not acceptable', 'closeIn_graphql_4406', 'no'),
  code(4408, 'Connection initialisation timeout', 'closeIn_graphql_4408', 'yes'),
  code(4409, 'Subscriber already exists', 'closeIn_graphql_4409', 'no'),
  code(4429, 'Too many initialisation requests', 'closeIn_graphql_4429', 'no'),
  code(4499, 'Terminated', 'closeIn_graphql_4499', 'yes', 'closeSentBy_client'),
  code(4500, 'Internal server error', 'closeIn_graphql_4500', 'no'),
  code(4504, 'Connection acknowledgement timeout', 'closeIn_graphql_4504', 'yes', 'closeSentBy_client'),
];

export const graphqlTransportWs: Protocol = {
  id: 'graphql-transport-ws',
  name: 'GraphQL over WebSocket (graphql-transport-ws)',
  isDevServer: false,
  subprotocol: /^graphql-transport-ws$/,
  heartbeat: { by: 'either', isAnswered: true, onlyWhenIdle: false, usualPeriodMs: null },
  read,
  closeCodes: CLOSE_CODES,
};

export const subscriptionsTransportWs: Protocol = {
  id: 'subscriptions-transport-ws',
  name: 'GraphQL over WebSocket (subscriptions-transport-ws)',
  isDevServer: false,
  subprotocol: /^graphql-ws$/,
  isFirst: (frame) => objectOf(frame)?.type === 'connection_init',
  heartbeat: { by: 'server', isAnswered: false, onlyWhenIdle: false, usualPeriodMs: null },
  read,
  announces,
  closeCodes: [],
};
