/**
 * Compares what a page saw with what is stored, frame by frame. Pure.
 *
 * A frame is known by the hash of its content, so that a frame in the wrong place, twice, or changed on the way is seen
 * as what it is. What is neither stored nor in a gap is lost.
 */
import type { GapReason } from '../../src/protocol/page-report.ts';

export type Direction = 'in' | 'out';

/** One frame as the database has it. */
export interface StoredFrame {
  readonly direction: Direction;
  readonly sizeBytes: number;
  readonly hash: number;
  /** Its payload had to be left out, and it says so. */
  readonly isEmptied?: boolean;
}

export interface StoredRun {
  readonly firstSeq: number;
  readonly frames: readonly StoredFrame[];
}

export interface StoredConnection {
  readonly stream: string;
  readonly documentId: string;
  readonly nextSeq: number;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly gaps: readonly { readonly firstSeq: number; readonly count: number; readonly reason: GapReason }[];
  readonly framesMissed: number;
  readonly closeCode: number | null;
  readonly closeRequestedCode: number | null;
  readonly goneAtMs: number | null;
  readonly runs: readonly StoredRun[];
}

/** What a page saw of one connection, and what it may have seen after it could last tell. */
export interface SeenConnection {
  readonly stream: string;
  readonly received: number;
  readonly sent: number;
  /** What was sent to it in all: it may have seen more than it could tell. */
  readonly offered: number;
  readonly closeCode: number | null;
  /** The code that the page gave to `close()`; null when it did not call. */
  readonly closeRequestedCode: number | null;
  readonly frameAt: (direction: Direction, index: number) => { readonly sizeBytes: number; readonly hash: number };
}

export interface Audit {
  readonly connections: number;
  /** Frames that the pages saw, both ways. */
  readonly frames: number;
  readonly stored: number;
  readonly gaps: Readonly<Partial<Record<GapReason, number>>>;
  /** Neither stored nor in a gap. */
  readonly lost: number;
  readonly doubled: number;
  /** Stored without their payloads, for want of room. */
  readonly emptied: number;
  /** Content, size or direction that the page did not see. */
  readonly changed: number;
  /** Not in the order in which the page saw them. */
  readonly disordered: number;
  /** Sequence numbers that neither a chunk nor a gap covers, or two do. */
  readonly holes: number;
  readonly closes: number;
  readonly closesStored: number;
}

export const NOTHING: Audit = {
  connections: 0,
  frames: 0,
  stored: 0,
  gaps: {},
  lost: 0,
  doubled: 0,
  emptied: 0,
  changed: 0,
  disordered: 0,
  holes: 0,
  closes: 0,
  closesStored: 0,
};

export function plus(a: Audit, b: Audit): Audit {
  const gaps: Partial<Record<GapReason, number>> = { ...a.gaps };
  for (const [reason, count] of Object.entries(b.gaps) as [GapReason, number][]) {
    gaps[reason] = (gaps[reason] ?? 0) + count;
  }
  return {
    connections: a.connections + b.connections,
    frames: a.frames + b.frames,
    stored: a.stored + b.stored,
    gaps,
    lost: a.lost + b.lost,
    doubled: a.doubled + b.doubled,
    emptied: a.emptied + b.emptied,
    changed: a.changed + b.changed,
    disordered: a.disordered + b.disordered,
    holes: a.holes + b.holes,
    closes: a.closes + b.closes,
    closesStored: a.closesStored + b.closesStored,
  };
}

/** `stored` is null when the connection is not in the database at all. */
export function auditConnection(seen: SeenConnection, stored: StoredConnection | null): Audit {
  const places = new Map<string, { readonly direction: Direction; readonly index: number }>();
  const expect = (direction: Direction, count: number) => {
    for (let index = 0; index < count; index++) {
      const { sizeBytes, hash } = seen.frameAt(direction, index);
      places.set(`${direction} ${sizeBytes} ${hash}`, { direction, index });
    }
  };
  expect('in', Math.max(seen.received, seen.offered));
  expect('out', seen.sent);

  const found = { in: new Set<number>(), out: new Set<number>() };
  const last = { in: -1, out: -1 };
  let storedFrames = 0;
  let doubled = 0;
  let emptied = 0;
  let changed = 0;
  let disordered = 0;
  for (const { frames } of stored?.runs ?? []) {
    for (const { direction, sizeBytes, hash, isEmptied } of frames) {
      storedFrames++;
      // Known by its place and its size, for there is nothing else.
      const next = last[direction] + 1;
      const isNext = isEmptied === true && seen.frameAt(direction, next).sizeBytes === sizeBytes;
      emptied += isNext ? 1 : 0;
      const place = isNext ? { index: next } : places.get(`${direction} ${sizeBytes} ${hash}`);
      if (!place) {
        changed++;
        continue;
      }
      if (found[direction].has(place.index)) doubled++;
      else if (place.index < last[direction]) disordered++;
      found[direction].add(place.index);
      last[direction] = Math.max(last[direction], place.index);
    }
  }

  const gaps: Partial<Record<GapReason, number>> = {};
  for (const { reason, count } of stored?.gaps ?? []) gaps[reason] = (gaps[reason] ?? 0) + count;
  const frames = seen.received + seen.sent;
  const foundOfSeen = [...found.in].filter((index) => index < seen.received).length + found.out.size;
  const lost = Math.max(0, frames - foundOfSeen - (stored?.framesMissed ?? 0));
  const isCloseStored = seen.closeCode !== null && stored?.closeCode === seen.closeCode;
  const isRequestStored = seen.closeRequestedCode !== null && stored?.closeRequestedCode === seen.closeRequestedCode;
  return {
    connections: 1,
    frames,
    stored: storedFrames,
    gaps,
    lost,
    doubled,
    emptied,
    changed,
    disordered,
    holes: stored ? holesIn(stored) : 0,
    closes: Number(seen.closeCode !== null) + Number(seen.closeRequestedCode !== null),
    closesStored: Number(isCloseStored) + Number(isRequestStored),
  };
}

/** Sequence numbers below `nextSeq` that are not covered exactly once, and counters that do not agree with the rows. */
function holesIn({ runs, gaps, nextSeq, framesMissed, framesIn, framesOut }: StoredConnection): number {
  const covered = [
    ...runs.map(({ firstSeq, frames }) => ({ from: firstSeq, to: firstSeq + frames.length })),
    ...gaps.map(({ firstSeq, count }) => ({ from: firstSeq, to: firstSeq + count })),
  ].sort((a, b) => a.from - b.from);
  let holes = 0;
  let at = 0;
  for (const { from, to } of covered) {
    holes += Math.abs(from - at);
    at = to;
  }
  const frames = runs.reduce((sum, run) => sum + run.frames.length, 0);
  return (
    holes + Math.abs(nextSeq - at) + Math.abs(framesIn + framesOut - frames) + Math.abs(framesMissed + frames - nextSeq)
  );
}

/** What is wrong; empty when every frame is stored once or counted as missing, and every close is known. */
export function faultsOf(audit: Audit): readonly string[] {
  const { closes, closesStored } = audit;
  const kinds = ['lost', 'doubled', 'changed', 'disordered', 'holes'] as const;
  return [
    ...kinds.filter((kind) => audit[kind] > 0).map((kind) => `${audit[kind]} ${kind}`),
    ...(closesStored < closes ? [`${closes - closesStored} closes missing`] : []),
  ];
}
