/** Who speaks what; and what all protocols make of anything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter, anyUrl } from '../../e2e/arbitraries.ts';
import { bytesOf, type Content, frame, protocol, READINGS, RS } from './fixtures.ts';
import { frameOf, MAX_JSON_CHARS } from './frame.ts';
import { type FrameKind, MAX_SAID_CHARS, type Opening } from './protocol.ts';
import { FIRST_FRAMES, PROTOCOLS, recognise } from './protocols.ts';

describe('recognition', () => {
  const opening = (fields: Partial<Opening>): Opening => ({
    url: 'wss://x.test/',
    protocols: [],
    protocol: '',
    ...fields,
  });

  it.each<[string, Partial<Opening>, readonly (readonly ['>' | '<', Content])[]]>([
    ['socket.io-4', { url: 'wss://x.test/socket.io/?EIO=4&transport=websocket' }, []],
    [
      'socket.io-2',
      { url: 'wss://x.test/socket.io/?transport=websocket&EIO=3' },
      [['<', '0{"sid":"a","pingInterval":1}']],
    ],
    ['sockjs', { url: 'wss://x.test/echo/123/a1b2c3d4/websocket' }, []],
    ['webpack-hmr-sockjs', { url: 'ws://localhost:8080/sockjs-node/123/a1b2c3d4/websocket' }, [['<', 'o']]],
    ['webpack-hmr', { url: 'ws://localhost:8080/ws' }, [['<', '{"type":"hot"}']]],
    ['next-hmr', { url: 'ws://localhost:3000/_next/webpack-hmr' }, []],
    ['vite-hmr', { protocol: 'vite-hmr' }, []],
    ['signalr', { url: 'wss://x.test/hub?id=1' }, [['>', `{"protocol":"messagepack","version":1}${RS}`]]],
    ['phoenix', { url: 'wss://x.supabase.co/realtime/v1/websocket?apikey=k&vsn=1.0.0' }, []],
    ['actioncable', { protocol: null, protocols: ['actioncable-v1-json', 'actioncable-unsupported'] }, []],
    ['graphql-transport-ws', { protocol: 'graphql-transport-ws' }, [['>', '{"type":"connection_init"}']]],
    ['subscriptions-transport-ws', { protocol: 'graphql-ws' }, []],
    ['mqtt', { protocol: 'mqttv3.1' }, []],
    ['mqtt', {}, [['>', [0x10, 12, 0, 4, ...bytesOf('MQTT'), 4, 2, 0, 0, 0, 0]]]],
    ['stomp', { protocol: 'v12.stomp' }, []],
    ['stomp', {}, [['>', 'CONNECT\naccept-version:1.1\n\n\0']]],
    ['pusher', { url: 'wss://ws-eu.pusher.com/app/abc123?protocol=7&client=js' }, []],
    ['ably', { url: 'wss://main.realtime.ably.net/?key=x&v=4' }, []],
    ['centrifugo', { url: 'wss://x.test/connection/websocket' }, []],
    ['wamp', { protocol: 'wamp.2.json' }, []],
    ['json-rpc', {}, [['>', '{"jsonrpc":"2.0","id":1,"method":"eth_subscribe"}']]],
    [
      'home-made',
      {},
      [
        ['>', '{"type":"hello"}'],
        ['>', '{"type":"ping"}'],
      ],
    ],
  ])('finds %s', (id, fields, frames) => {
    const found = recognise(
      opening(fields),
      frames.map(([way, content]) => frame(way, content)),
    );
    expect(found?.protocol.id).toBe(id);
    expect(found?.signs.length).toBeGreaterThan(0);
  });

  it.each<[string, Partial<Opening>, readonly (readonly ['>' | '<', Content])[]]>([
    ['an ordinary URL', { url: 'wss://x.test/ws?app=4' }, []],
    [
      'ordinary JSON',
      {},
      [
        ['<', '{"type":"news","data":{"text":"ping"}}'],
        ['>', '{"id":1,"connect":"please"}'],
      ],
    ],
    [
      'numbers',
      {},
      [
        ['<', '2'],
        ['>', '3'],
        ['<', '{}'],
      ],
    ],
    ['an unknown subprotocol', { protocol: 'my-chat' }, []],
    ['a host that only ends like a known one', { url: 'wss://portably.io.example/' }, []],
  ])('finds nothing in %s', (_, fields, frames) => {
    expect(
      recognise(
        opening(fields),
        frames.map(([way, content]) => frame(way, content)),
      ),
    ).toBeNull();
  });

  it('believes the server’s choice more than the page’s offer', () => {
    const offers = { protocols: ['graphql-transport-ws', 'graphql-ws'], protocol: 'graphql-ws' };
    expect(recognise(opening(offers), [])?.protocol.id).toBe('subscriptions-transport-ws');
    expect(recognise(opening({ ...offers, protocol: '' }), [])).toBeNull();
  });
});

describe('whatever comes', () => {
  const words = fc.constantFrom(
    'ping',
    'phx_reply',
    'phoenix',
    'pusher:error',
    'connection_ack',
    'disconnect',
    '__proto__',
    'constructor',
  );
  const keys = fc.constantFrom(
    'type',
    'event',
    'data',
    'payload',
    'id',
    'action',
    'error',
    'connect',
    'push',
    'disconnect',
    'code',
    'reason',
    'topic',
    'ref',
    'response',
    'connectionDetails',
    'invocationId',
    'pingInterval',
    '__proto__',
    'jsonrpc',
    'method',
  );
  const value = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(words, fc.string({ maxLength: 300 }), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
      fc.array(tie('node'), { maxLength: 8 }),
      fc.dictionary(keys, tie('node'), { maxKeys: 6 }),
    ),
  })).node;
  const json = value.map((each) => JSON.stringify(each) ?? '');
  const prefixed = fc.tuple(
    fc.constantFrom('', '42', '0', '44', 'a', 'c', 'CONNECTED\n', '451-'),
    json,
    fc.constantFrom('', RS, '\n', `${RS}{}${RS}`),
  );
  const known = Object.values(READINGS)
    .flat()
    .map(([, content]) => content);
  /** A known frame that was damaged, cut or doubled. */
  const damaged = fc.tuple(fc.constantFrom(...known), fc.nat(60), fc.nat(255)).map(([content, at, byte]): Content => {
    if (typeof content === 'string') return content.slice(0, at) + String.fromCharCode(byte) + content.slice(at + 1);
    return [...content.slice(0, at), byte, ...content.slice(at + 1)];
  });
  const content: fc.Arbitrary<Content> = fc.oneof(
    prefixed.map((parts) => parts.join('')),
    damaged,
    fc.string({ unit: anyCharacter, maxLength: 60 }),
    fc.array(fc.nat(255), { maxLength: 80 }),
  );
  const kinds: ReadonlySet<FrameKind> = new Set(['beat', 'beatAnswer', 'greeting', 'control', 'farewell', 'message']);

  it.each(PROTOCOLS.map((each) => [each.id, each] as const))(
    '%s reads it, and says little',
    (_, { read, isFirst, announces }) => {
      fc.assert(
        fc.property(content, fc.boolean(), fc.nat(1e6), (data, isOut, sizeBytes) => {
          const each = frameOf(isOut, typeof data === 'string' ? data : Uint8Array.from(data), sizeBytes);
          const { kind, label, says = '', asks = [], answers = [] } = read(each);
          const announced = Object.values(announces?.(each, null) ?? {});
          // One expectation: each costs more than the reading.
          expect({
            kind: kinds.has(kind),
            label: label.length <= 80,
            says: says.length <= MAX_SAID_CHARS,
            count: asks.length + answers.length <= 256,
            ids: [...asks, ...answers].every((id) => typeof id === 'string' && id.length <= 1_024),
            isFirst: typeof (isFirst?.(each) ?? false),
            announced: announced.every((ms) => ms === null || ms > 0),
          }).toEqual({
            kind: true,
            label: true,
            says: true,
            count: true,
            ids: true,
            isFirst: 'boolean',
            announced: true,
          });
        }),
        { numRuns: 200, seed: 17 },
      );
    },
  );

  it('recognises in it at most one protocol', () => {
    const anyOpening = fc.record({
      url: fc.oneof(fc.string(), anyUrl),
      protocols: fc.array(fc.string({ maxLength: 20 }), { maxLength: 4 }),
      protocol: fc.option(fc.string({ maxLength: 20 })),
    });
    fc.assert(
      fc.property(anyOpening, fc.array(content, { maxLength: FIRST_FRAMES + 3 }), (opening, contents) => {
        const frames = contents.map((data, i) => frame(i % 2 === 0 ? '<' : '>', data));
        const found = recognise(opening, frames);
        if (found) expect(found.signs.length).toBeGreaterThan(0);
      }),
      { numRuns: 300, seed: 18 },
    );
  });

  it('is left unread where it is too long', () => {
    const long = `{"type":"ping","x":"${'x'.repeat(MAX_JSON_CHARS)}"}`;
    expect(protocol('home-made').read(frame('>', long)).kind).toBe('message');
    expect(protocol('graphql-transport-ws').read(frame('>', `${'['.repeat(9_000)}`)).kind).toBe('message');
  });
});
