/** The heartbeat that an application sends: known by its text, or learned from its even rhythm. Pure. */

import type { VerdictConnection, VerdictFrame } from './input.ts';
import { median } from './policy/numbers.ts';
import { isBeat, shapeOf } from './shapes.ts';

/** Learned from so many gaps, the middle of which may be off by such a part. */
const MIN_GAPS = 3;
const MAX_UNEVENNESS = 0.15;

export interface Heartbeat {
  readonly shape: string;
  readonly periodMs: number | null;
  readonly beats: readonly VerdictFrame[];
}

/** The heartbeat that the page sent on this connection, or null when it sent none. */
export function heartbeatOf({ frames }: VerdictConnection): Heartbeat | null {
  const sent = frames.filter(({ isOut, isDiscarded }) => isOut && !isDiscarded);
  const known = sent.filter(isBeat);
  const groups = known.length > 0 ? [known] : [...groupByShape(sent).values()].filter(isEven);
  const [beats] = groups.sort((a, b) => b.length - a.length);
  if (!beats?.[0]) return null;
  const gaps = gapsOf(beats);
  return { shape: shapeOf(beats[0]), periodMs: gaps.length > 0 ? median(gaps) : null, beats };
}

function groupByShape(frames: readonly VerdictFrame[]): ReadonlyMap<string, readonly VerdictFrame[]> {
  const groups = new Map<string, VerdictFrame[]>();
  for (const frame of frames) {
    const shape = shapeOf(frame);
    const group = groups.get(shape);
    if (group) group.push(frame);
    else groups.set(shape, [frame]);
  }
  return groups;
}

/** Not only even, but a second or more apart: nobody's heart beats faster, and anybody's data do. */
function isEven(frames: readonly VerdictFrame[]): boolean {
  const gaps = gapsOf(frames);
  if (gaps.length < MIN_GAPS) return false;
  const middle = median(gaps);
  return middle >= 1_000 && gaps.every((gap) => Math.abs(gap - middle) <= MAX_UNEVENNESS * middle);
}

function gapsOf(frames: readonly VerdictFrame[]): readonly number[] {
  return frames.slice(1).map(({ atMs }, i) => atMs - (frames[i]?.atMs ?? 0));
}
