/**
 * Which connections lived on when others ended, looked up by the moment: a tree of maxima over all lives, so that a session
 * of many ends costs no more than their number times its logarithm. Pure.
 */
import { firstAtOrAfter } from '../numbers.ts';
import type { Life } from './life.ts';

/** A connection that still gets frames so long after others ended was not hit by the same. */
const SPARED_MS = 1_000;

/** Who was open at `atMs` and received something after it, in the order of their creation; `most` of them at most. */
export type SurvivorsAt = (atMs: number, most?: number) => readonly Life[];

/** `lives` in the order of their creation. */
export function createSurvivors(lives: readonly Life[]): SurvivorsAt {
  const leaves = 2 ** Math.ceil(Math.log2(Math.max(1, lives.length)));
  /** The children of node i are 2i and 2i + 1, the leaves are the last half: up to when each is known to have lived. */
  const untilMs = new Float64Array(2 * leaves).fill(Number.NEGATIVE_INFINITY);
  lives.forEach((life, i) => {
    untilMs[leaves + i] = sparedUntilMs(life);
  });
  for (let i = leaves - 1; i > 0; i--) untilMs[i] = Math.max(untilMs[2 * i] ?? 0, untilMs[2 * i + 1] ?? 0);

  const createdMs = lives.map((life) => life.createdMs);

  return (atMs, most = Number.POSITIVE_INFINITY) => {
    const end = firstAtOrAfter(createdMs, atMs);
    const found: Life[] = [];
    /** Below `node` are `count` leaves from `first` on. */
    const look = (node: number, first: number, count: number): void => {
      if (first >= end || found.length >= most || !((untilMs[node] ?? 0) > atMs)) return;
      if (count > 1) {
        look(2 * node, first, count / 2);
        look(2 * node + 1, first + count / 2, count / 2);
        return;
      }
      const life = lives[first];
      if (life?.openedMs != null && life.openedMs < atMs) found.push(life);
    };
    look(1, 0, leaves);
    return found;
  };
}

/** Ends that come after this moment are not survived. */
function sparedUntilMs({ openedMs, endMs, digest, record }: Life): number {
  if (openedMs === null) return Number.NEGATIVE_INFINITY;
  const heardMs = digest?.lastInAtMs ?? record.lastFrameAtMs ?? 0;
  return (
    Math.min(endMs ?? Number.POSITIVE_INFINITY, Number.isNaN(heardMs) ? Number.NEGATIVE_INFINITY : heardMs) - SPARED_MS
  );
}
