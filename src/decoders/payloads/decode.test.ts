/** Payloads as servers and clients send them, what is said of them, and that nothing whatever makes a decoder fail. */
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { encode as encodeMessagePack, Encoder as MessagePackEncoder } from '@msgpack/msgpack';
import { encode as encodeCbor } from 'cbor2';
import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { Serializer } from 'phoenix';
import { Encoder, PacketType } from 'socket.io-parser';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../../../e2e/arbitraries.ts';
import { READINGS } from '../fixtures.ts';
import { frameOf } from '../frame.ts';
import { MAX_INFLATED_BYTES } from './compressed.ts';
import { type Decoded, decodePayload } from './decode.ts';
import { isContainer, type ValueNode } from './node.ts';
import type { Payload } from './payload.ts';
import { readProtoSchema } from './proto-schema.ts';
import { PAYLOAD_DECODERS } from './table.ts';

const OPENING = { url: 'wss://example.test/', protocols: [], protocol: '' };

function payload(content: string | Uint8Array, fields: Partial<Payload> = {}): Payload {
  return { content, isOut: false, isCut: false, protocolId: null, opening: OPENING, first: [], proto: null, ...fields };
}

async function decoded(content: string | Uint8Array, fields: Partial<Payload> = {}, viewAs: string | null = null) {
  return decodePayload(payload(content, fields), viewAs);
}

function chainOf({ chain }: Decoded): string {
  return chain.map(({ name, said }) => (said === '' ? name : `${name} ${said}`)).join(' → ');
}

/** As text, for short expectations. */
function shown(node: ValueNode | null): string {
  if (!node) return '';
  if (node.kind === 'bytes') return `<${Buffer.from(node.bytes ?? []).toString('hex')}>`;
  if (!isContainer(node)) return node.kind === 'string' ? JSON.stringify(node.text) : node.text;
  const items = node.items.map((item, i) => (node.kind === 'object' ? `${node.keys[i]}: ${shown(item)}` : shown(item)));
  return node.kind === 'object' ? `{${items.join(', ')}}` : `[${items.join(', ')}]`;
}

describe('what is said of a payload', () => {
  const RS = '\u001e';
  const utf8 = (text: string) => new TextEncoder().encode(text);
  const signalRPack = new MessagePackHubProtocol();
  const invocation = { type: 1, target: 'send', arguments: ['hi', 12], streamIds: [] } as never;

  it.each<
    [protocolId: string | null, content: string | Uint8Array, chain: string, tree: string, fields?: Partial<Payload>]
  >([
    [
      'socket.io-4',
      '42["line",{"n":12345678901234567890}]',
      'Engine.IO → Socket.IO EVENT “line”',
      '{packet: "EVENT", data: ["line", {n: 12345678901234567890}]}',
    ],
    [
      'socket.io-4',
      '42/admin,7["line"]',
      'Engine.IO → Socket.IO EVENT “line” /admin #7',
      '{packet: "EVENT", namespace: "/admin", id: 7, data: ["line"]}',
    ],
    ['socket.io-4', '437[true]', 'Engine.IO → Socket.IO ACK #7', '{packet: "ACK", id: 7, data: [true]}'],
    [
      'socket.io-4',
      '451-["photo",{"_placeholder":true,"num":0}]',
      'Engine.IO → Socket.IO BINARY_EVENT “photo”',
      '{packet: "BINARY_EVENT", attachments: 1, data: ["photo", {_placeholder: true, num: 0}]}',
    ],
    [
      'socket.io-4',
      '0{"sid":"a","pingInterval":25000}',
      'Engine.IO → Socket.IO open',
      '{sid: "a", pingInterval: 25000}',
    ],
    ['socket.io-4', '2probe', 'Engine.IO → Socket.IO ping', '"probe"'],
    ['socket.io-4', '42{"no":"array"}', 'Engine.IO → Socket.IO message', '{no: "array"}'],
    [
      'socket.io-4',
      encodeMessagePack({ type: 2, data: ['line', 1], nsp: '/' }),
      'MessagePack → Socket.IO EVENT “line”',
      '{type: 2, data: ["line", 1], nsp: "/"}',
    ],
    ['socket.io-2', Uint8Array.of(4, 0xff, 1, 0), 'Socket.IO attachment', ''],
    [
      'signalr',
      `{"type":1,"target":"news","arguments":[1.50]}${RS}`,
      'JSON → SignalR Invocation “news”',
      '{type: 1, target: "news", arguments: [1.50]}',
    ],
    [
      'signalr',
      `{"type":6}${RS}{"type":3,"invocationId":"4","result":1}${RS}`,
      'JSON → SignalR Ping, Completion #4',
      '[{type: 6}, {type: 3, invocationId: "4", result: 1}]',
    ],
    ['signalr', `{"protocol":"json","version":1}${RS}`, 'JSON → SignalR handshake', '{protocol: "json", version: 1}'],
    [
      'signalr',
      new Uint8Array(signalRPack.writeMessage(invocation)),
      'MessagePack → SignalR Invocation “send”',
      '{type: 1, headers: {}, invocationId: null, target: "send", arguments: ["hi", 12], streamIds: []}',
    ],
    [
      'phoenix',
      '["1","2","room:a","phx_join",{"x":1}]',
      'JSON → Phoenix phx_join “room:a”',
      '{join_ref: "1", ref: "2", topic: "room:a", event: "phx_join", payload: {x: 1}}',
    ],
    [
      'phoenix',
      '{"topic":"room:a","event":"news","payload":{},"ref":null}',
      'JSON → Phoenix news “room:a”',
      '{topic: "room:a", event: "news", payload: {}, ref: null}',
    ],
    [
      'phoenix',
      Uint8Array.of(2, 1, 4, ...utf8('anews'), 1, 2, 3),
      'binary → Phoenix news “a”',
      '{join_ref: null, ref: null, topic: "a", event: "news", payload: <010203>}',
    ],
    [
      'phoenix',
      Uint8Array.of(0, 1, 1, 1, 4, ...utf8('12anews'), 9),
      'binary → Phoenix news “a”',
      '{join_ref: "1", ref: "2", topic: "a", event: "news", payload: <09>}',
      { isOut: true },
    ],
    [
      'actioncable',
      '{"identifier":"{\\"channel\\":\\"Chat\\"}","message":{"n":1}}',
      'JSON → Action Cable message “Chat”',
      '{identifier: "{\\"channel\\":\\"Chat\\"}", message: {n: 1}}',
    ],
    [
      'graphql-transport-ws',
      '{"id":"1","type":"subscribe","payload":{"query":"subscription OnTick { tick }"}}',
      'JSON → GraphQL subscribe subscription “OnTick” #1',
      '{id: "1", type: "subscribe", payload: {query: "subscription OnTick { tick }"}}',
    ],
    ['subscriptions-transport-ws', '{"type":"ka"}', 'JSON → GraphQL ka', '{type: "ka"}'],
    [
      'stomp',
      'MESSAGE\nsubscription:sub-0\ndestination:/topic/a\n\nhello\0',
      'STOMP MESSAGE “/topic/a”',
      '{command: "MESSAGE", headers: {subscription: "sub-0", destination: "/topic/a"}, body: "hello"}',
    ],
    ['stomp', utf8('\n'), 'STOMP heart-beat', '"\\n"'],
    [
      'mqtt',
      new Uint8Array(
        generate({ cmd: 'publish', topic: 'a/b', payload: 'hi', qos: 1, messageId: 5, dup: false, retain: false }),
      ),
      'MQTT PUBLISH “a/b” #5',
      '{packet: "PUBLISH", retain: false, qos: 1, dup: false, topic: "a/b", payload: "hi", messageId: 5}',
    ],
    ['mqtt', Uint8Array.of(0xc0, 0), 'MQTT PINGREQ', '{packet: "PINGREQ"}'],
    [
      'pusher',
      '{"event":"price","channel":"news","data":"{\\"p\\":1}"}',
      'JSON → Pusher price “news”',
      '{event: "price", channel: "news", data: "{\\"p\\":1}"}',
    ],
    [
      'ably',
      '{"action":15,"channel":"news","messages":[]}',
      'JSON → Ably MESSAGE “news”',
      '{action: 15, channel: "news", messages: []}',
    ],
    ['ably', encodeMessagePack({ action: 4 }), 'MessagePack → Ably CONNECTED', '{action: 4}'],
    [
      'centrifugo',
      '{"id":2,"subscribe":{"channel":"a"}}\n{"id":3,"subscribe":{"channel":"b"}}',
      'JSON → Centrifugo subscribe “a” #2, subscribe “b” #3',
      '[{id: 2, subscribe: {channel: "a"}}, {id: 3, subscribe: {channel: "b"}}]',
    ],
    [
      'centrifugo',
      Uint8Array.of(11, 0x22, 9, 0x12, 1, 0x61, 0x22, 4, 0x22, 2, 0x7b, 0x7d),
      'protobuf → Centrifugo push pub “a”',
      '{push: {channel: "a", pub: {data: <7b7d>}}}',
    ],
    ['centrifugo', Uint8Array.of(0), 'protobuf → Centrifugo ping', '{}'],
    [
      'wamp',
      '[48,7814135,{},"com.example.add",[1,2]]',
      'JSON → WAMP CALL “com.example.add” #7814135',
      '{message: "CALL", request: 7814135, options: {}, procedure: "com.example.add", arguments: [1, 2]}',
    ],
    [
      'wamp',
      encodeCbor([36, 1, 2, {}, ['news']]),
      'CBOR → WAMP EVENT',
      '{message: "EVENT", subscription: 1, publication: 2, details: {}, arguments: ["news"]}',
      { opening: { ...OPENING, protocol: 'wamp.2.cbor' } },
    ],
    ['sockjs', 'a["x","y"]', 'JSON → SockJS messages (2)', '["x", "y"]'],
    ['sockjs', 'c[3000,"Go away!"]', 'JSON → SockJS close 3000', '{code: 3000, reason: "Go away!"}'],
    ['sockjs', 'h', 'SockJS heartbeat', 'null'],
    [
      'json-rpc',
      '{"jsonrpc":"2.0","id":1,"method":"add","params":[1,2]}',
      'JSON → JSON-RPC request “add” #1',
      '{jsonrpc: "2.0", id: 1, method: "add", params: [1, 2]}',
    ],
    [null, '{"b":1,"a":1.0}', 'JSON', '{b: 1, a: 1.0}'],
    [null, '{"a":1}\n{"a":2}', 'NDJSON', '[{a: 1}, {a: 2}]'],
    [null, utf8('{"in":"bytes"}'), 'JSON', '{in: "bytes"}'],
    [null, Uint8Array.of(0xff, 0xfe, ...Buffer.from('{"a":"ü"}', 'utf16le')), 'UTF-16LE → JSON', '{a: "ü"}'],
    [null, encodeMessagePack({ type: 'tick', bid: 1.5 }), 'MessagePack', '{type: "tick", bid: 1.5}'],
    [null, encodeCbor({ type: 'tick', bid: 1.5 }), 'CBOR', '{type: "tick", bid: 1.5}'],
    [null, Uint8Array.of(0x08, 0x96, 0x01, 0x12, 3, 0x61, 0x62, 0x63), 'protobuf', '{1: 150, 2: "abc"}'],
    [null, gzipSync('{"in":"gzip"}'), 'gzip → JSON', '{in: "gzip"}'],
    [null, deflateSync(encodeMessagePack({ in: ['zlib'] })), 'zlib → MessagePack', '{in: ["zlib"]}'],
    [
      'signalr',
      gzipSync(Buffer.from(signalRPack.writeMessage(invocation))),
      'gzip → MessagePack → SignalR Invocation “send”',
      '{type: 1, headers: {}, invocationId: null, target: "send", arguments: ["hi", 12], streamIds: []}',
    ],
  ])('%s %j', async (protocolId, content, chain, tree, fields = {}) => {
    const bytes = typeof content === 'string' ? content : new Uint8Array(content);
    const result = await decoded(bytes, { protocolId, ...fields });
    expect(chainOf(result)).toBe(chain);
    expect(shown(result.root)).toBe(tree);
  });

  it('says so when the protocol’s own parser refuses it', async () => {
    const { problems } = await decoded(`{"type":1,"arguments":[]}${RS}`, { protocolId: 'signalr' });
    expect(problems).toEqual(['refused']);
    expect((await decoded('{"type":"subscribe"}', { protocolId: 'graphql-transport-ws' })).problems).toEqual([
      'refused',
    ]);
  });

  it('reads a socket.io client’s packets, whichever there are', async () => {
    const encoder = new Encoder();
    for (const type of [PacketType.CONNECT, PacketType.EVENT, PacketType.ACK, PacketType.CONNECT_ERROR]) {
      const data =
        type === PacketType.EVENT ? ['a', { b: [1, 'ü'] }] : type === PacketType.ACK ? [1] : { message: 'no' };
      const [text = ''] = encoder.encode({ type, nsp: '/chat', data, id: 3 }) as string[];
      const { chain, problems } = await decoded(`4${text}`, { protocolId: 'socket.io-4' });
      expect([chain.at(-1)?.said.startsWith(PacketType[type] ?? '?'), problems]).toEqual([true, []]);
    }
  });

  it('knows the version of MQTT from the page’s first packet', async () => {
    const connect = generate({ cmd: 'connect', clientId: 'c', protocolVersion: 5, keepalive: 60, clean: true });
    const publish = generate(
      {
        cmd: 'publish',
        topic: 't',
        payload: 'hi',
        qos: 0,
        dup: false,
        retain: false,
        properties: { contentType: 'x' },
      },
      { protocolVersion: 5 },
    );
    const first = [frameOf(true, new Uint8Array(connect), connect.length)];
    const { root } = await decoded(new Uint8Array(publish), { protocolId: 'mqtt', first });
    expect(shown(root)).toContain('contentType: "x"');
  });

  it('reads Phoenix’s replies with bytes', async () => {
    const bytes = Uint8Array.of(1, 1, 1, 1, 2, ...utf8('12aok'), 7, 8);
    expect(shown((await decoded(bytes, { protocolId: 'phoenix' })).root)).toBe(
      '{join_ref: "1", ref: "2", topic: "a", event: "phx_reply", status: "ok", payload: <0708>}',
    );
    expect(Serializer).toBeDefined();
  });
});

describe('what the user chooses', () => {
  it('is taken', async () => {
    const bytes = Uint8Array.of(0x81, 0xa1, 0x61, 1);
    expect(chainOf(await decoded(bytes))).toBe('MessagePack');
    expect(chainOf(await decoded(bytes, {}, 'cbor'))).toBe('CBOR');
    expect(await decoded(bytes, {}, 'raw')).toMatchObject({ chain: [], root: null });
    expect(chainOf(await decoded('42["a"]', {}, 'socket.io'))).toBe('Engine.IO → Socket.IO EVENT “a”');
    expect(chainOf(await decoded(new Uint8Array(deflateRawSync('{"a":1}')), {}, 'deflate-raw'))).toBe('deflate → JSON');
  });

  it('that does not fit leaves the payload raw', async () => {
    expect(await decoded('hello', {}, 'signalr')).toMatchObject({ chain: [], root: null, text: { text: 'hello' } });
    expect(await decoded('hello', {}, 'unheard-of')).toMatchObject({ chain: [], root: null });
  });

  it('can be a .proto', async () => {
    const reading = readProtoSchema('message Tick { int32 id = 1; string name = 2; }');
    if (!reading.ok) throw new Error(reading.problem);
    const proto = { schema: reading.schema, inType: 'Tick', outType: '' };
    const bytes = Uint8Array.of(0x08, 0x96, 0x01, 0x12, 3, 0x61, 0x62, 0x63);
    const result = await decoded(bytes, { proto });
    expect([chainOf(result), shown(result.root)]).toEqual(['protobuf (.proto) Tick', '{id: 150, name: "abc"}']);
  });
});

describe('pictures and texts in bytes', () => {
  it.each([
    ['89504e470d0a1a0a0000000d4948445200000003000000020806', 'image/png', 3, 2],
    ['47494638396105000400', 'image/gif', 5, 4],
    ['ffd8ffe000040000ffc0001108000700090300', 'image/jpeg', 9, 7],
    ['52494646000000005745425056503858000000000000000009000007000000', 'image/webp', 10, 8],
    [`000000186674797061766966${'00'.repeat(12)}6973706500000000000000100000000a`, 'image/avif', 16, 10],
  ])('%s is %s', async (hex, mime, widthPx, heightPx) => {
    const { image } = await decoded(new Uint8Array(Buffer.from(hex, 'hex')));
    expect(image).toEqual({ mime, widthPx, heightPx });
  });

  it('are no pictures when they are SVG, but text', async () => {
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    expect(await decoded(svg)).toMatchObject({ image: null, root: null, text: { encoding: 'UTF-8' } });
  });
});

describe('whatever comes', () => {
  it('of a bomb no more than the limit is inflated', async () => {
    const bomb = gzipSync(new Uint8Array(2 * MAX_INFLATED_BYTES));
    expect(bomb.length).toBeLessThan(100_000);
    const { bytes, problems } = await decoded(new Uint8Array(bomb));
    expect([bytes.length, problems]).toEqual([MAX_INFLATED_BYTES, ['tooLarge']]);
  });

  it('a compressed payload that was cut gives what is there, and says so', async () => {
    const text = JSON.stringify(Array.from({ length: 5_000 }, (_, i) => ({ id: i, name: `item ${i}` })));
    const bytes = new Uint8Array(gzipSync(text));
    const { root, problems, bytes: inflated } = await decoded(bytes.subarray(0, bytes.length / 2), { isCut: true });
    expect(problems).toEqual(['cut']);
    expect(inflated.length).toBeGreaterThan(10_000);
    expect(root).toMatchObject({ kind: 'array', isCut: true });
  });

  const fixtures = Object.entries(READINGS).flatMap(([protocolId, readings]) =>
    readings.map(([way, content]) => ({ protocolId, isOut: way === '>', content })),
  );
  const packed = new MessagePackEncoder().encode({ a: [1, 'two', new Uint8Array(3)], b: new Date(0) });
  const protocolIds = [null, ...Object.keys(READINGS)];
  const mutated = fc
    .tuple(fc.constantFrom(...fixtures), fc.nat(), fc.nat({ max: 255 }))
    .map(([{ content }, at, byte]) => {
      if (typeof content === 'string') {
        const i = at % (content.length + 1);
        return content.slice(0, i) + String.fromCharCode(byte) + content.slice(i + (byte % 2));
      }
      const bytes = Uint8Array.from(content);
      if (bytes.length > 0) bytes[at % bytes.length] = byte;
      return bytes;
    });
  const anything = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.uint8Array({ maxLength: 300 }),
    fc.nat({ max: packed.length }).map((end) => packed.subarray(0, end)),
    fc.json(),
    mutated,
  );

  it('no decoder fails, chosen or found, and none takes long', async () => {
    const decoders = [null, ...PAYLOAD_DECODERS.map(({ id }) => id), 'gzip', 'deflate', 'deflate-raw'];
    await fc.assert(
      fc.asyncProperty(
        anything,
        fc.constantFrom(...decoders),
        fc.constantFrom(...protocolIds),
        fc.boolean(),
        fc.boolean(),
        async (content, viewAs, protocolId, isOut, isCut) => {
          const before = performance.now();
          const result = await decodePayload(payload(content, { protocolId, isOut, isCut }), viewAs);
          expect(performance.now() - before).toBeLessThan(2_000);
          if (viewAs === null && typeof content === 'string') expect(result.text?.text).toBe(content);
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each(fixtures.map((fixture, i) => ({ ...fixture, i })))(
    '$protocolId: frame $i is decoded',
    async ({ protocolId, isOut, content }) => {
      const bytes = typeof content === 'string' ? content : Uint8Array.from(content);
      const result = await decoded(bytes, { protocolId, isOut });
      expect(result.bytes.length).toBeGreaterThanOrEqual(0);
    },
  );
});
