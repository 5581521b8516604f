/** A frame as text to be pasted somewhere: as it is, as JSON, as Base64, as a literal of JavaScript. Pure. */
import { findJson } from '../../decoders/payloads/json.ts';
import { formatJson } from './json-text.ts';

export const COPY_FORMS = ['text', 'json', 'base64', 'literal'] as const;
export type CopyForm = (typeof COPY_FORMS)[number];

/** What was kept of a frame: the text of a text frame, or the bytes of another. */
export type FramePayload =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array };

/** Null where the frame has no such form. */
export function copyFormOf(payload: FramePayload, form: CopyForm): string | null {
  return FORMS[form](payload);
}

const FORMS: Readonly<Record<CopyForm, (payload: FramePayload) => string | null>> = {
  text: textOf,
  json: (payload) => {
    const text = textOf(payload);
    const found = text === null ? null : findJson(text);
    // Of more values than are read, the rest would be missing.
    return found?.problem === null ? found.prefix + formatJson(found.root) : null;
  },
  base64: (payload) => base64Of(payload.kind === 'text' ? new TextEncoder().encode(payload.text) : payload.bytes),
  literal: (payload) =>
    payload.kind === 'text' ? stringLiteral(payload.text) : `new Uint8Array([${payload.bytes.join(', ')}])`,
};

/** The text; of bytes, what they are as UTF-8, if they are. */
function textOf(payload: FramePayload): string | null {
  if (payload.kind === 'text') return payload.text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload.bytes);
  } catch {
    return null;
  }
}

/** In quotes, with lone surrogates and what ends a script element written as escapes. */
function stringLiteral(text: string): string {
  return JSON.stringify(text)
    .replace(/[\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16)}`)
    .replace(/<(?=\/?script|!--)/gi, '\\x3c');
}

/** Bytes at a time: more arguments than that some engines refuse. */
const PART_BYTES = 8_192;

export function base64Of(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(at, at + PART_BYTES));
  }
  return btoa(binary);
}
