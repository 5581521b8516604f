/**
 * Centrifugo: commands and replies, one a line in JSON, one behind its length in protobuf. Source: centrifugal/protocol,
 * client.proto (version 2 of the protocol); the field numbers below are its.
 */
import { findJson, readJsonLines } from './json.ts';
import { array, isContainer, member, NULL, type Problem, stringOf, type ValueNode } from './node.ts';
import { type Decode, type Part, quote, say } from './payload.ts';
import { type ProtoField, type ProtoSchema, readProtobufAs } from './protobuf.ts';
import { splitDelimited } from './protobuf-wire.ts';

export const centrifugo: Decode = ({ content, isCut, isOut }) =>
  typeof content === 'string' ? jsonMessages(content, isCut) : packedMessages(content, isOut);

function jsonMessages(content: string, isCut: boolean): Part | null {
  const lines = readJsonLines(content, isCut);
  if (lines) return { ...together(lines), upon: ['JSON'] };
  const found = findJson(content, isCut);
  return found && { ...together([found.root]), upon: ['JSON'], problem: found.problem };
}

function packedMessages(bytes: Uint8Array, isOut: boolean): Part | null {
  const parts = splitDelimited(bytes);
  if (!parts) return null;
  let problem: Problem | null = null;
  const messages: ValueNode[] = [];
  for (const [from, to] of parts) {
    const reading = readProtobufAs(bytes, SCHEMA, isOut ? 'Command' : 'Reply', from, to);
    if (!reading.root) return null;
    problem ??= reading.problem;
    messages.push(reading.root);
  }
  return { ...together(messages), upon: ['protobuf'], problem };
}

function together(messages: readonly ValueNode[]): Part {
  const [first = NULL] = messages;
  const saids = messages.slice(0, 3).map(sayMessage);
  return {
    root: messages.length === 1 ? first : array(messages),
    said: say(saids.join(', '), messages.length > 3 && `… (${messages.length})`),
  };
}

function sayMessage(message: ValueNode): string {
  if (!isContainer(message) || message.items.length === 0) return 'ping';
  const method = message.keys.find((key) => key !== 'id') ?? 'reply';
  const body = member(message, method);
  const channel = stringOf(member(body, 'channel')) ?? stringOf(member(body, 'method'));
  const kind = method === 'push' && isContainer(body ?? NULL) ? pushKind(body) : null;
  const id = member(message, 'id');
  return say(method, kind, channel && quote(channel), id !== null && 'text' in id && `#${id.text}`);
}

function pushKind(push: ValueNode | null): string | null {
  return push && isContainer(push) ? (push.keys.find((key) => key !== 'channel' && key !== 'id') ?? null) : null;
}

/** `number name type`, with `[]` behind a repeated type and `{}` behind that of a map's values. */
const TYPES: Readonly<Record<string, string>> = {
  Error: '1 code uint32, 2 message string, 3 temporary bool',
  Command:
    '1 id uint32, 4 connect ConnectRequest, 5 subscribe SubscribeRequest, 6 unsubscribe UnsubscribeRequest, 7 publish PublishRequest, 8 presence PresenceRequest, 9 presence_stats PresenceStatsRequest, 10 history HistoryRequest, 11 ping Empty, 12 send SendRequest, 13 rpc RPCRequest, 14 refresh RefreshRequest, 15 sub_refresh SubRefreshRequest',
  Reply:
    '1 id uint32, 2 error Error, 4 push Push, 5 connect ConnectResult, 6 subscribe SubscribeResult, 7 unsubscribe Empty, 8 publish Empty, 9 presence PresenceResult, 10 presence_stats PresenceStatsResult, 11 history HistoryResult, 12 ping Empty, 13 rpc RPCResult, 14 refresh RefreshResult, 15 sub_refresh RefreshResult',
  Push: '1 id int64, 2 channel string, 4 pub Publication, 5 join Join, 6 leave Join, 7 unsubscribe Unsubscribe, 8 message SendRequest, 9 subscribe Subscribe, 10 connect ConnectResult, 11 disconnect Disconnect, 12 refresh Refresh',
  ClientInfo: '1 user string, 2 client string, 3 conn_info bytes, 4 chan_info bytes',
  Publication:
    '4 data bytes, 5 info ClientInfo, 6 offset uint64, 7 tags string{}, 8 delta bool, 9 time int64, 10 channel string, 11 key string, 12 removed bool, 13 score sint64, 14 epoch string, 15 prev_data bytes, 16 version uint64',
  Join: '1 info ClientInfo',
  Unsubscribe: '2 code uint32, 3 reason string',
  Subscribe: '1 recoverable bool, 4 epoch string, 5 offset uint64, 6 positioned bool, 7 data bytes',
  Disconnect: '1 code uint32, 2 reason string, 3 reconnect bool',
  Refresh: '1 expires bool, 2 ttl uint32',
  ConnectRequest:
    '1 token string, 2 data bytes, 3 subs SubscribeRequest{}, 4 name string, 5 version string, 6 headers string{}, 7 flag int64',
  ConnectResult:
    '1 client string, 2 version string, 3 expires bool, 4 ttl uint32, 5 data bytes, 6 subs SubscribeResult{}, 7 ping uint32, 8 pong bool, 9 session string, 10 node string, 11 time int64',
  RefreshRequest: '1 token string',
  RefreshResult: '1 client string, 2 version string, 3 expires bool, 4 ttl uint32',
  SubscribeRequest:
    '1 channel string, 2 token string, 3 recover bool, 6 epoch string, 7 offset uint64, 8 data bytes, 9 positioned bool, 10 recoverable bool, 11 join_leave bool, 12 delta string, 14 flag int64',
  SubscribeResult:
    '1 expires bool, 2 ttl uint32, 3 recoverable bool, 6 epoch string, 7 publications Publication[], 8 recovered bool, 9 offset uint64, 10 positioned bool, 11 data bytes, 12 was_recovering bool, 13 delta bool, 14 id int64',
  SubRefreshRequest: '1 channel string, 2 token string',
  UnsubscribeRequest: '1 channel string',
  PublishRequest: '1 channel string, 2 data bytes',
  PresenceRequest: '1 channel string',
  PresenceResult: '1 presence ClientInfo{}',
  PresenceStatsRequest: '1 channel string',
  PresenceStatsResult: '1 num_clients uint32, 2 num_users uint32',
  StreamPosition: '1 offset uint64, 2 epoch string',
  HistoryRequest: '1 channel string, 7 limit int32, 8 since StreamPosition, 9 reverse bool',
  HistoryResult: '1 publications Publication[], 2 epoch string, 3 offset uint64',
  RPCRequest: '1 data bytes, 2 method string',
  RPCResult: '1 data bytes',
  SendRequest: '1 data bytes',
  Empty: '',
};

const SCHEMA: ProtoSchema = {
  enums: new Map(),
  messages: new Map(
    Object.entries(TYPES).map(([name, fields]) => [
      name,
      new Map(
        fields
          .split(', ')
          .filter(Boolean)
          .map(fieldOf)
          .map((field) => [field.number, field]),
      ),
    ]),
  ),
};

function fieldOf(written: string): ProtoField {
  const [number = '', name = '', type = ''] = written.split(' ');
  const base = type.replace(/\[\]|\{\}/, '');
  const isMessage = Object.hasOwn(TYPES, base);
  const valueType = isMessage ? 'message' : base;
  const field = { name, number: Number(number), isRepeated: type.endsWith('[]'), ...(isMessage && { typeName: base }) };
  return type.endsWith('{}') ? { ...field, type: 'map', keyType: 'string', valueType } : { ...field, type: valueType };
}
