/** A frame as protocols read it: what was kept of it, and its JSON, parsed at most once however many ask. Pure. */

export interface Frame {
  /** Sent by the page; otherwise received. */
  readonly isOut: boolean;
  /** True size of the payload. */
  readonly sizeBytes: number;
  /** The kept text of a text frame, or the kept bytes; empty where nothing was kept. */
  readonly content: string | Uint8Array;
  /** The whole text as JSON; undefined where it is none, was cut or is too long. */
  readonly json: unknown;
}

/** Longer texts are no JSON to us: reading them would hold up everything else. */
export const MAX_JSON_CHARS = 65_536;
/** Some protocols end each message with it (SignalR: ASP.NET Core, HubProtocol.md). */
export const RECORD_SEPARATOR = '\u001e';

const UNREAD = Symbol();

/** A class, because there are millions: a closure and a getter for each would cost more than reading it. */
class LazyFrame implements Frame {
  readonly isOut: boolean;
  readonly sizeBytes: number;
  readonly content: string | Uint8Array;
  #json: unknown = UNREAD;

  constructor(isOut: boolean, content: string | Uint8Array, sizeBytes: number) {
    this.isOut = isOut;
    this.content = content;
    this.sizeBytes = sizeBytes;
  }

  get json(): unknown {
    if (this.#json === UNREAD) this.#json = typeof this.content === 'string' ? parseJson(this.content) : undefined;
    return this.#json;
  }
}

export function frameOf(isOut: boolean, content: string | Uint8Array, sizeBytes: number): Frame {
  return new LazyFrame(isOut, content, sizeBytes);
}

/** The value of a JSON object or array, be it ended by a record separator; undefined for anything else. */
export function parseJson(text: string): unknown {
  if (text.length < 2 || text.length > MAX_JSON_CHARS || !startsJson(text)) return undefined;
  try {
    return JSON.parse(text.endsWith(RECORD_SEPARATOR) ? text.slice(0, -1) : text);
  } catch {
    return undefined;
  }
}

/** Engines make an Error with a stack of everything that fails to parse: most of it can be told by its first character. */
function startsJson(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first === 0x7b || first === 0x5b) return true; // { [
  return first <= 0x20 && /^\s*[[{]/.test(text.slice(0, 64));
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** The frame's JSON where it is an object, not an array. */
export function objectOf({ json }: Frame): JsonObject | null {
  return isObject(json) ? json : null;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function arrayOf({ json }: Frame): readonly unknown[] | null {
  return Array.isArray(json) ? json : null;
}

/** A short string or a number as an id; undefined for anything else. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.length > 0 && value.length <= 128 ? value : undefined;
}

export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A duration that makes sense, in milliseconds; null for anything else, and for 0, which means "none" everywhere. */
export function durationMs(value: unknown, unitMs = 1): number | null {
  const ms = typeof value === 'number' ? value * unitMs : Number.NaN;
  return ms > 0 && ms <= 24 * 60 * 60 * 1000 ? ms : null;
}
