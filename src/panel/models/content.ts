/** What the flags of a frame say, and long texts in parts that a browser can lay out. */
import {
  FRAME_BINARY,
  FRAME_BLOB,
  FRAME_DISCARDED,
  FRAME_OUT,
  FRAME_SIMULATED,
  FRAME_TRUNCATED,
} from '../../protocol/frame-columns.ts';

export type FrameKind = 'text' | 'binary' | 'blob';

export interface FrameFacts {
  readonly isOut: boolean;
  readonly kind: FrameKind;
  readonly isTruncated: boolean;
  readonly isSimulated: boolean;
  readonly isDiscarded: boolean;
}

export function factsOf(flags: number): FrameFacts {
  return {
    isOut: (flags & FRAME_OUT) !== 0,
    kind: (flags & FRAME_BLOB) !== 0 ? 'blob' : (flags & FRAME_BINARY) !== 0 ? 'binary' : 'text',
    isTruncated: (flags & FRAME_TRUNCATED) !== 0,
    isSimulated: (flags & FRAME_SIMULATED) !== 0,
    isDiscarded: (flags & FRAME_DISCARDED) !== 0,
  };
}

/** Cuts a long text into parts, at line ends where there are any: a browser lays out the parts that are in view. */
export function splitText(text: string, partChars: number): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  while (text.length - from > partChars) {
    const lineEnd = text.lastIndexOf('\n', from + partChars - 1);
    let to = lineEnd >= from ? lineEnd + 1 : from + partChars;
    // Never between the two halves of a character.
    if ((text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to++;
    parts.push(text.slice(from, to));
    from = to;
  }
  parts.push(text.slice(from));
  return parts;
}
