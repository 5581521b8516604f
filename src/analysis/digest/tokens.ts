/**
 * When the tokens of a connection end: JSON Web Tokens and `expires` parameters in the URL, in the offered subprotocols and
 * in the first frames. Tokens are read for their times and never kept. Sources: RFC 7519 sections 4.1.4 and 4.1.6; AWS
 * Signature Version 4, query parameters.
 */
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { Beat } from './beats.ts';
import type { TokenFacts } from './digest.ts';

const MAX_TOKEN_CHARS = 8_192;
const MAX_SEARCHED_CHARS = 65_536;
/** The payload of a token, between its header and its signature: the Base64url of a JSON object, of which `{"` is `eyJ`. */
const TOKEN = /[\w-]\.(eyJ[\w-]{4,8000})\./g;
const EXPIRY_NAME = /^(?:expires?(?:_?at)?|expiry|expiration|exp|token_?expires?(?:_?at)?|valid_?until)$/i;
/** Tokens by which one logs on are looked for in so many frames; those that renew them, in what the page sends later than this. */
const TOKEN_FRAMES = 20;
const RENEWED_AFTER_MS = 10_000;
const MAX_TOKENS = 8;

export interface TokenTimes {
  readonly expiresAtMs: number;
  readonly issuedAtMs: number | null;
}

/** The times of all tokens in a text that say when they expire. */
export function tokenTimesIn(text: string): readonly TokenTimes[] {
  if (!text.includes('eyJ')) return [];
  const found: TokenTimes[] = [];
  for (const [, payload = ''] of text.slice(0, MAX_SEARCHED_CHARS).matchAll(TOKEN)) {
    const times = timesOf(payload);
    if (times) found.push(times);
    if (found.length >= MAX_TOKENS) break;
  }
  return found;
}

function timesOf(payload: string): TokenTimes | null {
  if (payload.length > MAX_TOKEN_CHARS) return null;
  try {
    const claims = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))) as {
      readonly exp?: unknown;
      readonly iat?: unknown;
    };
    const expiresAtMs = numericDateMs(claims.exp);
    return expiresAtMs === null ? null : { expiresAtMs, issuedAtMs: numericDateMs(claims.iat) };
  } catch {
    return null;
  }
}

/** Seconds, as the standard has it, or milliseconds, as some have it, which were seconds in the year 5000. */
function numericDateMs(value: unknown): number | null {
  if (typeof value !== 'number' || !(value > 0 && value < 1e14)) return null;
  return value < 1e11 ? value * 1000 : value;
}

/** Of parameters that name a time at which something ends. */
function timesInQuery(url: string): readonly TokenTimes[] {
  const query = /\?([^#]*)/.exec(url)?.[1];
  if (query === undefined) return [];
  const parameters = new URLSearchParams(query);
  const found: TokenTimes[] = [];
  for (const [name, value] of parameters) {
    const expiresAtMs = EXPIRY_NAME.test(name) ? timeOf(value) : null;
    if (expiresAtMs !== null) found.push({ expiresAtMs, issuedAtMs: null });
  }
  const signedAtMs = awsTimeMs(parameters.get('X-Amz-Date') ?? '');
  const lifetimeS = Number(parameters.get('X-Amz-Expires') ?? Number.NaN);
  if (signedAtMs !== null && lifetimeS > 0) {
    found.push({ expiresAtMs: signedAtMs + lifetimeS * 1000, issuedAtMs: signedAtMs });
  }
  return found;
}

function timeOf(value: string): number | null {
  // Smaller numbers are how long something lasts, from who knows when.
  if (/^\d{10,13}(?:\.\d+)?$/.test(value)) return numericDateMs(Number(value));
  const ms = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** `20260131T235959Z` */
function awsTimeMs(value: string): number | null {
  const iso = value.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return iso === value ? null : timeOf(iso);
}

export interface TokenReader {
  /** The text of a frame, in the order of seq. */
  add(frame: Beat, text: string): void;
  facts(): TokenFacts | null;
}

export function createTokenReader({
  url,
  protocols,
  createdAtMs,
}: Pick<ConnectionRecord, 'url' | 'protocols' | 'createdAtMs'>): TokenReader {
  let first: Omit<TokenFacts, 'renewedUntilMs'> | null = null as Omit<TokenFacts, 'renewedUntilMs'> | null;
  let renewedUntilMs: number | null = null;
  let frames = 0;
  let firstAtMs = createdAtMs;

  function note(where: TokenFacts['where'], seq: number | null, all: readonly TokenTimes[]): void {
    for (const times of all) {
      if (!first || times.expiresAtMs < first.expiresAtMs) first = { where, seq, ...times };
    }
  }

  const decoded = decodeSafely(url);
  note('url', null, [...tokenTimesIn(url), ...tokenTimesIn(decoded), ...timesInQuery(url)]);
  for (const protocol of protocols) note('subprotocol', null, tokenTimesIn(protocol));

  return {
    add({ seq, atMs, isOut }, text) {
      const isFirst = frames++ < TOKEN_FRAMES;
      if (!isFirst && !isOut) return;
      const times = tokenTimesIn(text);
      if (times.length === 0) return;
      if (first && isOut && atMs - firstAtMs > RENEWED_AFTER_MS) {
        renewedUntilMs = Math.max(renewedUntilMs ?? 0, ...times.map(({ expiresAtMs }) => expiresAtMs));
      } else if (isFirst) {
        if (!first) firstAtMs = atMs;
        note('frame', seq, times);
      }
    },
    facts: () => first && { ...first, renewedUntilMs },
  };
}

function decodeSafely(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
