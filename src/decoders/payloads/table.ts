/**
 * The table of payload decoders: what each is called, what it reads, and for whom. The decoders themselves are loaded when a
 * payload first needs them (`loaders.ts`): libraries of protocols that nobody speaks cost nothing. A new decoder is a file, a
 * line here and a line there.
 */

export type DecoderId =
  | 'socket.io'
  | 'signalr'
  | 'phoenix'
  | 'actioncable'
  | 'graphql'
  | 'mqtt'
  | 'stomp'
  | 'pusher'
  | 'ably'
  | 'centrifugo'
  | 'wamp'
  | 'sockjs'
  | 'json-rpc'
  | 'json'
  | 'ndjson'
  | 'any-binary'
  | 'msgpack'
  | 'cbor'
  | 'protobuf'
  | 'proto';

export interface DecoderEntry {
  /** Stable: the user's choice is remembered by it. */
  readonly id: DecoderId;
  /** A proper name; not translated. '': what it is built upon tells better. */
  readonly name: string;
  readonly reads: 'text' | 'bytes' | 'either';
  /** Protocols, by their ids, whose payloads it reads. */
  readonly protocols: readonly string[];
  /** Tried on payloads whose protocol is not known or says nothing of them, in the order of the table. */
  readonly isTried: boolean;
}

type Row = readonly [id: DecoderId, name: string, reads: DecoderEntry['reads'], ...protocols: string[]];

const OF_PROTOCOLS: readonly Row[] = [
  ['socket.io', 'Socket.IO', 'either', 'socket.io-4', 'socket.io-2'],
  ['signalr', 'SignalR', 'either', 'signalr'],
  ['phoenix', 'Phoenix', 'either', 'phoenix'],
  ['actioncable', 'Action Cable', 'text', 'actioncable'],
  ['graphql', 'GraphQL', 'text', 'graphql-transport-ws', 'subscriptions-transport-ws'],
  ['mqtt', 'MQTT', 'bytes', 'mqtt'],
  ['stomp', 'STOMP', 'either', 'stomp'],
  ['pusher', 'Pusher', 'text', 'pusher'],
  ['ably', 'Ably', 'either', 'ably'],
  ['centrifugo', 'Centrifugo', 'either', 'centrifugo'],
  ['wamp', 'WAMP', 'either', 'wamp'],
  ['sockjs', 'SockJS', 'text', 'sockjs', 'webpack-hmr-sockjs'],
  ['json-rpc', 'JSON-RPC', 'text', 'json-rpc'],
];

const TRIED: readonly Row[] = [
  ['json', 'JSON', 'text'],
  ['ndjson', 'NDJSON', 'text'],
  ['any-binary', '', 'bytes'],
];

const CHOSEN: readonly Row[] = [
  ['msgpack', 'MessagePack', 'bytes'],
  ['cbor', 'CBOR', 'bytes'],
  ['protobuf', 'protobuf', 'bytes'],
  ['proto', 'protobuf (.proto)', 'bytes'],
];

function entryOf([id, name, reads, ...protocols]: Row, isTried: boolean): DecoderEntry {
  return { id, name, reads, protocols, isTried };
}

export const PAYLOAD_DECODERS: readonly DecoderEntry[] = [
  ...OF_PROTOCOLS.map((row) => entryOf(row, false)),
  ...TRIED.map((row) => entryOf(row, true)),
  ...CHOSEN.map((row) => entryOf(row, false)),
];

/** What the user may choose beside them; compressions are undone first, and `raw` undoes nothing. */
export const RAW = 'raw';
export const INFLATIONS = { gzip: 'gzip', deflate: 'zlib', 'deflate-raw': 'deflate' } as const;

export function decoderById(id: string): DecoderEntry | null {
  return PAYLOAD_DECODERS.find((each) => each.id === id) ?? null;
}

export function readsThis({ reads }: DecoderEntry, content: string | Uint8Array): boolean {
  return reads === 'either' || (reads === 'text') === (typeof content === 'string');
}
