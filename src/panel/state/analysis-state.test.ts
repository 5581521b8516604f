import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { createFakeAnalysis } from '../../../e2e/panel/harness/fake-analysis.ts';
import { findingFixture } from '../models/finding-fixture.ts';
import { type AnalysisSubject, createAnalysisState, SETTLE_MS, SHOW_PROGRESS_MS } from './analysis-state.ts';

/** A clock that moves when the test says so, and runs what is due. */
function createWorld() {
  const analysis = createFakeAnalysis();
  analysis.hold();
  const timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  const stored = new Map<string, unknown>();
  const subject = signal<AnalysisSubject | null>({ sessionId: 'a', sinceMs: null });
  const rows = signal<unknown>({});
  let clockMs = 0;
  const state = createAnalysisState({
    edge: analysis.edge,
    subject,
    rows,
    storage: {
      get: async (key) => stored.get(key),
      set: async (key, value) => {
        stored.set(key, value);
      },
    },
    closesWhenLeaving: true,
    nowMs: () => clockMs,
    callAfter: (delayMs, callback) => timers.push({ atMs: clockMs + delayMs, callback }),
  });
  function pass(ms: number): void {
    clockMs += ms;
    for (const timer of timers.filter(({ atMs }) => atMs <= clockMs)) {
      timers.splice(timers.indexOf(timer), 1);
      timer.callback();
    }
  }
  const done = (tookMs = 1) =>
    analysis.tell({ kind: 'done', result: { ...analysis.result(), findings: [findingFixture()], tookMs } });
  return { analysis, state, subject, rows, pass, done, stored, change: () => (rows.value = {}) };
}

describe('the state of the analysis', () => {
  it('asks at once, and again when something has changed and settled', () => {
    const { analysis, change, pass, done } = createWorld();
    expect(analysis.asked.map(({ sessionId }) => sessionId)).toEqual(['a']);
    done();
    pass(10_000);
    const before = analysis.asked.length;
    change();
    pass(SETTLE_MS - 1);
    expect(analysis.asked).toHaveLength(before);
    pass(1);
    expect(analysis.asked).toHaveLength(before + 1);
  });

  it('asks for nothing new before it has been answered, and then for all that has changed', () => {
    const { analysis, change, pass, done } = createWorld();
    change();
    pass(60_000);
    change();
    pass(60_000);
    expect(analysis.asked).toHaveLength(1);
    done();
    pass(60_000);
    expect(analysis.asked).toHaveLength(2);
  });

  it('takes no more than a tenth of the time', () => {
    const { analysis, change, pass, done } = createWorld();
    pass(2_000);
    done(2_000);
    change();
    pass(17_999);
    expect(analysis.asked).toHaveLength(1);
    pass(1);
    expect(analysis.asked).toHaveLength(2);
  });

  it('shows what takes longer than people notice', () => {
    const { analysis, state, pass, done } = createWorld();
    analysis.tell({ kind: 'progress', readFrames: 1, totalFrames: 9 });
    expect(state.progress.value).toBeNull();
    pass(SHOW_PROGRESS_MS);
    expect(state.progress.value).toEqual({ readFrames: 1, totalFrames: 9 });
    done();
    expect(state.progress.value).toBeNull();
  });

  it('forgets what it found when another session is shown, and what is still told of the old one', () => {
    const { analysis, state, subject, done } = createWorld();
    done();
    expect(state.trouble.value).toBe(1);
    state.select('a finding');
    const [first] = analysis.asked;
    subject.value = { sessionId: 'b', sinceMs: null };
    expect([state.findings.value, state.selected.value]).toEqual([[], null]);
    analysis.tell({ kind: 'failed', problem: 'late' }, first?.runId);
    expect(state.problem.value).toBeNull();
    expect(analysis.asked.at(-1)?.sessionId).toBe('b');
  });

  it('does nothing after it was cancelled, until it is asked for again', () => {
    const { analysis, state, change, pass } = createWorld();
    state.cancel();
    expect(analysis.counters.cancels).toBe(1);
    change();
    pass(60_000);
    expect(analysis.asked).toHaveLength(1);
    state.again();
    expect(analysis.asked).toHaveLength(2);
  });

  it('keeps the schema, and asks anew with it', () => {
    const { analysis, state, stored } = createWorld();
    state.setSchema('{}');
    expect(analysis.asked.at(-1)?.schema).toBe('{}');
    expect(stored.get('messageSchema')).toBe('{}');
    state.setSchema('');
    expect(analysis.asked.at(-1)?.schema).toBeNull();
  });
});
