/** Builds FrameColumns from a connection's frames in the ring. Pure; writes only to typed arrays of its own. */
import type { FrameColumns } from '../protocol/frame-columns.ts';
import { copyInto, Float64, typedArrayBytes, Uint8, Uint32 } from './primordials.ts';
import type { Frame } from './ring.ts';

/** `count` frames from `first` on, along `nextOwn`. There must be as many. */
export function buildColumns(first: Frame, count: number): FrameColumns {
  const atMs = new Float64(count);
  const flags = new Uint8(count);
  const sizeBytes = new Float64(count);
  const textEnds = new Uint32(count);
  const byteEnds = new Uint32(count);
  let text = '';
  let byteEnd = 0;
  let frame: Frame | null = first;
  for (let i = 0; i < count && frame !== null; i++) {
    const { payload } = frame;
    atMs[i] = frame.atMs;
    flags[i] = frame.flags;
    sizeBytes[i] = payload.sizeBytes;
    if (payload.text !== null) text += payload.text;
    if (payload.bytes !== null) byteEnd += typedArrayBytes(payload.bytes);
    textEnds[i] = text.length;
    byteEnds[i] = byteEnd;
    frame = frame.nextOwn;
  }
  return { count, atMs, flags, sizeBytes, text, textEnds, bytes: joinBytes(first, count, byteEnd), byteEnds };
}

function joinBytes(first: Frame, count: number, byteLength: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8(byteLength);
  if (byteLength === 0) return joined;
  let offset = 0;
  let frame: Frame | null = first;
  for (let i = 0; i < count && frame !== null; i++) {
    const { bytes } = frame.payload;
    if (bytes !== null) {
      copyInto(joined, bytes, offset);
      offset += typedArrayBytes(bytes);
    }
    frame = frame.nextOwn;
  }
  return joined;
}
