/**
 * The names that secrets get, and the account of them: what was hidden, where, how often. One secret has one name in all of
 * an export, so that "the same token was used again" stays visible; the name is a number in the order of meeting, so that
 * nothing leads back. Memory is bounded.
 */
import type { SecretKind, Span } from './span.ts';

export type Place =
  | 'url'
  | 'header'
  | 'subprotocol'
  | 'frame'
  | 'heldFrame'
  | 'closeReason'
  | 'note'
  | 'marker'
  | 'stack'
  | 'errorText'
  | 'scenario'
  | 'other';

/** Where something is hidden. */
export interface Where {
  readonly place: Place;
  readonly connectionId: string | null;
  readonly seq: number | null;
}

export interface HiddenSecret {
  /** What stands in its place. */
  readonly name: string;
  readonly kind: SecretKind;
  /** Enough of it to recognise one's own: the first and last two characters of a long one, and its length. */
  readonly sample: string;
  readonly count: number;
  readonly places: readonly Place[];
  readonly first: Where;
}

export interface RedactionPreview {
  /** In the order of meeting; at most MAX_LISTED. */
  readonly secrets: readonly HiddenSecret[];
  /** Different ones, listed or not. */
  readonly secretCount: number;
  /** All places where something is hidden. */
  readonly hiddenCount: number;
  /** Payloads that were left out, because they are compressed and cannot be searched. */
  readonly leftOut: number;
}

export interface NamesGiven {
  /** What to write in place of the secret; counted. */
  nameOf(span: Pick<Span, 'kind' | 'secret'>, where: Where): string;
  noteLeftOut(): void;
  /** Secrets that no ordinary word could be and that have been met before, wherever they stand now. */
  knownIn(text: string): Iterable<Span>;
  mayHoldKnown(text: string): boolean;
  preview(): RedactionPreview;
}

const MAX_NAMED = 100_000;
const MAX_LISTED = 1_000;
const MAX_KNOWN_CHARS = 512;
const ALREADY = /^REDACTED-[a-z]+-(?:\d+|more)(?:\.eyJ[\w-]+\.REDACTED)?\**$/;

interface Named {
  readonly name: string;
  readonly kind: SecretKind;
  readonly sample: string;
  count: number;
  readonly places: Set<Place>;
  readonly first: Where;
}

export function createNamesGiven(): NamesGiven {
  const named = new Map<string, Named>();
  const known = createKnownSecrets();
  let hiddenCount = 0;
  let leftOut = 0;

  function nameNew(kind: SecretKind, secret: string): string {
    if (named.size >= MAX_NAMED) return `REDACTED-${kind}-more`;
    return `REDACTED-${kind}-${named.size + 1}${kind === 'jwt' ? timesOf(secret) : ''}`;
  }

  return {
    nameOf({ kind, secret }, where) {
      if (ALREADY.test(secret)) return secret;
      hiddenCount++;
      const key = secret.length > MAX_KNOWN_CHARS ? digestOf(secret) : secret;
      const one = named.get(key);
      if (one) {
        one.count++;
        one.places.add(where.place);
        return one.name;
      }
      const name = nameNew(kind, secret);
      if (named.size >= MAX_NAMED) return name;
      named.set(key, { name, kind, sample: sampleOf(secret), count: 1, places: new Set([where.place]), first: where });
      if (isUnmistakable(secret)) known.add(secret);
      return name;
    },
    noteLeftOut: () => {
      leftOut++;
    },
    knownIn: known.spansIn,
    mayHoldKnown: known.mayBeIn,
    preview: () => ({
      secrets: [...named.values()].slice(0, MAX_LISTED).map(({ name, kind, sample, count, places, first }) => ({
        name,
        kind,
        sample,
        count,
        places: [...places],
        first,
      })),
      secretCount: named.size,
      hiddenCount,
      leftOut,
    }),
  };
}

function sampleOf(secret: string): string {
  const length = `(${secret.length} characters)`;
  return secret.length < 12 ? `•••• ${length}` : `${secret.slice(0, 2)}••••${secret.slice(-2)} ${length}`;
}

/** "password" may be somebody's password, and a word of everybody's. */
function isUnmistakable(secret: string): boolean {
  return secret.length >= 8 && secret.length <= MAX_KNOWN_CHARS && /\d/.test(secret) && /[a-z]/i.test(secret);
}

/** As text in one pattern, while they are few; then word by word. */
const MAX_IN_PATTERN = 64;
const WORD = /[\w+/=.~%-]{8,}/g;

function createKnownSecrets() {
  const known = new Set<string>();
  let pattern: RegExp | null = null;

  function patternOfAll(): RegExp | null {
    if (known.size === 0 || known.size > MAX_IN_PATTERN) return null;
    pattern ??= new RegExp([...known].map((secret) => secret.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g');
    return pattern;
  }

  return {
    add(secret: string): void {
      if (known.size >= MAX_NAMED) return;
      known.add(secret);
      pattern = null;
    },
    mayBeIn(text: string): boolean {
      const all = patternOfAll();
      if (!all) return known.size > 0;
      all.lastIndex = 0;
      return all.test(text);
    },
    *spansIn(text: string): Generator<Span> {
      if (known.size === 0) return;
      const all = patternOfAll();
      for (const { 0: word, index } of text.matchAll(all ?? WORD)) {
        for (const { part, at } of all ? [{ part: word, at: 0 }] : partsOf(word)) {
          if (!known.has(part)) continue;
          yield { start: index + at, end: index + at + part.length, kind: 'secret', secret: part };
        }
      }
    },
  };
}

/** A word and what is between its separators. */
function* partsOf(word: string): Generator<{ readonly part: string; readonly at: number }> {
  yield { part: word, at: 0 };
  if (!/[./=%+]/.test(word)) return;
  for (const { 0: part, index } of word.matchAll(/[\w~-]{8,}/g)) yield { part, at: index };
}

/** Two secrets with the same length, beginning and hash are as good as one; cyrb53, which is no cryptography. */
function digestOf(text: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2_654_435_761);
    b = Math.imul(b ^ unit, 1_597_334_677);
  }
  return `${text.length}:${text.slice(0, 64)}:${a >>> 0}:${b >>> 0}`;
}

/** The times of a token are no secret, and say whether it had expired: they stay, as the claims of a token without the rest. */
function timesOf(token: string): string {
  try {
    const [, payload = ''] = token.split('.');
    const claims = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))) as Record<string, unknown>;
    const times = Object.fromEntries(['iat', 'exp'].flatMap((name) => timeClaim(name, claims[name])));
    if (times.exp === undefined) return '';
    return `.${btoa(JSON.stringify(times)).replace(/=+$/, '').replace(/\+/g, '-').replace(/\//g, '_')}.REDACTED`;
  } catch {
    return '';
  }
}

function timeClaim(name: string, value: unknown): readonly (readonly [string, number])[] {
  return typeof value === 'number' && Number.isFinite(value) ? [[name, value]] : [];
}
