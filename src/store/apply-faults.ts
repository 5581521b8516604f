/**
 * What a page's report of a fault makes of its connection's row: the list of faults with their times and counts, and the
 * frames that wait for the user's word. Pure. What does not fit (a fault that never started) changes nothing: when more is
 * told than may be listed, the oldest are forgotten.
 */
import { MAX_FAULTS_LISTED, MAX_HELD_LISTED } from '../protocol/limits.ts';
import type { FaultReport } from '../protocol/page-report.ts';
import type { ConnectionFault, ConnectionRecord, HeldFrame } from '../protocol/records.ts';

/** `atMs`: epoch milliseconds. */
export function withFault(known: ConnectionRecord, report: FaultReport, atMs: number): ConnectionRecord {
  switch (report.kind) {
    case 'faultStarted': {
      const { fault, effect, silences } = report;
      const started: ConnectionFault = { ...NOT_BEGUN, fault, effect, silences, startedAtMs: atMs };
      const others = (known.faults ?? []).filter((other) => other.fault !== fault);
      return { ...known, faults: [...others, started].slice(-MAX_FAULTS_LISTED) };
    }
    case 'faultFired':
      return changed(known, report.fault, { firedAtMs: atMs, endedAtMs: null, cause: null, count: report.count });
    case 'faultEnded': {
      const { fault, cause, count, lost, delayed, changed: changedFrames, added } = report;
      const over = changed(known, fault, {
        endedAtMs: atMs,
        cause,
        count,
        lost,
        delayed,
        changed: changedFrames,
        added,
      });
      return withHeld(over, (frame) => frame.fault !== fault);
    }
    case 'frameHeld': {
      const { heldId, fault, direction, text, bytes, sizeBytes } = report;
      const held = known.held ?? [];
      if (held.length >= MAX_HELD_LISTED) return known;
      return { ...known, held: [...held, { heldId, fault, atMs, direction, text, bytes, sizeBytes }] };
    }
    case 'frameReleased':
      return withHeld(known, ({ heldId }) => heldId !== report.heldId);
  }
}

const NOT_BEGUN = {
  firedAtMs: null,
  endedAtMs: null,
  cause: null,
  count: 0,
  lost: 0,
  delayed: 0,
  changed: 0,
  added: 0,
};

function changed(known: ConnectionRecord, fault: string, fields: Partial<ConnectionFault>): ConnectionRecord {
  const { faults } = known;
  return faults?.some((one) => one.fault === fault)
    ? { ...known, faults: faults.map((one) => (one.fault === fault ? { ...one, ...fields } : one)) }
    : known;
}

function withHeld(known: ConnectionRecord, stays: (frame: HeldFrame) => boolean): ConnectionRecord {
  const { held, ...rest } = known;
  if (held === undefined || held.every(stays)) return known;
  const left = held.filter(stays);
  return left.length > 0 ? { ...rest, held: left } : rest;
}
