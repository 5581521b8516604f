/** Where each decoder of the table is, loaded when it is first asked for. */
import type { Decode } from './payload.ts';
import type { DecoderId } from './table.ts';

const plain = () => import('./plain-formats.ts');
const jsonProtocols = () => import('./json-protocols.ts');

export const LOADERS: Readonly<Record<DecoderId, () => Promise<Decode>>> = {
  'socket.io': async () => (await import('./socket-io.ts')).socketIo,
  signalr: async () => (await import('./signalr.ts')).signalR,
  phoenix: async () => (await import('./phoenix.ts')).phoenix,
  actioncable: async () => (await jsonProtocols()).actionCable,
  graphql: async () => (await import('./graphql.ts')).graphql,
  mqtt: async () => (await import('./mqtt.ts')).mqtt,
  stomp: async () => (await import('./stomp.ts')).stomp,
  pusher: async () => (await jsonProtocols()).pusher,
  ably: async () => (await jsonProtocols()).ably,
  centrifugo: async () => (await import('./centrifugo.ts')).centrifugo,
  wamp: async () => (await import('./wamp.ts')).wamp,
  sockjs: async () => (await import('./sockjs.ts')).sockJs,
  'json-rpc': async () => (await jsonProtocols()).jsonRpc,
  json: async () => (await plain()).json,
  ndjson: async () => (await plain()).jsonLines,
  'any-binary': async () => (await plain()).anyBinary,
  msgpack: async () => (await plain()).messagePack,
  cbor: async () => (await plain()).cbor,
  protobuf: async () => (await plain()).protobuf,
  proto: async () => (await plain()).protobufTyped,
};
