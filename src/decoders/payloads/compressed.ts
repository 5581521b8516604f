/**
 * Compressed payloads, inflated by the browser itself. What comes out is bounded: a thousand bytes can hold a million, and
 * a hostile page may send them. Sources: RFC 1950, 1951, 1952.
 */
import type { Problem } from './node.ts';

export type Compression = 'gzip' | 'deflate' | 'deflate-raw';

/** No payload is inflated to more. */
export const MAX_INFLATED_BYTES = 16 * 1024 * 1024;

export interface Inflated {
  readonly bytes: Uint8Array;
  /** `damaged`: it ended too early, or is none from somewhere on; the bytes are what came until then. */
  readonly problem: Problem | null;
}

/** By its first bytes. Raw deflate has none that tell. */
export function compressionOf(bytes: Uint8Array): Compression | null {
  const [first = 0, second = 0, third = 0] = bytes;
  if (bytes.length < 6) return null;
  if (first === 0x1f && second === 0x8b && third === 8) return 'gzip';
  // RFC 1950 section 2.2: method 8, a window of at most 32 kB, and a check of both bytes. No preset dictionary.
  const isZlib = (first & 0x0f) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0 && (second & 0x20) === 0;
  return isZlib && first === 0x78 ? 'deflate' : null;
}

/** `maxBytes`: what comes out at most. Null: nothing could be inflated. */
export async function inflate(
  bytes: Uint8Array,
  format: Compression,
  maxBytes: number = MAX_INFLATED_BYTES,
): Promise<Inflated | null> {
  const stream = new DecompressionStream(format);
  const writer = stream.writable.getWriter();
  // Both fail when the bytes are damaged; reading tells.
  writer.write(bytes as Uint8Array<ArrayBuffer>).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader = stream.readable.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  let problem: Problem | null = null;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const room = maxBytes - length;
      const part: Uint8Array = value.length > room ? value.subarray(0, room) : value;
      parts.push(part);
      length += part.length;
      if (value.length > room) {
        problem = 'tooLarge';
        await reader.cancel();
        break;
      }
    }
  } catch {
    problem = 'damaged';
  }
  if (length === 0) return null;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return { bytes: joined, problem };
}
