import { describe, expect, it } from 'vitest';
import { created } from '../protocol/fixtures.ts';
import { MAX_FAULTS_LISTED, MAX_HELD_LISTED } from '../protocol/limits.ts';
import type { FaultReport } from '../protocol/page-report.ts';
import type { ConnectionRecord } from '../protocol/records.ts';
import { applyReport } from './apply.ts';
import { identityOf, TIME_ORIGIN_MS } from './fixtures.ts';

function rowAfter(...reports: readonly FaultReport[]): ConnectionRecord {
  const first = applyReport(null, created(), identityOf());
  if (!first) throw new Error('The connection was refused.');
  return reports.reduce((known, report) => {
    const applied = applyReport(known, report, identityOf());
    if (!applied) throw new Error(`${report.kind} was refused.`);
    return applied.connection;
  }, first.connection);
}

const base = { connection: 0, fault: 'run.1.0' } as const;
const started = (atMs: number, fault: string = base.fault): FaultReport => ({
  ...base,
  fault,
  kind: 'faultStarted',
  atMs,
  effect: 'silence',
  silences: 'both',
});
const fired = (atMs: number, count: number): FaultReport => ({ ...base, kind: 'faultFired', atMs, count });
const ended = (atMs: number, count: number, lost: number): FaultReport => ({
  ...base,
  kind: 'faultEnded',
  atMs,
  cause: 'stopped',
  count,
  lost,
  delayed: 0,
  changed: 0,
  added: 0,
});
const held = (heldId: number, fault: string = base.fault): FaultReport => ({
  ...base,
  fault,
  kind: 'frameHeld',
  atMs: 9,
  heldId,
  direction: 'out',
  text: `frame ${heldId}`,
  bytes: null,
  sizeBytes: 7,
});

describe('faults in the row of their connection', () => {
  it('tell what holds, from when to when, and what it did', () => {
    expect(rowAfter(started(5)).faults).toMatchObject([
      { fault: 'run.1.0', effect: 'silence', silences: 'both', startedAtMs: TIME_ORIGIN_MS + 5, firedAtMs: null },
    ]);
    expect(rowAfter(started(5), fired(6, 1)).faults).toMatchObject([
      { firedAtMs: TIME_ORIGIN_MS + 6, endedAtMs: null, count: 1 },
    ]);
    expect(rowAfter(started(5), fired(6, 1), ended(9, 1, 3)).faults).toMatchObject([
      { endedAtMs: TIME_ORIGIN_MS + 9, cause: 'stopped', lost: 3 },
    ]);
    expect(rowAfter(started(5), fired(6, 1), ended(9, 1, 3), fired(12, 2)).faults).toMatchObject([
      { firedAtMs: TIME_ORIGIN_MS + 12, endedAtMs: null, cause: null, count: 2 },
    ]);
  });

  it('are listed up to a bound, the newest; what was never told to start changes nothing', () => {
    const all = rowAfter(...Array.from({ length: MAX_FAULTS_LISTED + 2 }, (_, i) => started(i, `f${i}`)));
    expect(all.faults).toHaveLength(MAX_FAULTS_LISTED);
    expect(all.faults?.at(-1)?.fault).toBe(`f${MAX_FAULTS_LISTED + 1}`);
    expect(rowAfter(fired(6, 1), ended(7, 1, 0))).toEqual(rowAfter());
  });

  it('list what they hold until it is let go, or the fault is over', () => {
    const two = [started(1), held(1), held(2)] as const;
    expect(rowAfter(...two).held?.map(({ text }) => text)).toEqual(['frame 1', 'frame 2']);
    const released: FaultReport = { ...base, kind: 'frameReleased', atMs: 10, heldId: 1, isLost: false };
    expect(rowAfter(...two, released).held?.map(({ heldId }) => heldId)).toEqual([2]);
    expect(rowAfter(...two, held(3, 'other'), ended(9, 1, 0)).held?.map(({ heldId }) => heldId)).toEqual([3]);
    expect(rowAfter(...two, ended(9, 1, 0)).held).toBeUndefined();
    expect(rowAfter(...Array.from({ length: MAX_HELD_LISTED + 1 }, (_, i) => held(i))).held).toHaveLength(
      MAX_HELD_LISTED,
    );
  });
});
