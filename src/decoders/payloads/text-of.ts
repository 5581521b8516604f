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

/** Between units of a text and the bytes that it was read from, both ways. */
export interface TextPlaces {
  byteOf(unit: number): number;
  unitOf(byte: number): number;
}

/** Every so many units it is known which byte they begin at. */
const CHECKPOINT_UNITS = 4_096;

export function placesOf({ text, encoding, markBytes }: FoundText, byteLength: number): TextPlaces {
  if (encoding !== 'UTF-8') {
    return {
      byteOf: (unit) => markBytes + 2 * unit,
      unitOf: (byte) => Math.max(0, (byte - markBytes) >> 1),
    };
  }
  if (byteLength === text.length + markBytes) {
    return { byteOf: (unit) => markBytes + unit, unitOf: (byte) => Math.max(0, byte - markBytes) };
  }
  const checkpoints = checkpointsOf(text, markBytes);
  const walk = (
    from: number,
    isThere: (unit: number, byte: number) => boolean,
  ): readonly [unit: number, byte: number] => {
    let unit = from * CHECKPOINT_UNITS;
    let byte = checkpoints[from] ?? markBytes;
    for (; unit < text.length; unit++) {
      const size = unitBytes(text, unit);
      if (isThere(unit, byte + size)) break;
      byte += size;
    }
    return [unit, byte];
  };
  return {
    byteOf: (wanted) => {
      const from = Math.min(Math.floor(wanted / CHECKPOINT_UNITS), checkpoints.length - 1);
      return walk(from, (unit) => unit >= wanted)[1];
    },
    unitOf: (wanted) => {
      let low = 0;
      let high = checkpoints.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((checkpoints[middle] ?? 0) <= wanted) low = middle;
        else high = middle - 1;
      }
      return walk(low, (_, byteEnd) => wanted < byteEnd)[0];
    },
  };
}

function checkpointsOf(text: string, markBytes: number): readonly number[] {
  const checkpoints: number[] = [];
  let byte = markBytes;
  for (let unit = 0; unit <= text.length; unit++) {
    if (unit % CHECKPOINT_UNITS === 0) checkpoints.push(byte);
    if (unit < text.length) byte += unitBytes(text, unit);
  }
  return checkpoints;
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
