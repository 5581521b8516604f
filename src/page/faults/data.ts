/** Data of frames: whole copies, damaged ones, and what a command brings. Writes only to typed arrays of its own. */
import type { FaultPayload } from '../../protocol/fault.ts';
import { copyBytes } from '../payload.ts';
import { NativeBlob, socketBinaryType } from '../platform.ts';
import {
  blobBytes,
  charCodeOf,
  copyInto,
  decodeBase64,
  fromCharCode,
  iterable,
  sliceBlob,
  sliceText,
  typedArrayBuffer,
  typedArrayBytes,
  Uint8,
} from '../primordials.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What is to be sent, as it is now: the page may change its buffer at once. Text and Blobs do not change. */
export function frozen(data: unknown): unknown {
  return typeof data === 'object' && data !== null ? (copyBytes(data) ?? data) : data;
}

/** What `send` takes, or the `data` of a message event on that socket. */
export function dataOf(payload: FaultPayload, receiver: WebSocket | null): unknown {
  if (payload.kind === 'text') return payload.text;
  const binary = decodeBase64(payload.base64);
  const bytes = new Uint8(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = charCodeOf(binary, i);
  return received(bytes, receiver);
}

/** One character or byte is another one; what is empty stays so. `at` from 0 to 1. */
export function corrupted(data: unknown, at: number, receiver: WebSocket | null): unknown {
  if (typeof data === 'string') {
    const i = place(at, data.length);
    if (data.length === 0) return data;
    // The lowest bit: half of a surrogate pair stays such a half.
    return sliceText(data, 0, i) + fromCharCode(charCodeOf(data, i) ^ 1) + sliceText(data, i + 1);
  }
  const bytes = copyBytes(data as object);
  // Of a Blob nothing can be read in time.
  if (bytes === null) return truncated(data, at, receiver);
  const length = typedArrayBytes(bytes);
  const i = place(at, length);
  if (length > 0) bytes[i] = (bytes[i] ?? 0) ^ 1;
  return received(bytes, receiver);
}

/** The end is missing. */
export function truncated(data: unknown, at: number, receiver: WebSocket | null): unknown {
  if (typeof data === 'string') return sliceText(data, 0, place(at, data.length));
  const bytes = copyBytes(data as object);
  if (bytes === null) return sliceBlob(data as Blob, 0, place(at, blobBytes(data as Blob)));
  const length = place(at, typedArrayBytes(bytes));
  const part = new Uint8(length);
  if (length > 0) copyInto(part, new Uint8(typedArrayBuffer(bytes), 0, length));
  return received(part, receiver);
}

function place(at: number, length: number): number {
  return (at * length) | 0;
}

function received(bytes: Bytes, receiver: WebSocket | null): unknown {
  if (receiver === null) return bytes;
  return socketBinaryType(receiver) === 'blob' ? new NativeBlob(iterable(bytes)) : typedArrayBuffer(bytes);
}
