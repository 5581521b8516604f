import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { endpointPattern, matchesPattern, patternOf, resolveTarget } from './resolve.ts';
import { MAX_ROUNDS, readScenario, roundMs, type Scenario, stepEndsAtMs } from './scenario.ts';
import { exportScenarios, fieldsOf, importScenarios, withFields } from './scenario-fields.ts';

function named(name: string): Scenario {
  const scenario = CATALOGUE.find((one) => one.name === name);
  if (!scenario) throw new Error(`There is no scenario ${name}.`);
  return scenario;
}

describe('the catalogue', () => {
  it.each(CATALOGUE.map((scenario) => [scenario.name, scenario] as const))(
    '%s can be read back as it is',
    (_, scenario) => {
      expect(readScenario(JSON.parse(JSON.stringify(scenario)))).toEqual({ ok: true, value: scenario });
    },
  );

  it('names each scenario once', () => {
    expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length);
  });

  it('loses connections as browsers show it: 1006 without an error event', () => {
    const ends = CATALOGUE.flatMap(({ steps }) => steps).flatMap(({ what }) => (what.kind === 'end' ? [what] : []));
    expect(ends.length).toBeGreaterThan(10);
    expect(ends.filter(({ lostBy }) => lostBy === 'failure')).toEqual([]);
  });

  it('refuses handshakes before it ends a connection', () => {
    for (const { name, steps } of CATALOGUE) {
      const refusal = steps.findIndex(({ what }) => what.kind === 'refuse');
      const end = steps.findIndex(({ what }) => what.kind === 'end' || what.kind === 'sleep');
      expect(refusal < 0 || refusal < end, name).toBe(true);
    }
  });

  it.each([
    ['Drop ten times', 0],
    ['Wi-Fi lost', 8_000],
    ['Mobile handoff', 2_500],
    ['Zombie connection', 60_000],
    ['Flaky train', 60_000],
    ['Laptop asleep', 120_000],
    ['Tab in the background', 180_000],
    ['nginx cuts an idle connection', 60_000],
    ['Cloudflare cuts an idle connection', 100_000],
    ['Server restarts', 5_000],
    ['Server crashes', 10_000],
    ['Out-of-memory loop', null],
    ['Message too big', 60_000],
  ])('knows how long a round of "%s" takes at the latest', (name, ms) => {
    expect(roundMs(named(name))).toBe(ms);
  });
});

describe('reading a scenario', () => {
  const good = named('Server crashes');
  const changed = (change: (copy: Record<string, never>) => void) => {
    const copy = structuredClone(good) as never;
    change(copy);
    return readScenario(copy);
  };

  it.each<[string, (copy: { [key: string]: unknown; steps: Record<string, Record<string, unknown>>[] }) => void]>([
    ['name', (copy) => (copy.name = '  ')],
    ['name', (copy) => (copy.name = 'x'.repeat(81))],
    ['group', (copy) => (copy.group = 'elsewhere')],
    ['description', (copy) => (copy.description = 7)],
    ['scope', (copy) => (copy.scope = 'world')],
    ['steps', (copy) => (copy.steps = [])],
    ['steps.1', (copy) => (copy.steps[1] = null as never)],
    ['steps.0.atMs', (copy) => ((copy.steps[0] as Record<string, unknown>).atMs = -1)],
    ['steps.0.forMs', (copy) => ((copy.steps[0] as Record<string, unknown>).forMs = 0)],
    ['steps.0.later', (copy) => ((copy.steps[0] as Record<string, unknown>).later = 'yes')],
    ['steps.1.times', (copy) => ((copy.steps[1] as Record<string, unknown>).times = 0)],
    ['steps.1.what.code', (copy) => ((copy.steps[1]?.what as Record<string, unknown>).code = 999)],
    ['steps.1.what.code', (copy) => ((copy.steps[1]?.what as Record<string, unknown>).code = 1015)],
    ['steps.1.what.reason', (copy) => Object.assign(copy.steps[1]?.what ?? {}, { code: 4000, reason: 'é'.repeat(62) })],
    ['steps.0.what.durationMs', (copy) => ((copy.steps[0]?.what as Record<string, unknown>).durationMs = 1e12)],
    [
      'steps.1.when.match.pattern',
      (copy) =>
        Object.assign(copy.steps[1] ?? {}, {
          when: { kind: 'match', direction: 'in', match: { kind: 'pattern', pattern: '(', flags: '' } },
        }),
    ],
    [
      'steps.0.when.kind',
      (copy) => Object.assign(copy.steps[0] ?? {}, { when: { kind: 'frames', count: 1, direction: 'in' } }),
    ],
    ['repeat', (copy) => (copy.repeat = MAX_ROUNDS + 1)],
    ['mustReopenWithinMs', (copy) => (copy.mustReopenWithinMs = Number.NaN)],
    ['seed', (copy) => (copy.seed = -1)],
  ])('names the field %s', (field, change) => {
    const read = changed(change as never);
    expect(read).toMatchObject({ ok: false, field });
  });

  it.each([null, undefined, 7, 'text', [], () => 1])('refuses %s', (value) => {
    expect(readScenario(value)).toMatchObject({ ok: false });
  });

  it('keeps known fields only', () => {
    const read = readScenario({ ...structuredClone(good), extra: 1, __proto__: { evil: 1 } });
    expect(read).toEqual({ ok: true, value: good });
  });
});

describe('files of scenarios', () => {
  it('come back as they went', () => {
    expect(importScenarios(exportScenarios(CATALOGUE))).toEqual({ ok: true, value: CATALOGUE });
  });

  it.each([
    ['{', ''],
    ['7', 'format'],
    ['{"format":"other"}', 'format'],
    ['{"format":"socketscope-scenarios","version":2}', 'version'],
    ['{"format":"socketscope-scenarios","version":1,"scenarios":{}}', 'scenarios'],
    ['{"format":"socketscope-scenarios","version":1,"scenarios":[{}]}', 'scenarios.0.name'],
    ['{"format":"socketscope-scenarios","version":1,"scenarios":[null]}', 'scenarios.0'],
  ])('%s is refused at "%s"', (text, field) => {
    expect(importScenarios(text)).toMatchObject({ ok: false, field });
  });
});

describe('the numbers of a scenario', () => {
  it('are found', () => {
    expect(fieldsOf(named('Server restarts')).map(({ path, value }) => [path, value])).toEqual([
      ['steps.0.what.durationMs', 5_000],
      ['steps.1.what.code', 1012],
      ['steps.1.what.reason', 'service restart'],
      ['steps.1.what.lostBy', 'end'],
      ['steps.1.what.server', 'ended'],
      ['repeat', 1],
      ['mustReopenWithinMs', null],
    ]);
  });

  it('are chosen from words where there are only some', () => {
    const choices = (name: string) =>
      fieldsOf(named(name)).flatMap((field) => (field.choices ? [[field.name, field.choices]] : []));
    expect(choices('Laptop asleep')).toEqual([['ending', ['backlog', 'close']]]);
    expect(choices('A frame for the page')).toEqual([['direction', ['in', 'out']]]);
    expect(choices('Half-open')).toEqual([['direction', ['in', 'out', 'both']]]);
    for (const { name, steps } of CATALOGUE) {
      const all = fieldsOf(named(name)).filter((field) => field.choices !== null);
      const isKnown = all.every((field) => field.choices?.includes(String(field.value)));
      expect([name, steps.length > 0 && isKnown]).toEqual([name, true]);
    }
  });

  it('can be changed, and are checked', () => {
    const scenario = named('Server restarts');
    const longer = withFields(scenario, new Map([['steps.0.what.durationMs', 7_000]]));
    expect(longer.ok && roundMs(longer.value)).toBe(7_000);
    expect(scenario).toEqual(named('Server restarts'));
    expect(withFields(scenario, new Map([['steps.1.what.code', 42]]))).toMatchObject({
      ok: false,
      field: 'steps.1.what.code',
    });
    expect(withFields(scenario, new Map([['steps.9.atMs', 1]]))).toMatchObject({ ok: false, field: 'steps.9.atMs' });
  });
});

describe('where a step holds', () => {
  const connection = { documentId: 'doc', connection: 3, url: 'wss://a.test/live?token=1' };

  it('is one connection, and what takes its place when later ones count', () => {
    const target = { kind: 'connection', connectionId: 'doc/3' } as const;
    expect(resolveTarget(target, { later: false }, connection)).toEqual({
      documentId: 'doc',
      where: { kind: 'connection', connection: 3 },
    });
    expect(resolveTarget(target, { later: true }, connection)).toEqual({
      documentId: null,
      where: { kind: 'matching', urlPattern: 'wss://a.test/live*', later: true },
    });
    expect(resolveTarget(target, { later: true }, null)).toBeNull();
  });

  it('is the tab, or what matches', () => {
    expect(resolveTarget({ kind: 'tab' }, { later: true }, null)).toEqual({
      documentId: null,
      where: { kind: 'all', later: true },
    });
    expect(patternOf({ kind: 'matching', urlPattern: 'wss://*' }, null)).toBe('wss://*');
    expect(patternOf({ kind: 'tab' }, connection.url)).toBeNull();
    expect(patternOf({ kind: 'connection', connectionId: 'doc/3' }, connection.url)).toBe(
      endpointPattern(connection.url),
    );
  });

  it.each([
    ['wss://a.test/live', 'wss://a.test/live', true],
    ['wss://a.test/live', 'wss://a.test/live*', true],
    ['wss://a.test/live?x', 'wss://a.test/live*', true],
    ['wss://a.test/live', '*', true],
    ['wss://a.test/live', '*live', true],
    ['wss://a.test/live', 'wss://*/l*e', true],
    ['wss://a.test/live', 'wss://*/live/*', false],
    ['wss://a.test/live', 'live', false],
    ['wss://a.test/live', 'wss://a.test/live*live', false],
    ['wss://a.test/a+b', 'wss://a.test/a+b', true],
  ])('%s matches %s: %s', (url, pattern, matches) => {
    expect(matchesPattern(url, pattern)).toBe(matches);
  });

  it('ends when its time is over', () => {
    const [refusal, end] = named('Server crashes').steps;
    expect(refusal && stepEndsAtMs(refusal)).toBe(10_000);
    expect(end && stepEndsAtMs(end)).toBe(0);
  });
});
