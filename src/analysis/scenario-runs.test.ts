import { describe, expect, it } from 'vitest';
import type { ScenarioRun } from '../protocol/panel-link.ts';
import type { ConnectionRecord, ContextRecord, DocumentRecord } from '../protocol/records.ts';
import { cutShortAtMs, lastSeenMs, openRunOf, runsOf } from './scenario-runs.ts';

function run(runId: string, fields: Partial<ScenarioRun> = {}): ScenarioRun {
  return { runId, name: runId, startedAtMs: 10, state: 'playing', endedAtMs: null, ...fields } as ScenarioRun;
}

function row(kind: ContextRecord['kind'], atMs: number, known?: ScenarioRun): ContextRecord {
  const base = { sessionId: 's', documentId: null, connectionId: null, atMs, kind };
  return known ? { ...base, run: known } : base;
}

const known = { playingId: null, lastSeenMs: 50 };

describe('runs of a recording', () => {
  it('are as they stood last; one without an end was interrupted', () => {
    const context = [
      row('faultStarted', 10, run('a')),
      row('faultEnded', 20, run('a', { state: 'finished', endedAtMs: 20 })),
      row('faultStarted', 30, run('b', { startedAtMs: 30 })),
    ];
    expect(runsOf(context, known).map(({ runId, state, endedAtMs }) => [runId, state, endedAtMs])).toEqual([
      ['a', 'finished', 20],
      ['b', 'interrupted', 50],
    ]);
    expect(openRunOf(context, known)?.runId).toBe('b');
    expect(runsOf(context, { ...known, playingId: 'b' }).at(-1)?.state).toBe('playing');
    expect(openRunOf(context, { ...known, playingId: 'b' })).toBeNull();
    const ended = [...context, row('faultEnded', 40, run('b', { state: 'interrupted', endedAtMs: 40 }))];
    expect(openRunOf(ended, known)).toBeNull();
    expect(runsOf(ended, known).at(-1)?.endedAtMs).toBe(40);
  });

  it('cut the watching short when they are interrupted after the drop, as a pause does', () => {
    const broken = run('a', { state: 'interrupted', startedAtMs: 10, endedAtMs: 40 });
    expect(cutShortAtMs(20, [broken], [])).toBe(40);
    expect(cutShortAtMs(5, [broken], [])).toBeNull();
    expect(cutShortAtMs(41, [broken], [])).toBeNull();
    expect(cutShortAtMs(20, [run('b', { state: 'stopped', endedAtMs: 40 })], [])).toBeNull();
    expect(cutShortAtMs(20, [broken], [row('recordingPaused', 30)])).toBe(30);
    expect(cutShortAtMs(35, [], [row('recordingPaused', 30)])).toBeNull();
  });

  it('end with the last sign of life, where nobody wrote down their end', () => {
    const documents = [{ openedAtMs: 1, goneAtMs: 7 } as DocumentRecord];
    const connections = [{ createdAtMs: 2, lastFrameAtMs: 9, close: { atMs: 8 } } as ConnectionRecord];
    expect(lastSeenMs(documents, connections, [row('hidden', 5)])).toBe(9);
    expect(lastSeenMs([], [], [])).toBe(0);
  });
});
