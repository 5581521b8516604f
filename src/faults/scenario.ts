/**
 * Scenarios: what really happens to connections, as short lists of faults with their moments. Pure data and one total
 * reader, for scenarios that users write and import; it names the field that is wrong. Knows no connection: where a
 * scenario is played is said when it is started.
 */
import type { FaultEffect, FaultTrigger } from '../protocol/fault.ts';
import { asRecord, isShortString } from '../protocol/guards.ts';
import { MAX_FAULT_MS } from '../protocol/limits.ts';
import { type Read, readFault } from '../protocol/read-fault.ts';

/** As those speak of it who have to find the cause. */
export const SCENARIO_GROUPS = [
  'basic',
  'network',
  'device',
  'proxy',
  'server',
  'application',
  'fault',
  'own',
] as const;
export type ScenarioGroup = (typeof SCENARIO_GROUPS)[number];

const SCOPES = ['connection', 'tab'] as const;

export interface ScenarioStep {
  /** From the beginning of the round. */
  readonly atMs: number;
  /** Then the step is stopped; null: it ends by itself, or with the connection. */
  readonly forMs: number | null;
  /** Also connections that open while it holds: those that take the place of the lost one. */
  readonly later: boolean;
  readonly when: FaultTrigger;
  readonly what: FaultEffect;
  /** How often it may begin, all connections of a document together; null: as often as it can. */
  readonly times: number | null;
}

export interface Scenario {
  readonly name: string;
  readonly group: ScenarioGroup;
  readonly description: string;
  /** Where it is played unless the user says otherwise. */
  readonly scope: (typeof SCOPES)[number];
  readonly steps: readonly ScenarioStep[];
  /** Rounds. The next begins when a connection is open again. */
  readonly repeat: number;
  /** How soon it must be open again, from when nothing stands in its way any more; null: no matter. */
  readonly mustReopenWithinMs: number | null;
  /** All chance comes from it. */
  readonly seed: number;
}

export const MAX_SCENARIO_NAME_CHARS = 80;
const MAX_SCENARIO_DESCRIPTION_CHARS = 600;
export const MAX_STEPS = 32;
export const MAX_ROUNDS = 100;
/** Scenarios in one file, and those that a user may keep. */
export const MAX_SCENARIOS = 100;

/** `unknown` → a scenario with known fields only, or which field is wrong (`steps.0.what.code`). Never throws. */
export function readScenario(value: unknown): Read<Scenario> {
  const source = asRecord(value);
  if (!source) return wrong('', 'must be an object');
  const { name, group, description, scope, steps, repeat, mustReopenWithinMs, seed } = source;
  if (!isShortString(name, MAX_SCENARIO_NAME_CHARS) || name.trim() === '') {
    return wrong('name', `must be text of 1 to ${MAX_SCENARIO_NAME_CHARS} characters`);
  }
  const knownGroup = SCENARIO_GROUPS.find((one) => one === group);
  if (!knownGroup) return wrong('group', `must be ${quoted(SCENARIO_GROUPS)}`);
  if (!isShortString(description, MAX_SCENARIO_DESCRIPTION_CHARS)) {
    return wrong('description', `must be text of at most ${MAX_SCENARIO_DESCRIPTION_CHARS} characters`);
  }
  const knownScope = SCOPES.find((one) => one === scope);
  if (!knownScope) return wrong('scope', `must be ${quoted(SCOPES)}`);
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > MAX_STEPS) {
    return wrong('steps', `must be a list of 1 to ${MAX_STEPS} steps`);
  }
  if (!isWhole(repeat, 1, MAX_ROUNDS)) return wrong('repeat', `must be a whole number from 1 to ${MAX_ROUNDS}`);
  if (mustReopenWithinMs !== null && !isDuration(mustReopenWithinMs, 1)) {
    return wrong('mustReopenWithinMs', `${DURATION}, from 1, or null`);
  }
  if (!isWhole(seed, 0, 0xffff_ffff)) return wrong('seed', `must be a whole number from 0 to ${0xffff_ffff}`);
  const known: ScenarioStep[] = [];
  for (let i = 0; i < steps.length; i++) {
    const step = readStep(steps[i]);
    if (!step.ok) return wrong(joined(`steps.${i}`, step.field), step.problem);
    known.push(step.value);
  }
  return {
    ok: true,
    value: {
      name,
      group: knownGroup,
      description,
      scope: knownScope,
      steps: known,
      repeat,
      mustReopenWithinMs,
      seed,
    },
  };
}

function readStep(value: unknown): Read<ScenarioStep> {
  const source = asRecord(value);
  if (!source) return wrong('', 'must be an object');
  const { atMs, forMs, later, when, what, times } = source;
  if (!isDuration(atMs, 0)) return wrong('atMs', DURATION);
  if (forMs !== null && !isDuration(forMs, 1)) return wrong('forMs', `${DURATION}, from 1, or null`);
  if (typeof later !== 'boolean') return wrong('later', 'must be true or false');
  const fault = readFault({ id: 'step', where: { kind: 'all', later }, when, what, times, seed: 0 });
  if (!fault.ok) return fault;
  const { value: known } = fault;
  if (known.what.kind === 'refuse' && known.when.kind !== 'now') {
    return wrong('when.kind', 'must be "now": handshakes are refused from the moment of the step');
  }
  return { ok: true, value: { atMs, forMs, later, when: known.when, what: known.what, times: known.times } };
}

/** When a step ends at the latest, from the beginning of the round; null when nobody can say. */
export function stepEndsAtMs({ atMs, forMs, later, when, what }: ScenarioStep): number | null {
  const longestMs = forMs === null ? Number.POSITIVE_INFINITY : atMs + forMs;
  const ownMs = later && what.kind !== 'refuse' ? null : lastsMs(when, what);
  const endMs = Math.min(longestMs, ownMs === null ? Number.POSITIVE_INFINITY : atMs + ownMs);
  return Number.isFinite(endMs) ? endMs : null;
}

function lastsMs(when: FaultTrigger, what: FaultEffect): number | null {
  if (when.kind !== 'now' && !(when.kind === 'after' && when.from === 'start')) return null;
  const waitMs = when.kind === 'after' ? when.delayMs : 0;
  if (what.kind === 'end' || what.kind === 'inject') return waitMs;
  return what.durationMs === null ? null : waitMs + what.durationMs;
}

/** How long a round takes at the latest; null when nobody can say. */
export function roundMs({ steps }: Scenario): number | null {
  let latestMs = 0;
  for (const step of steps) {
    const endMs = stepEndsAtMs(step);
    // What lasts until its connection ends is over when another step ends that.
    const isEndedByOther =
      isLasting(step.what) && steps.some((other) => other.what.kind === 'end' && endsSurely(other));
    if (endMs === null && !isEndedByOther) return null;
    latestMs = Math.max(latestMs, endMs ?? step.atMs);
  }
  return latestMs;
}

function isLasting({ kind }: FaultEffect): boolean {
  return kind !== 'end' && kind !== 'inject' && kind !== 'refuse';
}

function endsSurely(step: ScenarioStep): boolean {
  return stepEndsAtMs(step) !== null && !step.later;
}

const DURATION = `must be a number of milliseconds up to ${MAX_FAULT_MS}`;

function isDuration(value: unknown, min: number): value is number {
  return typeof value === 'number' && value >= min && value <= MAX_FAULT_MS;
}

function isWhole(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function wrong(
  field: string,
  problem: string,
): { readonly ok: false; readonly field: string; readonly problem: string } {
  return { ok: false, field, problem };
}

function joined(path: string, field: string): string {
  return field === '' ? path : `${path}.${field}`;
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(' or ');
}
