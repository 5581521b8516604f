/** What a frame holds, for the views that show it: which of them fit, and which to open first. */
import {
  FRAME_BINARY,
  FRAME_BLOB,
  FRAME_DISCARDED,
  FRAME_OUT,
  FRAME_SIMULATED,
  FRAME_TRUNCATED,
} from '../../protocol/frame-columns.ts';
import { type FoundJson, findJson } from './json-parse.ts';

export type FrameKind = 'text' | 'binary' | 'blob';
export type ContentView = 'json' | 'text' | 'hex';

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

export interface FrameContent {
  /** The text; of a binary frame, its bytes as UTF-8 when they are such and hold no control characters. */
  readonly text: string | null;
  readonly bytes: Uint8Array;
  readonly json: FoundJson | null;
  readonly firstView: ContentView;
}

/** The content of a text frame. */
export function textContent(text: string): FrameContent {
  const json = findJson(text);
  return { text, bytes: new TextEncoder().encode(text), json, firstView: json ? 'json' : 'text' };
}

/** The content of a binary frame. Its JSON is worth opening first; text that bytes happen to be is not. */
export function binaryContent(bytes: Uint8Array): FrameContent {
  const text = decodeText(bytes);
  const json = text === null ? null : findJson(text);
  return { text, bytes, json, firstView: json ? 'json' : 'hex' };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary data from text.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

function decodeText(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return CONTROL.test(text) ? null : text;
  } catch {
    return null; // no UTF-8
  }
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
