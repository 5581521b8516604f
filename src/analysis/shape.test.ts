import { describe, expect, it } from 'vitest';
import { shapeOf } from './shape.ts';

function frame(content: string | readonly number[]) {
  const bytes = typeof content === 'string' ? content : Uint8Array.from(content);
  return { sizeBytes: content.length, content: bytes };
}

describe('the shape of a frame', () => {
  it.each([
    ['ids and tokens', '{"type":"auth","token":"abc"}', '{"token":"xyzxyz","type":"auth"}'],
    ['Socket.IO packet numbers', '421["say","hello",{"a":1}]', '4217["say","hello",{"a":2}]'],
    ['Phoenix references', '["1","2","room:a","phx_join",{}]', '["7","9","room:a","phx_join",{}]'],
    ['STOMP headers', 'SUBSCRIBE\nid:sub-0\n\n\0', 'SUBSCRIBE\nid:sub-17\n\n\0'],
    ['MQTT packets', [0x82, 9, 0, 1, 5], [0x82, 9, 0, 7, 5]],
  ])('is the same in spite of %s', (_, a, b) => {
    expect(shapeOf(frame(a))).toBe(shapeOf(frame(b)));
  });

  it.each([
    ['another type', '{"type":"join","room":"a"}', '{"type":"leave","room":"a"}'],
    ['another key', '{"type":"join","room":"a"}', '{"type":"join","channel":"a"}'],
    ['another event', '42["say","x"]', '42["shout","x"]'],
    ['another command', 'SUBSCRIBE\n\n\0', 'SEND\n\n\0'],
    ['another packet', [0x10, 1, 0, 0, 0], [0x82, 1, 0, 0, 0]],
  ])('differs with %s', (_, a, b) => {
    expect(shapeOf(frame(a))).not.toBe(shapeOf(frame(b)));
  });

  it('of deep, long and broken JSON is found without an error', () => {
    for (const text of [
      '['.repeat(60_000),
      `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
      '{"a":',
      `"${'x'.repeat(99_999)}`,
    ]) {
      expect(shapeOf(frame(text)).length).toBeLessThan(5_000);
    }
  });
});
