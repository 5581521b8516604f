/**
 * Whether bytes are text, and in which encoding. Pure; a browser's own decoders do the work. Text holds no control
 * characters but those of layout: they are what tells binary data from it.
 */

export type Encoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE';

export interface FoundText {
  readonly text: string;
  readonly encoding: Encoding;
  /** Before the text. */
  readonly markBytes: number;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary data from text.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
/** Record separator and NUL, which SignalR and STOMP end a message with. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these control characters are what is looked for.
const TRAILER = /[\u001e\u0000]+$/;

const MARKS: readonly (readonly [mark: readonly number[], encoding: Encoding])[] = [
  [[0xef, 0xbb, 0xbf], 'UTF-8'],
  [[0xff, 0xfe], 'UTF-16LE'],
  [[0xfe, 0xff], 'UTF-16BE'],
];

/** The text that bytes are; null: they are none. Of bytes that were cut, half a character at the end is left out. */
export function textIn(bytes: Uint8Array, isCut: boolean): FoundText | null {
  if (bytes.length === 0) return null;
  for (const [mark, encoding] of MARKS) {
    if (!mark.every((byte, i) => bytes[i] === byte)) continue;
    const text = decode(bytes.subarray(mark.length), encoding, isCut);
    return text === null ? null : { text, encoding, markBytes: mark.length };
  }
  for (const encoding of ['UTF-8', utf16Without(bytes)] as const) {
    const text = encoding && decode(bytes, encoding, isCut);
    if (encoding && typeof text === 'string') return { text, encoding, markBytes: 0 };
  }
  return null;
}

function decode(bytes: Uint8Array, encoding: Encoding, isCut: boolean): string | null {
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes, { stream: isCut });
    return CONTROL.test(text.replace(TRAILER, '')) ? null : text;
  } catch {
    return null; // not of this encoding
  }
}

/** Latin text in UTF-16 has a zero in every other byte. */
function utf16Without(bytes: Uint8Array): Encoding | null {
  if (bytes.length < 8 || bytes.length % 2 !== 0) return null;
  const sample = bytes.subarray(0, 512);
  let even = 0;
  let odd = 0;
  sample.forEach((byte, i) => {
    if (byte !== 0) return;
    if (i % 2 === 0) even++;
    else odd++;
  });
  const half = sample.length / 2;
  if (odd > half * 0.9 && even < half * 0.1) return 'UTF-16LE';
  return even > half * 0.9 && odd < half * 0.1 ? 'UTF-16BE' : null;
}

/** The byte at which a UTF-16 unit of the text begins. */
export function byteOfUnit({ text, encoding, markBytes }: FoundText, unit: number): number {
  if (encoding !== 'UTF-8') return markBytes + 2 * unit;
  return markBytes + utf8Length(text, unit);
}

/** The unit that the byte belongs to. */
export function unitOfByte({ text, encoding, markBytes }: FoundText, byte: number): number {
  if (encoding !== 'UTF-8') return Math.max(0, (byte - markBytes) >> 1);
  let at = markBytes;
  for (let i = 0; i < text.length; i++) {
    const size = unitBytes(text, i);
    if (byte < at + size) return i;
    at += size;
  }
  return text.length;
}

function utf8Length(text: string, end: number): number {
  let length = 0;
  for (let i = 0; i < end; i++) length += unitBytes(text, i);
  return length;
}

/** UTF-8 bytes of one unit; the first of a pair has all four, as half a pair has no bytes of its own. */
function unitBytes(text: string, i: number): number {
  const unit = text.charCodeAt(i);
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  if ((unit & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) return 4;
  if ((unit & 0xfc00) === 0xdc00 && i > 0 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) return 0;
  return 3;
}
