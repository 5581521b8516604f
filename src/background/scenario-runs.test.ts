import { beforeEach, describe, expect, it } from 'vitest';
import type { Refusal } from '../browser/refusals.ts';
import { CATALOGUE } from '../faults/catalogue.ts';
import type { Scenario } from '../faults/scenario.ts';
import type { CommandOutcome } from '../protocol/page-report.ts';
import type { ScenarioRun, ScenarioTarget } from '../protocol/panel-link.ts';
import type { ConnectionRecord } from '../protocol/records.ts';
import { applyReport } from '../store/apply.ts';
import type { FaultOrder } from './relay-links.ts';
import { createScenarioRuns, KEEP_ALIVE_MS, ROUND_PAUSE_MS, type ScenarioRuns, SETTLE_MS } from './scenario-runs.ts';

const TAB = 7;
const ONE: ScenarioTarget = { kind: 'connection', connectionId: 'doc/0' };
const ALL: ScenarioTarget = { kind: 'tab' };

let nowMs: number;
let timers: { readonly atMs: number; readonly callback: () => void }[];
let rows: Map<string, ConnectionRecord>;
let documents: string[];
let refusals: Map<number, Refusal>;
let log: string[];
let told: ScenarioRun[];
let notes: string[];
let answer: CommandOutcome | null;
let keptAlive: number;
let runs: ScenarioRuns;

beforeEach(() => {
  nowMs = 1_000_000;
  timers = [];
  rows = new Map();
  documents = ['doc'];
  refusals = new Map();
  log = [];
  told = [];
  notes = [];
  answer = 'done';
  keptAlive = 0;
  runs = createScenarioRuns({
    refusals: {
      add: async (refusal) => {
        refusals.set(refusal.id, refusal);
        log.push('refuse');
      },
      remove: async (ids) => {
        for (const id of ids) refusals.delete(id);
        log.push('allow');
      },
      removeAll: async () => refusals.clear(),
    },
    sessionOf: (tabId) => (tabId === TAB ? 'session' : undefined),
    connectionsOf: async () => [...rows.values()],
    obstacleOf: async (_, id) => (id.startsWith('other') ? 'notAllowed' : null),
    documentsOf: () => documents,
    command: async (documentId, order) => {
      log.push(`${documentId}: ${wordsOf(order)}`);
      return answer;
    },
    stopAllFaults: () => log.push('stopAllFaults'),
    tell: (_, run) => told.push(run),
    note: (_, sessionId, run, played) =>
      notes.push(`${sessionId} ${played ? 'begins' : 'ends'} ${run.name} ${run.state}`),
    keepAlive: () => keptAlive++,
    onRefused: (_, { connectionId }) => log.push(`refused ${connectionId}`),
    onFailed: (_, error) => {
      throw error;
    },
    newId: () => 'run',
    nowMs: () => nowMs,
    callAfter: (delayMs, callback) => {
      timers.push({ atMs: nowMs + delayMs, callback });
    },
  });
});

function wordsOf(order: FaultOrder): string {
  if (order.kind === 'stopFault') return `stop ${order.faultId}`;
  if (order.kind !== 'fault') return order.kind;
  const { id, where, when, what } = order.fault;
  const place = where.kind === 'connection' ? `connection ${where.connection}` : where.kind;
  return `${what.kind}${what.kind === 'end' ? ` ${what.code}` : ''} ${when.kind} ${place} ${id}`;
}

function scenario(name: string, fields: Partial<Scenario> = {}): Scenario {
  const found = CATALOGUE.find((one) => one.name === name);
  if (!found) throw new Error(`There is no scenario ${name}.`);
  return { ...found, ...fields };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve();
}

async function pass(ms: number): Promise<void> {
  const untilMs = nowMs + ms;
  for (;;) {
    const due = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
    if (!due) break;
    timers = timers.filter((other) => other !== due);
    nowMs = Math.max(nowMs, due.atMs);
    due.callback();
    await settle();
  }
  nowMs = untilMs;
  await settle();
}

function put(connection: number, fields: Partial<ConnectionRecord> = {}): void {
  const document = { documentId: 'doc', sessionId: 'session', timeOriginMs: nowMs };
  const created = applyReport(
    null,
    { kind: 'connectionCreated', connection, atMs: 0, url: 'wss://a.test/live?token=1', protocols: [] },
    document,
  );
  if (!created) throw new Error('The row was refused.');
  const row = { ...created.connection, openedAtMs: nowMs, ...fields };
  rows.set(row.connectionId, row);
  runs.onRowsChanged(TAB, [row]);
}

function lose(connection: number, code = 1006): void {
  const row = rows.get(`doc/${connection}`);
  if (!row) throw new Error('There is no such connection.');
  const close = { atMs: nowMs, code, reason: '', wasClean: code !== 1006, simulated: true };
  rows.set(row.connectionId, { ...row, close });
  runs.onRowsChanged(TAB, [{ ...row, close }]);
}

const over = (fault: string, documentId = 'doc') => runs.onFaultOver(TAB, documentId, `run.${fault}`);
const state = () => runs.runOf(TAB)?.state;

describe('a scenario', () => {
  it('refuses handshakes first, then ends the connection, and lets them pass when its time is over', async () => {
    put(0);
    expect(await runs.play(TAB, scenario('Server crashes'), ONE)).toEqual({ outcome: 'done', detail: '' });
    expect(log).toEqual(['refuse', 'doc: end 1006 now connection 0 run.1.1']);
    expect([...refusals.values()]).toEqual([{ id: 1, tabId: TAB, urlPattern: 'wss://a.test/live*' }]);
    lose(0);
    over('1.1');
    runs.onHandshakeFailed(TAB, 'wss://a.test/live?token=2');
    runs.onHandshakeFailed(TAB, 'wss://a.test/other');
    expect(runs.runOf(TAB)).toMatchObject({
      state: 'playing',
      refused: 1,
      roundEndsAtMs: nowMs + 10_000,
      targetUrl: 'wss://a.test/live?token=1',
    });
    await pass(9_999);
    expect(refusals.size).toBe(1);
    await pass(1);
    expect(refusals.size).toBe(0);
    await pass(SETTLE_MS);
    expect(runs.runOf(TAB)).toMatchObject({ state: 'finished', roundEndsAtMs: null, endedAtMs: nowMs });
    expect(runs.runOf(TAB)?.results).toMatchObject([{ lost: 1, reopenedAtMs: null }]);
    expect(log.at(-1)).toBe('stopAllFaults');
    expect(notes).toEqual(['session begins Server crashes playing', 'session ends Server crashes finished']);
  });

  it('knows the connections that were refused because of it', async () => {
    put(0);
    await runs.play(TAB, scenario('Server crashes'), ONE);
    log = [];
    const failed = (fields: Partial<ConnectionRecord> = {}) => {
      const close = { atMs: nowMs + 5, code: 1006, reason: '', wasClean: false, simulated: false };
      put(1, { openedAtMs: null, close, ...fields });
    };
    await pass(1_000);
    failed();
    failed({ refusedAtMs: nowMs });
    failed({ url: 'wss://b.test/' });
    failed({ createdAtMs: nowMs - 5_000 });
    failed({ openedAtMs: nowMs });
    failed({ closeRequested: { atMs: nowMs, code: null, reason: null } });
    expect(log).toEqual(['refused doc/1']);
    await pass(9_100);
    log = [];
    failed({ createdAtMs: nowMs - 9_500 });
    failed();
    expect(log).toEqual(['refused doc/1']);
  });

  it('refuses as many handshakes as were asked for', async () => {
    put(0);
    const steps: Scenario['steps'] = [
      {
        atMs: 0,
        forMs: null,
        later: false,
        when: { kind: 'now' },
        what: { kind: 'refuse', count: 2, durationMs: null },
        times: null,
      },
    ];
    await runs.play(TAB, scenario('Server crashes', { steps }), ALL);
    expect([...refusals.values()]).toEqual([{ id: 1, tabId: TAB, urlPattern: null }]);
    runs.onHandshakeFailed(TAB, 'wss://a.test/live');
    await settle();
    expect(refusals.size).toBe(1);
    runs.onHandshakeFailed(TAB, 'wss://b.test/');
    await settle();
    expect(refusals.size).toBe(0);
  });

  it('plays each step at its moment', async () => {
    put(0);
    await runs.play(TAB, scenario('Zombie connection'), ONE);
    expect(log).toEqual(['doc: silence now connection 0 run.1.0']);
    await pass(59_999);
    expect(log).toHaveLength(1);
    await pass(1);
    expect(log[1]).toBe('doc: end 1006 now connection 0 run.1.1');
    over('1.0');
    over('1.1');
    await pass(SETTLE_MS);
    expect(state()).toBe('finished');
    expect(keptAlive).toBe(Math.floor(60_000 / KEEP_ALIVE_MS));
  });

  it('stops what has a time and no end of its own', async () => {
    put(0);
    await runs.play(TAB, scenario('Message too big'), ONE);
    await pass(60_000);
    expect(log).toEqual(['doc: end 1009 frames connection 0 run.1.0', 'doc: stop run.1.0']);
    await pass(SETTLE_MS);
    expect(state()).toBe('finished');
  });

  it('tells documents that come later of what holds for later connections, and forgets those that go', async () => {
    put(0);
    await runs.play(TAB, scenario('Flaky train'), ALL);
    log = [];
    runs.onLinked(TAB, 'late');
    await settle();
    expect(log).toEqual([
      'late: delay now all run.1.0',
      'late: mangle now all run.1.1',
      'late: end 1006 every all run.1.2',
    ]);
    runs.onUnlinked(TAB, 'late');
    log = [];
    await pass(60_000);
    expect(log.filter((line) => line.startsWith('late'))).toEqual([]);
    expect(log).toContain('doc: stop run.1.0');
  });

  it('does not wait for ever for a page that never says that a fault is over', async () => {
    put(0);
    await runs.play(TAB, scenario('Balancer drains'), ALL);
    await pass(60_000);
    expect(state()).toBe('finished');
  });
});

describe('rounds', () => {
  const plan = () => scenario('Drop ten times', { repeat: 3 });

  it('begin when the connection is open again, with the one that took its place', async () => {
    put(0);
    await runs.play(TAB, plan(), ONE);
    for (const round of [1, 2, 3]) {
      lose(round - 1);
      over(`${round}.0`);
      await pass(SETTLE_MS);
      expect(state()).toBe('waiting');
      await pass(1_000);
      put(round);
      await pass(ROUND_PAUSE_MS);
    }
    expect(log.filter((line) => line.includes('end'))).toEqual([
      'doc: end 1006 now connection 0 run.1.0',
      'doc: end 1006 now connection 1 run.2.0',
      'doc: end 1006 now connection 2 run.3.0',
    ]);
    expect(runs.runOf(TAB)).toMatchObject({ state: 'finished', round: 3 });
    expect(runs.runOf(TAB)?.results.map(({ lost, isInTime }) => [lost, isInTime])).toEqual([
      [1, true],
      [1, true],
      [1, true],
    ]);
  });

  it('wait for a page that is slow to tell what it has lost', async () => {
    put(0);
    await runs.play(TAB, plan(), ONE);
    over('1.0');
    await pass(2_000);
    expect(runs.runOf(TAB)?.results).toEqual([]);
    lose(0);
    put(1);
    await pass(SETTLE_MS);
    expect(runs.runOf(TAB)?.results).toMatchObject([{ lost: 1, isInTime: true }]);
  });

  it('tell which of them came back too late', async () => {
    put(0);
    await runs.play(TAB, plan(), ONE);
    lose(0);
    over('1.0');
    await pass(4_000);
    put(1);
    await settle();
    expect(runs.runOf(TAB)?.results).toMatchObject([{ isInTime: false, lost: 1 }]);
    await pass(ROUND_PAUSE_MS);
    expect(runs.runOf(TAB)?.round).toBe(2);
  });

  it('end when it does not come back', async () => {
    put(0);
    await runs.play(TAB, plan(), ONE);
    lose(0);
    over('1.0');
    await pass(120_000);
    expect(runs.runOf(TAB)).toMatchObject({ state: 'finished', round: 1 });
    expect(runs.runOf(TAB)?.results).toMatchObject([{ isInTime: false, reopenedAtMs: null }]);
  });

  it('wait until as many are open again as were lost', async () => {
    put(0);
    put(1);
    await runs.play(TAB, plan(), ALL);
    lose(0);
    lose(1);
    over('1.0');
    await pass(SETTLE_MS);
    put(2);
    expect(state()).toBe('waiting');
    put(3);
    expect(state()).not.toBe('waiting');
    expect(runs.runOf(TAB)?.results).toMatchObject([{ lost: 2, isInTime: true }]);
  });
});

describe('what cannot be played', () => {
  it.each<[string, () => Promise<unknown>, unknown]>([
    [
      'nonsense',
      () => runs.play(TAB, { name: 'x' }, ONE),
      { outcome: 'invalid', detail: expect.stringMatching(/^group /) },
    ],
    [
      'an empty pattern',
      () => runs.play(TAB, scenario('Server crashes'), { kind: 'matching', urlPattern: '' }),
      { outcome: 'invalid', detail: expect.stringMatching(/^urlPattern /) },
    ],
    [
      'a tab that is not recorded',
      () => runs.play(8, scenario('Server crashes'), ALL),
      { outcome: 'notRecorded', detail: '' },
    ],
    [
      "another tab's connection",
      () => runs.play(TAB, scenario('Server crashes'), { kind: 'connection', connectionId: 'other/0' }),
      { outcome: 'notAllowed', detail: '' },
    ],
    [
      'a connection that never was',
      () => runs.play(TAB, scenario('Server crashes'), { kind: 'connection', connectionId: 'doc/9' }),
      { outcome: 'notFound', detail: '' },
    ],
    [
      'a tab without connections',
      () => runs.play(TAB, scenario('Balancer drains'), ALL),
      { outcome: 'nothingThere', detail: '' },
    ],
  ])('%s', async (_, play, expected) => {
    expect(await play()).toEqual(expected);
    expect(log).toEqual([]);
    expect(runs.runOf(TAB)).toBeNull();
  });

  it('a connection that has closed', async () => {
    put(0);
    lose(0);
    expect(await runs.play(TAB, scenario('Server crashes'), ONE)).toEqual({ outcome: 'alreadyClosed', detail: '' });
    expect(refusals.size).toBe(0);
  });

  it('one that the page says has closed meanwhile: nothing is left behind', async () => {
    put(0);
    answer = 'alreadyClosed';
    expect(await runs.play(TAB, scenario('Zombie connection'), ONE)).toEqual({ outcome: 'alreadyClosed', detail: '' });
    expect(state()).toBe('stopped');
    answer = null;
    expect(await runs.play(TAB, scenario('Auth expired (4401)'), ONE)).toEqual({ outcome: 'unanswered', detail: '' });
    expect(state()).toBe('stopped');
  });

  it('a second one beside the first', async () => {
    put(0);
    const [first, second] = await Promise.all([
      runs.play(TAB, scenario('Server crashes'), ONE),
      runs.play(TAB, scenario('Server restarts'), ONE),
    ]);
    expect([first.outcome, second.outcome]).toEqual(['done', 'alreadyPlaying']);
    expect((await runs.play(TAB, scenario('Server restarts'), ONE)).outcome).toBe('alreadyPlaying');
  });
});

describe('stopping', () => {
  it('ends everything at once, and nothing begins any more', async () => {
    put(0);
    await runs.play(TAB, scenario('Mobile handoff'), ALL);
    expect(refusals.size).toBe(1);
    runs.stop(TAB);
    await settle();
    expect(refusals.size).toBe(0);
    expect(state()).toBe('stopped');
    log = [];
    await pass(120_000);
    expect(log).toEqual([]);
    runs.stop(TAB);
    expect(log).toEqual([]);
  });

  it('in the moment of the beginning leaves nothing behind', async () => {
    put(0);
    const played = runs.play(TAB, scenario('Server crashes'), ONE);
    for (let i = 0; i < 6; i++) await Promise.resolve();
    runs.stop(TAB);
    await played;
    await pass(20_000);
    expect(refusals.size).toBe(0);
    expect(state() ?? 'stopped').not.toBe('playing');
  });

  it('makes room for the next', async () => {
    put(0);
    await runs.play(TAB, scenario('Server crashes'), ONE);
    runs.stop(TAB);
    put(1);
    const next: ScenarioTarget = { kind: 'connection', connectionId: 'doc/1' };
    expect((await runs.play(TAB, scenario('Server crashes'), next)).outcome).toBe('done');
    await pass(9_000);
    // The first one's time would be over by now.
    expect(refusals.size).toBe(1);
  });
});
