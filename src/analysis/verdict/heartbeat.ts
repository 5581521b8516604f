/** The heartbeat that an application sends: told by its protocol, or learned from its even rhythm. Pure. */

import { createRhythmReader } from '../digest/rhythm.ts';
import { median } from '../numbers.ts';
import { shapeOf } from '../shape.ts';
import type { VerdictConnection, VerdictFrame } from './input.ts';
import { asFrame, isBeat } from './reading.ts';

/** Drops are made soon: a rhythm is believed earlier than where there is all the time in the world. */
const MIN_GAPS = 3;

export interface Heartbeat {
  readonly shape: string;
  readonly periodMs: number | null;
  readonly beats: readonly VerdictFrame[];
}

/** The heartbeat that the page sent on this connection, or null when it sent none. */
export function heartbeatOf(connection: VerdictConnection): Heartbeat | null {
  const sent = connection.frames.filter(({ isOut, isDiscarded }) => isOut && !isDiscarded);
  const known = sent.filter((frame) => isBeat(connection, frame));
  const beats = known.length > 0 ? known : learnedIn(sent);
  const [first] = beats;
  if (!first) return null;
  const gaps = beats.slice(1).map(({ atMs }, i) => atMs - (beats[i]?.atMs ?? 0));
  return { shape: shapeOf(first), periodMs: gaps.length > 0 ? median(gaps) : null, beats };
}

function learnedIn(sent: readonly VerdictFrame[]): readonly VerdictFrame[] {
  const reader = createRhythmReader(MIN_GAPS);
  for (const frame of sent) reader.add(frame, asFrame(frame));
  const shapes = reader.facts(sent.at(-1)?.atMs ?? 0)?.shapes.out;
  return shapes ? sent.filter((frame) => shapes.has(shapeOf(frame))) : [];
}
