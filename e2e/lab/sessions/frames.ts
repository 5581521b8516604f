/** The frames of one generated connection: when each was, in which direction, what it says. Pure; made when it is asked for. */
import { FRAME_OUT, type FrameColumns } from '../../../src/protocol/frame-columns.ts';
import type { Dialect } from './dialects.ts';
import { createRandom } from './random.ts';

export interface FramesPlan {
  readonly seed: number;
  readonly dialect: Dialect;
  readonly count: number;
  readonly payloadBytes: number;
  readonly openedAtMs: number;
  readonly endedAtMs: number;
}

export interface GeneratedFrame {
  readonly atMs: number;
  readonly isOut: boolean;
  readonly text: string;
}

/** When the frames of a connection were, and what each is; without what they say. */
export interface FrameTable {
  readonly atMs: Float64Array;
  readonly kinds: Uint8Array;
}

/** Between heartbeats, as most servers and clients have it. */
export const BEAT_MS = 25_000;
/** The longest answer to one. */
const MAX_PONG_MS = 60;
/** One data frame in so many is sent by the page. */
const OUT_EVERY = 6;
/** This word is in one data frame of so many: something to search for. */
export const NEEDLE = 'needle';
export const NEEDLE_EVERY = 4_999;

const DATA_IN = 0;
const DATA_OUT = 1;
const PING = 2;
const PONG = 3;
const OPENING = 4;

/** What fills frames: words, longer than any of their notes that is cut out of it. */
const WORDS =
  'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et '.repeat(40);

/**
 * Rising times: the opening at once, heartbeats every 25 s, the data between them in waves, as real traffic comes. Half of
 * the frames at most are heartbeats, however long it lasted.
 */
export function frameTable({ seed, dialect, count, openedAtMs, endedAtMs }: FramesPlan): FrameTable {
  const random = createRandom(seed);
  const atMs = new Float64Array(count);
  const kinds = new Uint8Array(count);
  const openings = Math.min(count, dialect.opening.length);
  const startMs = openedAtMs + 5 * (openings + 1);
  const lastMs = Math.max(startMs, endedAtMs - 2 * MAX_PONG_MS);
  const beats = Math.min(Math.floor((lastMs - startMs) / BEAT_MS), Math.floor((count - openings) / 4));
  const dataCount = count - openings - 2 * beats;
  const waves = random.between(1, 6);
  const depth = 0.9 * random.next();

  for (let i = 0; i < openings; i++) {
    atMs[i] = openedAtMs + 5 * (i + 1);
    kinds[i] = OPENING;
  }
  let at = openings;
  let beat = 1;
  let pongAtMs = Number.POSITIVE_INFINITY;
  function beatUntil(untilMs: number): void {
    for (;;) {
      const pingAtMs = beat <= beats ? startMs + beat * BEAT_MS : Number.POSITIVE_INFINITY;
      const isPong = pongAtMs <= pingAtMs;
      const nextMs = isPong ? pongAtMs : pingAtMs;
      if (nextMs > untilMs || at >= count) return;
      atMs[at] = nextMs;
      kinds[at++] = isPong ? PONG : PING;
      if (isPong) pongAtMs = Number.POSITIVE_INFINITY;
      else {
        beat++;
        pongAtMs = nextMs + 5 + (MAX_PONG_MS - 5) * random.next();
      }
    }
  }
  for (let i = 0; i < dataCount; i++) {
    // A share of the time that rises with i, faster and slower by turns.
    const even = (i + 0.8 * random.next()) / dataCount;
    const wavy = even - (depth * Math.sin(2 * Math.PI * waves * even)) / (2 * Math.PI * waves);
    const dueMs = startMs + wavy * (lastMs - startMs);
    beatUntil(dueMs);
    atMs[at] = Math.max(dueMs, atMs[at - 1] ?? 0);
    kinds[at++] = i % OUT_EVERY === OUT_EVERY - 1 ? DATA_OUT : DATA_IN;
  }
  beatUntil(Number.POSITIVE_INFINITY);
  return { atMs, kinds };
}

/** Frame number `seq` of the connection. */
export function frameAt(plan: FramesPlan, table: FrameTable, seq: number): GeneratedFrame {
  const kind = table.kinds[seq] ?? DATA_IN;
  return { atMs: table.atMs[seq] ?? 0, isOut: isOut(plan.dialect, kind, seq), text: textOf(plan, kind, seq) };
}

/** Consecutive frames as the store takes them. */
export function frameColumns(plan: FramesPlan, table: FrameTable, fromSeq: number, toSeq: number): FrameColumns {
  const count = toSeq - fromSeq;
  const flags = new Uint8Array(count);
  const sizeBytes = new Float64Array(count);
  const textEnds = new Uint32Array(count);
  const texts: string[] = [];
  let length = 0;
  for (let i = 0; i < count; i++) {
    const seq = fromSeq + i;
    const kind = table.kinds[seq] ?? DATA_IN;
    const text = textOf(plan, kind, seq);
    texts.push(text);
    length += text.length;
    textEnds[i] = length;
    sizeBytes[i] = text.length;
    flags[i] = isOut(plan.dialect, kind, seq) ? FRAME_OUT : 0;
  }
  return {
    count,
    atMs: table.atMs.slice(fromSeq, toSeq) as Float64Array<ArrayBuffer>,
    flags,
    sizeBytes,
    text: texts.join(''),
    textEnds,
    bytes: new Uint8Array(),
    byteEnds: new Uint32Array(count),
  };
}

function isOut(dialect: Dialect, kind: number, seq: number): boolean {
  switch (kind) {
    case PING:
      return dialect.ping[0];
    case PONG:
      return dialect.pong[0];
    case OPENING:
      return dialect.opening[seq]?.[0] ?? false;
    default:
      return kind === DATA_OUT;
  }
}

function textOf({ seed, dialect, payloadBytes }: FramesPlan, kind: number, seq: number): string {
  switch (kind) {
    case PING:
      return dialect.ping[1];
    case PONG:
      return dialect.pong[1];
    case OPENING:
      return dialect.opening[seq]?.[1] ?? '';
    default:
      return dialect.data(seq, (lengthSoFar) => {
        const wanted = Math.max(0, payloadBytes - lengthSoFar);
        const from = (seed + 7 * seq) % 997;
        const words =
          wanted < 3_000 ? WORDS.slice(from, from + wanted) : WORDS.repeat(Math.ceil(wanted / 3_000)).slice(0, wanted);
        const hasNeedle = (seed + seq) % NEEDLE_EVERY === 0 && wanted >= NEEDLE.length;
        return hasNeedle ? NEEDLE + words.slice(NEEDLE.length) : words;
      });
  }
}
