/**
 * Frames compared by shape: what stays the same when ids, times and tokens change. Of JSON the structure of keys with the
 * short words that name a kind (`type`, `event` …); of other text its beginning; of bytes their first and their length.
 * And the two things a shape tells at once: heartbeats, and greetings of protocols. Sources: the protocols' documents.
 */
import type { VerdictFrame } from './input.ts';

/** Keys whose value names what a message is. */
const NAMING_KEYS = new Set(['type', 'event', 'op', 'action', 'command', 'cmd', 'method', 'kind', 'topic', 'channel']);
const MAX_DEPTH = 4;
const MAX_KEYS = 40;
const MAX_NAME_CHARS = 40;
const MAX_JSON_CHARS = 65_536;
const PREFIX_CHARS = 12;
/** SignalR ends each message with it. */
const RECORD_SEPARATOR = '\u001e';

/** The shape of a frame; equal shapes are the same text. */
export function shapeOf({ content, sizeBytes }: Pick<VerdictFrame, 'content' | 'sizeBytes'>): string {
  if (typeof content !== 'string') return `bytes ${content[0] ?? '-'} ${sizeBytes <= 4 ? sizeBytes : 'more'}`;
  const json = parse(content);
  if (json.value === undefined) return `text ${prefixOf(content)}`;
  return `${json.prefix}${jsonShape(json.value, 0)}`;
}

interface Json {
  /** What stands before the JSON: Socket.IO's packet numbers and the like. */
  readonly prefix: string;
  readonly value: unknown;
}

function parse(text: string): Json {
  const at = text.search(/[[{]/);
  if (at < 0 || at > PREFIX_CHARS || text.length > MAX_JSON_CHARS) return { prefix: '', value: undefined };
  try {
    return {
      prefix: text.slice(0, at).replace(/\d{3,}|(?<=^42)\d+/g, 'n'),
      value: JSON.parse(withoutSeparator(text.slice(at))),
    };
  } catch {
    return { prefix: '', value: undefined };
  }
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

/** Beats by their text: Engine.IO, SockJS, SignalR, ActionCable, graphql-transport-ws, Phoenix, STOMP, Centrifugo, home-made. */
const BEAT_TEXTS: readonly RegExp[] = [
  /^[23]$/,
  /^h$/,
  /^\r?\n$/,
  /^\{\}$/,
  /^\{"type":6\}$/,
  /^"?(?:ping|pong|heartbeat)"?$/i,
  /^\[[^\]]{0,40}"phoenix","heartbeat",\{\}\]$/,
  /^\{[^{}]{0,200}"(?:type|event|op|action|cmd|command)"\s*:\s*"(?:\w+:)?(?:ping|pong|heartbeat|hb|ka|keep-?alive)"/i,
];
/** MQTT PINGREQ and PINGRESP (3.1.1, sections 3.12 and 3.13); SignalR's ping in MessagePack. */
const BEAT_BYTES: readonly (readonly number[])[] = [
  [0xc0, 0x00],
  [0xd0, 0x00],
  [0x02, 0x91, 0x06],
];

function withoutSeparator(text: string): string {
  return text.endsWith(RECORD_SEPARATOR) ? text.slice(0, -1) : text;
}

/** True for a frame that only proves that the peer is alive. */
export function isBeat({ content }: Pick<VerdictFrame, 'content'>): boolean {
  if (typeof content === 'string') {
    return content.length <= 400 && BEAT_TEXTS.some((pattern) => pattern.test(withoutSeparator(content)));
  }
  return BEAT_BYTES.some((bytes) => bytes.length === content.length && bytes.every((byte, i) => content[i] === byte));
}

/** Greetings that a server answers to any connection, of itself or when it is logged on to: no news to the application. */
const GREETING_TEXTS: readonly RegExp[] = [
  /^0\{"sid"/, // Engine.IO open
  /^40/, // Socket.IO connect
  /^o$/, // SockJS open
  /^CONNECTED\n/, // STOMP
  /^\{[^{}]{0,200}"type"\s*:\s*"(?:welcome|connection_ack|hello|confirm_subscription)"/,
  /^\{"event":"pusher:connection_established"/,
  /^\{[^{}]{0,100}"connect"\s*:/, // Centrifugo
  /"phx_reply",\{/, // Phoenix: a reply, to a join or a beat
];
/** First bytes of MQTT CONNACK and SUBACK. */
const GREETING_FIRST_BYTES: ReadonlySet<number> = new Set([0x20, 0x90]);

/** True for a received frame that only says hello. */
export function isGreeting({ content }: Pick<VerdictFrame, 'content'>): boolean {
  return typeof content === 'string'
    ? GREETING_TEXTS.some((pattern) => pattern.test(content))
    : GREETING_FIRST_BYTES.has(content[0] ?? 0);
}

/** True for a received frame that the application can do something with. */
export function isUseful(frame: VerdictFrame): boolean {
  return !frame.isOut && frame.sizeBytes > 0 && !isBeat(frame) && !isGreeting(frame);
}

/** Frames of the same content, whatever its kind. */
export function sameContent(a: VerdictFrame, b: VerdictFrame): boolean {
  if (a.sizeBytes !== b.sizeBytes) return false;
  if (typeof a.content === 'string' || typeof b.content === 'string') return a.content === b.content;
  const { content } = b;
  return a.content.length === content.length && a.content.every((byte, i) => byte === content[i]);
}
