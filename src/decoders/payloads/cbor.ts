/**
 * Reads CBOR with the place of every value, whole 64-bit integers and bignums, and as much of a payload that was cut as is
 * there. Held against cbor2 in its test. Source: RFC 8949; the numbers of tags: iana.org/assignments/cbor-tags.
 */
import {
  bytesNode,
  float32Text,
  isContainer,
  NOTHING_READ,
  number,
  type Reading,
  scalar,
  timeNode,
  type ValueNode,
  type ValueScalar,
} from './node.ts';
import { createTreeBuilder } from './tree-builder.ts';

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

const BREAK = 0xff;
const INDEFINITE = 31;

interface Argument {
  /** Null: indefinite length. */
  readonly value: bigint | null;
  /** Behind it; -1: the payload ends within. */
  readonly end: number;
}

/** One value from `from` on, as `readMessagePack` reads one. */
export function readCbor(bytes: Uint8Array, from = 0, to = bytes.length): Reading {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tree = createTreeBuilder();
  let at = from;
  /** Tags before the value that comes, and where the first of them began. */
  let tags: bigint[] = [];
  let tagsFrom = -1;
  const cut = (): Reading => ({ root: tree.cut(to), end: to, problem: 'cut' });

  while (!tree.isFull()) {
    if (at >= to) return at === from ? NOTHING_READ : cut();
    const head = bytes[at] ?? 0;
    const start = tagsFrom < 0 ? at : tagsFrom;
    if (head === BREAK) {
      const isDone = tags.length > 0 ? null : tree.endOpen(at + 1);
      if (isDone === null) return NOTHING_READ;
      at++;
      if (isDone) return { root: tree.root(), end: at, problem: null };
      continue;
    }
    const major = head >> 5;
    const argument = argumentAt(view, at, to);
    if (!argument) return NOTHING_READ;
    if (argument.end < 0) return cut();
    const { value, end } = argument;
    const wordFrom = at;
    at = end;
    if (major === 6) {
      if (value === null || tags.length >= 16) return NOTHING_READ;
      if (tagsFrom < 0) tagsFrom = start;
      tags.push(value);
      continue;
    }
    let isDone: boolean;
    if (major === 4 || major === 5) {
      const count = value === null ? -1 : Number(value);
      isDone = tree.begin(
        major === 5 ? 'object' : 'array',
        count,
        start,
        at,
        tags.map((tag) => `tag ${tag}`).join(' '),
      );
    } else {
      let node: ValueScalar | null;
      if (major === 2 || major === 3) {
        const string = value === null ? chunksAt(bytes, view, at, to, major) : sliceAt(bytes, at, to, value);
        if (string === 'cut') return cut();
        if (string === null) return NOTHING_READ;
        at = string.end;
        node =
          major === 3 ? scalar('string', UTF8.decode(string.bytes), start, at) : bytesNode(string.bytes, start, at);
      } else node = major === 7 ? simpleAt(view, wordFrom, start, at, value) : integerOf(major, value, start, at);
      if (!node) return NOTHING_READ;
      isDone = tree.value(tags.length > 0 ? taggedOf(tags, node) : node, at);
    }
    tags = [];
    tagsFrom = -1;
    if (isDone) return { root: tree.root(), end: at, problem: null };
  }
  return { root: tree.cut(at), end: to, problem: 'tooMuch' };
}

/** RFC 8949 section 3; null: not well-formed. */
function argumentAt(view: DataView, at: number, to: number): Argument | null {
  const head = view.getUint8(at);
  const info = head & 31;
  if (info < 24) return { value: BigInt(info), end: at + 1 };
  if (info === INDEFINITE) {
    const major = head >> 5;
    return major >= 2 && major <= 5 ? { value: null, end: at + 1 } : null;
  }
  if (info > 27) return null;
  const size = 1 << (info - 24);
  if (at + 1 + size > to) return { value: 0n, end: -1 };
  const value =
    size === 1
      ? BigInt(view.getUint8(at + 1))
      : size === 2
        ? BigInt(view.getUint16(at + 1))
        : size === 4
          ? BigInt(view.getUint32(at + 1))
          : view.getBigUint64(at + 1);
  return { value, end: at + 1 + size };
}

interface Slice {
  readonly bytes: Uint8Array;
  readonly end: number;
}

function sliceAt(bytes: Uint8Array, at: number, to: number, length: bigint): Slice | 'cut' {
  return length > BigInt(to - at)
    ? 'cut'
    : { bytes: bytes.subarray(at, at + Number(length)), end: at + Number(length) };
}

/** A string in chunks of definite length, up to the break. */
function chunksAt(bytes: Uint8Array, view: DataView, from: number, to: number, major: number): Slice | 'cut' | null {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let at = from; ; ) {
    if (at >= to) return 'cut';
    if (bytes[at] === BREAK) {
      const joined = new Uint8Array(length);
      let end = 0;
      for (const chunk of chunks) {
        joined.set(chunk, end);
        end += chunk.length;
      }
      return { bytes: joined, end: at + 1 };
    }
    const argument = (bytes[at] ?? 0) >> 5 === major ? argumentAt(view, at, to) : null;
    if (!argument || argument.value === null) return null;
    if (argument.end < 0) return 'cut';
    const chunk = sliceAt(bytes, argument.end, to, argument.value);
    if (chunk === 'cut') return 'cut';
    chunks.push(chunk.bytes);
    length += chunk.bytes.length;
    at = chunk.end;
  }
}

function integerOf(major: number, value: bigint | null, from: number, to: number): ValueScalar | null {
  return value === null ? null : number(major === 0 ? value : -1n - value, from, to);
}

/** Simple values and floats: section 3.3. `wordAt` is where the head stands, `from` where its tags begin. */
function simpleAt(view: DataView, wordAt: number, from: number, to: number, value: bigint | null): ValueScalar | null {
  const info = view.getUint8(wordAt) & 31;
  switch (info) {
    case 20:
      return scalar('literal', 'false', from, to);
    case 21:
      return scalar('literal', 'true', from, to);
    case 22:
      return scalar('literal', 'null', from, to);
    case 23:
      return scalar('literal', 'undefined', from, to);
    case 24:
      // Values below 32 are not well-formed here.
      return (value ?? 0n) < 32n ? null : scalar('literal', `simple(${value})`, from, to);
    case 25:
      return number(halfOf(view.getUint16(wordAt + 1)), from, to, 'f16');
    case 26:
      return scalar('number', float32Text(view.getFloat32(wordAt + 1)), from, to, 'f32');
    case 27:
      return number(view.getFloat64(wordAt + 1), from, to, 'f64');
    default:
      return scalar('literal', `simple(${value})`, from, to);
  }
}

/** RFC 8949 appendix D. */
function halfOf(half: number): number {
  const exponent = (half >> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  const sign = half & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent !== 31) return sign * (mantissa + 1024) * 2 ** (exponent - 25);
  return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
}

/** What a tag makes of a value that stands in the tree as one; of others only its number is told. */
const TAGGED: Readonly<Record<string, (node: ValueScalar) => ValueScalar | null>> = {
  0: (node) => (node.kind === 'string' ? { ...node, kind: 'time', type: 'tag 0' } : null),
  1: (node) =>
    node.kind === 'number' ? timeNode(Math.round(Number(node.text) * 1000), node.from, node.to, 'tag 1') : null,
  2: (node) => (node.bytes ? { ...number(bignumOf(node.bytes), node.from, node.to, 'bignum') } : null),
  3: (node) => (node.bytes ? { ...number(-1n - bignumOf(node.bytes), node.from, node.to, 'bignum') } : null),
  37: (node) => (node.bytes?.length === 16 ? scalar('string', uuidOf(node.bytes), node.from, node.to, 'UUID') : null),
};
/** Longer bignums are shown as bytes: a number of a million digits is none to look at, and takes long to write. */
const MAX_BIGNUM_BYTES = 512;

function taggedOf(tags: readonly bigint[], node: ValueScalar): ValueNode {
  let tagged: ValueScalar = node;
  for (let i = tags.length - 1; i >= 0; i--) {
    const tag = String(tags[i]);
    const isTooLong = (tagged.bytes?.length ?? 0) > MAX_BIGNUM_BYTES;
    const meant = isTooLong || !Object.hasOwn(TAGGED, tag) ? null : TAGGED[tag]?.(tagged);
    tagged = meant ?? { ...tagged, type: [`tag ${tag}`, tagged.type].filter(Boolean).join(' ') };
  }
  return tagged;
}

function bignumOf(bytes: Uint8Array): bigint {
  const hex = hexOf(bytes);
  return hex === '' ? 0n : BigInt(`0x${hex}`);
}

function uuidOf(bytes: Uint8Array): string {
  return hexOf(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whether a reading is a container: what a payload is, rather than a byte that happens to be a number. */
export function isStructure({ root, problem }: Reading): boolean {
  return root !== null && problem === null && isContainer(root);
}
