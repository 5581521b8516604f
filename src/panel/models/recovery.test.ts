import { describe, expect, it } from 'vitest';
import { findReconnects } from '../../analysis/reconnects.ts';
import { CATALOGUE } from '../../faults/catalogue.ts';
import type { Scenario } from '../../faults/scenario.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { closeFixture, connectionFixture } from './fixtures.ts';
import { layoutRecovery, layoutRuns } from './recovery.ts';
import { changedScenario } from './scenario-form.ts';

const SCALE = { fromMs: 0, toMs: 10_000, leftPx: 100, widthPx: 1_000 };

function connection(number: number, fields: Partial<ConnectionRecord>): ConnectionRecord {
  return connectionFixture({ connectionId: `doc/${number}`, connection: number, ...fields });
}

function recoveryOf(records: readonly ConnectionRecord[], scale = SCALE) {
  const [first] = records;
  return first ? layoutRecovery(first, findReconnects(records), scale, 9_000) : null;
}

const dropped = connection(0, {
  createdAtMs: 0,
  openedAtMs: 100,
  close: closeFixture(1_000, 1006, { simulated: true }),
});
const refused = (number: number, atMs: number) =>
  connection(number, { createdAtMs: atMs, close: closeFixture(atMs + 10, 1006) });
const reopened = connection(3, { createdAtMs: 4_900, openedAtMs: 5_000 });

describe('the way back after a drop', () => {
  it('is a gap with the attempts that failed, up to the one that opened', () => {
    expect(recoveryOf([dropped, refused(1, 1_990), refused(2, 2_990), reopened])).toEqual({
      fromPx: 200,
      toPx: 600,
      attemptsPx: [300, 400],
      reopenedPx: 600,
      label: '4.00 s',
    });
  });

  it('goes on to now while it is not open again', () => {
    expect(recoveryOf([dropped, refused(1, 1_990)])).toMatchObject({
      toPx: 1_000,
      attemptsPx: [300],
      reopenedPx: null,
      label: '',
    });
  });

  it('is cut at what is in view', () => {
    const scale = { ...SCALE, fromMs: 2_500, toMs: 4_500 };
    expect(recoveryOf([dropped, refused(1, 1_990), refused(2, 2_990), reopened], scale)).toMatchObject({
      fromPx: 100,
      toPx: 1_100,
      attemptsPx: [350],
      reopenedPx: null,
    });
  });

  it('is there for simulated drops only', () => {
    const real = connection(0, { createdAtMs: 0, openedAtMs: 100, close: closeFixture(1_000, 1006) });
    expect(recoveryOf([real, reopened])).toBeNull();
    expect(recoveryOf([connection(0, { createdAtMs: 0, openedAtMs: 100 })])).toBeNull();
  });
});

describe('what was simulated', () => {
  it('is a span from its start to its end, or to now', () => {
    const run = { name: 'x', startedAtMs: 1_000, endedAtMs: 2_000 } as never;
    const living = { name: 'y', startedAtMs: 8_000, endedAtMs: null } as never;
    const past = { name: 'z', startedAtMs: -2_000, endedAtMs: -1_000 } as never;
    expect(layoutRuns([run, living, past], SCALE, 9_000)).toEqual([
      { fromPx: 200, toPx: 300, name: 'x' },
      { fromPx: 900, toPx: 1_000, name: 'y' },
    ]);
  });
});

describe('the fields of a scenario', () => {
  const scenario = CATALOGUE.find(({ name }) => name === 'Server restarts') as Scenario;
  const change = (path: string, text: string) => changedScenario(scenario, new Map([[path, text]]));

  it.each([
    ['steps.0.what.durationMs', '7,500', { steps: [{ what: { durationMs: 7_500 } }, {}] }],
    ['steps.1.what.reason', 'deploy', { steps: [{}, { what: { reason: 'deploy' } }] }],
    ['mustReopenWithinMs', '3000', { mustReopenWithinMs: 3_000 }],
    ['mustReopenWithinMs', ' ', { mustReopenWithinMs: null }],
    ['steps.9.nothing', '1', { name: 'Server restarts' }],
  ])('%s takes %j', (path, text, expected) => {
    expect(change(path, text)).toMatchObject({ ok: true, value: expected });
  });

  it.each([
    ['steps.0.what.durationMs', ''],
    ['steps.0.what.durationMs', '1e9'],
    ['steps.0.what.durationMs', '-5'],
    ['steps.1.what.code', '1015'],
    ['repeat', '1.5'],
    ['repeat', '0'],
    ['mustReopenWithinMs', 'soon'],
  ])('%s refuses %j', (path, text) => {
    expect(change(path, text)).toMatchObject({ ok: false, field: path });
  });
});
