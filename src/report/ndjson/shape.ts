/**
 * The part of JSON Schema (draft 2020-12) in which our file format is written down, and its reader: gives a fresh value with
 * the fields that the schema knows, or says which field is wrong. One description serves the published schema and the
 * import, so they cannot come apart. Never throws; made for values from `JSON.parse`.
 */

export interface Shape {
  readonly type?: JsonType | readonly JsonType[];
  readonly const?: string | number | boolean | null;
  readonly enum?: readonly (string | null)[];
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Shape;
  readonly prefixItems?: readonly Shape[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Shape[];
  readonly description?: string;
}

type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object';

/** `problem` begins with the path of the field: `close.code must be an integer`. */
export type Conformed =
  | { readonly value: unknown; readonly problem: null }
  | { readonly value: null; readonly problem: string };

/** Deeper than anything that we write; a file may nest deeper than the stack is. */
const MAX_DEPTH = 40;

export function conform(shape: Shape, value: unknown, path = ''): Conformed {
  return check(shape, value, path, 0);
}

function check(shape: Shape, value: unknown, path: string, depth: number): Conformed {
  if (depth > MAX_DEPTH) return wrong(path, 'is nested too deep');
  if (shape.anyOf) return checkAny(shape.anyOf, value, path, depth);
  const types = shape.type === undefined ? null : typeof shape.type === 'string' ? [shape.type] : shape.type;
  if (types && !types.some((type) => isOf(type, value)))
    return wrong(path, `must be ${types.map(typeWords).join(' or ')}`);
  if (shape.const !== undefined && value !== shape.const) return wrong(path, `must be ${JSON.stringify(shape.const)}`);
  if (shape.enum && !shape.enum.some((one) => one === value)) {
    return wrong(path, `must be one of ${shape.enum.map(String).join(', ')}`);
  }
  if (typeof value === 'string') return checkString(shape, value, path);
  if (typeof value === 'number') return checkNumber(shape, value, path);
  if (Array.isArray(value)) return checkArray(shape, value, path, depth);
  if (typeof value === 'object' && value !== null)
    return checkObject(shape, value as Record<string, unknown>, path, depth);
  return right(value);
}

/** The problem of the variant that comes nearest: whose fixed fields fit. */
function checkAny(variants: readonly Shape[], value: unknown, path: string, depth: number): Conformed {
  let nearest: Conformed | null = null;
  for (const variant of variants) {
    const found = check(variant, value, path, depth + 1);
    if (found.problem === null) return found;
    if (!nearest || hasItsConstants(variant, value)) nearest = found;
  }
  return nearest ?? wrong(path, 'is not allowed');
}

function hasItsConstants(variant: Shape, value: unknown): boolean {
  if (!isOf('object', value) || !variant.properties) return false;
  return Object.entries(variant.properties).every(
    ([name, { const: fixed }]) => fixed === undefined || (value as Record<string, unknown>)[name] === fixed,
  );
}

/** There are few, and they are asked for every frame. */
const patterns = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  const known = patterns.get(source) ?? new RegExp(source, 'u');
  patterns.set(source, known);
  return known;
}

function checkString(shape: Shape, value: string, path: string): Conformed {
  if (shape.maxLength !== undefined && value.length > shape.maxLength) {
    return wrong(path, `must not be longer than ${shape.maxLength} characters`);
  }
  if (shape.pattern !== undefined && !patternOf(shape.pattern).test(value)) {
    return wrong(path, `must match ${shape.pattern}`);
  }
  return right(value);
}

function checkNumber(shape: Shape, value: number, path: string): Conformed {
  if (shape.minimum !== undefined && value < shape.minimum) return wrong(path, `must be at least ${shape.minimum}`);
  if (shape.maximum !== undefined && value > shape.maximum) return wrong(path, `must be at most ${shape.maximum}`);
  return right(value);
}

function checkArray(shape: Shape, value: readonly unknown[], path: string, depth: number): Conformed {
  if (shape.maxItems !== undefined && value.length > shape.maxItems) {
    return wrong(path, `must not have more than ${shape.maxItems} items`);
  }
  if (shape.minItems !== undefined && value.length < shape.minItems) {
    return wrong(path, `must have at least ${shape.minItems} items`);
  }
  const items: unknown[] = [];
  for (let i = 0; i < value.length; i++) {
    const item = check(shape.prefixItems?.[i] ?? shape.items ?? {}, value[i], joined(path, String(i)), depth + 1);
    if (item.problem !== null) return item;
    items.push(item.value);
  }
  return right(items);
}

/** Without `properties`, all fields are taken over, but for those that would reach a prototype. */
function checkObject(shape: Shape, value: Readonly<Record<string, unknown>>, path: string, depth: number): Conformed {
  const { properties, required = [] } = shape;
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return wrong(joined(path, missing), 'is missing');
  const fresh: Record<string, unknown> = {};
  for (const name of Object.keys(properties ?? value)) {
    if (name === '__proto__' || !Object.hasOwn(value, name)) continue;
    const field = check(properties?.[name] ?? {}, value[name], joined(path, name), depth + 1);
    if (field.problem !== null) return field;
    fresh[name] = field.value;
  }
  return right(fresh);
}

function isOf(type: JsonType, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isSafeInteger(value);
    default:
      // The other words of JSON Schema are those of JavaScript.
      return typeof value === type;
  }
}

const TYPE_WORDS: Readonly<Record<JsonType, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  array: 'a list',
  object: 'an object',
};

function typeWords(type: JsonType): string {
  return TYPE_WORDS[type];
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function right(value: unknown): Conformed {
  return { value, problem: null };
}

function wrong(path: string, problem: string): Conformed {
  return { value: null, problem: path === '' ? problem : `${path} ${problem}` };
}
