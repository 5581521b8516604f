import { signal } from '@preact/signals';
import { describe, expect, it, vi } from 'vitest';
import { createFakeRecording } from '../../../e2e/panel/harness/fake-recording.ts';
import { closeRow, connectionRow } from '../../../e2e/panel/harness/rows.ts';
import { STANDARD_BUDGETS } from '../../analysis/verdict/budgets.ts';
import type { ScenarioRun } from '../../protocol/panel-link.ts';
import type { ConnectionRecord, ContextRecord } from '../../protocol/records.ts';
import { createScenarioState } from './scenario-state.ts';
import { createVerdictState } from './verdict-state.ts';

const DROPPED_MS = 5_000;

function runOf(fields: Partial<ScenarioRun>): ScenarioRun {
  return {
    runId: 'run',
    name: 'Server crashes',
    target: { kind: 'tab' },
    targetUrl: null,
    startedAtMs: DROPPED_MS - 10,
    state: 'playing',
    endedAtMs: null,
    round: 1,
    rounds: 1,
    roundEndsAtMs: null,
    mustReopenWithinMs: null,
    refused: 0,
    results: [],
    ...fields,
  };
}

/** One dropped connection, selected, in a panel that has just been opened. */
function createWorld(fields: Partial<ConnectionRecord> = {}) {
  const recording = createFakeRecording();
  const row = connectionRow({
    connectionId: 'doc/0',
    openedAtMs: 1,
    droppedAtMs: DROPPED_MS,
    close: closeRow(DROPPED_MS + 1, 1006, { simulated: true }),
    ...fields,
  });
  recording.connections.set(row.connectionId, row);
  const watchers = new Map<string, (value: unknown) => void>();
  const storage = {
    get: async () => undefined,
    set: async () => undefined,
    onChanged: (key: string, listener: (value: unknown) => void) => {
      watchers.set(key, listener);
    },
  };
  const connections = signal<readonly ConnectionRecord[]>([row]);
  const recorded = signal<readonly ScenarioRun[]>([]);
  const context = signal<readonly ContextRecord[]>([]);
  const clockMs = signal(DROPPED_MS + 6_000);
  const link = { playScenario: vi.fn(), stopScenario: vi.fn() };
  const scenarios = createScenarioState({ link, storage, connections, recorded, nowMs: () => clockMs.value });
  const verdict = createVerdictState({
    source: recording.source,
    storage,
    connections,
    selected: signal(row),
    runs: scenarios.runs,
    context,
    clockMs,
    onError: (error) => {
      throw error;
    },
  });
  return { scenarios, verdict, recorded, context, watchers, clockMs, row };
}

async function stateOf({ verdict }: ReturnType<typeof createWorld>) {
  // The rules are loaded with the first verdict: on a busy machine that takes longer than what is waited for by default.
  await vi.waitFor(() => expect(verdict.card.value).not.toBeNull(), { timeout: 15_000 });
  return verdict.card.value?.state;
}

describe('the verdict of a panel', () => {
  it('is interrupted when the recording says that the scenario was, though nobody told this panel', async () => {
    const world = createWorld();
    expect(await stateOf(world)).toBe('pending');
    world.recorded.value = [runOf({ state: 'interrupted', endedAtMs: DROPPED_MS + 1_000 })];
    expect(await stateOf(world)).toBe('interrupted');
  });

  it('is interrupted by a pause of the recording', async () => {
    const world = createWorld();
    const base = { sessionId: 's', documentId: null, connectionId: null };
    world.context.value = [{ ...base, atMs: DROPPED_MS + 2_000, kind: 'recordingPaused' }];
    expect(await stateOf(world)).toBe('interrupted');
  });

  it('believes what it is told before what it has read', () => {
    const { scenarios, recorded } = createWorld();
    scenarios.onRun(runOf({ refused: 3 }));
    recorded.value = [runOf({ state: 'interrupted', endedAtMs: 9_000 }), runOf({ runId: 'earlier' })];
    expect(scenarios.runs.value.map(({ runId, state }) => [runId, state])).toEqual([
      ['earlier', 'playing'],
      ['run', 'playing'],
    ]);
  });

  it('is there for a silence that nobody has noticed yet, and grows with the clock', async () => {
    const times = { startedAtMs: DROPPED_MS, firedAtMs: DROPPED_MS, endedAtMs: null, cause: null };
    const counts = { count: 1, lost: 0, delayed: 0, changed: 0, added: 0 };
    const faults = [{ fault: 'run.1.0', effect: 'silence', silences: 'both', ...times, ...counts } as const];
    const world = createWorld({ droppedAtMs: null, close: null, faults });
    expect(world.verdict.isThere.value).toBe(true);
    expect(await stateOf(world)).toBe('pending');
    expect(world.verdict.card.value?.lines[0]?.why).toMatch(/^Not noticed yet: nothing has passed for 6/);
    world.clockMs.value = DROPPED_MS + 40_000;
    expect(await stateOf(world)).toBe('failed');
  });

  it('goes by budgets that another panel has stored, and scenarios come from there, too', () => {
    const { verdict, scenarios, watchers } = createWorld();
    watchers.get('budgets')?.({ noticeMs: 7 });
    expect(verdict.budgets.value).toEqual({ ...STANDARD_BUDGETS, noticeMs: 7 });
    watchers.get('budgets')?.('nonsense');
    expect(verdict.budgets.value).toEqual(STANDARD_BUDGETS);
    watchers.get('scenarios')?.([{ name: 'nonsense' }]);
    expect(scenarios.own.value).toEqual([]);
  });
});
