/**
 * Reads MessagePack with the place of every value, whole 64-bit integers, and as much of a payload that was cut as is there:
 * what a library that gives JavaScript values cannot tell. Held against @msgpack/msgpack in its test. Source:
 * github.com/msgpack/msgpack, spec.md.
 */
import {
  bytesNode,
  float32Text,
  NOTHING_READ,
  number,
  type Reading,
  scalar,
  timeNode,
  type ValueScalar,
} from './node.ts';
import { createTreeBuilder } from './tree-builder.ts';

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Heads 0xc4 … 0xdf: how many bytes of length or value follow, and what they are. */
type Head =
  | readonly ['nil' | 'false' | 'true']
  | readonly ['bin' | 'str' | 'ext' | 'array' | 'map' | 'uint' | 'int' | 'float', bytes: number]
  | readonly ['fixext', bytes: number];

const HEADS: readonly (Head | null)[] = [
  ['nil'],
  null, // 0xc1: never used
  ['false'],
  ['true'],
  ['bin', 1],
  ['bin', 2],
  ['bin', 4],
  ['ext', 1],
  ['ext', 2],
  ['ext', 4],
  ['float', 4],
  ['float', 8],
  ['uint', 1],
  ['uint', 2],
  ['uint', 4],
  ['uint', 8],
  ['int', 1],
  ['int', 2],
  ['int', 4],
  ['int', 8],
  ['fixext', 1],
  ['fixext', 2],
  ['fixext', 4],
  ['fixext', 8],
  ['fixext', 16],
  ['str', 1],
  ['str', 2],
  ['str', 4],
  ['array', 2],
  ['array', 4],
  ['map', 2],
  ['map', 4],
];

/**
 * One value from `from` on. What follows it is not looked at: `end` tells where it ends. A payload that ends too early gives
 * what is there with the problem `cut`; one that is no MessagePack gives no root.
 */
export function readMessagePack(bytes: Uint8Array, from = 0, to = bytes.length): Reading {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tree = createTreeBuilder();
  let at = from;
  const cut = (): Reading => ({ root: tree.cut(to), end: to, problem: 'cut' });

  while (!tree.isFull()) {
    if (at >= to) return at === from ? NOTHING_READ : cut();
    const start = at;
    const head = bytes[at++] ?? 0;
    let isDone: boolean;
    if (head < 0x80) isDone = tree.value(number(head, start, at), at);
    else if (head < 0x90) isDone = tree.begin('object', head & 0x0f, start, at);
    else if (head < 0xa0) isDone = tree.begin('array', head & 0x0f, start, at);
    else if (head >= 0xe0) isDone = tree.value(number(head - 0x100, start, at), at);
    else if (head < 0xc0) {
      at += head & 0x1f;
      if (at > to) return cut();
      isDone = tree.value(scalar('string', UTF8.decode(bytes.subarray(start + 1, at)), start, at), at);
    } else {
      const known = HEADS[head - 0xc0];
      if (!known) return NOTHING_READ;
      const [kind, size = 0] = known;
      if (kind !== 'fixext') {
        at += size;
        if (at > to) return cut();
      }
      if (kind === 'map' || kind === 'array') {
        const count = size === 2 ? view.getUint16(start + 1) : view.getUint32(start + 1);
        isDone = tree.begin(kind === 'map' ? 'object' : 'array', count, start, at);
      } else {
        const body = at;
        at += bodyBytes(kind, size, view, start);
        if (at > to) return cut();
        isDone = tree.value(scalarOf(kind, size, bytes, view, start, body, at), at);
      }
    }
    if (isDone) return { root: tree.root(), end: at, problem: null };
  }
  return { root: tree.cut(at), end: to, problem: 'tooMuch' };
}

type ScalarHead = Exclude<Head[0], 'array' | 'map'>;

/** How many bytes come behind head and length. */
function bodyBytes(kind: ScalarHead, size: number, view: DataView, start: number): number {
  if (kind === 'fixext') return 1 + size;
  if (kind !== 'bin' && kind !== 'str' && kind !== 'ext') return 0;
  const length =
    size === 1 ? view.getUint8(start + 1) : size === 2 ? view.getUint16(start + 1) : view.getUint32(start + 1);
  return kind === 'ext' ? length + 1 : length;
}

function scalarOf(
  kind: ScalarHead,
  size: number,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  body: number,
  end: number,
): ValueScalar {
  switch (kind) {
    case 'nil':
      return scalar('literal', 'null', start, end);
    case 'true':
    case 'false':
      return scalar('literal', kind, start, end);
    case 'str':
      return scalar('string', UTF8.decode(bytes.subarray(body, end)), start, end);
    case 'bin':
      return bytesNode(bytes.subarray(body, end), start, end);
    case 'ext':
    case 'fixext':
      return extensionOf(view.getInt8(body), bytes.subarray(body + 1, end), start, end);
    case 'float':
      return size === 4
        ? scalar('number', float32Text(view.getFloat32(start + 1)), start, end, 'f32')
        : number(view.getFloat64(start + 1), start, end, 'f64');
    default:
      return number(integerAt(kind, size, view, start + 1), start, end);
  }
}

function integerAt(kind: 'uint' | 'int', size: number, view: DataView, at: number): number | bigint {
  if (kind === 'uint') {
    if (size === 8) return view.getBigUint64(at);
    return size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at) : view.getUint32(at);
  }
  if (size === 8) return view.getBigInt64(at);
  return size === 1 ? view.getInt8(at) : size === 2 ? view.getInt16(at) : view.getInt32(at);
}

const TIMESTAMP = -1;

function extensionOf(type: number, data: Uint8Array, from: number, to: number): ValueScalar {
  const time = type === TIMESTAMP ? timestampOf(data, from, to) : null;
  return time ?? bytesNode(data, from, to, `ext ${type}`);
}

/** spec.md, "Timestamp extension type": 32, 64 or 96 bits. */
function timestampOf(data: Uint8Array, from: number, to: number): ValueScalar | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length === 4) return timeNode(view.getUint32(0) * 1000, from, to, 'timestamp');
  if (data.length === 8) {
    const both = view.getBigUint64(0);
    return moment(Number(both & 0x3ffffffffn), Number(both >> 34n), from, to);
  }
  return data.length === 12 ? moment(Number(view.getBigInt64(4)), view.getUint32(0), from, to) : null;
}

function moment(seconds: number, nanos: number, from: number, to: number): ValueScalar | null {
  if (nanos > 999_999_999) return null;
  return timeNode(seconds * 1000 + Math.floor(nanos / 1e6), from, to, 'timestamp', nanos);
}
