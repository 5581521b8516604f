/** Seeded chance, text that looks for text, and URL patterns. Pure, but for the state of the generator. */
import type { FrameMatch } from '../../protocol/fault.ts';
import type { Payload } from '../payload.ts';
import {
  charCodeOf,
  execRegExp,
  fromCharCode,
  imul,
  indexOfText,
  NativeRegExp,
  typedArrayBytes,
} from '../primordials.ts';
import type { Hold } from './hold.ts';

/** The next number from 0 to 1 (exclusive). Mulberry32 by Tommy Ettinger, public domain. */
export function chance(hold: Hold): number {
  hold.random = (hold.random + 0x6d2b_79f5) | 0;
  let t = imul(hold.random ^ (hold.random >>> 15), 1 | hold.random);
  t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}

/** `base`, give or take up to `jitter`. */
export function jittered(hold: Hold, base: number, jitter: number): number {
  return jitter === 0 ? base : base + (2 * chance(hold) - 1) * jitter;
}

/** Bytes that are looked at; what heartbeats and headers are told by comes first. */
const LOOKED_AT_BYTES = 4_096;

export function matches(match: FrameMatch, payload: Payload): boolean {
  if (match.kind === 'any') return true;
  const text = payload.text ?? (payload.bytes === null ? null : latin1(payload.bytes));
  if (text === null) return false;
  if (match.kind === 'text') return indexOfText(text, match.text) >= 0;
  return execRegExp(new NativeRegExp(match.pattern, match.flags), text) !== null;
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < LOOKED_AT_BYTES && i < typedArrayBytes(bytes); i++) text += fromCharCode(bytes[i] ?? 0);
  return text;
}

const STAR = 42;

/** Whether the whole text fits the pattern, in which `*` stands for any characters. */
export function fitsPattern(text: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let afterStar = 0;
  while (at < text.length) {
    const code = inPattern < pattern.length ? charCodeOf(pattern, inPattern) : -1;
    if (code === STAR) {
      star = inPattern++;
      afterStar = at;
    } else if (code === charCodeOf(text, at)) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++afterStar;
    } else return false;
  }
  while (inPattern < pattern.length && charCodeOf(pattern, inPattern) === STAR) inPattern++;
  return inPattern === pattern.length;
}
