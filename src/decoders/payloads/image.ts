/**
 * Pictures by their first bytes: kind and size. Nothing is decoded here; SVG is none of them, as it is text and may hold
 * scripts. Sources: PNG (W3C), GIF89a, ITU-T T.81 (JPEG), RFC 9649 (WebP), ISO/IEC 23008-12 (AVIF).
 */

export interface ImageFacts {
  readonly mime: 'image/png' | 'image/gif' | 'image/jpeg' | 'image/webp' | 'image/avif';
  /** 0 where it was not found, as in a picture that was cut. */
  readonly widthPx: number;
  readonly heightPx: number;
}

type Size = readonly [widthPx: number, heightPx: number];

const NO_SIZE: Size = [0, 0];

interface Format {
  readonly mime: ImageFacts['mime'];
  is(bytes: Uint8Array): boolean;
  size(view: DataView): Size;
}

const FORMATS: readonly Format[] = [
  {
    mime: 'image/png',
    is: (bytes) => startsWith(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    size: (view) => (view.byteLength < 24 ? NO_SIZE : [view.getUint32(16), view.getUint32(20)]),
  },
  {
    mime: 'image/gif',
    is: (bytes) => isAscii(bytes, 0, 'GIF87a') || isAscii(bytes, 0, 'GIF89a'),
    size: (view) => (view.byteLength < 10 ? NO_SIZE : [view.getUint16(6, true), view.getUint16(8, true)]),
  },
  { mime: 'image/jpeg', is: (bytes) => startsWith(bytes, 0, [0xff, 0xd8, 0xff]), size: jpegSize },
  { mime: 'image/webp', is: (bytes) => isAscii(bytes, 0, 'RIFF') && isAscii(bytes, 8, 'WEBP'), size: webpSize },
  {
    mime: 'image/avif',
    is: (bytes) => isAscii(bytes, 4, 'ftyp') && (isAscii(bytes, 8, 'avif') || isAscii(bytes, 8, 'avis')),
    size: avifSize,
  },
];

export function imageIn(bytes: Uint8Array): ImageFacts | null {
  const format = FORMATS.find(({ is }) => is(bytes));
  if (!format) return null;
  const [widthPx, heightPx] = format.size(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return { mime: format.mime, widthPx, heightPx };
}

/** In the frame header, a marker segment 0xc0 … 0xcf but three. */
function jpegSize(view: DataView): Size {
  for (let at = 2; at + 9 < view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return NO_SIZE;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += 2 + view.getUint16(at + 2);
  }
  return NO_SIZE;
}

function webpSize(view: DataView): Size {
  if (view.byteLength < 30) return NO_SIZE;
  const kind = view.getUint32(12);
  if (kind === 0x56503820) return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff]; // 'VP8 '
  if (kind === 0x5650384c) {
    const bits = view.getUint32(21, true); // 'VP8L'
    return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1];
  }
  const int24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  return kind === 0x56503858 ? [int24(24) + 1, int24(27) + 1] : NO_SIZE; // 'VP8X'
}

/** The box `ispe` holds it, somewhere in the first boxes. */
function avifSize(view: DataView): Size {
  const end = Math.min(view.byteLength, 4_096) - 16;
  for (let at = 8; at <= end; at++) {
    if (view.getUint32(at) === 0x69737065) return [view.getUint32(at + 8), view.getUint32(at + 12)];
  }
  return NO_SIZE;
}

function startsWith(bytes: Uint8Array, at: number, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[at + i] === byte);
}

function isAscii(bytes: Uint8Array, at: number, word: string): boolean {
  return startsWith(
    bytes,
    at,
    Array.from(word, (letter) => letter.charCodeAt(0)),
  );
}
