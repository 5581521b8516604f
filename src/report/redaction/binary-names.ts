/**
 * Secrets in binary encodings that write lengths, not quotes: MessagePack, CBOR and BSON members under secret names, and the
 * password of MQTT's CONNECT. Works on bytes, each of which is one character of `text`; a number that is no length of
 * anything gives nothing. Pure, bounded.
 */
import { secretNameOf } from './names.ts';
import type { Span } from './span.ts';

const MIN_NAME = 2;
const MAX_NAME = 31;
/** https://bsonspec.org: type, name, zero, length with the closing zero, string. */
const BSON_STRING = 0x02;

/** `text` has one ASCII character for each byte below 0x80. */
export function namedInBytes(bytes: Uint8Array, text: string, isKept: (name: string) => boolean): readonly Span[] {
  const spans: Span[] = [];
  const add = (name: string, start: number, length: number) => {
    const found = secretNameOf(name);
    const end = Math.min(bytes.length, start + length);
    if (!found || isKept(name) || end <= start) return;
    spans.push({ start, end, kind: found.kind, secret: text.slice(start, end) });
  };
  for (let i = 0; i + MIN_NAME < bytes.length; i++) {
    const length = nameLengthAt(bytes, i);
    if (length === 0) continue;
    const name = text.slice(i + 1, i + 1 + length);
    if (!/^[\w.$-]+$/.test(name)) continue;
    const value = stringAt(bytes, i + 1 + length);
    if (value) add(name, value.start, value.length);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const { 1: name = '', index } of text.matchAll(/([\w.$-]{2,64})\0/g)) {
    const at = index + name.length + 1;
    if (bytes[index - 1] !== BSON_STRING || at + 4 >= bytes.length) continue;
    add(name, at + 4, Math.max(0, view.getInt32(at, true) - 1));
  }
  return [...spans, ...mqttPassword(bytes, text)];
}

/** MessagePack fixstr, CBOR text of less than 24 bytes; 0: neither. */
function nameLengthAt(bytes: Uint8Array, i: number): number {
  const header = bytes[i] ?? 0;
  const length =
    header >= 0xa0 && header <= 0xbf ? header - 0xa0 : header >= 0x60 && header <= 0x77 ? header - 0x60 : 0;
  return length >= MIN_NAME && length <= MAX_NAME ? length : 0;
}

/** Strings and byte strings of MessagePack and CBOR, with lengths in the header, one byte or two. */
function stringAt(bytes: Uint8Array, at: number): { readonly start: number; readonly length: number } | null {
  const header = bytes[at] ?? 0;
  const [one, two] = [bytes[at + 1] ?? 0, ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)];
  if (header >= 0xa0 && header <= 0xbf) return { start: at + 1, length: header - 0xa0 };
  if (header >= 0x60 && header <= 0x77) return { start: at + 1, length: header - 0x60 };
  if (header >= 0x40 && header <= 0x57) return { start: at + 1, length: header - 0x40 };
  if (header === 0xd9 || header === 0xc4 || header === 0x78 || header === 0x58) return { start: at + 2, length: one };
  if (header === 0xda || header === 0xc5 || header === 0x79 || header === 0x59) return { start: at + 3, length: two };
  return null;
}

/** MQTT 3.1.1 section 3.1, MQTT 5 section 3.1: flags say which fields follow. */
function mqttPassword(bytes: Uint8Array, text: string): readonly Span[] {
  if (bytes[0] !== 0x10) return [];
  let at = 1;
  while (((bytes[at] ?? 0) & 0x80) !== 0 && at < 4) at++;
  at++;
  const name = text.slice(at + 2, at + 2 + (bytes[at + 1] ?? 0));
  if (name !== 'MQTT' && name !== 'MQIsdp') return [];
  at += 2 + name.length;
  const level = bytes[at] ?? 0;
  const flags = bytes[at + 1] ?? 0;
  at += 4;
  const skip = () => {
    const start = at + 2;
    at = start + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    return { start, end: Math.min(at, bytes.length) };
  };
  const skipProperties = () => {
    if (level < 5) return;
    let length = 0;
    let shift = 0;
    for (; shift < 28; shift += 7) {
      const byte = bytes[at++] ?? 0;
      length |= (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) break;
    }
    at += length;
  };
  skipProperties();
  skip(); // the client's id
  if (flags & 0x04) {
    skipProperties();
    skip();
    skip();
  }
  const spans: Span[] = [];
  if (flags & 0x80) {
    const { start, end } = skip();
    spans.push({ start, end, kind: 'user', secret: text.slice(start, end) });
  }
  if (flags & 0x40) {
    const { start, end } = skip();
    spans.push({ start, end, kind: 'password', secret: text.slice(start, end) });
  }
  return spans;
}
