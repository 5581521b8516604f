/**
 * What a hostile page can put through a MessagePort, made from a seed: messages that are right, nearly right (one field
 * missing, replaced, or wrapped) and pure junk. Plain data, no page and no browser.
 */
import { ALL_KINDS } from './kinds.ts';
import type { Random } from './random.ts';

/** Values that have broken parsers before. Thunks, so that no input can change the next. */
const JUNK: readonly [() => unknown, ...(() => unknown)[]] = [
  () => undefined,
  () => null,
  () => true,
  () => 0,
  () => -0,
  () => -1,
  () => 0.5,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => Number.NEGATIVE_INFINITY,
  () => Number.MAX_SAFE_INTEGER,
  () => Number.MAX_SAFE_INTEGER + 1,
  () => 2 ** 32,
  () => 4_000_000_000_000,
  () => 10n ** 30n,
  () => '',
  () => '0',
  () => '__proto__',
  () => 'constructor',
  () => '\ud800',
  () => '\u0000\u202e<img src=x onerror=alert(1)>',
  () => 'x'.repeat(300),
  () => 'x'.repeat(20_000),
  () => [],
  () => new Array(1),
  () => new Array(4_294_967_295),
  () => ({}),
  () => Object.create(null),
  () => JSON.parse('{"__proto__": {"kind": "socketsExist"}}'),
  () => ({ length: 3, 0: 'a' }),
  () => ({ valueOf: 1, toString: 1 }),
  () => new Date(Number.NaN),
  () => /x/,
  () => new Error('x'),
  () => new Map([['kind', 'socketsExist']]),
  () => new Set([1]),
  () => new Boolean(false),
  () => new String('reports'),
  () => new Number(3),
  () => new ArrayBuffer(8),
  () => growing(8, 64),
  () => new SharedArrayBuffer(8),
  () => new DataView(new ArrayBuffer(8)),
  () => new Uint8Array(3),
  () => new Uint8ClampedArray(3),
  () => new Int8Array(3),
  () => new Uint16Array(3),
  () => new Float32Array(3),
  () => new Float64Array(3),
  () => new BigUint64Array(3),
  () => Float64Array.of(Number.NaN, -1, Number.POSITIVE_INFINITY),
  () => Uint32Array.of(7, 5, 4_294_967_295),
  () => nested(200),
  () => circular(),
];

/** Memory that can be resized: ES2024, which our compiler's library does not know yet. */
function growing(byteLength: number, maxByteLength: number): ArrayBuffer {
  const Resizable = ArrayBuffer as unknown as new (byteLength: number, options: object) => ArrayBuffer;
  return new Resizable(byteLength, { maxByteLength });
}

function nested(depth: number): unknown {
  let value: unknown = 'core';
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { kind: value };
  return value;
}

function circular(): unknown {
  const value: Record<string, unknown> = { kind: 'reports' };
  value.reports = [value];
  return value;
}

/** Makes one input. */
export function makeInput(random: Random): unknown {
  switch (random.int(8)) {
    case 0:
      return random.pick(JUNK)();
    case 1:
      return makeRight(random);
    default: {
      let value = makeRight(random);
      for (let left = 1 + random.int(3); left > 0; left--) value = damage(random, value, 4);
      return value;
    }
  }
}

/** A message of any kind that crosses a border, as its sender would make it. */
function makeRight(random: Random): unknown {
  return random.pick(ALL_KINDS)(random);
}

/** The value with one thing wrong, somewhere in it. */
function damage(random: Random, value: unknown, depth: number): unknown {
  if (depth === 0 || random.oneIn(6)) return random.pick(JUNK)();
  if (isColumn(value)) return damageColumn(random, value);
  if (Array.isArray(value)) return damageArray(random, value, depth);
  if (typeof value === 'object' && value !== null) return damageRecord(random, value, depth);
  return nudge(random, value);
}

type TypedArray = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

function isColumn(value: unknown): value is TypedArray {
  return [Float64Array, Uint32Array, Uint8Array].some((Column) => value instanceof Column);
}

/** Another length, another element type, another kind of memory, or one wild element. */
function damageColumn(random: Random, column: TypedArray): unknown {
  const { BYTES_PER_ELEMENT: width, length } = column;
  const Column = column.constructor as new (buffer: ArrayBufferLike, offset?: number, length?: number) => TypedArray;
  switch (random.int(7)) {
    case 0:
      return column.slice(0, random.int(length + 1));
    case 1:
      return new Column(new ArrayBuffer((length + 1 + random.int(4)) * width));
    case 2: {
      const shared = new Column(new SharedArrayBuffer(length * width));
      shared.set(column);
      return shared;
    }
    case 3: {
      const roomier = new Column(growing(length * width, (length + 8) * width));
      roomier.set(column);
      return roomier;
    }
    case 4: {
      const roomy = new Column(new ArrayBuffer((length + 4) * width), width, length);
      roomy.set(column);
      return roomy;
    }
    case 5:
      return Array.from(column);
    default: {
      const copy = column.slice();
      copy[random.int(length)] = random.pick([0, 1, 255, -1, -2, Number.NaN, 2 ** 40, 1e300]);
      return copy;
    }
  }
}

/** Longer ones, among them the longest that there can be, stay as they are: to copy one takes all memory. */
const MAX_DAMAGED_LENGTH = 10_000;

function damageArray(random: Random, array: readonly unknown[], depth: number): unknown {
  if (array.length > MAX_DAMAGED_LENGTH) return array;
  const copy = [...array];
  switch (random.int(5)) {
    case 0:
      copy.length += 1; // a hole
      return copy;
    case 1:
      copy.length = 9_000;
      return copy;
    case 2:
      return { ...copy, length: copy.length };
    default: {
      const at = random.int(copy.length + 1);
      copy[at] = at < copy.length ? damage(random, copy[at], depth - 1) : random.pick(JUNK)();
      return copy;
    }
  }
}

function damageRecord(random: Random, record: object, depth: number): unknown {
  const copy: Record<string, unknown> = { ...record };
  const keys = Object.keys(copy);
  const [first, ...others] = keys;
  if (first === undefined) return random.pick(JUNK)();
  const key = random.pick([first, ...others]);
  switch (random.int(8)) {
    case 0:
      delete copy[key];
      return copy;
    case 1:
      Object.defineProperty(copy, '__proto__', { value: { [key]: copy[key] }, enumerable: true });
      return copy;
    case 2:
      return Object.create(copy);
    case 3:
      return { ...copy, [random.pick(['tabId', 'documentId', 'sessionId', 'constructor', 'then'])]: 'stolen' };
    default:
      copy[key] = damage(random, copy[key], depth - 1);
      return copy;
  }
}

function nudge(random: Random, value: unknown): unknown {
  if (typeof value === 'number') return value + random.pick([-1, 0.5, 1, 65_536, 2 ** 53, -value * 2, Number.NaN]);
  if (typeof value === 'string') return value + random.pick(['s', '\u0000', '\ud800', 'x'.repeat(20_000)]);
  return random.pick(JUNK)();
}
