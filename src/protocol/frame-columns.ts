/**
 * A run of consecutive frames of one connection as columns: struct of arrays. Frames travel from the page to the
 * database in this one shape, because a structured clone of five typed arrays and one string costs far less than one of
 * hundreds of small objects, and because a row per frame costs IndexedDB a third of the page's throughput.
 *
 *     frame          0        1            2
 *     atMs         [ 12.1     12.4         13.0 ]
 *     flags        [ 0        OUT          BINARY ]
 *     sizeBytes    [ 5        -1           4 ]
 *     textEnds     [ 5        7            7 ]        text  = "hello" + "hi"
 *     byteEnds     [ 0        0            4 ]        bytes = de ad be ef
 */
import { asRecord, isCount, isFixedMemory, isTimeMs } from './guards.ts';
import { MAX_COLUMN_PAYLOAD_BYTES, MAX_FRAMES_PER_REPORT } from './limits.ts';

/** Bits of `flags`. */
export const FRAME_OUT = 1; // sent by the page; otherwise received
export const FRAME_BINARY = 2; // opcode 2; otherwise text, opcode 1
export const FRAME_BLOB = 4; // binary handed over as a Blob: the payload may come later, as a `frameContent` report
export const FRAME_TRUNCATED = 8; // less of the payload is kept than there was
export const FRAME_SIMULATED = 16; // made by Socketscope
export const FRAME_DISCARDED = 32; // sent while CLOSING or CLOSED: the browser threw it away (WHATWG websockets, send())
/**
 * A fault kept it from its receiver: the page did not get what the server sent, or the server not what the page sent.
 * A frame that a fault changed is recorded twice: LOST as it was, SIMULATED as it was received.
 */
export const FRAME_LOST = 64;
export const FRAME_DELAYED = 128; // a fault held it up: one received has the time when the page got it, one sent when it was sent

/** In `sizeBytes`: "the text is whole, count its UTF-8 bytes yourself". Spares the page the counting. */
export const SIZE_OF_TEXT = -1;

export interface FrameColumns {
  readonly count: number;
  /** Document clock on the wire, epoch in the store. Not always rising: the page's clock is coarse. */
  readonly atMs: Float64Array<ArrayBuffer>;
  readonly flags: Uint8Array<ArrayBuffer>;
  /** True size of the payload in bytes, whatever is kept of it; or SIZE_OF_TEXT on the wire, never in the store. */
  readonly sizeBytes: Float64Array<ArrayBuffer>;
  /** The kept text of all frames, one after the other; frame i ends at textEnds[i]. */
  readonly text: string;
  readonly textEnds: Uint32Array<ArrayBuffer>;
  /** The kept bytes of all binary frames; frame i ends at byteEnds[i]. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly byteEnds: Uint32Array<ArrayBuffer>;
}

/** `unknown` → columns that are consistent with each other, or null. */
export function parseFrameColumns(value: unknown): FrameColumns | null {
  const source = asRecord(value);
  if (!source) return null;
  const { count, atMs, flags, sizeBytes, text, textEnds, bytes, byteEnds } = source;
  if (!isCount(count, MAX_FRAMES_PER_REPORT) || count === 0) return null;
  if (!(atMs instanceof Float64Array) || atMs.length !== count) return null;
  if (!(flags instanceof Uint8Array) || flags.length !== count) return null;
  if (!(sizeBytes instanceof Float64Array) || sizeBytes.length !== count) return null;
  if (!(textEnds instanceof Uint32Array) || textEnds.length !== count) return null;
  if (!(byteEnds instanceof Uint32Array) || byteEnds.length !== count) return null;
  if (typeof text !== 'string' || text.length > MAX_COLUMN_PAYLOAD_BYTES) return null;
  if (!(bytes instanceof Uint8Array) || bytes.length > MAX_COLUMN_PAYLOAD_BYTES) return null;
  if (![atMs, flags, sizeBytes, textEnds, bytes, byteEnds].every(({ buffer }) => isFixedMemory(buffer))) return null;
  if (!endsFit(textEnds, text.length) || !endsFit(byteEnds, bytes.length)) return null;
  for (let i = 0; i < count; i++) {
    const flag = flags[i] ?? 0;
    const size = sizeBytes[i];
    if (!isTimeMs(atMs[i])) return null;
    if (!isCount(size) && !(size === SIZE_OF_TEXT && (flag & (FRAME_BINARY | FRAME_TRUNCATED)) === 0)) return null;
  }
  return {
    count,
    atMs: owned(atMs),
    flags: owned(flags),
    sizeBytes: owned(sizeBytes),
    text,
    textEnds: owned(textEnds),
    bytes: owned(bytes),
    byteEnds: owned(byteEnds),
  };
}

/** The kept text of frame `index`; '' for a binary frame. */
export function textOf(columns: Pick<FrameColumns, 'text' | 'textEnds'>, index: number): string {
  return columns.text.slice(index === 0 ? 0 : columns.textEnds[index - 1], columns.textEnds[index]);
}

/** The kept bytes of frame `index`, a view that shares memory; empty for a text frame. */
export function bytesOf(columns: Pick<FrameColumns, 'bytes' | 'byteEnds'>, index: number): Uint8Array<ArrayBuffer> {
  return columns.bytes.subarray(index === 0 ? 0 : columns.byteEnds[index - 1], columns.byteEnds[index]);
}

/** The columns without their first `count` frames, of which there are more. */
export function columnsFrom(columns: FrameColumns, count: number): FrameColumns {
  const textStart = columns.textEnds[count - 1] ?? 0;
  const byteStart = columns.byteEnds[count - 1] ?? 0;
  return {
    count: columns.count - count,
    atMs: columns.atMs.slice(count),
    flags: columns.flags.slice(count),
    sizeBytes: columns.sizeBytes.slice(count),
    text: columns.text.slice(textStart),
    textEnds: columns.textEnds.slice(count).map((end) => end - textStart),
    bytes: columns.bytes.slice(byteStart),
    byteEnds: columns.byteEnds.slice(count).map((end) => end - byteStart),
  };
}

/** Length in bytes of the UTF-8 form; a lone surrogate counts 3, as the U+FFFD that a WebSocket sends for it. */
export function utf8Bytes(text: string, from = 0, to: number = text.length): number {
  let bytes = to - from;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) {
      bytes += 1;
    } else if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < to && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      bytes += 2; // two units, four bytes
      i++;
    } else {
      bytes += 2;
    }
  }
  return bytes;
}

/** Rising ends, the last of which is the whole. */
function endsFit(ends: Uint32Array, whole: number): boolean {
  let last = 0;
  for (let i = 0; i < ends.length; i++) {
    const end = ends[i] ?? 0;
    if (end < last) return false;
    last = end;
  }
  return last === whole;
}

/** A view of a larger buffer would carry all of it along into the database. */
function owned<Own>(view: { readonly buffer: ArrayBufferLike; readonly byteLength: number; slice(): Own }): Own {
  return view.byteLength === view.buffer.byteLength ? (view as unknown as Own) : view.slice();
}
