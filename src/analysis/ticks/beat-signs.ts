/**
 * Which frames of a connection are heartbeats, as far as their columns tell: analysis knows some of them by their content
 * (`HeartbeatFacts.seqs`), and beats of one connection are all about as long. A frame of the same direction and of a size
 * between the shortest and the longest known beat counts as one, without reading its payload.
 *
 * That is a guess, and it is checked: where it finds many more than analysis counted, other frames have the same size, and
 * then nothing at all is taken for a heartbeat. It may dim too little, never what somebody must see.
 */

import type { BeatSigns, SizeRange } from '../../protocol/records.ts';
import type { HeartbeatFacts } from '../digest/digest.ts';

export interface BeatSample {
  readonly isOut: boolean;
  readonly sizeBytes: number;
}

/** Found may be more than counted by this share, and by a few that came since. */
const TOLERATED_SHARE = 1.25;
const TOLERATED_FRAMES = 8;

/** Frames that are known to be beats, or answers to them. */
export function knownBeats({ seqs, roundTrip }: HeartbeatFacts): readonly number[] {
  return [...new Set([...seqs, ...(roundTrip?.slowest ?? [])])].sort((a, b) => a - b);
}

export function beatSignsOf(samples: readonly BeatSample[]): BeatSigns {
  return {
    ins: sizesOf(samples.filter(({ isOut }) => !isOut)),
    outs: sizesOf(samples.filter(({ isOut }) => isOut)),
  };
}

function sizesOf(samples: readonly BeatSample[]): SizeRange | null {
  if (samples.length === 0) return null;
  const sizes = samples.map(({ sizeBytes }) => sizeBytes);
  return { leastBytes: Math.min(...sizes), mostBytes: Math.max(...sizes) };
}

export function isBeat({ ins, outs }: BeatSigns, isOut: boolean, sizeBytes: number): boolean {
  const sizes = isOut ? outs : ins;
  return sizes !== null && sizeBytes >= sizes.leastBytes && sizeBytes <= sizes.mostBytes;
}

/** Whether what was found can be what analysis counted. */
export function areTelling(found: number, { beats, answers }: Pick<HeartbeatFacts, 'beats' | 'answers'>): boolean {
  return found <= TOLERATED_SHARE * (beats + answers) + TOLERATED_FRAMES;
}
