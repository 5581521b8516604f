/**
 * Reads messages of Protocol Buffers: by field numbers alone, or by a message type of which names and types are known.
 * It interprets, as an extension may not compile code, and knows the place of every value. Source: protobuf.dev,
 * "Encoding".
 */
import {
  bytesNode,
  float32Text,
  MAX_NODES,
  NOTHING_READ,
  type OpenContainer,
  openContainer,
  type Problem,
  type Reading,
  scalar,
  type ValueNode,
  type ValueScalar,
} from './node.ts';
import { type Body, bodyAt, isEndOf, readVarint, zigzag } from './protobuf-wire.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Messages deeper than that are shown as bytes. */
const MAX_DEPTH = 48;

export interface ProtoField {
  readonly name: string;
  readonly number: number;
  /** A scalar type of the language, `enum`, `message` or `map`. */
  readonly type: string;
  readonly isRepeated: boolean;
  /** With `message` and `enum`: the full name. With `map`: the type of its values. */
  readonly typeName?: string;
  /** With `map`: a scalar type; and what its values are, as in a field. */
  readonly keyType?: string;
  readonly valueType?: string;
}

export type ProtoMessage = ReadonlyMap<number, ProtoField>;

export interface ProtoSchema {
  /** By full name. */
  readonly messages: ReadonlyMap<string, ProtoMessage>;
  readonly enums: ReadonlyMap<string, ReadonlyMap<number, string>>;
}

interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Null: by field numbers. */
  readonly schema: ProtoSchema | null;
  nodes: number;
  problem: Problem | null;
}

/** A message by field numbers alone. No root where the bytes, to their end, are no message. */
export function readProtobuf(bytes: Uint8Array, from = 0, to = bytes.length, isCut = false): Reading {
  return readAs(bytes, from, to, null, null, isCut);
}

/** A message of this type; fields that the type does not know are read by their numbers. */
export function readProtobufAs(
  bytes: Uint8Array,
  schema: ProtoSchema,
  typeName: string,
  from = 0,
  to = bytes.length,
  isCut = false,
): Reading {
  const type = schema.messages.get(typeName);
  return type ? readAs(bytes, from, to, schema, type, isCut) : NOTHING_READ;
}

function readAs(
  bytes: Uint8Array,
  from: number,
  to: number,
  schema: ProtoSchema | null,
  type: ProtoMessage | null,
  isCut: boolean,
): Reading {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const source: Source = { bytes, view, schema, nodes: 0, problem: null };
  const root = readMessage(source, from, to, type, 0, isCut);
  return root ? { root, end: to, problem: source.problem } : NOTHING_READ;
}

/** Null: these bytes are no message. `isCut`: they may end too early. */
function readMessage(
  source: Source,
  from: number,
  to: number,
  type: ProtoMessage | null,
  depth: number,
  isCut: boolean,
): OpenContainer | null {
  const message = openContainer('object', from);
  message.to = to;
  const lists = new Map<number, OpenContainer>();
  let at = from;
  const stop = (problem: Problem): OpenContainer => {
    source.problem = problem;
    message.isCut = true;
    return message;
  };
  while (at < to) {
    if (source.nodes >= MAX_NODES) return stop('tooMuch');
    const start = at;
    const tag = readVarint(source.bytes, at, to);
    if (!tag) return isCut && message.items.length > 0 ? stop('cut') : null;
    at = tag.end;
    const number = Number(tag.value >> 3n);
    if (number < 1 || number > 0x1fffffff) return null;
    const field = type?.get(number);
    const body = bodyAt(source.bytes, at, to, Number(tag.value & 7n));
    if (!body) return isCut && isEndOf(source.bytes, at, to, Number(tag.value & 7n)) ? stop('cut') : null;
    at = body.end;
    const values = valuesOf(source, start, body, field, depth, at === to && isCut);
    if (!values) return null;
    source.nodes += values.length;
    add(message, lists, number, field, values);
  }
  return message;
}

/** What a field holds: one value, several where they are packed; null: not what its type says. */
function valuesOf(
  source: Source,
  start: number,
  body: Body,
  field: ProtoField | undefined,
  depth: number,
  isCut: boolean,
): readonly ValueNode[] | null {
  if (!field) return [guess(source, start, body, depth, isCut)];
  const { bytes } = source;
  if (body.wireType === 2) {
    if (field.type === 'string') {
      return [scalar('string', decodeLoosely(bytes.subarray(body.from, body.end)), start, body.end)];
    }
    if (field.type === 'bytes') return [bytesNode(bytes.subarray(body.from, body.end), start, body.end)];
    if (field.type === 'message') return [messageOf(source, start, body, field.typeName, depth, isCut)];
    if (field.type === 'map') return [entryOf(source, start, body, field, depth)];
    return packedOf(source, body, field) ?? [guess(source, start, body, depth, isCut)];
  }
  return [typedOf(source, start, body, field) ?? guess(source, start, body, depth, isCut)];
}

function messageOf(
  source: Source,
  start: number,
  body: Body,
  typeName: string | undefined,
  depth: number,
  isCut: boolean,
) {
  const type = source.schema?.messages.get(typeName ?? '') ?? null;
  const message = depth < MAX_DEPTH ? readMessage(source, body.from, body.end, type, depth + 1, isCut) : null;
  return message ? { ...message, from: start } : guess(source, start, body, MAX_DEPTH, isCut);
}

/** An entry of a map is a message whose field 1 is the key and field 2 the value. */
function entryOf(source: Source, start: number, body: Body, field: ProtoField, depth: number): ValueNode {
  const value: ProtoField = {
    name: 'value',
    number: 2,
    type: field.valueType ?? 'bytes',
    isRepeated: false,
    ...(field.typeName !== undefined && { typeName: field.typeName }),
  };
  const key: ProtoField = { name: 'key', number: 1, type: field.keyType ?? 'string', isRepeated: false };
  const type: ProtoMessage = new Map([
    [1, key],
    [2, value],
  ]);
  const entry = depth < MAX_DEPTH ? readMessage(source, body.from, body.end, type, depth + 1, false) : null;
  return entry ? { ...entry, from: start } : guess(source, start, body, MAX_DEPTH, false);
}

function add(
  message: OpenContainer,
  lists: Map<number, OpenContainer>,
  number: number,
  field: ProtoField | undefined,
  values: readonly ValueNode[],
): void {
  const name = field?.name ?? String(number);
  const isList = field?.isRepeated === true || field?.type === 'map';
  if (!isList) {
    for (const value of values) {
      message.keys.push(name);
      message.items.push(value);
    }
    return;
  }
  let list = lists.get(number);
  if (!list) {
    list = openContainer(field.type === 'map' ? 'object' : 'array', values[0]?.from ?? message.from);
    lists.set(number, list);
    message.keys.push(name);
    message.items.push(list);
  }
  for (const value of values) {
    list.to = value.to;
    if (field.type === 'map' && value.kind === 'object') {
      const at = (name: string) => value.items[value.keys.indexOf(name)];
      const key = at('key');
      list.keys.push(key && 'text' in key ? key.text : '');
      list.items.push(at('value') ?? value);
    } else {
      if (field.type === 'map') list.keys.push('');
      list.items.push(value);
    }
  }
}

const FIXED_BYTES: Readonly<Record<string, number>> = {
  fixed32: 4,
  sfixed32: 4,
  float: 4,
  fixed64: 8,
  sfixed64: 8,
  double: 8,
};

function packedOf(source: Source, body: Body, field: ProtoField): readonly ValueNode[] | null {
  const size = FIXED_BYTES[field.type];
  const values: ValueNode[] = [];
  for (let at = body.from; at < body.end; ) {
    const one = bodyAt(source.bytes, at, body.end, size === 8 ? 1 : size === 4 ? 5 : 0);
    const value = one && typedOf(source, at, one, field);
    if (!value || values.length >= MAX_NODES) return null;
    values.push(value);
    at = one.end;
  }
  return values;
}

/** protobuf.dev, "Encoding": types and wire types. Null: they do not fit. */
function typedOf({ view, schema }: Source, start: number, body: Body, field: ProtoField): ValueScalar | null {
  const { wireType, value, end, from } = body;
  const whole = (exact: bigint | number, type = '') => scalar('number', String(exact), start, end, type);
  if (wireType === 0) {
    switch (field.type) {
      case 'int32':
        return whole(BigInt.asIntN(32, value));
      case 'int64':
        return whole(BigInt.asIntN(64, value));
      case 'uint32':
        return whole(BigInt.asUintN(32, value));
      case 'uint64':
        return whole(BigInt.asUintN(64, value));
      case 'sint32':
      case 'sint64':
        return whole(zigzag(value));
      case 'bool':
        return scalar('literal', value === 0n ? 'false' : 'true', start, end);
      case 'enum': {
        const number = Number(BigInt.asIntN(32, value));
        const name = schema?.enums.get(field.typeName ?? '')?.get(number);
        return name === undefined ? whole(number) : scalar('literal', name, start, end, String(number));
      }
      default:
        return null;
    }
  }
  switch (field.type) {
    case 'fixed32':
      return wireType === 5 ? whole(view.getUint32(from, true)) : null;
    case 'sfixed32':
      return wireType === 5 ? whole(view.getInt32(from, true)) : null;
    case 'float':
      return wireType === 5 ? scalar('number', float32Text(view.getFloat32(from, true)), start, end) : null;
    case 'fixed64':
      return wireType === 1 ? whole(view.getBigUint64(from, true)) : null;
    case 'sfixed64':
      return wireType === 1 ? whole(view.getBigInt64(from, true)) : null;
    case 'double':
      return wireType === 1 ? scalar('number', String(view.getFloat64(from, true)), start, end) : null;
    default:
      return null;
  }
}

/** Without a type: what it most probably is. */
function guess(source: Source, start: number, body: Body, depth: number, isCut: boolean): ValueNode {
  const { view, bytes } = source;
  const { wireType, from, end, value } = body;
  if (wireType === 0) return scalar('number', String(value), start, end, 'varint');
  if (wireType === 5) {
    const float = view.getFloat32(from, true);
    return looksLikeFloat(float)
      ? scalar('number', float32Text(float), start, end, 'f32')
      : scalar('number', String(view.getUint32(from, true)), start, end, 'fixed32');
  }
  if (wireType === 1) {
    const double = view.getFloat64(from, true);
    return looksLikeFloat(double)
      ? scalar('number', String(double), start, end, 'f64')
      : scalar('number', String(view.getBigUint64(from, true)), start, end, 'fixed64');
  }
  const part = bytes.subarray(from, end);
  const text = printable(part);
  // A line break at its beginning is the tag of a first field that is a string.
  if (text !== null && (part[0] ?? 0x20) >= 0x20) return scalar('string', text, start, end);
  const message = depth < MAX_DEPTH ? readMessage(source, from, end, null, depth + 1, isCut) : null;
  if (message && message.items.length > 0) return { ...message, from: start };
  return text === null ? bytesNode(part, start, end) : scalar('string', text, start, end);
}

/** Floats of usual size; bit patterns of counters and hashes rarely are. */
function looksLikeFloat(value: number): boolean {
  const size = Math.abs(value);
  return value === 0 || (size > 1e-6 && size < 1e12);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary data from text.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

function printable(bytes: Uint8Array): string | null {
  try {
    const text = UTF8.decode(bytes);
    return CONTROL.test(text) ? null : text;
  } catch {
    return null;
  }
}

function decodeLoosely(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
