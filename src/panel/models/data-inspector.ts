/** What the bytes at a place are, read as each of the usual types. Pure. */
import { float32Text } from '../../decoders/payloads/node.ts';

export type InspectedType = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'i64' | 'f32' | 'f64';

type Read = (view: DataView, at: number, isLittle: boolean) => string;

const TYPES: Readonly<Record<InspectedType, readonly [size: number, read: Read]>> = {
  u8: [1, (view, at) => String(view.getUint8(at))],
  i8: [1, (view, at) => String(view.getInt8(at))],
  u16: [2, (view, at, isLittle) => String(view.getUint16(at, isLittle))],
  i16: [2, (view, at, isLittle) => String(view.getInt16(at, isLittle))],
  u32: [4, (view, at, isLittle) => String(view.getUint32(at, isLittle))],
  i32: [4, (view, at, isLittle) => String(view.getInt32(at, isLittle))],
  u64: [8, (view, at, isLittle) => String(view.getBigUint64(at, isLittle))],
  i64: [8, (view, at, isLittle) => String(view.getBigInt64(at, isLittle))],
  f32: [4, (view, at, isLittle) => float32Text(view.getFloat32(at, isLittle))],
  f64: [8, (view, at, isLittle) => String(view.getFloat64(at, isLittle))],
};

export interface Inspected {
  readonly type: InspectedType;
  /** Null: there are too few bytes for it. */
  readonly text: string | null;
}

export function inspect(bytes: Uint8Array, at: number, isLittle: boolean): readonly Inspected[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (Object.keys(TYPES) as InspectedType[]).map((type) => {
    const [size, read] = TYPES[type];
    return { type, text: at + size <= bytes.length ? read(view, at, isLittle) : null };
  });
}

/** The character that begins here; null: none does. */
export function characterAt(bytes: Uint8Array, at: number): string | null {
  const first = bytes[at];
  if (first === undefined) return null;
  const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
  if (length === 0) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(at, at + length));
  } catch {
    return null;
  }
}
