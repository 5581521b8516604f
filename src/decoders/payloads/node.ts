/**
 * A decoded value as a tree that loses nothing: numbers as they were written, keys in their order and with their duplicates,
 * bytes as bytes, and of each value where it stands in what it was read from. Shapes and small helpers, nothing else.
 */

export type ValueNode = ValueContainer | ValueScalar;

export type ScalarKind = 'string' | 'number' | 'literal' | 'bytes' | 'time';

interface Placed {
  /**
   * [from, to) in the source: bytes of a binary format, UTF-16 units of a text. -1 where it stands nowhere by itself, as
   * what a decoder says about a packet.
   */
  readonly from: number;
  readonly to: number;
  /** What the format calls it, where that is more than its kind says: `f32`, `ext 5`, `tag 32`. Else ''. */
  readonly type: string;
  /** The source ends within it: what is here is its beginning. */
  readonly isCut: boolean;
}

export interface ValueContainer extends Placed {
  readonly kind: 'object' | 'array';
  /** Parallel to `items`; empty for an array. */
  readonly keys: readonly string[];
  readonly items: readonly ValueNode[];
}

export interface ValueScalar extends Placed {
  readonly kind: ScalarKind;
  /** The value of a string; of `bytes` ''; otherwise the value as one writes it. */
  readonly text: string;
  /** Of `bytes`; else null. */
  readonly bytes: Uint8Array | null;
}

/** A container while it is filled. */
export interface OpenContainer {
  readonly kind: 'object' | 'array';
  readonly keys: string[];
  readonly items: ValueNode[];
  readonly from: number;
  to: number;
  readonly type: string;
  isCut: boolean;
}

/** More values than that are read of no payload: each costs memory, and nobody looks at so many. */
export const MAX_NODES = 1_500_000;

/** What is wrong with a payload, or with what can be seen of it. Words for it are the panel's. */
export type Problem =
  /** The payload ends before it should. */
  | 'cut'
  /** It has more values than are shown. */
  | 'tooMuch'
  /** Something behind the end of what was decoded. */
  | 'rest'
  /** The protocol's own parser refuses it. */
  | 'refused'
  /** It would take more than is inflated of any payload. */
  | 'tooLarge'
  /** It ends in the midst of a compressed block, or is damaged. */
  | 'damaged';

/** What a reader of a format found. */
export interface Reading {
  /** Null: it is not of this format at all. */
  readonly root: ValueNode | null;
  /** Where it ends in the source. */
  readonly end: number;
  readonly problem: Problem | null;
}

export const NOTHING_READ: Reading = { root: null, end: 0, problem: null };

const NO_KEYS: readonly string[] = [];

export function isContainer(node: ValueNode): node is ValueContainer {
  return node.kind === 'object' || node.kind === 'array';
}

export function openContainer(kind: 'object' | 'array', from: number, type = ''): OpenContainer {
  return { kind, keys: kind === 'array' ? (NO_KEYS as string[]) : [], items: [], from, to: from, type, isCut: false };
}

export function scalar(kind: ScalarKind, text: string, from = -1, to = -1, type = ''): ValueScalar {
  return { kind, text, bytes: null, from, to, type, isCut: false };
}

export function bytesNode(bytes: Uint8Array, from = -1, to = -1, type = ''): ValueScalar {
  return { kind: 'bytes', text: '', bytes, from, to, type, isCut: false };
}

export function text(value: string, from = -1, to = -1): ValueScalar {
  return scalar('string', value, from, to);
}

export function number(value: number | bigint, from = -1, to = -1, type = ''): ValueScalar {
  return scalar('number', Object.is(value, -0) ? '-0' : String(value), from, to, type);
}

export const NULL = scalar('literal', 'null');

/** An object of what a decoder says about a packet; entries without a value are left out. */
export function object(entries: readonly (readonly [key: string, value: ValueNode | null])[]): ValueContainer {
  const present = entries.filter((entry): entry is readonly [string, ValueNode] => entry[1] !== null);
  return {
    kind: 'object',
    keys: present.map(([key]) => key),
    items: present.map(([, value]) => value),
    from: -1,
    to: -1,
    type: '',
    isCut: false,
  };
}

export function array(items: readonly ValueNode[]): ValueContainer {
  return { kind: 'array', keys: NO_KEYS, items, from: -1, to: -1, type: '', isCut: false };
}

/** The member of this name; the last, where there are several, as JSON.parse takes it. Null: there is none. */
export function member(node: ValueNode | null | undefined, key: string): ValueNode | null {
  if (node?.kind !== 'object') return null;
  const container = node as ValueContainer;
  const i = container.keys.lastIndexOf(key);
  return i < 0 ? null : (container.items[i] ?? null);
}

export function itemAt(node: ValueNode | null | undefined, i: number): ValueNode | null {
  return node?.kind === 'array' ? ((node as ValueContainer).items[i] ?? null) : null;
}

/** The value of a string; null for anything else. */
export function stringOf(node: ValueNode | null | undefined): string | null {
  return node?.kind === 'string' ? (node as ValueScalar).text : null;
}

/** The value of a number that a double holds exactly; null for anything else. */
export function integerOf(node: ValueNode | null | undefined): number | null {
  if (node?.kind !== 'number') return null;
  const value = Number((node as ValueScalar).text);
  return Number.isSafeInteger(value) ? value : null;
}

/** A value from JavaScript, as parsers of packets give them, without a place. Total; deeper than 64 is not looked at. */
export function nodeOf(value: unknown, depth = 0): ValueNode {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number' || typeof value === 'bigint') return number(value);
  if (value === null || value === undefined) return NULL;
  if (typeof value === 'boolean') return scalar('literal', String(value));
  if (value instanceof Uint8Array) return bytesNode(value);
  if (value instanceof ArrayBuffer) return bytesNode(new Uint8Array(value));
  if (value instanceof Date) return timeNode(value.getTime());
  if (depth >= 64 || typeof value !== 'object') return scalar('literal', '…');
  if (Array.isArray(value)) return array(value.map((item) => nodeOf(item, depth + 1)));
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return object(entries.map(([key, item]) => [String(key), nodeOf(item, depth + 1)]));
}

/** A moment, in epoch milliseconds, with the digits below a millisecond where the format has them. */
export function timeNode(epochMs: number, from = -1, to = -1, type = '', nanos = -1): ValueScalar {
  const date = new Date(epochMs);
  if (Number.isNaN(date.getTime())) return scalar('number', `${epochMs} ms`, from, to, type);
  const iso = date.toISOString();
  const exact = nanos < 0 || nanos % 1_000_000 === 0 ? iso : `${iso.slice(0, 19)}.${String(nanos).padStart(9, '0')}Z`;
  return scalar('time', exact, from, to, type);
}

/** The shortest decimal that is this 32-bit float: 0.1, not 0.10000000149011612. */
export function float32Text(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return Object.is(value, -0) ? '-0' : String(value);
}
