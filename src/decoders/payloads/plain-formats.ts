/** JSON, lines of JSON, MessagePack, CBOR and protobuf, without a protocol upon them. */
import { isStructure, readCbor } from './cbor.ts';
import { findJson, readJsonLines } from './json.ts';
import { readMessagePack } from './msgpack.ts';
import { array, isContainer, type Problem, type Reading } from './node.ts';
import type { Decode, Part, Payload } from './payload.ts';
import { readProtobuf, readProtobufAs } from './protobuf.ts';

export const json: Decode = ({ content, isCut }) => {
  const found = typeof content === 'string' ? findJson(content, isCut) : null;
  return found && { root: { ...found.root, type: found.prefix }, problem: found.problem };
};

export const jsonLines: Decode = ({ content, isCut }) => {
  const lines = typeof content === 'string' ? readJsonLines(content, isCut) : null;
  return lines && { root: array(lines) };
};

/** One value and nothing behind it, or one that was cut. As chosen by the user, whatever stands there. */
function whole(read: (bytes: Uint8Array) => Reading): Decode {
  return ({ content, isCut }) => {
    if (typeof content === 'string') return null;
    const reading = read(content);
    if (!reading.root) return null;
    const problem: Problem | null = reading.problem ?? (reading.end < content.length ? 'rest' : null);
    if (problem === 'cut' && !isCut && !isContainer(reading.root)) return null;
    return { root: reading.root, problem };
  };
}

export const messagePack = whole(readMessagePack);
export const cbor = whole(readCbor);

export const protobuf: Decode = ({ content, isCut }) => {
  if (typeof content === 'string' || content.length === 0) return null;
  const { root, problem } = readProtobuf(content, 0, content.length, isCut);
  return root && { root, problem };
};

/** By the user's .proto. */
export const protobufTyped: Decode = ({ content, isCut, isOut, proto }) => {
  if (typeof content === 'string' || !proto) return null;
  const typeName = isOut ? proto.outType : proto.inType;
  const { root, problem } = readProtobufAs(content, proto.schema, typeName, 0, content.length, isCut);
  return root && { root, said: typeName, problem };
};

/**
 * What binary data without a known protocol most probably is: a structure that fills it to the last byte. A first byte means
 * something in each of these formats, so several may fit a few bytes; the one with words in it is right.
 */
export const anyBinary: Decode = (payload: Payload) => {
  const { content, isCut } = payload;
  if (typeof content === 'string' || content.length < 2) return null;
  const readings: readonly (readonly [name: string, reading: Reading])[] = [
    ['MessagePack', readMessagePack(content)],
    ['CBOR', readCbor(content)],
  ];
  let best: Part | null = null;
  let bestWeight = 0;
  for (const [name, reading] of readings) {
    const fits = isStructure(reading) && reading.end === content.length;
    // A beginning tells less: it must have come some way.
    const fitsCut = isCut && reading.problem === 'cut' && reading.root !== null && isContainer(reading.root);
    if (!reading.root || !(fits || fitsCut)) continue;
    const weight = 1 + wordsIn(reading);
    if (fitsCut && weight < 3) continue;
    if (weight <= bestWeight) continue;
    bestWeight = weight;
    best = { root: reading.root, upon: [name], problem: reading.problem };
  }
  if (best) return best;
  const { root, problem } = readProtobuf(content, 0, content.length, isCut);
  return root && isContainer(root) && isPlausible(root.keys) ? { root, upon: ['protobuf'], problem } : null;
};

/** Strings and keys of two letters and more, among the first. */
function wordsIn({ root }: Reading): number {
  let words = 0;
  let seen = 0;
  const pending = root ? [root] : [];
  for (let node = pending.pop(); node && seen < 200; node = pending.pop()) {
    seen++;
    if (isContainer(node)) {
      words += node.keys.slice(0, 50).filter((key) => /^[\w$.:/@ -]{1,64}$/.test(key) && /[a-z]/i.test(key)).length;
      for (const item of node.items.slice(0, 50)) pending.push(item);
    } else if (node.kind === 'string' && /^[\p{L}\p{N}\p{P}\p{Z}\p{S}]{2,}$/u.test(node.text.slice(0, 200))) words++;
  }
  return words;
}

/** Field numbers as people give them. */
function isPlausible(keys: readonly string[]): boolean {
  return keys.length > 0 && keys.every((key) => Number(key) <= 1_000);
}
