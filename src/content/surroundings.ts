/**
 * What happens around a document's connections: hidden, frozen, offline, asleep, busy. Decides what is worth a report and
 * how many; knows no DOM, which `window-events.ts` does. Nothing of it is begun in a page without sockets.
 */
import type { Surrounding } from '../protocol/evidence.ts';
import type { SurroundingReport } from '../protocol/surroundings.ts';

export interface SurroundingsEdges {
  report(report: SurroundingReport): void;
  /** Document clock. */
  nowMs(): number;
  /** Epoch milliseconds, on the wall clock. */
  wallNowMs(): number;
  /** Gives a function that cancels. */
  callAfter(delayMs: number, callback: () => void): () => void;
  /** Called with every look at the clocks. */
  onTick(): void;
}

export type SurroundingFields = Pick<SurroundingReport, 'durationMs' | 'detail' | 'url'>;

export interface Surroundings {
  /** Something happened; `atMs`: now, when it is not said. */
  note(kind: Surrounding, fields?: SurroundingFields, atMs?: number): void;
  /** On: looks at the clocks now and then. */
  setWatching(on: boolean): void;
}

/** The clocks are compared this often. */
export const TICK_MS = 1_000;
/** Wall clock and document clock apart by more than before: the machine slept, or somebody has set the clock. */
export const JUMP_MS = 2_000;
/** A delay that is late by more: timers of hidden tabs may be, by a second always and by a minute after a while. */
export const LATE_MS = 2_000;
/** So many a second; what comes beyond is counted. */
export const REPORTS_PER_SECOND = 20;

export function createSurroundings(edges: SurroundingsEdges): Surroundings {
  let cancel: (() => void) | null = null;
  let tickedAtMs = 0;
  let aheadMs = 0;
  let secondBeganAtMs = Number.NEGATIVE_INFINITY;
  let reportedInSecond = 0;
  let leftOut = 0;

  function note(kind: Surrounding, fields: SurroundingFields = {}, atMs = edges.nowMs()): void {
    // Nothing ran in between, and the delay that is due was not late but stood still.
    if (kind === 'resumed' || kind === 'pageShown') tickedAtMs = edges.nowMs();
    const nowMs = edges.nowMs();
    if (nowMs - secondBeganAtMs >= 1_000) {
      secondBeganAtMs = nowMs;
      reportedInSecond = 0;
    }
    if (++reportedInSecond > REPORTS_PER_SECOND) {
      leftOut++;
      return;
    }
    edges.report({ kind, atMs, ...fields, ...(leftOut > 0 && { leftOut }) });
    leftOut = 0;
  }

  function clockIsAheadMs(): number {
    return edges.wallNowMs() - edges.nowMs();
  }

  function plan(): void {
    tickedAtMs = edges.nowMs();
    cancel = edges.callAfter(TICK_MS, tick);
  }

  function tick(): void {
    const lateMs = edges.nowMs() - tickedAtMs - TICK_MS;
    const jumpMs = clockIsAheadMs() - aheadMs;
    aheadMs += jumpMs;
    if (jumpMs >= JUMP_MS) note('woke', { durationMs: jumpMs });
    if (lateMs >= LATE_MS) note('timersLate', { durationMs: lateMs });
    edges.onTick();
    plan();
  }

  return {
    note,
    setWatching: (on) => {
      if (on === (cancel !== null)) return;
      cancel?.();
      cancel = null;
      if (!on) return;
      aheadMs = clockIsAheadMs();
      plan();
    },
  };
}
