/** What each protocol makes of its own frames. */
import { describe, expect, it } from 'vitest';
import { bytesOf, type Content, frame, packed, protocol, READINGS, RS } from './fixtures.ts';
import type { Announced } from './protocol.ts';
import { PROTOCOLS } from './protocols.ts';

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
