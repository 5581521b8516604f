/**
 * A .proto file as what `protobuf.ts` reads by: message types with their fields, enums by number, names resolved. The text is
 * read by protocol-buffers-schema, which makes no code of it. Imports other than Google's well-known types are not there:
 * fields of such types are read by numbers.
 */
import { parse } from 'protocol-buffers-schema';
import type { ProtoField, ProtoMessage, ProtoSchema } from './protobuf.ts';

export type SchemaReading =
  | { readonly ok: true; readonly schema: ProtoSchema; readonly messageNames: readonly string[] }
  | { readonly ok: false; readonly problem: string };

const SCALARS: ReadonlySet<string> = new Set([
  'int32',
  'int64',
  'uint32',
  'uint64',
  'sint32',
  'sint64',
  'bool',
  'fixed32',
  'fixed64',
  'sfixed32',
  'sfixed64',
  'float',
  'double',
  'string',
  'bytes',
]);

/** protobuf.dev, "ProtoBuf Well-Known Types". */
const WELL_KNOWN = `syntax = "proto3"; package google.protobuf;
message Timestamp { int64 seconds = 1; int32 nanos = 2; }
message Duration { int64 seconds = 1; int32 nanos = 2; }
message Any { string type_url = 1; bytes value = 2; }
message Empty {}
message FieldMask { repeated string paths = 1; }
message Struct { map<string, Value> fields = 1; }
message ListValue { repeated Value values = 1; }
enum NullValue { NULL_VALUE = 0; }
message Value { oneof kind { NullValue null_value = 1; double number_value = 2; string string_value = 3;
  bool bool_value = 4; Struct struct_value = 5; ListValue list_value = 6; } }
message DoubleValue { double value = 1; } message FloatValue { float value = 1; }
message Int64Value { int64 value = 1; } message UInt64Value { uint64 value = 1; }
message Int32Value { int32 value = 1; } message UInt32Value { uint32 value = 1; }
message BoolValue { bool value = 1; } message StringValue { string value = 1; } message BytesValue { bytes value = 1; }`;

type Parsed = ReturnType<typeof parse>;
type ParsedMessage = Parsed['messages'][number];
type ParsedField = ParsedMessage['fields'][number];

/** What kind of thing a full name is. */
type Names = ReadonlyMap<string, 'message' | 'enum'>;

/** Reads the text of a .proto file. Never throws. */
export function readProtoSchema(text: string): SchemaReading {
  let files: readonly Parsed[];
  try {
    files = [parse(withoutEdition(text)), parse(WELL_KNOWN)];
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
  const names = new Map<string, 'message' | 'enum'>();
  for (const file of files) nameAll(file.messages, file.enums, file.package ?? '', names);
  const messages = new Map<string, ProtoMessage>();
  const enums = new Map<string, ReadonlyMap<number, string>>();
  for (const file of files) readAll(file.messages, file.enums, file.package ?? '', { names, messages, enums });
  const messageNames = [...messages.keys()].filter((name) => !name.startsWith('google.protobuf.'));
  if (messageNames.length === 0) return { ok: false, problem: '' };
  return { ok: true, schema: { messages, enums }, messageNames };
}

/** Editions changed defaults that do not show on the wire; the library does not know the line. */
function withoutEdition(text: string): string {
  return text.replace(/^(\s*)edition\s*=\s*"[^"]*"\s*;/m, '$1syntax = "proto3";');
}

type ParsedEnums = Parsed['enums'];

function nameAll(
  messages: readonly ParsedMessage[],
  enums: ParsedEnums,
  scope: string,
  names: Map<string, 'message' | 'enum'>,
): void {
  for (const { name } of enums) names.set(join(scope, name), 'enum');
  for (const message of messages) {
    const fullName = join(scope, message.name);
    names.set(fullName, 'message');
    nameAll(message.messages, message.enums, fullName, names);
  }
}

interface Target {
  readonly names: Names;
  readonly messages: Map<string, ProtoMessage>;
  readonly enums: Map<string, ReadonlyMap<number, string>>;
}

function readAll(messages: readonly ParsedMessage[], enums: ParsedEnums, scope: string, target: Target): void {
  for (const { name, values } of enums) {
    const byNumber = Object.entries(values).map(([word, { value }]): [number, string] => [Number(value), word]);
    // Of two words for one number the first stands.
    target.enums.set(join(scope, name), new Map(byNumber.reverse()));
  }
  for (const message of messages) {
    const fullName = join(scope, message.name);
    const fields = message.fields.map((field) => fieldOf(field, fullName, target.names));
    target.messages.set(fullName, new Map(fields.map((field) => [field.number, field])));
    readAll(message.messages, message.enums, fullName, target);
  }
}

function fieldOf({ name, type, tag, map, repeated }: ParsedField, scope: string, names: Names): ProtoField {
  const base = { name, number: tag, isRepeated: repeated };
  if (map) {
    const value = typeOf(map.to, scope, names);
    const { type: valueType, ...rest } = value;
    return { ...base, type: 'map', keyType: map.from, valueType, ...rest };
  }
  return { ...base, ...typeOf(type, scope, names) };
}

/** A type that nobody knows is read as what it looks like. */
function typeOf(type: string, scope: string, names: Names): Pick<ProtoField, 'type' | 'typeName'> {
  if (SCALARS.has(type)) return { type };
  const fullName = resolve(type, scope, names);
  const kind = fullName === null ? undefined : names.get(fullName);
  return kind === undefined || fullName === null ? { type: 'unknown' } : { type: kind, typeName: fullName };
}

/** protobuf.dev, "Packages and Name Resolution": the innermost scope first; a leading dot means the outermost. */
function resolve(type: string, scope: string, names: Names): string | null {
  if (type.startsWith('.')) return names.has(type.slice(1)) ? type.slice(1) : null;
  for (let around = scope; ; around = around.includes('.') ? around.slice(0, around.lastIndexOf('.')) : '') {
    const candidate = join(around, type);
    if (names.has(candidate)) return candidate;
    if (around === '') return null;
  }
}

function join(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}
