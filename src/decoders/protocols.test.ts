/** What each protocol makes of its own frames, as its documents have them; and of anybody's, for all of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf, MAX_JSON_CHARS } from './frame.ts';
import { type Announced, type FrameKind, MAX_SAID_CHARS, type Opening } from './protocol.ts';
import { FIRST_FRAMES, PROTOCOLS, protocolById, recognise } from './protocols.ts';

type Content = string | readonly number[];

function frame(way: '>' | '<', content: Content) {
  const bytes = typeof content === 'string' ? content : Uint8Array.from(content);
  return frameOf(way === '>', bytes, content.length);
}

function protocol(id: string) {
  const found = protocolById(id);
  if (!found) throw new Error(`There is no protocol ${id}.`);
  return found;
}

const bytesOf = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
/** SignalR's MessagePack: a length, and an array with type, empty headers, and an id. */
const packed = (type: number, id: string) => [4 + id.length, 0x95, type, 0x80, 0xa0 + id.length, ...bytesOf(id)];
const RS = '\u001e';

const READINGS: Readonly<Record<string, readonly (readonly [way: '>' | '<', content: Content, kind: FrameKind])[]>> = {
  'socket.io-4': [
    ['<', '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}', 'greeting'],
    ['>', '40', 'control'],
    ['>', '40/admin,{"token":"x"}', 'control'],
    ['<', '40{"sid":"b"}', 'greeting'],
    ['<', '2', 'beat'],
    ['>', '3', 'beatAnswer'],
    ['>', '2', 'message'],
    ['>', '2probe', 'control'],
    ['<', '3probe', 'control'],
    ['>', '5', 'control'],
    ['<', '42["line",{"n":1}]', 'message'],
    ['<', '41', 'farewell'],
    ['<', '44{"message":"invalid token"}', 'farewell'],
    ['<', '451-["photo",{"_placeholder":true,"num":0}]', 'message'],
    ['<', [1, 2, 3], 'message'],
  ],
  'socket.io-2': [
    ['>', '2', 'beat'],
    ['<', '3', 'beatAnswer'],
    ['<', '2', 'message'],
  ],
  sockjs: [
    ['<', 'o', 'greeting'],
    ['<', 'h', 'beat'],
    ['<', 'a["x"]', 'message'],
    ['<', 'a["\\n"]', 'beat'],
    ['>', '["\\n"]', 'beat'],
    ['>', 'h', 'message'],
    ['<', 'c[3000,"Go away!"]', 'farewell'],
  ],
  signalr: [
    ['>', `{"protocol":"json","version":1}${RS}`, 'control'],
    ['<', `{}${RS}`, 'greeting'],
    ['<', `{"error":"Requested protocol is not available."}${RS}`, 'farewell'],
    ['>', `{"type":6}${RS}`, 'beat'],
    ['<', `{"type":1,"target":"news","arguments":[1]}${RS}`, 'message'],
    ['<', `{"type":6}${RS}{"type":1,"target":"news","arguments":[1]}${RS}`, 'message'],
    ['<', `{"type":7,"error":"Server shutting down","allowReconnect":true}${RS}`, 'farewell'],
    ['<', [2, 0x91, 6], 'beat'],
    ['>', packed(1, '7'), 'message'],
    ['<', [2, 0x91, 7], 'farewell'],
  ],
  phoenix: [
    ['>', '["1","1","room:a","phx_join",{}]', 'control'],
    ['<', '["1","1","room:a","phx_reply",{"status":"ok","response":{}}]', 'control'],
    ['<', '["1","1","room:a","phx_reply",{"status":"ok","response":{"members":3}}]', 'message'],
    ['>', '[null,"2","phoenix","heartbeat",{}]', 'beat'],
    ['<', '[null,"2","phoenix","phx_reply",{"status":"ok","response":{}}]', 'beatAnswer'],
    ['>', '{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"2"}', 'beat'],
    ['<', '{"topic":"phoenix","event":"phx_reply","payload":{},"ref":"2"}', 'beatAnswer'],
    ['<', '["1",null,"room:a","news",{"n":1}]', 'message'],
    ['<', '["1","1","room:a","phx_error",{}]', 'control'],
  ],
  actioncable: [
    ['<', '{"type":"welcome"}', 'greeting'],
    ['<', '{"type":"ping","message":1767225600}', 'beat'],
    ['>', '{"command":"subscribe","identifier":"{}"}', 'control'],
    ['<', '{"identifier":"{}","type":"confirm_subscription"}', 'greeting'],
    ['<', '{"identifier":"{}","type":"reject_subscription"}', 'control'],
    ['<', '{"identifier":"{}","message":{"n":1}}', 'message'],
    ['<', '{"type":"disconnect","reason":"server_restart","reconnect":true}', 'farewell'],
    ['<', '{"type":"constructor"}', 'message'],
  ],
  'graphql-transport-ws': [
    ['>', '{"type":"connection_init","payload":{}}', 'control'],
    ['<', '{"type":"connection_ack"}', 'greeting'],
    ['>', '{"type":"ping"}', 'beat'],
    ['<', '{"type":"pong"}', 'beatAnswer'],
    ['>', '{"id":"1","type":"subscribe","payload":{"query":"{ a }"}}', 'control'],
    ['<', '{"id":"1","type":"next","payload":{}}', 'message'],
    ['<', '{"id":"1","type":"complete"}', 'message'],
  ],
  'subscriptions-transport-ws': [
    ['<', '{"type":"ka"}', 'beat'],
    ['>', '{"id":"1","type":"start","payload":{"query":"subscription { a }"}}', 'control'],
    ['<', '{"id":"1","type":"data","payload":{}}', 'message'],
    ['<', '{"type":"connection_error","payload":{"message":"no"}}', 'farewell'],
    ['>', '{"type":"connection_terminate"}', 'farewell'],
  ],
  stomp: [
    ['>', 'CONNECT\naccept-version:1.2\nheart-beat:10000,10000\n\n\0', 'control'],
    ['<', 'CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0', 'greeting'],
    ['>', '\n', 'beat'],
    ['<', bytesOf('\n'), 'beat'],
    ['>', 'SUBSCRIBE\nid:sub-0\ndestination:/topic/a\n\n\0', 'control'],
    ['<', 'MESSAGE\nsubscription:sub-0\n\nhello\0', 'message'],
    ['<', 'ERROR\nmessage:access refused\n\n\0', 'farewell'],
    ['<', 'MESSAGES are no command', 'message'],
  ],
  mqtt: [
    ['>', [0x10, 16, 0, 4, ...bytesOf('MQTT'), 4, 2, 0, 60, 0, 4, ...bytesOf('abcd')], 'control'],
    ['<', [0x20, 2, 0, 0], 'greeting'],
    ['<', [0x20, 2, 0, 5], 'farewell'],
    ['>', [0x82, 8, 0, 1, 0, 3, 97, 47, 98, 0], 'control'],
    ['<', [0x90, 3, 0, 1, 0], 'control'],
    ['>', [0xc0, 0], 'beat'],
    ['<', [0xd0, 0], 'beatAnswer'],
    ['<', [0xd0, 0, 0x30, 5, 0, 1, 97, 104, 105], 'message'],
    ['<', [0x30, 5, 0, 1, 97, 104, 105], 'message'],
    ['<', [0xe0, 1, 0x8b], 'farewell'],
    ['<', [0xc0, 0xff, 0xff, 0xff, 0xff], 'message'],
    ['<', [], 'message'],
  ],
  pusher: [
    [
      '<',
      '{"event":"pusher:connection_established","data":"{\\"socket_id\\":\\"1.2\\",\\"activity_timeout\\":120}"}',
      'greeting',
    ],
    ['>', '{"event":"pusher:subscribe","data":{"channel":"news"}}', 'control'],
    ['<', '{"event":"pusher_internal:subscription_succeeded","channel":"news","data":"{}"}', 'control'],
    ['>', '{"event":"pusher:ping","data":{}}', 'beat'],
    ['<', '{"event":"pusher:pong","data":"{}"}', 'beatAnswer'],
    ['<', '{"event":"price","channel":"news","data":"{}"}', 'message'],
    ['<', '{"event":"pusher:error","data":{"code":4004,"message":"over quota"}}', 'farewell'],
  ],
  ably: [
    ['<', '{"action":4,"connectionId":"a","connectionDetails":{"maxIdleInterval":15000}}', 'greeting'],
    ['<', '{"action":0}', 'beat'],
    ['>', '{"action":10,"channel":"news"}', 'control'],
    ['>', '{"action":15,"channel":"news","msgSerial":0,"messages":[{"data":"x"}]}', 'message'],
    ['<', '{"action":1,"msgSerial":0,"count":1}', 'control'],
    ['<', '{"action":6,"error":{"code":80003,"message":"Connection expired"}}', 'farewell'],
    ['<', '{"action":99}', 'message'],
    ['<', '{"action":-1}', 'message'],
  ],
  centrifugo: [
    ['>', '{"connect":{"token":"x"},"id":1}', 'control'],
    ['<', '{"id":1,"connect":{"client":"c","version":"6.0.0","ping":25,"pong":true}}', 'greeting'],
    ['<', '{}', 'beat'],
    ['>', '{}', 'beatAnswer'],
    ['<', [0], 'beat'],
    ['>', '{"id":2,"subscribe":{"channel":"a"}}\n{"id":3,"subscribe":{"channel":"b"}}', 'control'],
    ['<', '{"push":{"channel":"a","pub":{"data":{}}}}', 'message'],
    ['<', '{"id":4,"rpc":{"data":{}}}', 'message'],
    ['<', '{"push":{"disconnect":{"code":3005,"reason":"connection expired"}}}', 'farewell'],
  ],
  wamp: [
    ['>', '[1,"realm1",{"roles":{}}]', 'control'],
    ['<', '[2,9129137332,{"roles":{}}]', 'greeting'],
    ['>', '[48,7814135,{},"com.example.add",[1,2]]', 'message'],
    ['<', '[50,7814135,{},[3]]', 'message'],
    ['<', '[3,{"message":"The realm does not exist."},"wamp.error.no_such_realm"]', 'farewell'],
    ['<', '[6,{},"wamp.close.system_shutdown"]', 'farewell'],
    ['<', '[36,1,2,{},["news"]]', 'message'],
  ],
  'vite-hmr': [
    ['<', '{"type":"connected"}', 'greeting'],
    ['>', '{"type":"ping"}', 'beat'],
    ['<', '{"type":"update","updates":[]}', 'message'],
  ],
  'webpack-hmr': [
    ['<', '{"type":"hot"}', 'message'],
    ['<', '{"type":"hash","data":"f3a9"}', 'message'],
    ['<', '{"type":"ok"}', 'message'],
  ],
  'webpack-hmr-sockjs': [
    ['<', 'o', 'greeting'],
    ['<', 'h', 'beat'],
  ],
  'next-hmr': [
    ['>', '{"event":"ping","tree":[]}', 'beat'],
    ['<', '{"event":"pong","success":true}', 'beatAnswer'],
    ['<', '{"action":"sync","hash":"a"}', 'message'],
  ],
  'json-rpc': [
    ['>', '{"jsonrpc":"2.0","id":1,"method":"add","params":[1,2]}', 'message'],
    ['<', '{"jsonrpc":"2.0","id":1,"result":3}', 'message'],
    ['<', '[{"jsonrpc":"2.0","id":1,"result":3}]', 'message'],
  ],
  'home-made': [
    ['>', 'ping', 'beat'],
    ['<', '"PONG"', 'beatAnswer'],
    ['>', '{"type":"heartbeat","ts":1767225600}', 'beat'],
    ['<', '{"event":"heartbeat_ack"}', 'beatAnswer'],
    ['<', '{"op":"keepalive"}', 'beat'],
    ['>', '{"action":"PING"}', 'beat'],
    ['<', '{"type":"welcome"}', 'greeting'],
    ['<', '{"type":"news","ping":1}', 'message'],
    ['<', 'shopping', 'message'],
    ['<', '{"type":"shipping"}', 'message'],
    ['<', '{"order":2}', 'message'],
    ['<', '2', 'message'],
    ['<', '{}', 'message'],
  ],
};

describe.each(Object.entries(READINGS))('%s', (id, readings) => {
  it.each(readings)('%s %j is a %s', (way, content, kind) => {
    expect(protocol(id).read(frame(way, content)).kind).toBe(kind);
  });
});

it('has such a list for every protocol', () => {
  expect(Object.keys(READINGS).sort()).toEqual(PROTOCOLS.map(({ id }) => id).sort());
});

describe('what belongs together', () => {
  const S = '{"data":1}';
  it.each<[string, Content, Content]>([
    ['socket.io-4', '427["say","x"]', '437[{"ok":true}]'],
    ['socket.io-4', '42/admin,12["say"]', '43/admin,12[]'],
    ['socket.io-4', '451-3["up",{"_placeholder":true,"num":0}]', '461-3[{"_placeholder":true,"num":0}]'],
    [
      'signalr',
      `{"type":1,"invocationId":"9","target":"add","arguments":[]}${RS}`,
      `{"type":3,"invocationId":"9","result":3}${RS}`,
    ],
    ['signalr', packed(1, '42'), packed(3, '42')],
    ['phoenix', '["1","5","room:a","say",{}]', '["1","5","room:a","phx_reply",{"status":"ok","response":{}}]'],
    [
      'graphql-transport-ws',
      '{"id":"a","type":"subscribe","payload":{"query":"mutation { b }"}}',
      '{"id":"a","type":"next","payload":{}}',
    ],
    ['stomp', `SEND\ndestination:/a\nreceipt:r-1\n\n${S}\0`, 'RECEIPT\nreceipt-id:r-1\n\n\0'],
    ['mqtt', [0x32, 7, 0, 1, 97, 0, 10, 104, 105], [0x40, 2, 0, 10]],
    ['mqtt', [0x82, 8, 1, 2, 0, 3, 97, 47, 98, 0], [0x90, 3, 1, 2, 0]],
    ['ably', '{"action":15,"msgSerial":3}', '{"action":1,"msgSerial":3}'],
    ['centrifugo', '{"id":8,"rpc":{}}', '{"id":8,"rpc":{}}'],
    ['centrifugo', '{"id":8,"rpc":{}}', '{"id":8,"error":{"code":100}}'],
    ['wamp', '[48,77,{},"a"]', '[50,77,{},[3]]'],
    ['wamp', '[48,77,{},"a"]', '[8,48,77,{},"wamp.error"]'],
    ['json-rpc', '{"jsonrpc":"2.0","id":1,"method":"a"}', '{"jsonrpc":"2.0","id":1,"error":{}}'],
    ['home-made', '{"do":"x","requestId":"q1"}', '{"requestId":"q1","ok":true}'],
  ])('%s: %j is answered by %j', (id, question, answer) => {
    const { asks } = protocol(id).read(frame('>', question));
    expect(asks).toHaveLength(1);
    expect(protocol(id).read(frame('<', answer)).answers).toEqual(asks);
  });
});

describe('what is announced', () => {
  it.each<[string, readonly (readonly ['>' | '<', Content])[], Announced | null]>([
    ['socket.io-4', [['<', '0{"sid":"a","pingInterval":300,"pingTimeout":200}']], { periodMs: 300, timeoutMs: 200 }],
    [
      'stomp',
      [
        ['>', 'CONNECT\nheart-beat:10000,5000\n\n\0'],
        ['<', 'CONNECTED\nheart-beat:20000,15000\n\n\0'],
      ],
      { periodMs: 15_000, timeoutMs: 20_000 },
    ],
    [
      'stomp',
      [
        ['>', 'CONNECT\nheart-beat:10000,10000\n\n\0'],
        ['<', 'CONNECTED\nheart-beat:0,0\n\n\0'],
      ],
      { periodMs: null, timeoutMs: null },
    ],
    [
      'mqtt',
      [['>', [0x10, 14, 0, 6, ...bytesOf('MQIsdp'), 3, 2, 0, 30, 0, 0]]],
      { periodMs: 30_000, timeoutMs: 15_000 },
    ],
    ['mqtt', [['>', [0x10, 12, 0, 4, ...bytesOf('MQTT'), 4, 2, 0, 0, 0, 0]]], null],
    [
      'pusher',
      [['<', '{"event":"pusher:connection_established","data":"{\\"activity_timeout\\":30}"}']],
      { periodMs: 30_000, timeoutMs: null },
    ],
    [
      'ably',
      [['<', '{"action":4,"connectionDetails":{"maxIdleInterval":15000}}']],
      { periodMs: 15_000, timeoutMs: null },
    ],
    ['centrifugo', [['<', '{"id":1,"connect":{"client":"c","ping":25}}']], { periodMs: 25_000, timeoutMs: null }],
    [
      'subscriptions-transport-ws',
      [['<', '{"type":"connection_ack","payload":{"connectionTimeoutMs":300000}}']],
      { periodMs: null, timeoutMs: 300_000 },
    ],
    [
      'home-made',
      [['<', '{"type":"hello","pingInterval":30,"pingTimeout":5}']],
      { periodMs: 30_000, timeoutMs: 5_000 },
    ],
  ])('by %s', (id, frames, expected) => {
    const { announces } = protocol(id);
    const announced = frames.reduce<Announced | null>(
      (before, [way, content]) => announces?.(frame(way, content), before) ?? before,
      null,
    );
    expect(announced).toEqual(expected);
  });
});

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
    fc.string({ unit: 'binary', maxLength: 60 }),
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
          expect(kinds.has(kind)).toBe(true);
          expect(label.length).toBeLessThanOrEqual(80);
          expect(says.length).toBeLessThanOrEqual(MAX_SAID_CHARS);
          expect(asks.length + answers.length).toBeLessThanOrEqual(256);
          expect([...asks, ...answers].every((id) => typeof id === 'string' && id.length <= 1_024)).toBe(true);
          expect(typeof (isFirst?.(each) ?? false)).toBe('boolean');
          const announced = announces?.(each, null) ?? null;
          for (const ms of Object.values(announced ?? {})) expect(ms === null || ms > 0).toBe(true);
        }),
        { numRuns: 400, seed: 17 },
      );
    },
  );

  it('recognises in it at most one protocol', () => {
    const anyOpening = fc.record({
      url: fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true })),
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
