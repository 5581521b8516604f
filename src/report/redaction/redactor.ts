/**
 * Hides secrets in texts and bytes. What is found is replaced by a name; everything else stays as it was, character by
 * character. Errs on the side of hiding: what is hidden too much can be seen in the preview and kept by name. Pure.
 */
import { fromBase64, toBase64 } from '../base64.ts';
import { namedInBytes } from './binary-names.ts';
import { namedIn } from './named.ts';
import { NAME_HINT, secretNameOf } from './names.ts';
import { createNamesGiven, type RedactionPreview, type Where } from './names-given.ts';
import { isOpaque, opaqueIn } from './opaque.ts';
import { MAX_PATTERNS, readPattern } from './patterns.ts';
import { SHAPE_HINT, shapesIn } from './shapes.ts';
import { mergeSpans, type SecretKind, type Span } from './span.ts';
import { viewsOf } from './views.ts';

export interface RedactorOptions {
  /** Regular expressions of the user's; see `readPattern`. Throws on a wrong one: validate first. */
  readonly patterns?: readonly string[];
  /** Names whose values stay visible, as written: `sid`. */
  readonly keepNames?: readonly string[];
  /** Kinds that stay visible: `email`. */
  readonly keepKinds?: readonly SecretKind[];
}

export interface Redactor {
  text(text: string, where: Where): string;
  /** Also long parts that nobody types are hidden. */
  url(url: string, where: Where): string;
  /** The value of a header. */
  header(name: string, value: string, where: Where): string;
  /** Offered or chosen: some clients put a token where a subprotocol belongs. `before`: those offered before it. */
  subprotocol(protocol: string, before: readonly string[], where: Where): string;
  /** As long as they were, so that what encodes lengths stays readable. Null: compressed, so it has to be left out. */
  bytes(bytes: Uint8Array<ArrayBuffer>, where: Where): Uint8Array<ArrayBuffer> | null;
  /** What has been hidden so far. */
  preview(): RedactionPreview;
}

/**
 * One of these is in every text in which something could be found. Escapes hide what they stand for; long runs may be base64,
 * but for UUIDs, which are in half of all frames.
 */
const HINT = new RegExp(
  `${NAME_HINT.source}|${SHAPE_HINT.source}|[?&;#](?:key|code|sig?|state|pw|access|nonce|assertion|hash)=|` +
    String.raw`%[2-7][0-9a-f]|\\u00[2-7]|(?<![\w+/-])(?![0-9a-f]{8}-[0-9a-f]{4}-)[\w+/-]{24,}|^\s*\[\s*5\s*,`,
  'i',
);
const BASE64 = /[A-Za-z0-9+/_-]{24,}={0,2}/g;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const MAX_DEPTH = 3;
const latin1 = new TextDecoder('latin1');
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const utf8 = new TextEncoder();

export function createRedactor({ patterns = [], keepNames = [], keepKinds = [] }: RedactorOptions = {}): Redactor {
  const names = createNamesGiven();
  const own = patterns.slice(0, MAX_PATTERNS).map(patternOf);
  const kept = new Set(keepNames.map((name) => name.toLowerCase()));
  const isKept = (name: string) => kept.has(name.toLowerCase());
  const isHidden = ({ kind }: Span) => !keepKinds.includes(kind);

  const mayHold = (text: string) => HINT.test(text) || own.length > 0 || names.mayHoldKnown(text);

  function* spansOf(text: string): Generator<Span> {
    yield* namedIn(text, isKept);
    yield* shapesIn(text);
    for (const pattern of own) yield* ownIn(text, pattern);
    yield* names.knownIn(text);
  }

  /** In the text and in its views, as stretches of the text. */
  function found(text: string, isBytes: boolean): readonly Span[] {
    return viewsOf(text, isBytes).flatMap((view) =>
      [...spansOf(view.text)].map((span) => ({ ...span, start: view.at(span.start), end: view.at(span.end) })),
    );
  }

  function replacement({ instead, around = '', ...span }: Span, where: Where): string {
    return instead ?? `${around}${names.nameOf(span, where)}${around}`;
  }

  function replaceIn(text: string, spans: readonly Span[], where: Where): string {
    let out = '';
    let from = 0;
    for (const span of mergeSpans(spans.filter(isHidden))) {
      out += text.slice(from, span.start) + replacement(span, where);
      from = span.end;
    }
    return from === 0 ? text : out + text.slice(from);
  }

  function inText(text: string, where: Where, more: readonly Span[], depth: number): string {
    if (more.length === 0 && !mayHold(text)) return text;
    const hidden = replaceIn(text, [...more, ...found(text, false)], where);
    return depth >= MAX_DEPTH ? hidden : replaceIn(hidden, encodedIn(hidden, where, depth), where);
  }

  /** Runs of base64 with secrets inside: encoded anew without them. */
  function encodedIn(text: string, where: Where, depth: number): readonly Span[] {
    const spans: Span[] = [];
    for (const view of viewsOf(text)) {
      for (const { 0: run, index } of view.text.matchAll(BASE64)) {
        if (run.startsWith('REDACTED-') || UUID.test(run)) continue;
        for (const { part, at } of piecesOf(run)) {
          const instead = decodedAndHidden(part, where, depth);
          if (instead === null) continue;
          const start = view.at(index + at);
          spans.push({ start, end: view.at(index + at + part.length), kind: 'secret', secret: part, instead });
        }
      }
    }
    return spans;
  }

  /** Null: it is no base64, or there is nothing in it. */
  function decodedAndHidden(run: string, where: Where, depth: number): string | null {
    const bytes = decode(run);
    if (!bytes) return null;
    const text = textOrNull(bytes);
    const inner = text === null ? null : inText(text, where, [], depth + 1);
    const hidden = inner === null ? inBytes(bytes, where, depth + 1) : inner === text ? bytes : utf8.encode(inner);
    if (hidden === bytes) return null;
    const base64 = toBase64(hidden);
    return /[-_]/.test(run) ? base64.replace(/=+$/, '').replace(/\+/g, '-').replace(/\//g, '_') : base64;
  }

  function inBytes(bytes: Uint8Array<ArrayBuffer>, where: Where, depth: number): Uint8Array<ArrayBuffer> {
    const text = latin1.decode(bytes);
    if (!mayHold(text) && !text.includes('\0') && bytes[0] !== 0x10) return bytes;
    const first = overwrite(bytes, [...found(text, true), ...namedInBytes(bytes, text, isKept)], where);
    if (depth >= MAX_DEPTH) return first;
    return overwrite(first, encodedIn(latin1.decode(first), where, depth), where);
  }

  function overwrite(bytes: Uint8Array<ArrayBuffer>, spans: readonly Span[], where: Where): Uint8Array<ArrayBuffer> {
    const merged = mergeSpans(spans.filter(isHidden));
    if (merged.length === 0) return bytes;
    const copy = bytes.slice();
    for (const span of merged) {
      const length = span.end - span.start;
      const name = replacement(span, where).slice(0, length).padEnd(length, '*');
      for (let i = 0; i < length; i++) copy[span.start + i] = name.charCodeAt(i) & 0x7f;
    }
    return copy;
  }

  return {
    text: (text, where) => inText(text, where, [], 0),
    url: (url, where) => inText(url, where, opaqueIn(url), 0),
    header(name, value, where) {
      if (!secretNameOf(name) || isKept(name)) return inText(value, where, opaqueIn(value), 0);
      const line = `${name}: ${value}`;
      return replaceIn(line, found(line, false), where).slice(name.length + 2);
    },
    subprotocol(protocol, before, where) {
      const [, prefix = ''] = K8S.exec(protocol) ?? [];
      const secret = protocol.slice(prefix.length);
      const follows = AUTHORIZING.test(before.at(-1) ?? '');
      const isSecret = prefix !== '' || (follows && secret.length >= 4) || isOpaque(secret, 20);
      const span: Span = { start: prefix.length, end: protocol.length, kind: 'token', secret };
      return inText(protocol, where, isSecret ? [span] : [], 0);
    },
    bytes(bytes, where) {
      if (!isCompressed(bytes)) return inBytes(bytes, where, 0);
      names.noteLeftOut();
      return null;
    },
    preview: names.preview,
  };
}

/** `base64url.bearer.authorization.k8s.io.<token>`, and others that name what follows the last dot. */
const K8S =
  /^((?:base64url\.)?bearer\.[\w.]+\.|(?:auth|token|bearer|access_token|jwt|header|ticket)[-_.:])[\w.~+/=-]+$/i;
/** The subprotocol after one of these is what it names. */
const AUTHORIZING = /^(?:bearer|token|jwt|auth|authorization|access[-_]?token|ticket|api[-_]?key|session)$/i;

function patternOf(source: string): RegExp {
  const { pattern, problem } = readPattern(source);
  if (!pattern) throw new TypeError(problem);
  return pattern;
}

function* ownIn(text: string, pattern: RegExp): Generator<Span> {
  for (const match of text.matchAll(pattern)) {
    const [start, end] = match.indices?.groups?.secret ?? [match.index, match.index + match[0].length];
    yield { start, end, kind: 'pattern', secret: text.slice(start, end) };
  }
}

/** A prefix with a hyphen shifts what follows it. */
function* piecesOf(run: string): Generator<{ readonly part: string; readonly at: number }> {
  yield { part: run, at: 0 };
  if (!/[-_]/.test(run)) return;
  for (const { 0: part, index } of run.matchAll(/[A-Za-z0-9+/]{24,}={0,2}/g)) yield { part, at: index };
}

function decode(run: string): Uint8Array<ArrayBuffer> | null {
  const body = run.replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/');
  const whole = body.length % 4 === 1 ? body.slice(0, -1) : body;
  return fromBase64(whole.padEnd(Math.ceil(whole.length / 4) * 4, '='));
}

function textOrNull(bytes: Uint8Array): string | null {
  try {
    const text = strictUtf8.decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

/** RFC 1952 (gzip), RFC 1950 (zlib: method 8, a header that 31 divides), RFC 8878 (Zstandard). */
function isCompressed(bytes: Uint8Array): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  if (a === 0x1f && b === 0x8b) return true;
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return true;
  return bytes.length > 6 && (a & 0x0f) === 8 && a >> 4 === 7 && ((a << 8) | b) % 31 === 0;
}
