/**
 * The numbers of a scenario that one may want to change before it is played, found by looking: every number and text in
 * it, with its path. What a path is called, and its unit, is the panel's business.
 */
import type { Read } from '../protocol/fault.ts';
import { asRecord } from '../protocol/guards.ts';
import { MAX_SCENARIOS, readScenario, type Scenario } from './scenario.ts';

export interface ScenarioField {
  /** As `readScenario` names it in its complaints: `steps.0.what.code`. */
  readonly path: string;
  /** The last part of the path. */
  readonly name: string;
  /** Null: not set, and may be. */
  readonly value: number | string | null;
}

/** A few words to choose from, which belong to the scenario's nature. */
const LEFT_OUT: ReadonlySet<string> = new Set(['kind', 'direction', 'server', 'ending', 'from', 'flags', 'lostBy']);

/** Those of the steps in the order in which they stand, then those of the whole. */
export function fieldsOf({ steps, repeat, mustReopenWithinMs }: Scenario): readonly ScenarioField[] {
  const fields: ScenarioField[] = [];
  collect(steps, 'steps', fields);
  return [
    // A step that begins at once has no moment to be changed.
    ...fields.filter(({ name, value }) => name !== 'atMs' || value !== 0),
    { path: 'repeat', name: 'repeat', value: repeat },
    { path: 'mustReopenWithinMs', name: 'mustReopenWithinMs', value: mustReopenWithinMs },
  ];
}

function collect(value: unknown, path: string, fields: ScenarioField[]): void {
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (typeof value === 'number' || typeof value === 'string') {
    if (!LEFT_OUT.has(name)) fields.push({ path, name, value });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) collect(inner, path === '' ? key : `${path}.${key}`, fields);
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

export const SCENARIO_FILE_FORMAT = 'socketscope-scenarios';

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
