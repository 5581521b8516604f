import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_BINARY, FRAME_BLOB, FRAME_TRUNCATED, SIZE_OF_TEXT, utf8Bytes } from '../protocol/frame-columns.ts';
import { KEPT_PAYLOAD_BYTES } from '../protocol/limits.ts';
import { binaryPayload, isBinary, textPayload } from './payload.ts';

describe('text', () => {
  it('is kept whole up to the limit, and leaves the counting to others', () => {
    const text = 'ç'.repeat(KEPT_PAYLOAD_BYTES);
    expect(textPayload(text)).toMatchObject({ flags: 0, sizeBytes: SIZE_OF_TEXT, text, weight: KEPT_PAYLOAD_BYTES });
  });

  it('is cut beyond the limit, with its true size in bytes', () => {
    const text = `${'a'.repeat(KEPT_PAYLOAD_BYTES)}€😀\ud800`;
    expect(textPayload(text)).toMatchObject({
      flags: FRAME_TRUNCATED,
      sizeBytes: utf8Bytes(text),
      text: 'a'.repeat(KEPT_PAYLOAD_BYTES),
      weight: KEPT_PAYLOAD_BYTES,
    });
  });
});

describe('bytes', () => {
  const VIEWS = [
    (buffer: ArrayBuffer, offset: number, length: number) => new Uint8Array(buffer, offset, length),
    (buffer: ArrayBuffer, offset: number, length: number) => new Int8Array(buffer, offset, length),
    (buffer: ArrayBuffer, offset: number, length: number) => new DataView(buffer, offset, length),
  ];

  it('of a view are those that it shows, copied', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.nat(64),
        fc.nat(64),
        fc.constantFrom(...VIEWS),
        (all, from, count, view) => {
          const offset = Math.min(from, all.length);
          const length = Math.min(count, all.length - offset);
          const { buffer } = all.slice();
          const payload = binaryPayload(view(buffer, offset, length));
          new Uint8Array(buffer).fill(255);
          expect(payload).toMatchObject({ flags: FRAME_BINARY, sizeBytes: length, weight: length, blob: null });
          expect(payload?.bytes).toEqual(all.slice(offset, offset + length));
        },
      ),
    );
  });

  it('of wider elements count as bytes', () => {
    const payload = binaryPayload(Float64Array.of(1, 2).subarray(1));
    expect(payload).toMatchObject({ sizeBytes: 8, bytes: new Uint8Array(Float64Array.of(2).buffer) });
  });

  it.each([
    [0, 0],
    [KEPT_PAYLOAD_BYTES, 0],
    [KEPT_PAYLOAD_BYTES + 1, FRAME_TRUNCATED],
  ])('of a buffer of %d bytes', (size, flag) => {
    const payload = binaryPayload(new ArrayBuffer(size));
    const kept = Math.min(size, KEPT_PAYLOAD_BYTES);
    expect(payload).toMatchObject({ flags: FRAME_BINARY | flag, sizeBytes: size, weight: kept });
    expect(payload?.bytes?.length).toBe(kept);
  });

  it('of a detached buffer are none', () => {
    const buffer = new ArrayBuffer(8);
    structuredClone(buffer, { transfer: [buffer] });
    expect(binaryPayload(buffer)).toMatchObject({ sizeBytes: 0 });
  });
});

describe('a Blob', () => {
  it('is kept as it is', () => {
    const blob = new Blob(['hello']);
    const payload = binaryPayload(blob);
    expect(payload).toMatchObject({ flags: FRAME_BINARY | FRAME_BLOB, sizeBytes: 5, weight: 5, bytes: null });
    expect(payload?.blob).toBe(blob);
  });

  it('beyond the limit is kept in part', () => {
    const size = KEPT_PAYLOAD_BYTES + 7;
    const payload = binaryPayload(new Blob([new Uint8Array(size)]));
    expect(payload).toMatchObject({ flags: FRAME_BINARY | FRAME_BLOB | FRAME_TRUNCATED, sizeBytes: size });
    expect(payload?.blob?.size).toBe(KEPT_PAYLOAD_BYTES);
    expect(payload?.weight).toBe(KEPT_PAYLOAD_BYTES);
  });
});

describe('what send() takes as it is', () => {
  it.each([
    [new ArrayBuffer(1)],
    [new Uint16Array(1)],
    [new DataView(new ArrayBuffer(1))],
    [new Blob(['x'])],
    // Refused by send(); it must not be sent as "[object SharedArrayBuffer]".
    [new SharedArrayBuffer(1)],
  ])('%s', (value) => expect(isBinary(value)).toBe(true));

  it.each([
    ['an object', {}],
    ['an array', [1, 2]],
    ['a function', () => 1],
    ['a boxed string', Object('text')],
    ['something that claims to be a Blob', Object.create(Blob.prototype)],
    ['something that claims to be a buffer', { __proto__: ArrayBuffer.prototype, byteLength: 4 }],
  ])('not %s', (_, value) => {
    expect(isBinary(value)).toBe(false);
    expect(binaryPayload(value)).toBeNull();
  });
});
