/**
 * How a connection begins, and whether a later one begins the same way: the frames by which the application logs on, joins
 * and subscribes, compared by shape; and the tokens in them and in the URL. Tokens are compared, never shown.
 */
import { tokenTimesIn } from '../digest/tokens.ts';
import { shapeOf } from '../shape.ts';
import type { VerdictConnection, VerdictFrame } from './input.ts';
import { isBeat, isUseful } from './reading.ts';

/** The opening conversation is over after this time, or so many sent frames. */
const OPENING_MS = 2_000;
const OPENING_FRAMES = 12;
/** Once useful frames come and the application pauses this long, it is over too. */
const PAUSE_MS = 500;
/** Frames of one shape within this time are said in one go. */
const ONE_GO_MS = 300;

/**
 * Sent frames that open a connection: those of its beginning, each shape once. What the application says all the time is
 * no opening: shapes that come again later in the connection are left out, unless they came among the very first.
 */
export function openingOf(connection: VerdictConnection): readonly VerdictFrame[] {
  const { openedAtMs, frames } = connection;
  if (openedAtMs === null) return [];
  const sent = frames.filter((frame) => frame.isOut && !frame.isDiscarded && !isBeat(connection, frame));
  const opening: VerdictFrame[] = [];
  let lastMs = openedAtMs;
  for (const frame of sent) {
    if (frame.atMs - openedAtMs > OPENING_MS || opening.length >= OPENING_FRAMES) break;
    if (opening.length > 0 && frame.atMs - lastMs > PAUSE_MS) break;
    opening.push(frame);
    lastMs = frame.atMs;
  }
  const seen = new Set<string>();
  return opening.filter((frame, i) => {
    const shape = shapeOf(frame);
    if (seen.has(shape) || (i > 0 && isSaidAgain(sent, shape))) return false;
    seen.add(shape);
    return true;
  });
}

/** Said again and again over time; many subscriptions in one go are not. */
function isSaidAgain(sent: readonly VerdictFrame[], shape: string): boolean {
  const same = sent.filter((frame) => shapeOf(frame) === shape);
  return (same.at(-1)?.atMs ?? 0) - (same[0]?.atMs ?? 0) > ONE_GO_MS;
}

export interface Repetition {
  readonly repeated: readonly VerdictFrame[];
  readonly missing: readonly VerdictFrame[];
}

/** Which frames of an opening come again in another connection's beginning, by shape. */
export function repetitionOf(opening: readonly VerdictFrame[], again: VerdictConnection): Repetition {
  const shapes = new Set(again.frames.filter(({ isOut, isDiscarded }) => isOut && !isDiscarded).map(shapeOf));
  return {
    repeated: opening.filter((frame) => shapes.has(shapeOf(frame))),
    missing: opening.filter((frame) => !shapes.has(shapeOf(frame))),
  };
}

const TOKEN_NAME =
  /(?:^|[_-])(?:access|auth|id|api|session|jwt|bearer|ticket)?[_-]?(?:token|ticket|jwt|key|auth|authorization)$/i;
const TOKEN_IN_JSON =
  /"(?:[\w-]*token|authorization|[\w-]*jwt|[\w-]*ticket|api[_-]?key)"\s*:\s*"((?:Bearer )?[^"]{8,8192})"/gi;

/** Values that look like tokens: of the URL's query, and of the texts of the opening frames. */
export function tokensOf(connection: VerdictConnection): readonly string[] {
  const found: string[] = [];
  const query = connection.url.indexOf('?');
  if (query >= 0) {
    for (const [name, value] of new URLSearchParams(connection.url.slice(query))) {
      if (TOKEN_NAME.test(name) && value.length >= 8) found.push(value);
    }
  }
  for (const { content } of openingOf(connection)) {
    if (typeof content !== 'string') continue;
    for (const match of content.matchAll(TOKEN_IN_JSON)) found.push(match[1] ?? '');
  }
  return found;
}

/** When a JSON Web Token expires, in epoch milliseconds; null where it does not say. */
export function expiryMs(token: string): number | null {
  return tokenTimesIn(token)[0]?.expiresAtMs ?? null;
}

/** The first frame that the application can do something with. */
export function firstUseful(connection: VerdictConnection): VerdictFrame | null {
  return connection.frames.find((frame) => isUseful(connection, frame)) ?? null;
}
