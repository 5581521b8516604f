/** Frames of every protocol, as its documents have them, and what they are for. */
import { frameOf } from './frame.ts';
import type { FrameKind, Protocol } from './protocol.ts';
import { protocolById } from './protocols.ts';

export type Content = string | readonly number[];

export function frame(way: Way, content: Content) {
  const bytes = typeof content === 'string' ? content : Uint8Array.from(content);
  return frameOf(way === '>', bytes, content.length);
}

export function protocol(id: string): Protocol {
  const found = protocolById(id);
  if (!found) throw new Error(`There is no protocol ${id}.`);
  return found;
}

export const bytesOf = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
/** SignalR's MessagePack: a length, and an array with type, empty headers, and an id. */
export const packed = (type: number, id: string) => [4 + id.length, 0x95, type, 0x80, 0xa0 + id.length, ...bytesOf(id)];
export const RS = '\u001e';

export type Way = '>' | '<';

export const READINGS: Readonly<Record<string, readonly (readonly [way: Way, content: Content, kind: FrameKind])[]>> = {
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
