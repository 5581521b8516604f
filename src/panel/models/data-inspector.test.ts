import { expect, it } from 'vitest';
import { characterAt, inspect } from './data-inspector.ts';

const shown = (bytes: readonly number[], at: number, isLittle: boolean) =>
  Object.fromEntries(inspect(Uint8Array.from(bytes), at, isLittle).map(({ type, text }) => [type, text]));

it('reads bytes as every type, in either order', () => {
  const bytes = [0xff, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07];
  expect(shown(bytes, 0, true)).toMatchObject({
    u8: '255',
    i8: '-1',
    u16: '511',
    i32: '50463231',
    u64: '506097522914230783',
  });
  expect(shown(bytes, 0, false)).toMatchObject({
    u16: '65281',
    i16: '-255',
    u32: '4278256131',
    i64: '-71773907085621753',
  });
  expect(shown([0x9a, 0x99, 0x99, 0x3e], 0, true)).toMatchObject({ f32: '0.3', u32: '1050253722' });
});

it('has no value where there are too few bytes', () => {
  expect(shown([1, 2, 3], 1, true)).toMatchObject({ u8: '2', u16: '770', u32: null, f64: null });
});

it('finds the character at a place', () => {
  const bytes = new TextEncoder().encode('aü👍');
  expect([0, 1, 2, 3].map((at) => characterAt(bytes, at))).toEqual(['a', 'ü', null, '👍']);
  expect(characterAt(bytes, 99)).toBeNull();
});
