/**
 * Heartbeats that no protocol tells, learned: small frames of one shape and nearly one size, from one side, in an even
 * rhythm of a second or more. Servers send data so, too, and nobody promised that they go on: of a server's frames that
 * nobody answers, all but one number must stay the same. Answers to them are learned too: a shape of the other side's that follows nearly each beat
 * before the next. Bounded: so many shapes, and of each so many of its latest frames.
 */
import type { Frame } from '../../decoders/frame.ts';
import { quantile, sum } from '../numbers.ts';
import { shapeOf } from '../shape.ts';
import { type Beat, spreadOf } from './beats.ts';
import type { HeartbeatFacts } from './digest.ts';
import { createDurations, createSamples, type Samples } from './samples.ts';

const MIN_GAPS = 4;
/** Of the gaps between beats, standard deviation by mean. */
const MAX_VARIATION = 0.15;
/** Timers of hidden tabs stretch and frames get lost: gaps longer than this many periods are left out, if they are few. */
const STRETCHED = 1.5;
const MIN_REGULAR_SHARE = 0.7;
/** Nobody's heart beats faster, and anybody's data do. */
const MIN_PERIOD_MS = 1_000;
/** A shape with shorter gaps than this is data, for good. */
const BUSY_GAP_MS = 400;
const BUSY_AFTER_GAPS = 16;

const MAX_BEAT_BYTES = 256;
/** Beats differ by a number or a time at the most. */
const MAX_SIZE_RANGE = 32;
const MAX_GROUPS = 64;
const MAX_RECENT = 256;
/** An answer follows so many of the beats, within half a period, and there are about as many of them. */
const MIN_ANSWERED_SHARE = 0.8;
const MAX_ANSWER_EXCESS = 1.25;
const MAX_SEQS = 8;
const MIN_GRACE_MS = 1_000;

interface Group {
  readonly shape: string;
  readonly isOut: boolean;
  count: number;
  minBytes: number;
  maxBytes: number;
  longestGapMs: number | null;
  longestGapAtMs: number | null;
  isBusy: boolean;
  /** What all frames have in common when a number is taken out; null when they have less. */
  text: string | null;
  last: Beat | null;
  readonly gaps: Samples;
  recent: Beat[];
}

export interface Rhythm extends HeartbeatFacts {
  /** Of the beats and of their answers, by side. */
  readonly shapes: { readonly out: ReadonlySet<string>; readonly in: ReadonlySet<string> };
}

export interface RhythmReader {
  add(beat: Beat, frame: Frame): void;
  breakOff(): void;
  facts(endMs: number): Rhythm | null;
}

/** A rhythm is believed after `minGaps` gaps. */
export function createRhythmReader(minGaps: number = MIN_GAPS): RhythmReader {
  const groups = new Map<string, Group>();

  function groupOf(isOut: boolean, shape: string): Group | null {
    const key = `${isOut ? '>' : '<'}${shape}`;
    const known = groups.get(key);
    if (known || groups.size >= MAX_GROUPS) return known ?? null;
    const group: Group = {
      shape,
      isOut,
      count: 0,
      minBytes: Number.POSITIVE_INFINITY,
      maxBytes: 0,
      longestGapMs: null,
      longestGapAtMs: null,
      isBusy: false,
      text: '',
      last: null,
      gaps: createSamples(),
      recent: [],
    };
    groups.set(key, group);
    return group;
  }

  return {
    add(beat, frame) {
      if (frame.sizeBytes > MAX_BEAT_BYTES || frame.sizeBytes === 0) return;
      const group = groupOf(beat.isOut, shapeOf(frame));
      if (group && !group.isBusy) count(group, beat, frame);
    },
    breakOff() {
      for (const group of groups.values()) group.last = null;
    },
    facts(endMs) {
      const alive = [...groups.values()].filter(({ isBusy }) => !isBusy);
      const heartbeats = alive
        .filter((group) => isEven(group, minGaps))
        .map((group) => ({ group, answer: answerTo(group, alive) }));
      // Of a question and its answer, which are equally even, the answer is the one that follows the other closely.
      const asking = heartbeats.filter(
        ({ group, answer }) =>
          (group.isOut || answer !== null || group.text !== null) &&
          !heartbeats.some((other) => other.answer?.group === group),
      );
      const [best, ...others] = asking.sort(
        (a, b) => Number(b.answer !== null) - Number(a.answer !== null) || a.group.maxBytes - b.group.maxBytes,
      );
      if (!best) return null;
      const other = best.answer ? undefined : others.find(({ group }) => group.isOut !== best.group.isOut);
      return factsOf(best.group, best.answer, other?.group ?? null, endMs);
    },
  };
}

function count(group: Group, beat: Beat, { sizeBytes, content }: Frame): void {
  if (group.text !== null) {
    const text = withoutNumber(content);
    group.text = group.count === 0 || text === group.text ? text : null;
  }
  group.count++;
  group.minBytes = Math.min(group.minBytes, sizeBytes);
  group.maxBytes = Math.max(group.maxBytes, sizeBytes);
  if (group.last) {
    const gapMs = Math.max(0, beat.atMs - group.last.atMs);
    group.gaps.add(gapMs);
    if (gapMs > (group.longestGapMs ?? -1)) {
      group.longestGapMs = gapMs;
      group.longestGapAtMs = group.last.atMs;
    }
  }
  group.last = beat;
  group.recent.push(beat);
  if (group.recent.length >= 2 * MAX_RECENT) group.recent = group.recent.slice(-MAX_RECENT);
  if (group.gaps.count === BUSY_AFTER_GAPS && quantile(group.gaps.kept, 0.5) < BUSY_GAP_MS) {
    group.isBusy = true;
    group.recent = [];
  }
}

const NUMBER = /-?\d+(?:\.\d+)?/;

/** A text without its first number, bytes as they are. */
function withoutNumber(content: Frame['content']): string {
  return typeof content === 'string' ? content.replace(NUMBER, '#') : content.join();
}

function isEven({ gaps: { kept }, minBytes, maxBytes }: Group, minGaps: number): boolean {
  if (kept.length < minGaps || maxBytes - minBytes > MAX_SIZE_RANGE) return false;
  const middle = quantile(kept, 0.5);
  const regular = kept.filter((gap) => gap <= STRETCHED * middle);
  if (middle < MIN_PERIOD_MS || regular.length < Math.max(minGaps, MIN_REGULAR_SHARE * kept.length)) return false;
  const mean = sum(regular) / regular.length;
  const deviation = Math.sqrt(sum(regular.map((gap) => (gap - mean) ** 2)) / regular.length);
  return deviation <= MAX_VARIATION * mean;
}

interface Answer {
  readonly group: Group;
  /** Beat and answer, of the latest beats. */
  readonly pairs: readonly (readonly [Beat, Beat])[];
}

function answerTo(asked: Group, groups: readonly Group[]): Answer | null {
  const periodMs = quantile(asked.gaps.kept, 0.5);
  const beats = asked.recent.slice(-MAX_RECENT);
  let best: Answer | null = null;
  for (const group of groups) {
    if (group.isOut === asked.isOut || group.count > MAX_ANSWER_EXCESS * asked.count + 1) continue;
    const pairs = pairsOf(beats, group.recent, periodMs / 2);
    if (pairs.length >= MIN_ANSWERED_SHARE * (beats.length - 1) && pairs.length > (best?.pairs.length ?? 0)) {
      best = { group, pairs };
    }
  }
  return best;
}

/** Each beat with the first frame after it that came before the next beat and in time. Both lists rise by seq. */
function pairsOf(
  beats: readonly Beat[],
  replies: readonly Beat[],
  withinMs: number,
): readonly (readonly [Beat, Beat])[] {
  const pairs: (readonly [Beat, Beat])[] = [];
  let next = 0;
  beats.forEach((beat, i) => {
    while (next < replies.length && (replies[next]?.seq ?? 0) < beat.seq) next++;
    const reply = replies[next];
    const isBeforeNext = reply !== undefined && reply.seq < (beats[i + 1]?.seq ?? Number.POSITIVE_INFINITY);
    if (isBeforeNext && reply.atMs - beat.atMs <= withinMs) pairs.push([beat, reply]);
  });
  return pairs;
}

function factsOf(group: Group, answer: Answer | null, other: Group | null, endMs: number): Rhythm {
  const roundTrip = createDurations();
  for (const [beat, reply] of answer?.pairs ?? []) roundTrip.add(reply.atMs - beat.atMs, beat.seq, reply.seq);
  const lastAnswered = answer?.pairs.at(-1)?.[0].seq ?? -1;
  const graceMs = Math.max(MIN_GRACE_MS, 2 * roundTrip.maxMs);
  const overdue = group.recent.filter(({ seq, atMs }) => seq > lastAnswered && endMs - atMs >= graceMs);
  const { kept } = group.gaps;
  const shapes = { out: new Set<string>(), in: new Set<string>() };
  for (const each of [group, answer?.group, other]) if (each) shapes[each.isOut ? 'out' : 'in'].add(each.shape);
  const lastBeats = [group.recent.at(-1), other?.recent.at(-1)].filter((beat) => beat !== undefined);
  return {
    by: other ? 'both' : group.isOut ? 'page' : 'server',
    known: 'learned',
    periodMs: quantile(kept, 0.5),
    spread: spreadOf(kept),
    longestGapMs: group.longestGapMs,
    longestGapAtMs: group.longestGapAtMs,
    beats: group.count + (other?.count ?? 0),
    answers: answer ? Math.min(answer.group.count, group.count) : 0,
    unanswered: answer ? overdue.length : 0,
    isAnswered: answer !== null,
    roundTrip: roundTrip.facts(),
    announced: null,
    onlyWhenIdle: false,
    lastBeatAtMs: Math.max(...lastBeats.map(({ atMs }) => atMs)),
    seqs: [...group.recent.slice(0, MAX_SEQS / 2), ...group.recent.slice(-MAX_SEQS / 2)]
      .map(({ seq }) => seq)
      .filter((seq, i, all) => all.indexOf(seq) === i),
    shapes,
  };
}
