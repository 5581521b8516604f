/**
 * SignalR hub messages, JSON and MessagePack. Microsoft's own hub protocols say whether they are messages; what is in them is
 * shown as it was written. Source: ASP.NET Core, src/SignalR/docs/specs/HubProtocol.md.
 */
import { JsonHubProtocol, MessageType, NullLogger } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { readJson } from './json.ts';
import { readMessagePack } from './msgpack.ts';
import {
  array,
  integerOf,
  isContainer,
  member,
  number,
  object,
  type Problem,
  stringOf,
  type ValueNode,
} from './node.ts';
import { type Decode, type Part, quote, say } from './payload.ts';
import { splitDelimited } from './protobuf-wire.ts';

const RECORD_SEPARATOR = '\u001e';

/** Names of the places in MessagePack's arrays, behind the type. */
const PLACES: Readonly<Record<number, readonly string[]>> = {
  1: ['headers', 'invocationId', 'target', 'arguments', 'streamIds'],
  2: ['headers', 'invocationId', 'item'],
  3: ['headers', 'invocationId', 'resultKind', 'result'],
  4: ['headers', 'invocationId', 'target', 'arguments', 'streamIds'],
  5: ['headers', 'invocationId'],
  6: [],
  7: ['error', 'allowReconnect'],
  8: ['sequenceId'],
  9: ['sequenceId'],
};

export const signalR: Decode = ({ content, isCut, protocolId }) => {
  if (typeof content === 'string') return jsonMessages(content, isCut, protocolId === 'signalr');
  return packedMessages(content, isCut);
};

function jsonMessages(content: string, isCut: boolean, isKnown: boolean): Part | null {
  if (!content.includes(RECORD_SEPARATOR) && !(isCut && isKnown)) return null;
  const messages: ValueNode[] = [];
  let problem: Problem | null = null;
  for (let from = 0; from < content.length; ) {
    const mark = content.indexOf(RECORD_SEPARATOR, from);
    const to = mark < 0 ? content.length : mark;
    const reading = readJson(content, { from, to, isCut: mark < 0 && isCut });
    if (!reading.root) return null;
    if (mark < 0) problem = 'cut';
    messages.push(reading.root);
    from = to + 1;
  }
  const isHandshake = messages.length === 1 && member(messages[0], 'type') === null;
  if (
    !problem &&
    !isHandshake &&
    !isAccepted(() => new JsonHubProtocol().parseMessages(content, NullLogger.instance))
  ) {
    problem = 'refused';
  }
  return { ...together(messages, isHandshake), upon: ['JSON'], problem };
}

function packedMessages(bytes: Uint8Array, isCut: boolean): Part | null {
  const parts = splitDelimited(bytes);
  if (!parts) return isCut ? cutMessage(bytes) : null;
  const messages: ValueNode[] = [];
  for (const [from, to] of parts) {
    const { root, end } = readMessagePack(bytes, from, to);
    if (root?.kind !== 'array' || end !== to) return null;
    messages.push(named(root));
  }
  const { buffer, byteOffset, byteLength } = bytes;
  const copy = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  const isValid = isAccepted(() => new MessagePackHubProtocol().parseMessages(copy, NullLogger.instance));
  return { ...together(messages, false), upon: ['MessagePack'], problem: isValid ? null : 'refused' };
}

/** A single message whose end was not kept. */
function cutMessage(bytes: Uint8Array): Part | null {
  const head = bytes.findIndex((byte) => byte < 0x80) + 1;
  const { root } = head > 0 && head <= 5 ? readMessagePack(bytes, head) : { root: null };
  return root?.kind === 'array' ? { ...together([named(root)], false), upon: ['MessagePack'], problem: 'cut' } : null;
}

function named(message: ValueNode): ValueNode {
  if (!isContainer(message)) return message;
  const [type, ...rest] = message.items;
  const names = PLACES[integerOf(type) ?? -1] ?? [];
  const fields = rest.map((value, i): readonly [string, ValueNode] => [names[i] ?? String(i + 1), value]);
  const all = object([['type', type ?? number(-1)], ...fields]);
  return { ...all, from: message.from, to: message.to, isCut: message.isCut };
}

function isAccepted(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

function together(messages: readonly ValueNode[], isHandshake: boolean): Part {
  const [first] = messages;
  if (isHandshake && first) return { root: first, said: 'handshake' };
  const saids = messages.slice(0, 3).map(sayMessage);
  const more = messages.length > 3 ? `… (${messages.length})` : '';
  return { root: messages.length === 1 && first ? first : array(messages), said: say(saids.join(', '), more) };
}

function sayMessage(message: ValueNode): string {
  const type = integerOf(member(message, 'type'));
  const name = type === null ? null : MessageType[type];
  const id = member(message, 'invocationId');
  const isNamed = id !== null && 'text' in id && id.kind !== 'literal' && id.text !== '';
  return say(name ?? 'message', quote(stringOf(member(message, 'target'))), isNamed && `#${id.text}`);
}
