import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../faults/catalogue.ts';
import type { Scenario } from '../../faults/scenario.ts';
import { changedScenario } from './scenario-form.ts';

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
