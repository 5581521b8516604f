/** What was measured against what is true, as rows of a table; a row says what is out of tolerance. Pure. */
import type { Policy } from '../../src/analysis/verdict/policy/policy.ts';
import type { LineId } from '../../src/analysis/verdict/scorecard.ts';
import { policyWords, timeWords } from '../../src/analysis/verdict/words.ts';
import type { Truth } from './cases.ts';
import type { Measurement } from './measure.ts';

const SHARE = 0.1;
const FACTOR = 0.1;

export interface Row {
  readonly client: string;
  readonly cells: readonly string[];
  /** Empty when all is within tolerance. */
  readonly misses: readonly string[];
}

export const HEADS = [
  'client',
  'drops',
  'waits',
  'policy',
  'base',
  'factor',
  'cap',
  'jitter',
  'failed lines',
  '',
] as const;

export function compare({ case_, scorecards }: Measurement): Row {
  const policy = scorecards[0]?.policy ?? null;
  const truth = case_.truth;
  const misses: string[] = [];
  const dropped = scorecards.length;
  if (dropped !== case_.sockets) misses.push(`${dropped} drops of ${case_.sockets}`);
  if (truth && policy) misses.push(...policyMisses(policy, truth));
  const failed = [
    ...new Set(scorecards.flatMap(({ lines }) => lines.filter(({ state }) => state === 'failed').map(({ id }) => id))),
  ];
  misses.push(...lineMisses(failed, case_.fails));
  const cells = [
    case_.client,
    `${dropped}`,
    `${policy?.gaps ?? 0}`,
    truth && policy ? `${policy.kind} / ${truth.kind}` : policy ? policyWords(policy) : '-',
    pair(policy?.baseMs, truth?.baseMs, timeWords),
    pair(policy?.factor ?? policy?.stepMs, truth?.factor ?? truth?.stepMs, (value) =>
      value.toFixed(value > 20 ? 0 : 2),
    ),
    pair(policy?.capMs, truth?.capMs, timeWords),
    truth && policy ? `${jitterWords(policy)} / ${truth.jitter}` : '',
    failed.length > 0 ? failed.join(' ') : '-',
    misses.length === 0 ? 'ok' : `MISS: ${misses.join('; ')}`,
  ];
  return { client: case_.client, cells, misses };
}

function policyMisses(policy: Policy, truth: Truth): readonly string[] {
  const misses: string[] = [];
  if (policy.kind !== truth.kind) misses.push(`${policy.kind} instead of ${truth.kind}`);
  if (isOff(policy.baseMs, truth.baseMs)) misses.push('base');
  if (isOff(policy.stepMs, truth.stepMs)) misses.push('step');
  if (isOff(policy.capMs, truth.capMs ?? undefined)) misses.push('cap');
  if (truth.factor !== undefined && !(Math.abs((policy.factor ?? 0) - truth.factor) <= FACTOR)) misses.push('factor');
  const jitter = policy.jitter === null ? 'unknown' : policy.jitter > 0 ? 'some' : 'none';
  if (jitter !== truth.jitter) misses.push(`jitter ${jitter} instead of ${truth.jitter}`);
  return misses;
}

function isOff(found: number | null, truth: number | undefined): boolean {
  return truth !== undefined && !(found !== null && Math.abs(found / truth - 1) <= SHARE);
}

function lineMisses(failed: readonly LineId[], expected: readonly LineId[]): readonly string[] {
  return [
    ...expected.filter((id) => !failed.includes(id)).map((id) => `${id} should have failed`),
    ...failed.filter((id) => !expected.includes(id)).map((id) => `${id} should not have failed`),
  ];
}

function pair(
  found: number | null | undefined,
  truth: number | null | undefined,
  words: (value: number) => string,
): string {
  if (typeof truth !== 'number') return '';
  return `${typeof found === 'number' ? words(found) : '-'} / ${words(truth)}`;
}

function jitterWords({ jitter }: Policy): string {
  if (jitter === null) return 'unknown';
  return jitter === 0 ? 'none' : `±${Math.round(jitter * 100)} %`;
}
