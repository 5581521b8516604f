/**
 * Faults: what may be done to connections on purpose, as plain JSON. Panel and files describe them, the background passes
 * them on, the page script executes them; `refuse` alone is the background's. Pure data and one total reader, which names
 * the field that is wrong.
 *
 *     where   which connections of a document
 *     when    counted for each of them alone
 *     what    is done to it, once or for a while
 */

import { utf8Bytes } from './frame-columns.ts';
import { asRecord, isCount, isShortString } from './guards.ts';
import {
  MAX_FAULT_ID_CHARS,
  MAX_FAULT_MS,
  MAX_FAULT_PAYLOAD_CHARS,
  MAX_FAULT_TIMES,
  MAX_MATCH_CHARS,
  MAX_REASON_BYTES,
  MAX_URL_CHARS,
} from './limits.ts';

/** `in`: from the server to the page. `out`: from the page to the server. */
export const DIRECTIONS = ['in', 'out'] as const;
export type Direction = (typeof DIRECTIONS)[number];
export const REACHES = ['in', 'out', 'both'] as const;
export type Reach = (typeof REACHES)[number];

/**
 * Which frames. Text is looked for anywhere in the frame. Of binary frames each byte is one character (Latin-1), so that
 * `^\xc0\x00$` is MQTT's PINGREQ; of Blobs nothing is known, only `any` matches them.
 */
export type FrameMatch =
  | { readonly kind: 'any' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'pattern'; readonly pattern: string; readonly flags: string };

export type FaultTarget =
  | { readonly kind: 'connection'; readonly connection: number }
  /** Connections of the document whose URL matches: `*` stands for any characters, everything else for itself. */
  | { readonly kind: 'matching'; readonly urlPattern: string; readonly later: boolean }
  /** `later`: connections that the document opens later, too. */
  | { readonly kind: 'all'; readonly later: boolean };

export type FaultTrigger =
  /** As soon as fault and connection meet: at once, or when a later one is constructed. */
  | { readonly kind: 'now' }
  /** `open`: counted from the opening of the connection, for one that is open from now. */
  | { readonly kind: 'after'; readonly delayMs: number; readonly from: 'start' | 'open' }
  | { readonly kind: 'frames'; readonly count: number; readonly direction: Reach }
  | { readonly kind: 'match'; readonly match: FrameMatch; readonly direction: Reach }
  /** Every `periodMs`, give or take up to `jitterMs`, first after one period. */
  | { readonly kind: 'every'; readonly periodMs: number; readonly jitterMs: number };

/** Lasting effects have a `durationMs`; null: until they are stopped. */
export type FaultEffect =
  | EndEffect
  | RefuseEffect
  /**
   * The connection's end does not come: it stays in CLOSING for that long. `close`: then the end that came; `abnormal`:
   * 1006, as when the browser gives up waiting for the server's close frame.
   */
  | { readonly kind: 'holdClose'; readonly durationMs: number | null; readonly ending: 'close' | 'abnormal' }
  /** Half-open: frames that match are lost. `any` in direction `in` or `both` loses the end of the connection, too. */
  | {
      readonly kind: 'silence';
      readonly direction: Reach;
      readonly only: FrameMatch;
      readonly durationMs: number | null;
    }
  /** The handshake is not answered for that long. `open`: then as it was answered; `fail`: then it fails. */
  | { readonly kind: 'holdHandshake'; readonly durationMs: number | null; readonly ending: 'open' | 'fail' }
  | {
      readonly kind: 'delay';
      readonly direction: Reach;
      readonly delayMs: number;
      readonly jitterMs: number;
      readonly bytesPerSecond: number | null;
      readonly durationMs: number | null;
    }
  | MangleEffect
  /** Nothing passes for that long; then all of it at once, or the connection is gone (1006). */
  | { readonly kind: 'sleep'; readonly durationMs: number; readonly ending: 'backlog' | 'close' }
  | { readonly kind: 'inject'; readonly direction: Direction; readonly payload: FaultPayload }
  /** Frames that match wait for `releaseFrame`, and those after them in the same direction with them. */
  | {
      readonly kind: 'hold';
      readonly direction: Reach;
      readonly match: FrameMatch;
      readonly durationMs: number | null;
    };

/**
 * How a connection ends without a close frame, so only with 1006; with other codes `end`. `end`: TCP ends in order, the page
 * sees `close` alone; `reset`: as this browser answers a TCP reset, which is with `error` first in Firefox and without in
 * Chromium; `failure`: the browser itself fails the connection, which is `error` first in both.
 */
export const LOSS_CAUSES = ['end', 'reset', 'failure'] as const;
export type LossCause = (typeof LOSS_CAUSES)[number];

/** The end of a connection as if the server or the network had caused it. */
export interface EndEffect {
  readonly kind: 'end';
  /** 1006: no close frame. Any other: the server's close frame, which a handshake that is under way completes for. */
  readonly code: number;
  readonly reason: string;
  readonly lostBy: LossCause;
  /** What the server sees: a close frame without a code (1005), or nothing at all while the fault lasts. */
  readonly server: 'ended' | 'keptOpen';
}

/** Handshakes fail really: the browser is told not to make them. The next `count`, or for `durationMs`, whichever is first. */
export interface RefuseEffect {
  readonly kind: 'refuse';
  readonly count: number | null;
  readonly durationMs: number | null;
}

/** Probabilities from 0 to 1 for each frame. */
export interface MangleEffect {
  readonly kind: 'mangle';
  readonly direction: Reach;
  readonly loss: number;
  readonly duplicate: number;
  /** The frame comes after the next one. */
  readonly reorder: number;
  /** One character or byte is another one. */
  readonly corrupt: number;
  /** The end of the frame is missing. */
  readonly truncate: number;
  readonly durationMs: number | null;
}

export type FaultPayload =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly base64: string };

export interface Fault<Effect extends FaultEffect = FaultEffect> {
  readonly id: string;
  readonly where: FaultTarget;
  readonly when: FaultTrigger;
  readonly what: Effect;
  /** How often it may begin in the document, all connections together; null: as often as it can. */
  readonly times: number | null;
  /** All chance comes from it: the same seed, the same frames, the same fate. */
  readonly seed: number;
}

/** What a page script can execute. */
export type PageFault = Fault<Exclude<FaultEffect, RefuseEffect>>;

export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  /** `field`: a path such as `what.code`; '' for the whole. */
  | { readonly ok: false; readonly field: string; readonly problem: string };

/** Fields of one object, read one by one. The first problem is kept; what is returned after it is of no use. */
interface Reader {
  readonly source: Readonly<Record<string, unknown>>;
  readonly path: string;
  readonly complain: (field: string, problem: string) => void;
}

/** `unknown` → a fault with known fields only, or what is wrong with it. Never throws. */
export function readFault(value: unknown): Read<Fault> {
  let problem: { readonly field: string; readonly problem: string } | null = null;
  const complain = (field: string, what: string) => {
    problem ??= { field, problem: what };
  };
  const root: Reader = { source: asRecord(value) ?? {}, path: '', complain };
  if (!asRecord(value)) complain('', 'must be an object');
  const fault: Fault = {
    id: text(root, 'id', MAX_FAULT_ID_CHARS, 1),
    where: variant(root, 'where', TARGETS),
    when: variant(root, 'when', TRIGGERS),
    what: variant(root, 'what', EFFECTS),
    times: optionalInteger(root, 'times', 1, MAX_FAULT_TIMES),
    seed: integer(root, 'seed', 0, 0xffff_ffff),
  };
  return problem ? { ok: false, ...(problem as { field: string; problem: string }) } : { ok: true, value: fault };
}

/** `unknown` → fault, or null. */
export function parseFault(value: unknown): Fault | null {
  const read = readFault(value);
  return read.ok ? read.value : null;
}

/** `unknown` → payload, or null. */
export function parseFaultPayload(value: unknown): FaultPayload | null {
  let isRight = true;
  const complain = () => {
    isRight = false;
  };
  const payload = variant({ source: { payload: value }, path: '', complain }, 'payload', PAYLOADS);
  return isRight ? payload : null;
}

type Variants<Value> = Readonly<Record<string, (reader: Reader) => Value>>;

const MATCHES: Variants<FrameMatch> = {
  __proto__: null as never,
  any: () => ({ kind: 'any' }),
  text: (reader) => ({ kind: 'text', text: text(reader, 'text', MAX_MATCH_CHARS, 1) }),
  pattern: (reader) => {
    const pattern = text(reader, 'pattern', MAX_MATCH_CHARS, 1);
    const flags = text(reader, 'flags', 8);
    const complaint = regExpProblem(pattern, flags);
    if (complaint) reader.complain(`${reader.path}pattern`, complaint);
    return { kind: 'pattern', pattern, flags };
  },
};

const TARGETS: Variants<FaultTarget> = {
  __proto__: null as never,
  connection: (reader) => ({ kind: 'connection', connection: integer(reader, 'connection', 0) }),
  matching: (reader) => ({
    kind: 'matching',
    urlPattern: text(reader, 'urlPattern', MAX_URL_CHARS, 1),
    later: flag(reader, 'later'),
  }),
  all: (reader) => ({ kind: 'all', later: flag(reader, 'later') }),
};

const TRIGGERS: Variants<FaultTrigger> = {
  __proto__: null as never,
  now: () => ({ kind: 'now' }),
  after: (reader) => ({
    kind: 'after',
    delayMs: duration(reader, 'delayMs'),
    from: oneOf(reader, 'from', ['start', 'open']),
  }),
  frames: (reader) => ({ kind: 'frames', count: integer(reader, 'count', 1), direction: reach(reader) }),
  match: (reader) => ({ kind: 'match', match: variant(reader, 'match', MATCHES), direction: reach(reader) }),
  every: (reader) => {
    const periodMs = duration(reader, 'periodMs', 1);
    return { kind: 'every', periodMs, jitterMs: duration(reader, 'jitterMs', 0, periodMs) };
  },
};

const PAYLOADS: Variants<FaultPayload> = {
  __proto__: null as never,
  text: (reader) => ({ kind: 'text', text: text(reader, 'text', MAX_FAULT_PAYLOAD_CHARS) }),
  binary: (reader) => {
    const base64 = text(reader, 'base64', MAX_FAULT_PAYLOAD_CHARS);
    if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
      reader.complain(`${reader.path}base64`, 'must be base64 with padding');
    }
    return { kind: 'binary', base64 };
  },
};

const EFFECTS: Variants<FaultEffect> = {
  __proto__: null as never,
  end: readEnd,
  refuse: (reader) => {
    const count = optionalInteger(reader, 'count', 1, MAX_FAULT_TIMES);
    const durationMs = optionalDuration(reader);
    if (count === null && durationMs === null) reader.complain(`${reader.path}count`, 'or durationMs must be given');
    return { kind: 'refuse', count, durationMs };
  },
  holdClose: (reader) => ({
    kind: 'holdClose',
    durationMs: optionalDuration(reader),
    ending: oneOf(reader, 'ending', ['close', 'abnormal']),
  }),
  silence: (reader) => ({
    kind: 'silence',
    direction: reach(reader),
    only: variant(reader, 'only', MATCHES),
    durationMs: optionalDuration(reader),
  }),
  holdHandshake: (reader) => ({
    kind: 'holdHandshake',
    durationMs: optionalDuration(reader),
    ending: oneOf(reader, 'ending', ['open', 'fail']),
  }),
  delay: (reader) => ({
    kind: 'delay',
    direction: reach(reader),
    delayMs: duration(reader, 'delayMs'),
    jitterMs: duration(reader, 'jitterMs'),
    bytesPerSecond: optionalInteger(reader, 'bytesPerSecond', 1),
    durationMs: optionalDuration(reader),
  }),
  mangle: (reader) => ({
    kind: 'mangle',
    direction: reach(reader),
    loss: probability(reader, 'loss'),
    duplicate: probability(reader, 'duplicate'),
    reorder: probability(reader, 'reorder'),
    corrupt: probability(reader, 'corrupt'),
    truncate: probability(reader, 'truncate'),
    durationMs: optionalDuration(reader),
  }),
  sleep: (reader) => ({
    kind: 'sleep',
    durationMs: duration(reader, 'durationMs', 1),
    ending: oneOf(reader, 'ending', ['backlog', 'close']),
  }),
  inject: (reader) => ({
    kind: 'inject',
    direction: oneOf(reader, 'direction', DIRECTIONS),
    payload: variant(reader, 'payload', PAYLOADS),
  }),
  hold: (reader) => ({
    kind: 'hold',
    direction: reach(reader),
    match: variant(reader, 'match', MATCHES),
    durationMs: optionalDuration(reader),
  }),
};

/**
 * Codes that a page can see: 1000-4999, but for 1015, which browsers never give. 1005 and 1006 are what it sees when no
 * code, or no close frame, has come (RFC 6455 section 7.1.5).
 */
function readEnd(reader: Reader): EndEffect {
  const code = integer(reader, 'code', 1000, 4999);
  const reason = text(reader, 'reason', MAX_REASON_BYTES);
  const lostBy = oneOf(reader, 'lostBy', LOSS_CAUSES);
  if (code === 1015) reader.complain(`${reader.path}code`, 'must not be 1015: browsers say 1006');
  if (reason !== '' && (code === 1005 || code === 1006)) {
    reader.complain(`${reader.path}reason`, `must be empty: no close frame brings it with ${code}`);
  }
  if (utf8Bytes(reason) > MAX_REASON_BYTES) {
    reader.complain(`${reader.path}reason`, `must have at most ${MAX_REASON_BYTES} bytes`);
  }
  if (lostBy !== 'end' && code !== 1006)
    reader.complain(`${reader.path}lostBy`, 'must be "end" unless the code is 1006');
  return { kind: 'end', code, reason, lostBy, server: oneOf(reader, 'server', ['ended', 'keptOpen']) };
}

function regExpProblem(pattern: string, flags: string): string | null {
  // `g` and `y` make a RegExp remember where it was.
  if (!/^[imsu]*$/.test(flags)) return 'may have the flags i, m, s and u';
  try {
    new RegExp(pattern, flags);
    return null;
  } catch {
    return 'must be a regular expression';
  }
}

function variant<Value>({ source, path, complain }: Reader, field: string, variants: Variants<Value>): Value {
  const record = asRecord(source[field]);
  const read = typeof record?.kind === 'string' ? variants[record.kind] : undefined;
  if (record && read) return read({ source: record, path: `${path}${field}.`, complain });
  complain(record ? `${path}${field}.kind` : path + field, `must be ${listOf(Object.keys(variants))}`);
  return undefined as never;
}

function text({ source, path, complain }: Reader, field: string, maxChars: number, minChars = 0): string {
  const value = source[field];
  if (isShortString(value, maxChars) && value.length >= minChars) return value;
  complain(path + field, `must be text of ${minChars} to ${maxChars} characters`);
  return '';
}

function integer({ source, path, complain }: Reader, field: string, min: number, max?: number): number {
  const value = source[field];
  if (isCount(value, max) && value >= min) return value;
  complain(path + field, `must be a whole number ${max === undefined ? `from ${min}` : `from ${min} to ${max}`}`);
  return min;
}

function optionalInteger(reader: Reader, field: string, min: number, max?: number): number | null {
  return reader.source[field] === null ? null : integer(reader, field, min, max);
}

function duration({ source, path, complain }: Reader, field: string, min = 0, max = MAX_FAULT_MS): number {
  const value = source[field];
  if (typeof value === 'number' && value >= min && value <= max) return value;
  complain(path + field, `must be a number of milliseconds from ${min} to ${max}`);
  return min;
}

function optionalDuration(reader: Reader): number | null {
  return reader.source.durationMs === null ? null : duration(reader, 'durationMs');
}

function probability({ source, path, complain }: Reader, field: string): number {
  const value = source[field];
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  complain(path + field, 'must be a number from 0 to 1');
  return 0;
}

function flag({ source, path, complain }: Reader, field: string): boolean {
  const value = source[field];
  if (typeof value === 'boolean') return value;
  complain(path + field, 'must be true or false');
  return false;
}

function reach(reader: Reader): Reach {
  return oneOf(reader, 'direction', REACHES);
}

function oneOf<Word extends string>({ source, path, complain }: Reader, field: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === source[field]);
  if (word === undefined) complain(path + field, `must be ${listOf(words)}`);
  return word as Word;
}

function listOf(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(' or ');
}
