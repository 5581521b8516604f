/**
 * What is remembered of one frame's payload: its kind, its true size, and up to KEPT_PAYLOAD_BYTES of it, copied where
 * the page could change it later. Never converts a page's object: that would run the page's code.
 */
import { FRAME_BINARY, FRAME_BLOB, FRAME_TRUNCATED, SIZE_OF_TEXT } from '../protocol/frame-columns.ts';
import { KEPT_PAYLOAD_BYTES } from '../protocol/limits.ts';
import {
  arrayBufferBytes,
  blobBytes,
  cloneStructured,
  copyInto,
  countUtf8Bytes,
  dataViewBuffer,
  dataViewBytes,
  dataViewOffset,
  isBuffer,
  isView,
  min,
  sliceBlob,
  sliceText,
  typedArrayBuffer,
  typedArrayBytes,
  typedArrayOffset,
  Uint8,
} from './primordials.ts';

export interface Payload {
  /** FRAME_BINARY, FRAME_BLOB, FRAME_TRUNCATED */
  readonly flags: number;
  /** In bytes, or SIZE_OF_TEXT for whole text. */
  readonly sizeBytes: number;
  readonly text: string | null;
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  /** The Blob itself, or its first KEPT_PAYLOAD_BYTES: a handle, to be read when the frame is handed over. */
  readonly blob: Blob | null;
  /** What it counts in the ring: bytes, or UTF-16 units of text. */
  readonly weight: number;
}

/** A part of an ArrayBuffer; not yet copied. */
interface Bytes {
  readonly buffer: ArrayBuffer;
  readonly offset: number;
  readonly length: number;
}

/** Text of any length, measured in UTF-8 bytes when it is not kept whole. */
export function textPayload(text: string): Payload {
  const whole = text.length <= KEPT_PAYLOAD_BYTES;
  return {
    flags: whole ? 0 : FRAME_TRUNCATED,
    sizeBytes: whole ? SIZE_OF_TEXT : countUtf8Bytes(text),
    // A slice shares memory with the whole; its clone does not.
    text: whole ? text : cloneStructured(sliceText(text, 0, KEPT_PAYLOAD_BYTES)),
    bytes: null,
    blob: null,
    weight: whole ? text.length : KEPT_PAYLOAD_BYTES,
  };
}

/** ArrayBuffer, view or Blob of any realm → its payload; anything else → null. */
export function binaryPayload(value: object): Payload | null {
  const bytes = bytesOf(value);
  if (bytes !== null) {
    const keptBytes = atMost(bytes.length);
    const kept = new Uint8(keptBytes);
    // A detached buffer is sent as nothing, and no view of it can be made.
    if (keptBytes > 0) copyInto(kept, new Uint8(bytes.buffer, bytes.offset, keptBytes));
    return {
      flags: FRAME_BINARY | (keptBytes < bytes.length ? FRAME_TRUNCATED : 0),
      sizeBytes: bytes.length,
      text: null,
      bytes: kept,
      blob: null,
      weight: keptBytes,
    };
  }
  const size = attempt(blobBytes, value as Blob);
  if (size === null) return null;
  const keptBytes = atMost(size);
  const blob = value as Blob;
  return {
    flags: FRAME_BINARY | FRAME_BLOB | (keptBytes < size ? FRAME_TRUNCATED : 0),
    sizeBytes: size,
    text: null,
    bytes: null,
    blob: keptBytes < size ? sliceBlob(blob, 0, keptBytes) : blob,
    weight: keptBytes,
  };
}

/** The bytes of an ArrayBuffer or view, as they are now, or the first of them; null for anything else. */
export function copyBytes(value: object, maxBytes: number = 2 ** 53): Uint8Array<ArrayBuffer> | null {
  const bytes = bytesOf(value);
  if (bytes === null) return null;
  const length = min(bytes.length, maxBytes);
  const copy = new Uint8(length);
  if (length > 0) copyInto(copy, new Uint8(bytes.buffer, bytes.offset, length));
  return copy;
}

/** What is received or sent: text, bytes, Blob, or a primitive that send() makes text of. */
export function payloadOf(data: unknown): Payload {
  return (typeof data === 'object' && data !== null ? binaryPayload(data) : null) ?? textPayload(`${data}`);
}

/** True size in bytes. */
export function sizeOf({ sizeBytes, text }: Payload): number {
  return sizeBytes === SIZE_OF_TEXT ? countUtf8Bytes(text ?? '') : sizeBytes;
}

export function isObject(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}

/** Whether WebSocket.send() takes the object as it is, or refuses it (shared memory), instead of calling its toString. */
export function isBinary(value: object): boolean {
  return (
    isView(value) ||
    attempt(arrayBufferBytes, value as ArrayBuffer) !== null ||
    attempt(blobBytes, value as Blob) !== null ||
    isBuffer(value)
  );
}

function bytesOf(value: object): Bytes | null {
  if (isView(value)) {
    // Only one of the two families has the internal slot; its length says which.
    const length = attempt(typedArrayBytes, value as Uint8Array<ArrayBuffer>);
    return length === null
      ? {
          buffer: dataViewBuffer(value as DataView<ArrayBuffer>) as ArrayBuffer,
          offset: dataViewOffset(value as DataView<ArrayBuffer>),
          length: dataViewBytes(value as DataView<ArrayBuffer>),
        }
      : {
          buffer: typedArrayBuffer(value as Uint8Array<ArrayBuffer>) as ArrayBuffer,
          offset: typedArrayOffset(value as Uint8Array<ArrayBuffer>),
          length,
        };
  }
  const length = attempt(arrayBufferBytes, value as ArrayBuffer);
  return length === null ? null : { buffer: value as ArrayBuffer, offset: 0, length };
}

/** The getter's value, or null when the object is not of the getter's kind. */
function attempt<Self>(getter: (self: Self) => number, self: Self): number | null {
  try {
    return getter(self);
  } catch {
    return null;
  }
}

function atMost(bytes: number): number {
  return min(bytes, KEPT_PAYLOAD_BYTES);
}
