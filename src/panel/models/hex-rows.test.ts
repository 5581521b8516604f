import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatOffset, hexDump, hexPreview, hexRow, hexRowCount } from './hex-rows.ts';

it('lays bytes out in rows', () => {
  const bytes = new TextEncoder().encode('Hello, hexdump!\n~\u007f');
  expect(hexRowCount(bytes.length, 16)).toBe(2);
  expect(hexRow(bytes, 0, 16).ascii).toBe('Hello, hexdump!.');
  expect(hexRow(bytes, 1, 16)).toEqual({ offset: 16, cells: ['7e', '7f'], ascii: '~.' });
  expect(hexRow(bytes, 2, 16).cells).toEqual([]);
  expect(formatOffset(0x1234)).toBe('001234');
  expect(hexDump(bytes).split('\n')[1]).toBe(`000010  7e 7f${' '.repeat(42)}  |~.|`);
});

it('previews the first bytes', () => {
  expect(hexPreview(Uint8Array.of(0xde, 0xad), 4)).toBe('de ad');
  expect(hexPreview(Uint8Array.of(1, 2, 3), 2)).toBe('01 02 …');
});

it('has every byte once, in order', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(8, 16), (bytes, perRow) => {
      const cells = Array.from({ length: hexRowCount(bytes.length, perRow) }, (_, row) => hexRow(bytes, row, perRow));
      expect(cells.flatMap((row) => row.cells).map((cell) => Number.parseInt(cell, 16))).toEqual([...bytes]);
      for (const row of cells) expect(row.ascii.length).toBe(row.cells.length);
    }),
  );
});
