/**
 * The table of payload decoders. Each is a file of its own, loaded when a payload first needs it: libraries of protocols that
 * nobody speaks cost nothing. A new decoder is a file and a line here.
 */
import type { Decode } from './payload.ts';

export interface DecoderEntry {
  /** Stable: the user's choice is remembered by it. */
  readonly id: string;
  /** A proper name; not translated. */
  readonly name: string;
  readonly reads: 'text' | 'bytes' | 'either';
  /** Protocols, by their ids, whose payloads it reads. */
  readonly protocols: readonly string[];
  /** Tried on payloads of connections whose protocol is not known, in the order of the table. */
  readonly isTried: boolean;
  /** Its name stands for nothing more than the format itself, which `upon` or `said` tell better. */
  readonly isUnnamed?: true;
  load(): Promise<Decode>;
}

function entry(
  id: string,
  name: string,
  reads: DecoderEntry['reads'],
  protocols: readonly string[],
  load: () => Promise<Decode>,
): DecoderEntry {
  return { id, name, reads, protocols, isTried: false, load };
}

const plain = () => import('./plain-formats.ts');
const jsonProtocols = () => import('./json-protocols.ts');

export const PAYLOAD_DECODERS: readonly DecoderEntry[] = [
  entry(
    'socket.io',
    'Socket.IO',
    'either',
    ['socket.io-4', 'socket.io-2'],
    async () => (await import('./socket-io.ts')).socketIo,
  ),
  entry('signalr', 'SignalR', 'either', ['signalr'], async () => (await import('./signalr.ts')).signalR),
  entry('phoenix', 'Phoenix', 'either', ['phoenix'], async () => (await import('./phoenix.ts')).phoenix),
  entry('actioncable', 'Action Cable', 'text', ['actioncable'], async () => (await jsonProtocols()).actionCable),
  entry(
    'graphql',
    'GraphQL',
    'text',
    ['graphql-transport-ws', 'subscriptions-transport-ws'],
    async () => (await import('./graphql.ts')).graphql,
  ),
  entry('mqtt', 'MQTT', 'bytes', ['mqtt'], async () => (await import('./mqtt.ts')).mqtt),
  entry('stomp', 'STOMP', 'either', ['stomp'], async () => (await import('./stomp.ts')).stomp),
  entry('pusher', 'Pusher', 'text', ['pusher'], async () => (await jsonProtocols()).pusher),
  entry('ably', 'Ably', 'either', ['ably'], async () => (await jsonProtocols()).ably),
  entry('centrifugo', 'Centrifugo', 'either', ['centrifugo'], async () => (await import('./centrifugo.ts')).centrifugo),
  entry('wamp', 'WAMP', 'either', ['wamp'], async () => (await import('./wamp.ts')).wamp),
  entry('sockjs', 'SockJS', 'text', ['sockjs', 'webpack-hmr-sockjs'], async () => (await import('./sockjs.ts')).sockJs),
  entry('json-rpc', 'JSON-RPC', 'text', ['json-rpc'], async () => (await jsonProtocols()).jsonRpc),
  { ...entry('json', 'JSON', 'text', [], async () => (await plain()).json), isTried: true },
  { ...entry('ndjson', 'NDJSON', 'text', [], async () => (await plain()).jsonLines), isTried: true },
  { ...entry('any-binary', '', 'bytes', [], async () => (await plain()).anyBinary), isTried: true, isUnnamed: true },
  entry('msgpack', 'MessagePack', 'bytes', [], async () => (await plain()).messagePack),
  entry('cbor', 'CBOR', 'bytes', [], async () => (await plain()).cbor),
  entry('protobuf', 'protobuf', 'bytes', [], async () => (await plain()).protobuf),
  entry('proto', 'protobuf (.proto)', 'bytes', [], async () => (await plain()).protobufTyped),
];

/** What the user may choose; compressions are undone first, and `raw` undoes nothing. */
export const RAW = 'raw';
export const INFLATIONS = { gzip: 'gzip', deflate: 'zlib', 'deflate-raw': 'deflate' } as const;

export function decoderById(id: string): DecoderEntry | null {
  return PAYLOAD_DECODERS.find((each) => each.id === id) ?? null;
}

export function readsThis({ reads }: DecoderEntry, content: string | Uint8Array): boolean {
  return reads === 'either' || (reads === 'text') === (typeof content === 'string');
}
