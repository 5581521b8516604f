import { describe, expect, it } from 'vitest';
import type { ConnectionFault, ConnectionRecord } from '../../protocol/records.ts';
import { STANDARD_BUDGETS } from './budgets.ts';
import { dropsOf, wasDropped } from './drops.ts';
import { verdictInputOf } from './from-records.ts';
import type { LineId } from './scorecard.ts';
import { verdictOf } from './verdict.ts';

const SILENT_MS = 10_000;

function connection(fields: Partial<ConnectionRecord>, number = 0): ConnectionRecord {
  return {
    connectionId: `doc/${number}`,
    documentId: 'doc',
    seenBy: 'page',
    url: `ws://x.test/live?try=${number}`,
    createdAtMs: 1,
    openedAtMs: 2,
    erroredAtMs: null,
    closeRequested: null,
    close: null,
    droppedAtMs: null,
    goneAtMs: null,
    ...fields,
  } as ConnectionRecord;
}

function silence(fields: Partial<ConnectionFault> = {}): readonly ConnectionFault[] {
  const counts = { count: 1, lost: 0, delayed: 0, changed: 0, added: 0 };
  const times = { startedAtMs: SILENT_MS, firedAtMs: SILENT_MS, endedAtMs: null, cause: null };
  return [{ fault: 'run.1.0', effect: 'silence', silences: 'both', ...times, ...counts, ...fields }];
}

const asked = (atMs: number) => ({ closeRequested: { atMs, code: null, reason: null } });
const cut = (atMs: number): Partial<ConnectionRecord> => ({
  droppedAtMs: atMs,
  close: { atMs: atMs + 1, code: 1006, reason: '', wasClean: false, simulated: true },
});

describe('a silence', () => {
  it.each<[string, readonly ConnectionRecord[], object | null]>([
    ['running', [connection({ faults: silence() })], { atMs: SILENT_MS, silentFromMs: SILENT_MS }],
    ['one way', [connection({ faults: silence({ silences: 'in' }) })], { atMs: SILENT_MS, silentFromMs: SILENT_MS }],
    ['noticed by close()', [connection({ faults: silence(), ...asked(15_000) })], { atMs: 15_000 }],
    [
      'noticed by a new connection',
      [connection({ faults: silence() }), connection({ createdAtMs: 14_000 }, 1)],
      { atMs: 14_000, silentFromMs: SILENT_MS },
    ],
    [
      'ended by a close',
      [connection({ faults: silence({ endedAtMs: 70_001, cause: 'closed' }), ...cut(70_000) })],
      { atMs: 70_000, silentFromMs: SILENT_MS },
    ],
    [
      'over before anybody noticed',
      [connection({ faults: silence({ endedAtMs: 18_000, cause: 'stopped' }) })],
      { atMs: SILENT_MS, passedByMs: 18_000 },
    ],
    [
      'over, and cut by something else later',
      [connection({ faults: silence({ endedAtMs: 18_000, cause: 'done' }), ...cut(50_000) })],
      { atMs: 50_000 },
    ],
    ['whose moment has not come', [connection({ faults: silence({ firedAtMs: null }) })], null],
    ['of heartbeats alone', [connection({ faults: silence({ silences: null }) })], null],
  ])('%s', (_, records, expected) => {
    const [drop] = dropsOf(records, { withReal: false, interruptedAtMs: null });
    if (expected === null) expect(drop).toBeUndefined();
    else expect(drop).toMatchObject({ connectionId: 'doc/0', simulated: true, ...expected });
    expect(wasDropped(records[0] ?? connection({}))).toBe(expected !== null);
  });

  function line(id: LineId, records: readonly ConnectionRecord[], untilMs: number) {
    const recorded = records.map((record) => ({ record, chunks: [], payloads: [] }));
    const [card] = verdictOf(verdictInputOf(recorded, { watchedUntilMs: untilMs }), STANDARD_BUDGETS);
    const found = card?.lines.find((one) => one.id === id);
    return found && { state: found.state, value: found.value, why: found.why };
  }

  it('is judged while it runs: not noticed yet, then not noticed', () => {
    const zombie = [connection({ faults: silence() })];
    expect(line('noticed', zombie, SILENT_MS + 12_000)).toMatchObject({ state: 'notApplicable', value: 12_000 });
    expect(line('noticed', zombie, SILENT_MS + 12_000)?.why).toMatch(/^Not noticed yet: nothing has passed for 12/);
    expect(line('comesBack', zombie, SILENT_MS + 12_000)?.state).toBe('notApplicable');
    expect(line('reopened', zombie, SILENT_MS + 31_000)?.state).toBe('notApplicable');
    expect(line('noticed', zombie, SILENT_MS + 31_000)).toMatchObject({ state: 'failed', value: 31_000 });
    expect(line('comesBack', zombie, SILENT_MS + 31_000)?.state).toBe('failed');
  });

  it('is measured from its beginning; what follows, from when it was noticed', () => {
    const back = connection({ createdAtMs: 21_000, openedAtMs: 21_500 }, 1);
    const heartbeat = [connection({ faults: silence(), ...asked(20_000) }), back];
    expect(line('noticed', heartbeat, 60_000)).toMatchObject({ state: 'passed', value: 10_000 });
    expect(line('firstAttempt', heartbeat, 60_000)).toMatchObject({ state: 'passed', value: 1_000 });
    expect(line('reopened', heartbeat, 60_000)).toMatchObject({ state: 'passed', value: 1_500 });
    const late = connection({ createdAtMs: 71_000, openedAtMs: 71_500 }, 1);
    const told = [connection({ faults: silence({ cause: 'closed', endedAtMs: 70_001 }), ...cut(70_000) }), late];
    expect(line('noticed', told, 90_000)).toMatchObject({ state: 'failed', value: 60_000 });
    expect(line('firstAttempt', told, 90_000)).toMatchObject({ state: 'passed', value: 1_000 });
  });

  it('that was stopped because its background died is interrupted, and has not passed by', () => {
    const record = connection({ faults: silence({ endedAtMs: 15_000, cause: 'stopped' }) });
    const watching = { watchedUntilMs: 60_000, interruptedAtMs: 15_100 };
    const [card] = verdictOf(verdictInputOf([{ record, chunks: [], payloads: [] }], watching), STANDARD_BUDGETS);
    expect(card?.state).toBe('interrupted');
  });

  it('that passes by asks for nothing but to be noticed in time', () => {
    const short = [connection({ faults: silence({ endedAtMs: 18_000, cause: 'stopped' }) })];
    const long = [connection({ faults: silence({ endedAtMs: 50_000, cause: 'stopped' }) })];
    expect(line('noticed', short, 90_000)?.state).toBe('notApplicable');
    expect(line('reopened', short, 90_000)?.state).toBe('notApplicable');
    expect(line('noticed', long, 90_000)).toMatchObject({ state: 'failed', value: 40_000 });
    expect(line('comesBack', long, 90_000)?.state).toBe('notApplicable');
  });
});

describe('calls of send() that threw', () => {
  it('are lost, unless as much was kept and sent later', () => {
    const acts = { sendsThrown: 2 } as ConnectionRecord['acts'] & object;
    const records = [connection(cut(10_000)), connection({ createdAtMs: 10_500, openedAtMs: 11_000, acts }, 1)];
    const recorded = records.map((record) => ({ record, chunks: [], payloads: [] }));
    const [card] = verdictOf(verdictInputOf(recorded, { watchedUntilMs: 60_000 }), STANDARD_BUDGETS);
    const line = card?.lines.find(({ id }) => id === 'lostSends');
    expect(line).toMatchObject({ state: 'failed', value: 2, evidence: [{ connectionId: 'doc/1' }] });
    expect(line?.why).toMatch(/^2 calls of send\(\) threw/);
  });
});
