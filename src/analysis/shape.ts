/**
 * Frames compared by shape: what stays the same when ids, times and tokens change. Of JSON the structure of keys with the
 * short words that name a kind (`type`, `event` …); of other text its beginning; of bytes their first and their length.
 */
import { type Frame, MAX_JSON_CHARS, parseJson } from '../decoders/frame.ts';

/** Keys whose value names what a message is. */
const NAMING_KEYS = new Set(['type', 'event', 'op', 'action', 'command', 'cmd', 'method', 'kind', 'topic', 'channel']);
const MAX_DEPTH = 4;
const MAX_KEYS = 40;
const MAX_NAME_CHARS = 40;
const PREFIX_CHARS = 12;

type Shaped = Pick<Frame, 'content' | 'sizeBytes'> & Partial<Pick<Frame, 'json'>>;

/** The shape of a frame; equal shapes are the same text. */
export function shapeOf({ content, sizeBytes, json }: Shaped): string {
  if (typeof content !== 'string') return `bytes ${content[0] ?? '-'} ${sizeBytes <= 4 ? sizeBytes : 'more'}`;
  if (json !== undefined) return jsonShape(json, 0);
  const { prefix, value } = parse(content);
  return value === undefined ? `text ${prefixOf(content)}` : `${prefix}${jsonShape(value, 0)}`;
}

interface Json {
  /** What stands before the JSON: Socket.IO's packet numbers and the like. */
  readonly prefix: string;
  readonly value: unknown;
}

function parse(text: string): Json {
  const at = text.slice(0, PREFIX_CHARS + 1).search(/[[{]/);
  if (at < 0 || text.length > MAX_JSON_CHARS) return { prefix: '', value: undefined };
  return { prefix: text.slice(0, at).replace(/\d{3,}|(?<=^42)\d+/g, 'n'), value: parseJson(text.slice(at)) };
}

function jsonShape(value: unknown, depth: number, key = ''): string {
  if (typeof value === 'string') {
    return NAMING_KEYS.has(key) && value.length <= MAX_NAME_CHARS ? JSON.stringify(value) : 's';
  }
  if (typeof value === 'number') return key === 'type' || key === 'op' ? String(value) : 'n';
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : 'b';
  if (depth >= MAX_DEPTH) return Array.isArray(value) ? '[]' : '{}';
  if (Array.isArray(value)) return `[${arrayShape(value, depth)}]`;
  const keys = Object.keys(value).sort().slice(0, MAX_KEYS);
  return `{${keys.map((name) => `${name}:${jsonShape((value as Record<string, unknown>)[name], depth + 1, name)}`).join()}}`;
}

/** The words of a short array name things, too: `["say", …]` (Socket.IO), `[null, "1", "room", "phx_join", {}]` (Phoenix). */
function arrayShape(items: readonly unknown[], depth: number): string {
  return items
    .slice(0, 6)
    .map((item) =>
      depth === 0 && typeof item === 'string' && item.length <= MAX_NAME_CHARS && !/^\d+$/.test(item)
        ? JSON.stringify(item)
        : jsonShape(item, depth + 1),
    )
    .join();
}

/** The first line, up to the first thing that may differ each time. */
function prefixOf(text: string): string {
  return (/^[^\n\d]*/.exec(text.slice(0, PREFIX_CHARS * 2))?.[0] ?? '').slice(0, PREFIX_CHARS) || text.slice(0, 2);
}
