/**
 * What applications make for themselves: `ping` and `pong` in a handful of spellings, and ids by which an answer names its
 * question. Also the way to read a connection whose protocol is not known. By convention only, so it claims little.
 */
import { durationMs, type Frame, idOf, isObject, type JsonObject, objectOf } from './frame.ts';
import type { Announced, FrameReading, Protocol } from './protocol.ts';
import { MESSAGE, reading } from './readings.ts';

const MAX_BEAT_CHARS = 400;
const BARE = /^"?(?:ping|pong|heartbeat)"?$/i;
const BEAT_WORD = /^(?:[\w-]+[:.])?(?:ping|heart_?-?beat|hb|ka|keep_?-?alive)$/i;
const ANSWER_WORD = /^(?:[\w-]+[:.])?(?:pong|(?:heart_?-?beat|hb|ping)[_-]?(?:ack|reply|response))$/i;
const KIND_KEYS = ['type', 'event', 'op', 'action', 'cmd', 'command', 'method', 'kind', 't', 'msg'] as const;
const GREETING_WORD = /^(?:welcome|connection_ack|hello|confirm_subscription)$/;
/** By which an answer names its question. */
const ID_KEYS = ['requestId', 'request_id', 'reqId', 'req_id', 'correlationId', 'correlation_id', 'id', 'ref'] as const;

const BEAT = reading('beat', 'ping');
const BEAT_ANSWER = reading('beatAnswer', 'pong');
const GREETING = reading('greeting', 'welcome');

/** The word that names what a message is. */
function wordOf(message: JsonObject): string | undefined {
  for (const key of KIND_KEYS) {
    const word = message[key];
    if (typeof word === 'string') return word.length <= 64 ? word : undefined;
  }
  return undefined;
}

function beatIn(word: string): FrameReading | null {
  if (BEAT_WORD.test(word)) return BEAT;
  return ANSWER_WORD.test(word) ? BEAT_ANSWER : null;
}

function read(frame: Frame): FrameReading {
  const { content } = frame;
  if (typeof content !== 'string') return MESSAGE;
  if (content.length <= 12 && BARE.test(content)) return /pong/i.test(content) ? BEAT_ANSWER : BEAT;
  const message = objectOf(frame);
  if (!message) return MESSAGE;
  const word = wordOf(message);
  const beat = word !== undefined && content.length <= MAX_BEAT_CHARS ? beatIn(word) : null;
  if (beat) return beat;
  if (word !== undefined && !frame.isOut && GREETING_WORD.test(word)) return GREETING;
  const id = idIn(message);
  // Nothing tells a question from an answer but which came first.
  return id === undefined ? MESSAGE : { kind: 'message', label: word ?? '', asks: [id], answers: [id] };
}

function idIn(message: JsonObject): string | undefined {
  for (const key of ID_KEYS) {
    const id = idOf(message[key]);
    if (id !== undefined) return id;
  }
  return undefined;
}

/** `heartbeat_interval`, `pingInterval` … in a first message of the server, or in an object within it. */
const INTERVAL_KEY = /^(?:heart_?beat|ping|keep_?alive)_?(?:interval|period)?(?:_?ms)?$/i;
const TIMEOUT_KEY = /^(?:heart_?beat|ping|pong|keep_?alive)_?timeout(?:_?ms)?$/i;
const MAX_KEYS = 20;

function announces(frame: Frame, before: Announced | null): Announced | null {
  const message = frame.isOut || before !== null ? null : objectOf(frame);
  if (!message) return before;
  for (const place of [message, ...Object.values(message).slice(0, MAX_KEYS).filter(isObject)]) {
    const periodMs = intervalIn(place, INTERVAL_KEY);
    if (periodMs !== null) return { periodMs, timeoutMs: intervalIn(place, TIMEOUT_KEY) };
  }
  return before;
}

/** Nobody beats more than ten times a second, nor waits longer than ten minutes: small numbers are seconds. */
function intervalIn(place: JsonObject, key: RegExp): number | null {
  const name = Object.keys(place)
    .slice(0, MAX_KEYS)
    .find((each) => key.test(each));
  const value = name === undefined ? undefined : place[name];
  return durationMs(value, typeof value === 'number' && value <= 600 ? 1000 : 1);
}

export const homeMade: Protocol = {
  id: 'home-made',
  name: 'Home-made ping and pong',
  isDevServer: false,
  isFirst: (frame) => {
    const { kind } = read(frame);
    return kind === 'beat' || kind === 'beatAnswer';
  },
  heartbeat: { by: 'either', isAnswered: false, onlyWhenIdle: false, echoes: true, usualPeriodMs: null },
  read,
  announces,
  closeCodes: [],
};
