/**
 * Heartbeats that the protocol tells: who beats how often, who answers how fast, and what stays unanswered. Reads beat by
 * beat, in bounded memory. `rhythm.ts` learns those that no protocol tells.
 */
import type { Announced, HeartbeatRules } from '../../decoders/protocol.ts';
import { quantile } from '../numbers.ts';
import type { HeartbeatFacts } from './digest.ts';
import { createDurations, createSamples, type Samples } from './samples.ts';

export interface Beat {
  readonly seq: number;
  readonly atMs: number;
  readonly isOut: boolean;
}

/** An answer that has not come after this time, or twice the longest that one took, is missing. */
const MIN_GRACE_MS = 1_000;
const MAX_PENDING = 256;
const MAX_SEQS = 8;

interface Side {
  beats: number;
  last: Beat | null;
  /** The one before the next, unless frames are missing between. */
  previous: Beat | null;
  longestGapMs: number | null;
  longestGapAtMs: number | null;
  readonly gaps: Samples;
  readonly firstSeqs: number[];
  /** Beats since the last that was answered. */
  pending: Beat[];
}

function createSide(): Side {
  return {
    beats: 0,
    last: null,
    previous: null,
    longestGapMs: null,
    longestGapAtMs: null,
    gaps: createSamples(),
    firstSeqs: [],
    pending: [],
  };
}

export interface BeatReader {
  beat(beat: Beat): void;
  answer(beat: Beat): void;
  /** Frames are missing from here on: what was waited for may have come. */
  breakOff(): void;
  readonly beats: number;
  /** What was seen until `endMs`; null where nobody beat. */
  facts(announced: Announced | null, endMs: number): HeartbeatFacts | null;
}

export function createBeatReader(rules: HeartbeatRules): BeatReader {
  const sides = { page: createSide(), server: createSide() };
  const sideOf = ({ isOut }: Beat) => (isOut ? sides.page : sides.server);
  const peerOf = ({ isOut }: Beat) => (isOut ? sides.server : sides.page);
  const roundTrip = createDurations();
  let answers = 0;

  function answer(beat: Beat): void {
    const { pending } = peerOf(beat);
    const asked = pending.at(-1);
    if (!asked) return;
    roundTrip.add(beat.atMs - asked.atMs, asked.seq, beat.seq);
    answers++;
    pending.length = 0;
  }

  return {
    answer,
    beat(beat) {
      // `{"type":"heartbeat"}` there and back: the side that began asks, the other answers.
      if (rules.echoes && peerOf(beat).pending.length > 0) return answer(beat);
      const side = sideOf(beat);
      if (side.previous) {
        const gapMs = Math.max(0, beat.atMs - side.previous.atMs);
        side.gaps.add(gapMs);
        if (gapMs > (side.longestGapMs ?? -1)) {
          side.longestGapMs = gapMs;
          side.longestGapAtMs = side.previous.atMs;
        }
      }
      side.beats++;
      side.last = beat;
      side.previous = beat;
      if (side.firstSeqs.length < MAX_SEQS / 2) side.firstSeqs.push(beat.seq);
      if (side.pending.length >= MAX_PENDING) side.pending = side.pending.slice(MAX_PENDING / 2);
      side.pending.push(beat);
    },
    breakOff() {
      for (const side of [sides.page, sides.server]) {
        side.previous = null;
        side.pending.length = 0;
      }
    },
    get beats() {
      return sides.page.beats + sides.server.beats;
    },
    facts(announced, endMs) {
      const { page, server } = sides;
      if (page.beats + server.beats === 0) return null;
      const by = server.beats === 0 ? 'page' : page.beats === 0 ? 'server' : 'both';
      const main = page.beats >= server.beats ? page : server;
      const isAnswered = rules.isAnswered || answers > 0;
      const graceMs = Math.max(MIN_GRACE_MS, 2 * roundTrip.maxMs);
      const overdue = [...page.pending, ...server.pending].filter(({ atMs }) => endMs - atMs >= graceMs);
      const lastBeats = [page.last, server.last].filter((beat) => beat !== null);
      const { kept } = main.gaps;
      return {
        by,
        known: 'protocol',
        periodMs: kept.length > 0 ? quantile(kept, 0.5) : null,
        spread: spreadOf(kept),
        longestGapMs: main.longestGapMs,
        longestGapAtMs: main.longestGapAtMs,
        beats: page.beats + server.beats,
        answers,
        unanswered: isAnswered ? overdue.length : 0,
        isAnswered,
        roundTrip: roundTrip.facts(),
        announced,
        onlyWhenIdle: rules.onlyWhenIdle,
        lastBeatAtMs: Math.max(...lastBeats.map(({ atMs }) => atMs)),
        seqs: [...new Set([...main.firstSeqs, ...lastBeats.map(({ seq }) => seq)])].slice(0, MAX_SEQS),
      };
    },
  };
}

/** Interquartile range by median. */
export function spreadOf(gaps: readonly number[]): number {
  const middle = quantile(gaps, 0.5);
  return middle > 0 ? (quantile(gaps, 0.75) - quantile(gaps, 0.25)) / middle : 0;
}
