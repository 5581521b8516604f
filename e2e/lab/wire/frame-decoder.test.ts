/** The decoder against RFC 6455's own examples and against itself with the stream cut everywhere. */
import { describe, expect, test } from 'vitest';
import { createFrameDecoder, type WireFrame } from './frame-decoder.ts';

function decode(chunks: readonly Buffer[], headLimitBytes = 100): readonly WireFrame[] {
  const frames: WireFrame[] = [];
  const decoder = createFrameDecoder(headLimitBytes, (frame) => frames.push(frame));
  for (const chunk of chunks) decoder.push(chunk);
  return frames;
}

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** RFC 6455 section 5.7. */
const EXAMPLES: readonly (readonly [name: string, wire: Buffer, frame: object])[] = [
  [
    'unmasked text',
    bytes('81 05 48 65 6c 6c 6f'),
    { kind: 'text', payloadBytes: 5, fragments: 1, head: Buffer.from('Hello') },
  ],
  [
    'masked text',
    bytes('81 85 37 fa 21 3d 7f 9f 4d 51 58'),
    { kind: 'text', payloadBytes: 5, head: Buffer.from('Hello') },
  ],
  [
    'two fragments',
    bytes('01 03 48 65 6c 80 02 6c 6f'),
    { kind: 'text', payloadBytes: 5, fragments: 2, head: Buffer.from('Hello') },
  ],
  ['ping', bytes('89 05 48 65 6c 6c 6f'), { kind: 'ping', payloadBytes: 5 }],
  ['masked pong', bytes('8a 85 37 fa 21 3d 7f 9f 4d 51 58'), { kind: 'pong', head: Buffer.from('Hello') }],
  ['256 binary bytes', Buffer.concat([bytes('82 7e 01 00'), Buffer.alloc(256)]), { kind: 'binary', payloadBytes: 256 }],
  ['64 KiB', Buffer.concat([bytes('82 7f 00 00 00 00 00 01 00 00'), Buffer.alloc(65_536)]), { payloadBytes: 65_536 }],
  ['empty close', bytes('88 00'), { kind: 'close', payloadBytes: 0, head: Buffer.alloc(0) }],
];

describe('frames', () => {
  test.each(EXAMPLES)('%s', (_name, wire, frame) => {
    expect(decode([wire])).toEqual([expect.objectContaining(frame)]);
  });

  test('are the same however the stream is cut', () => {
    const wire = Buffer.concat(EXAMPLES.filter(([, { length }]) => length < 1000).map(([, each]) => each));
    const whole = decode([wire]);
    expect(whole).toHaveLength(7);
    expect(decode([...wire].map((byte) => Buffer.from([byte])))).toEqual(whole);
    for (let cut = 1; cut < wire.length; cut++) {
      expect(decode([wire.subarray(0, cut), wire.subarray(cut)])).toEqual(whole);
    }
  });

  test('keep no more of a payload than asked for, across fragments too', () => {
    expect(decode([bytes('01 03 48 65 6c 80 02 6c 6f')], 4)[0]).toMatchObject({
      payloadBytes: 5,
      head: Buffer.from('Hell'),
    });
  });

  test('a ping between two fragments is a frame of its own', () => {
    const frames = decode([bytes('01 03 48 65 6c 89 01 70 80 02 6c 6f')]);
    expect(frames.map(({ kind, payloadBytes }) => [kind, payloadBytes])).toEqual([
      ['ping', 1],
      ['text', 5],
    ]);
  });

  test('with reserved opcodes are skipped', () => {
    expect(decode([bytes('83 01 00 8b 01 00 81 01 61')]).map(({ kind }) => kind)).toEqual(['text']);
  });
});
