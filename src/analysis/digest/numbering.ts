/**
 * Numbers that frames carry, learned: an integer at the same path that rises by one nearly each time, over all frames of a
 * side or within each topic. Then gaps, late frames and repetitions can be told. Bounded: so many paths, topics, and
 * missing numbers.
 */
import { type Frame, isObject, type JsonObject, parseJson } from '../../decoders/frame.ts';
import type { NumberingFacts } from './digest.ts';

const MIN_FRAMES = 8;
/** So many of the steps must be by one for the numbers to be a numbering. */
const MIN_STEPS_SHARE = 0.7;
const MAX_PATHS = 24;
const MAX_TOPICS = 64;
const MAX_KEYS = 24;
const MAX_MISSING = 1_024;
const MAX_SEQS = 8;
/** A jump further than this, forwards or back, is a new beginning. */
const FAR = 10_000;
/** Names of ids that pair questions with answers, and of times: they rise, too, and mean something else. */
const NO_NUMBERING =
  /^(?:id|ref|request_?id|req_?id|correlation_?id|ack|ack_?id|page|count|total|limit|ts|time|timestamp|date|jsonrpc|type|op)$/i;
const TOPIC_KEYS = ['channel', 'topic', 'room', 'stream', 'symbol', 'type', 'event'] as const;

interface Track {
  frames: number;
  steps: number;
  stepsByOne: number;
  highest: number;
  missing: number;
  reordered: number;
  repeated: number;
  readonly absent: Set<number>;
  readonly firstSeqs: number[];
}

function createTrack(): Track {
  return {
    frames: 0,
    steps: 0,
    stepsByOne: 0,
    highest: Number.NaN,
    missing: 0,
    reordered: 0,
    repeated: 0,
    absent: new Set(),
    firstSeqs: [],
  };
}

interface Path {
  readonly path: string;
  readonly isOut: boolean;
  readonly all: Track;
  readonly byTopic: Map<string, Track>;
}

export interface NumberingReader {
  add(seq: number, frame: Frame): void;
  breakOff(): void;
  facts(): NumberingFacts | null;
}

export function createNumberingReader(): NumberingReader {
  const paths = new Map<string, Path>();

  function note(seq: number, isOut: boolean, path: string, topic: string, value: number): void {
    const key = `${isOut ? '>' : '<'}${path}`;
    let found = paths.get(key);
    if (!found) {
      if (paths.size >= MAX_PATHS) return;
      found = { path, isOut, all: createTrack(), byTopic: new Map() };
      paths.set(key, found);
    }
    step(found.all, seq, value);
    let track = found.byTopic.get(topic);
    if (!track && found.byTopic.size < MAX_TOPICS) {
      track = createTrack();
      found.byTopic.set(topic, track);
    }
    if (track) step(track, seq, value);
  }

  return {
    add(seq, { isOut, content, json }) {
      const object = placeOf(json ?? socketIoArguments(content));
      if (!object) return;
      const topic = topicOf(object);
      let keys = 0;
      for (const name in object) {
        if (++keys > MAX_KEYS) break;
        const value = object[name];
        if (typeof value === 'number') {
          if (isNumber(value, name)) note(seq, isOut, `$.${name}`, topic, value);
        } else if (isObject(value)) {
          let inner = 0;
          for (const key in value) {
            if (++inner > MAX_KEYS) break;
            const number = value[key];
            if (isNumber(number, key)) note(seq, isOut, `$.${name}.${key}`, topic, number);
          }
        }
      }
    },
    breakOff() {
      for (const { all, byTopic } of paths.values()) {
        for (const track of [all, ...byTopic.values()]) track.highest = Number.NaN;
      }
    },
    facts() {
      const found = [...paths.values()].flatMap(({ path, isOut, all, byTopic }) => {
        const topics = [...byTopic.values()].filter(({ frames }) => frames > 1);
        return [[all], topics].filter(isNumbering).map((tracks) => factsOf(path, isOut, tracks));
      });
      // Of several, the one that more frames carry; of about as many, the one with less to complain about.
      const most = Math.max(0, ...found.map(({ frames }) => frames));
      const eligible = found.filter(({ frames }) => frames >= MIN_STEPS_SHARE * most);
      return eligible.sort((a, b) => complaints(a) - complaints(b) || b.frames - a.frames)[0] ?? null;
    },
  };
}

function isNumber(value: unknown, name: string): value is number {
  return Number.isSafeInteger(value) && !NO_NUMBERING.test(name);
}

/** What follows a packet number: `42["news",{"seq":7}]`. */
function socketIoArguments(content: Frame['content']): unknown {
  if (typeof content !== 'string' || !content.startsWith('42')) return undefined;
  const at = content.slice(0, 64).indexOf('[');
  return at < 0 ? undefined : parseJson(content.slice(at));
}

/** The object that carries the number: the message itself, or the first object in an array (Socket.IO's and Phoenix's arguments). */
function placeOf(json: unknown): JsonObject | null {
  if (isObject(json)) return json;
  return Array.isArray(json) ? (json.slice(0, 6).find(isObject) ?? null) : null;
}

function topicOf(object: JsonObject): string {
  for (const key of TOPIC_KEYS) {
    const value = object[key];
    if (typeof value === 'string') return value.slice(0, 100);
  }
  return '';
}

function step(track: Track, seq: number, value: number): void {
  track.frames++;
  const { highest, absent } = track;
  const jump = value - highest;
  if (Number.isNaN(jump) || Math.abs(jump) > FAR) {
    track.highest = value;
    absent.clear();
    return;
  }
  track.steps++;
  if (jump === 1) {
    track.stepsByOne++;
    track.highest = value;
    return;
  }
  if (jump > 1) {
    track.missing += jump - 1;
    for (let n = highest + 1; n < value && absent.size < MAX_MISSING; n++) absent.add(n);
    track.highest = value;
  } else if (absent.delete(value)) {
    track.missing--;
    track.reordered++;
  } else {
    // 0 or 1 again: counted anew, say after joining again.
    if (value <= 1 && jump < -1) {
      track.highest = value;
      absent.clear();
      track.steps--;
      return;
    }
    track.repeated++;
  }
  if (track.firstSeqs.length < MAX_SEQS) track.firstSeqs.push(seq);
}

function isNumbering(tracks: readonly Track[]): boolean {
  const total = (count: (track: Track) => number) => tracks.reduce((sum, track) => sum + count(track), 0);
  const [frames, steps, byOne] = [
    total(({ frames }) => frames),
    total(({ steps }) => steps),
    total(({ stepsByOne }) => stepsByOne),
  ];
  if (frames < MIN_FRAMES || steps === 0) return false;
  if (byOne >= MIN_STEPS_SHARE * steps) return true;
  // A number that comes late makes up to three steps that are not by one; where most come in the end, it is one still.
  const late = total(({ reordered }) => reordered);
  const isShuffled = byOne + 3 * late >= 0.9 * steps && total(({ missing }) => missing) <= 0.1 * frames;
  return isShuffled && byOne >= 0.4 * steps;
}

function factsOf(path: string, isOut: boolean, tracks: readonly Track[]): NumberingFacts {
  const total = (count: (track: Track) => number) => tracks.reduce((sum, track) => sum + count(track), 0);
  return {
    path,
    isOut,
    frames: total((track) => track.frames),
    missing: total((track) => track.missing),
    reordered: total((track) => track.reordered),
    repeated: total((track) => track.repeated),
    firstSeqs: tracks
      .flatMap(({ firstSeqs }) => firstSeqs)
      .sort((a, b) => a - b)
      .slice(0, MAX_SEQS),
  };
}

function complaints({ missing, reordered, repeated }: NumberingFacts): number {
  return missing + reordered + repeated;
}
