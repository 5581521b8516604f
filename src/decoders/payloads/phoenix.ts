/**
 * Phoenix channels: arrays of version 2, objects of version 1, and binary messages, those from the server by Phoenix's own
 * serializer. Source: phoenixframework/phoenix, assets/js/phoenix/serializer.js.
 */
import { Serializer } from 'phoenix';
import { readJson } from './json.ts';
import { bytesNode, isContainer, object, scalar, stringOf, text, type ValueNode } from './node.ts';
import { type Decode, type Part, quote, say } from './payload.ts';

const PLACES = ['join_ref', 'ref', 'topic', 'event', 'payload'] as const;

export const phoenix: Decode = ({ content, isCut, isOut }) => {
  if (typeof content === 'string') return textMessage(content, isCut);
  return isOut ? sentPush(content) : received(content);
};

function textMessage(content: string, isCut: boolean): Part | null {
  const { root, problem } = readJson(content, { isCut });
  if (!root || !isContainer(root)) return null;
  if (root.kind === 'object') return { root, said: sayEvent(root), upon: ['JSON'], problem };
  if (root.items.length > PLACES.length || (root.items.length < PLACES.length && !isCut)) return null;
  const named = object(root.items.map((item, i) => [PLACES[i] ?? '', item]));
  return {
    root: { ...named, from: root.from, to: root.to, isCut: root.isCut },
    said: sayEvent(named),
    upon: ['JSON'],
    problem,
  };
}

function sayEvent(message: ValueNode): string {
  const field = (name: string) =>
    isContainer(message) ? stringOf(message.items[message.keys.indexOf(name)] ?? null) : null;
  return say(field('event'), quote(field('topic')));
}

function received(bytes: Uint8Array): Part | null {
  const copy = bytes.slice().buffer;
  let part: Part | null = null;
  Serializer.decode(copy, (message) => {
    if (!message) return;
    const { join_ref, ref, topic, event, payload } = message;
    const isReply = !(payload instanceof ArrayBuffer);
    const data = isReply ? payload.response : payload;
    if (!(data instanceof ArrayBuffer)) return;
    part = binaryPart(
      bytes,
      bytes.length - data.byteLength,
      [join_ref, ref, topic, event],
      isReply ? payload.status : null,
    );
  });
  return part;
}

/** What the page pushes has a ref, which the server's pushes have not: kind, four lengths, four texts, the payload. */
function sentPush(bytes: Uint8Array): Part | null {
  if (bytes[0] !== 0 || bytes.length < 5) return null;
  let at = 5;
  const words = [1, 2, 3, 4].map((place) => {
    const from = at;
    at += bytes[place] ?? 0;
    return new TextDecoder().decode(bytes.subarray(from, at));
  });
  return at > bytes.length ? null : binaryPart(bytes, at, words, null);
}

function binaryPart(
  bytes: Uint8Array,
  payloadAt: number,
  words: readonly (string | null)[],
  status: string | null,
): Part {
  const [joinRef = null, ref = null, topic = null, event = null] = words;
  const wordOrNull = (word: string | null) => (word === null ? scalar('literal', 'null') : text(word));
  const root = object([
    ['join_ref', wordOrNull(joinRef)],
    ['ref', wordOrNull(ref)],
    ['topic', wordOrNull(topic)],
    ['event', wordOrNull(event)],
    ['status', status === null ? null : text(status)],
    ['payload', bytesNode(bytes.subarray(payloadAt), payloadAt, bytes.length)],
  ]);
  return { root, said: say(event, quote(topic)), upon: ['binary'] };
}
