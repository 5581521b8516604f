/**
 * A healthy session yields no warning: sessions of every protocol, generated frame by frame, read by the digester, with all
 * that healthy pages do (navigation, a hidden tab, two connections side by side, a double mount, a close when done).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FrameSketch } from '../../protocol/fixtures.ts';
import type { ConnectionRecord, ContextRecord } from '../../protocol/records.ts';
import type { Digest } from '../digest/digest.ts';
import { createDigester } from '../digest/digester.ts';
import { chunkOf, every, inOrder, received, sent } from '../digest/fixtures.ts';
import { closeOf, connectionOf, contextOf, documentOf, factsOf, handshakeOf } from '../fixtures.ts';
import { findingsOf } from './find.ts';

const RUNS = { numRuns: 60, seed: 1006, endOnFailure: true };

interface Talk {
  readonly record: Partial<ConnectionRecord>;
  /** Heartbeats and greetings; `count` beats of `periodMs`, the answers `lateMs` after. */
  readonly frames: (periodMs: number, count: number, lateMs: number) => readonly FrameSketch[];
}

function asked(ask: FrameSketch['data'], answer: FrameSketch['data'] | null): Talk['frames'] {
  return (periodMs, count, lateMs) =>
    every(
      periodMs,
      count,
      (atMs) => [sent(atMs, ask), ...(answer === null ? [] : [received(atMs + lateMs, answer)])],
      periodMs,
    );
}
function asking(ask: FrameSketch['data'], answer: FrameSketch['data'] | null): Talk['frames'] {
  return (periodMs, count, lateMs) =>
    every(
      periodMs,
      count,
      (atMs) => [received(atMs, ask), ...(answer === null ? [] : [sent(atMs + lateMs, answer)])],
      periodMs,
    );
}
function greeted(greetings: readonly FrameSketch[], beats: Talk['frames']): Talk['frames'] {
  return (...numbers) => [...greetings, ...beats(...numbers)];
}

const TALKS: Readonly<Record<string, Talk>> = {
  'Socket.IO 4': {
    record: { url: 'ws://h/socket.io/?EIO=4&transport=websocket' },
    frames: greeted(
      [
        received(5, '0{"sid":"a","pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'),
        sent(6, '40'),
        received(9, '40{"sid":"b"}'),
      ],
      asking('2', '3'),
    ),
  },
  'Socket.IO 2': {
    record: { url: 'ws://h/socket.io/?EIO=3&transport=websocket' },
    frames: greeted([received(5, '0{"sid":"a","pingInterval":25000,"pingTimeout":5000}')], asked('2', '3')),
  },
  Phoenix: {
    record: { url: 'ws://h/socket/websocket?vsn=2.0.0' },
    frames: (periodMs, count, lateMs) =>
      every(
        periodMs,
        count,
        (atMs, n) => [
          sent(atMs, `[null,"${n}","phoenix","heartbeat",{}]`),
          received(atMs + lateMs, `[null,"${n}","phoenix","phx_reply",{"status":"ok","response":{}}]`),
        ],
        periodMs,
      ),
  },
  SignalR: {
    record: { url: 'ws://h/hub' },
    frames: greeted([sent(2, '{"protocol":"json","version":1}\u001e'), received(9, '{}\u001e')], (periodMs, count) =>
      inOrder(
        every(periodMs, count, (atMs) => sent(atMs, '{"type":6}\u001e'), periodMs),
        every(periodMs, count, (atMs) => received(atMs + 300, '{"type":6}\u001e'), periodMs),
      ),
    ),
  },
  ActionCable: {
    record: { url: 'ws://h/cable', protocols: ['actioncable-v1-json'], protocol: 'actioncable-v1-json' },
    frames: greeted([received(4, '{"type":"welcome"}')], (periodMs, count) =>
      every(
        periodMs,
        count,
        (atMs) => received(atMs, `{"type":"ping","message":${1_700_000_000 + Math.round(atMs / 1_000)}}`),
        periodMs,
      ),
    ),
  },
  'graphql-transport-ws': {
    record: { url: 'ws://h/graphql', protocols: ['graphql-transport-ws'], protocol: 'graphql-transport-ws' },
    frames: greeted(
      [sent(3, '{"type":"connection_init"}'), received(8, '{"type":"connection_ack"}')],
      asked('{"type":"ping"}', '{"type":"pong"}'),
    ),
  },
  STOMP: {
    record: { url: 'ws://h/stomp', protocols: ['v12.stomp'], protocol: 'v12.stomp' },
    frames: greeted(
      [sent(3, 'CONNECT\nheart-beat:10000,10000\n\n\0'), received(8, 'CONNECTED\nheart-beat:10000,10000\n\n\0')],
      (periodMs, count) =>
        inOrder(
          every(periodMs, count, (atMs) => sent(atMs, '\n'), periodMs),
          every(periodMs, count, (atMs) => received(atMs + 200, '\n'), periodMs),
        ),
    ),
  },
  MQTT: {
    record: { url: 'ws://h/mqtt', protocols: ['mqtt'], protocol: 'mqtt' },
    frames: greeted(
      [sent(3, [0x10, 0x0c, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 0]), received(9, [0x20, 2, 0, 0])],
      asked([0xc0, 0], [0xd0, 0]),
    ),
  },
  Pusher: {
    record: { url: 'ws://h/app/key?protocol=7' },
    frames: greeted(
      [
        received(
          6,
          '{"event":"pusher:connection_established","data":"{\\"socket_id\\":\\"1.2\\",\\"activity_timeout\\":120}"}',
        ),
      ],
      asked('{"event":"pusher:ping","data":{}}', '{"event":"pusher:pong","data":{}}'),
    ),
  },
  Ably: {
    record: { url: 'wss://realtime.ably.io/?key=x' },
    frames: greeted(
      [received(6, '{"action":4,"connectionId":"a","connectionDetails":{"maxIdleInterval":15000}}')],
      asking('{"action":0}', null),
    ),
  },
  Centrifugo: {
    record: { url: 'ws://h/connection/websocket' },
    frames: greeted(
      [
        sent(2, '{"connect":{},"id":1}'),
        received(7, '{"id":1,"connect":{"client":"a","version":"6","ping":25,"pong":true}}'),
      ],
      asking('{}', '{}'),
    ),
  },
  SockJS: {
    record: { url: 'ws://h/echo/123/abcdefgh/websocket' },
    frames: greeted([received(3, 'o')], asking('h', null)),
  },
  WAMP: {
    record: { url: 'ws://h/ws', protocols: ['wamp.2.json'], protocol: 'wamp.2.json' },
    frames: (periodMs, count, lateMs) =>
      every(
        periodMs,
        count,
        (atMs, n) => [sent(atMs, `[48,${n + 1},{},"com.add",[1,2]]`), received(atMs + lateMs, `[50,${n + 1},{},[3]]`)],
        20,
      ),
  },
  'home-made': { record: { url: 'ws://h/live' }, frames: asked('{"type":"ping"}', '{"type":"pong"}') },
  silent: { record: { url: 'ws://h/quiet' }, frames: () => [] },
};

/** How a healthy connection may end, or not. */
const ENDINGS = [
  'open',
  'closed by the page',
  'page left',
  'page left, as Firefox tells it',
  'closed by the server with 1000',
] as const;
type Ending = (typeof ENDINGS)[number];

interface Session {
  readonly name: string;
  readonly periodMs: number;
  readonly count: number;
  readonly lateMs: number;
  readonly messages: readonly number[];
  readonly ending: Ending;
  readonly hidden: boolean;
  readonly mountedTwice: boolean;
}

const sessions: fc.Arbitrary<Session> = fc.record({
  name: fc.constantFrom(...Object.keys(TALKS)),
  periodMs: fc.integer({ min: 5_000, max: 30_000 }),
  count: fc.integer({ min: 1, max: 12 }),
  lateMs: fc.integer({ min: 1, max: 250 }),
  messages: fc.array(fc.integer({ min: 20, max: 200_000 }), { maxLength: 20 }),
  ending: fc.constantFrom(...ENDINGS),
  hidden: fc.boolean(),
  mountedTwice: fc.boolean(),
});

function factsFrom({ name, periodMs, count, lateMs, messages, ending, hidden, mountedTwice }: Session) {
  const { record, frames } = TALKS[name] ?? { record: {}, frames: () => [] };
  const said = messages.map((atMs, n) =>
    n % 2 === 0
      ? received(atMs, `{"event":"news","data":{"text":"${'x'.repeat(n)}"}}`)
      : sent(atMs, '{"event":"say","data":{}}'),
  );
  const lastMs = periodMs * (count + 0.4);
  const talk = inOrder(
    frames(periodMs, count, lateMs),
    name === 'MQTT' || name === 'SockJS' ? [] : said.filter(({ atMs }) => (atMs ?? 0) < lastMs),
  );
  const endMs = Math.max(lastMs, talk.at(-1)?.atMs ?? 0) + 50;
  const open = connectionOf({
    documentId: 'doc',
    createdAtMs: -30,
    openedAtMs: 0,
    protocol: '',
    framesIn: 1,
    ...record,
  });
  const connection = { ...open, ...ended(ending, endMs) };
  const chunk = chunkOf(connection.connectionId, 0, talk);
  const digests: Digest[] = [];
  if (talk.length > 0) {
    const digester = createDigester(connection);
    digester.add(chunk, chunk);
    digests.push(digester.finish(connection, endMs));
  }
  const context: ContextRecord[] = hidden ? [contextOf('hidden', endMs / 2), contextOf('visible', endMs * 0.8)] : [];
  const twice = connectionOf({
    ...record,
    protocol: null,
    createdAtMs: -60,
    erroredAtMs: -40,
    close: closeOf(-40, 1006),
    closeRequested: { atMs: -50, code: null, reason: null },
  });
  const isLeft = ending.startsWith('page left');
  return factsOf(mountedTwice ? [twice, connection] : [connection], {
    digests,
    context,
    documents: [documentOf({ goneAtMs: isLeft ? endMs + 10 : null })],
    handshakes: [handshakeOf(connection.connectionId, { headers: [['server', 'nginx/1.26.3']] })],
    untilMs: endMs + (ending === 'open' ? 0 : 120_000),
  });
}

function ended(ending: Ending, endMs: number): Partial<ConnectionRecord> {
  switch (ending) {
    case 'open':
      return {};
    case 'closed by the page':
      return { closeRequested: { atMs: endMs - 5, code: 1000, reason: 'done' }, close: closeOf(endMs, 1000) };
    case 'page left':
      return { goneAtMs: endMs };
    case 'page left, as Firefox tells it':
      return { close: closeOf(endMs, 1001) };
    case 'closed by the server with 1000':
      return { close: closeOf(endMs, 1000) };
  }
}

const troubles = (session: Session) =>
  findingsOf(factsFrom(session))
    .filter(({ severity }) => severity !== 'note')
    .map(({ rule, title, because }) => ({ rule, title, because }));

describe('a healthy session', () => {
  it.each(Object.keys(TALKS))('of %s yields no warning', (name) => {
    fc.assert(
      fc.property(sessions, (session) => {
        expect(troubles({ ...session, name })).toEqual([]);
      }),
      RUNS,
    );
  });

  it('would yield some if it lost its connection', () => {
    const facts = factsFrom({
      name: 'home-made',
      periodMs: 10_000,
      count: 8,
      lateMs: 20,
      messages: [],
      ending: 'open',
      hidden: false,
      mountedTwice: false,
    });
    const connections = facts.connections.map((record) => ({ ...record, close: closeOf(83_000, 1006) }));
    expect(findingsOf({ ...facts, connections }).some(({ severity }) => severity === 'problem')).toBe(true);
  });
});
