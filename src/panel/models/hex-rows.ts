/** A hex dump, row by row, so that a megabyte of it costs what is visible. */

export interface HexRow {
  /** Of the row's first byte. */
  readonly offset: number;
  /** Two digits each. */
  readonly cells: readonly string[];
  /** What the bytes are in ASCII, a dot where that is no printable character. */
  readonly ascii: string;
}

const PRINTABLE_FROM = 0x20;
const PRINTABLE_TO = 0x7e;

export function hexRowCount(byteLength: number, bytesPerRow: number): number {
  return Math.ceil(byteLength / bytesPerRow);
}

/** Row `row` of the dump; empty behind the end. */
export function hexRow(bytes: Uint8Array, row: number, bytesPerRow: number): HexRow {
  const offset = row * bytesPerRow;
  const part = bytes.subarray(offset, offset + bytesPerRow);
  return { offset, cells: Array.from(part, hexByte), ascii: asciiOf(part) };
}

/** At least six digits, so that the columns of usual dumps stand below each other. */
export function formatOffset(offset: number): string {
  return offset.toString(16).padStart(6, '0');
}

/** The first bytes, for a preview: "de ad be ef". */
export function hexPreview(bytes: Uint8Array, maxBytes: number): string {
  const text = Array.from(bytes.subarray(0, maxBytes), hexByte).join(' ');
  return bytes.length > maxBytes ? `${text} …` : text;
}

/** The whole dump as text, as `hexdump -C` lays it out. */
export function hexDump(bytes: Uint8Array, bytesPerRow = 16): string {
  const lines: string[] = [];
  for (let row = 0; row < hexRowCount(bytes.length, bytesPerRow); row++) {
    const { offset, cells, ascii } = hexRow(bytes, row, bytesPerRow);
    lines.push(`${formatOffset(offset)}  ${cells.join(' ').padEnd(bytesPerRow * 3 - 1)}  |${ascii}|`);
  }
  return lines.join('\n');
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function asciiOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte >= PRINTABLE_FROM && byte <= PRINTABLE_TO ? String.fromCharCode(byte) : '.';
  return text;
}
