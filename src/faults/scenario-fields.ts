/**
 * What one may want to change in a scenario before it is played, found by looking: every number and text in it, and the
 * words that can be chosen, with their paths. What a path or a word is called is the panel's business.
 */
import { DIRECTIONS, LOSS_CAUSES, REACHES } from '../protocol/fault.ts';
import { asRecord } from '../protocol/guards.ts';
import type { Read } from '../protocol/read-fault.ts';
import { MAX_SCENARIOS, readScenario, type Scenario } from './scenario.ts';

export interface ScenarioField {
  /** As `readScenario` names it in its complaints: `steps.0.what.code`. */
  readonly path: string;
  /** The last part of the path. */
  readonly name: string;
  /** Null: not set, and may be. */
  readonly value: number | string | null;
  /** The words that it may be; null: any number or text. */
  readonly choices: readonly string[] | null;
}

/** What belongs to a scenario's nature. */
const LEFT_OUT: ReadonlySet<string> = new Set(['kind', 'flags']);

/** By the name of the field, and by the kind of what it is a part of. */
const CHOICES: Readonly<Record<string, (kind: unknown) => readonly string[] | undefined>> = {
  __proto__: null as never,
  server: () => ['ended', 'keptOpen'],
  lostBy: () => LOSS_CAUSES,
  direction: (kind) => (kind === 'inject' ? DIRECTIONS : REACHES),
  from: () => ['start', 'open'],
  ending: (kind) => ENDINGS[String(kind)],
};

const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  holdClose: ['close', 'abnormal'],
  holdHandshake: ['open', 'fail'],
  sleep: ['backlog', 'close'],
};

/** Those of the steps in the order in which they stand, then those of the whole. */
export function fieldsOf({ steps, repeat, mustReopenWithinMs }: Scenario): readonly ScenarioField[] {
  const fields: ScenarioField[] = [];
  collect(steps, 'steps', undefined, fields);
  return [
    // A step that begins at once has no moment to be changed.
    ...fields.filter(({ name, value }) => name !== 'atMs' || value !== 0),
    { path: 'repeat', name: 'repeat', value: repeat, choices: null },
    { path: 'mustReopenWithinMs', name: 'mustReopenWithinMs', value: mustReopenWithinMs, choices: null },
  ];
}

/** `kind`: of what the value is a part of. */
function collect(value: unknown, path: string, kind: unknown, fields: ScenarioField[]): void {
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (typeof value === 'number' || typeof value === 'string') {
    if (!LEFT_OUT.has(name)) fields.push({ path, name, value, choices: CHOICES[name]?.(kind) ?? null });
    return;
  }
  const whole = asRecord(value) ?? (Array.isArray(value) ? value : {});
  for (const [key, inner] of Object.entries(whole)) collect(inner, `${path}.${key}`, asRecord(value)?.kind, fields);
}

/** The scenario with other values at these paths, or which of them is wrong. Paths that are not there are not made. */
export function withFields(scenario: Scenario, changes: ReadonlyMap<string, unknown>): Read<Scenario> {
  const copy: unknown = structuredClone(scenario);
  for (const [path, value] of changes) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    const parent = names.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], copy);
    if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, last)) {
      return { ok: false, field: path, problem: 'is not a part of the scenario' };
    }
    (parent as Record<string, unknown>)[last] = value;
  }
  return readScenario(copy);
}

const SCENARIO_FILE_FORMAT = 'socketscope-scenarios';

/** The text of a file with scenarios. */
export function exportScenarios(scenarios: readonly Scenario[]): string {
  return `${JSON.stringify({ format: SCENARIO_FILE_FORMAT, version: 1, scenarios }, null, 2)}\n`;
}

/** Text of a file → scenarios, or which field is wrong. Never throws. */
export function importScenarios(text: string): Read<readonly Scenario[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, field: '', problem: `is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const file = asRecord(value);
  if (file?.format !== SCENARIO_FILE_FORMAT) {
    return { ok: false, field: 'format', problem: `must be "${SCENARIO_FILE_FORMAT}"` };
  }
  if (file.version !== 1) return { ok: false, field: 'version', problem: 'must be 1' };
  return readScenarios(file.scenarios);
}

/** A list of scenarios, or which field of which is wrong. */
export function readScenarios(value: unknown): Read<readonly Scenario[]> {
  if (!Array.isArray(value)) return { ok: false, field: 'scenarios', problem: 'must be a list' };
  if (value.length > MAX_SCENARIOS) {
    return { ok: false, field: 'scenarios', problem: `must have at most ${MAX_SCENARIOS} of them` };
  }
  const scenarios: Scenario[] = [];
  for (let i = 0; i < value.length; i++) {
    const read = readScenario(value[i]);
    if (!read.ok) {
      return { ok: false, field: `scenarios.${i}${read.field === '' ? '' : `.${read.field}`}`, problem: read.problem };
    }
    scenarios.push(read.value);
  }
  return { ok: true, value: scenarios };
}
