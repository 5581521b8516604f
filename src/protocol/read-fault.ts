/** The one reader of faults that others have described. It never throws, and names the field that is wrong. */
import {
  DIRECTIONS,
  type EndEffect,
  type Fault,
  type FaultEffect,
  type FaultPayload,
  type FaultTarget,
  type FaultTrigger,
  type FrameMatch,
  LOSS_CAUSES,
  REACHES,
  type Reach,
} from './fault.ts';
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
