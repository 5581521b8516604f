import { describe, expect, test } from 'vitest';
import { createPacketReader } from './marionette.ts';

/** A packet as Firefox sends it: length in bytes, colon, JSON. */
function packet(value: unknown): Buffer {
  const text = JSON.stringify(value);
  return Buffer.from(`${Buffer.byteLength(text)}:${text}`);
}

describe('reading packets', () => {
  test('gives several that come at once, in order', () => {
    const read = createPacketReader();
    expect(read(Buffer.concat([packet({ hello: 1 }), packet([1, 2, null, 'ok'])]))).toEqual([
      { hello: 1 },
      [1, 2, null, 'ok'],
    ]);
  });

  test('waits for the rest of one that comes byte by byte, cut even inside a character', () => {
    const read = createPacketReader();
    const bytes = packet(['ü😀', 12]);
    const packets = Array.from(bytes).flatMap((byte) => read(Buffer.from([byte])));
    expect(packets).toEqual([['ü😀', 12]]);
  });
});
