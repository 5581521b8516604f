/**
 * The wire format of Protocol Buffers: varints, lengths, and what stands behind a tag. Knows no types. Source: protobuf.dev,
 * "Encoding".
 */
import { MAX_NODES } from './node.ts';

interface Varint {
  readonly value: bigint;
  readonly end: number;
}

/** At most ten bytes; null: it does not end. */
export function readVarint(bytes: Uint8Array, from: number, to: number): Varint | null {
  // Nearly all fit into 28 bits, and a number is much faster than a bigint.
  let low = 0;
  for (let i = 0; i < 4 && from + i < to; i++) {
    const byte = bytes[from + i] ?? 0;
    low |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) return { value: BigInt(low), end: from + i + 1 };
  }
  let value = 0n;
  for (let i = 0; i < 10 && from + i < to; i++) {
    const byte = bytes[from + i] ?? 0;
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: from + i + 1 };
  }
  return null;
}

export interface Body {
  readonly wireType: number;
  /** Of the value itself, behind tag and length. */
  readonly from: number;
  readonly end: number;
  /** Of a varint. */
  readonly value: bigint;
}

/** What stands behind a tag; null: it does not end there, or no such wire type is known. */
export function bodyAt(bytes: Uint8Array, at: number, to: number, wireType: number): Body | null {
  if (wireType === 0) {
    const varint = readVarint(bytes, at, to);
    return varint && { wireType, from: at, end: varint.end, value: varint.value };
  }
  if (wireType === 2) {
    const length = readVarint(bytes, at, to);
    if (!length || length.value > BigInt(to - length.end)) return null;
    return { wireType, from: length.end, end: length.end + Number(length.value), value: 0n };
  }
  const size = wireType === 1 ? 8 : wireType === 5 ? 4 : -1;
  return size > 0 && at + size <= to ? { wireType, from: at, end: at + size, value: 0n } : null;
}

/** Whether it is only the end of it that is missing. */
export function isEndOf(bytes: Uint8Array, at: number, to: number, wireType: number): boolean {
  if (wireType === 1 || wireType === 5) return true;
  if (wireType === 0) return to - at < 10;
  return wireType === 2 && (readVarint(bytes, at, to) !== null || to - at < 10);
}

/** Of `sint32` and `sint64`. */
export function zigzag(value: bigint): bigint {
  const unsigned = BigInt.asUintN(64, value);
  return (unsigned >> 1n) ^ -(unsigned & 1n);
}

/**
 * Messages of which each has its length before it (Centrifugo and others): where each stands. Null: they do not fill the
 * bytes exactly. An empty message is none of nothing.
 */
export function splitDelimited(bytes: Uint8Array): readonly (readonly [from: number, to: number])[] | null {
  const parts: (readonly [number, number])[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = readVarint(bytes, at, bytes.length);
    if (!length || length.value > BigInt(bytes.length - length.end) || parts.length > MAX_NODES) return null;
    const end = length.end + Number(length.value);
    parts.push([length.end, end]);
    at = end;
  }
  return parts.length > 0 ? parts : null;
}
