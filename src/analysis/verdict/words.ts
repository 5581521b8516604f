/** Verdicts in words: times, policies, what lines came to and measured. Pure. */
import { formatDecimal, text, words } from '../../words/words.ts';
import type { Unit } from './budgets.ts';
import type { Policy } from './policy/policy.ts';
import type { Line, LineState } from './scorecard.ts';

const KINDS = words({
  none: 'policyKinds_none',
  immediate: 'policyKinds_immediate',
  fixed: 'policyKinds_fixed',
  linear: 'policyKinds_linear',
  exponential: 'policyKinds_exponential',
  irregular: 'policyKinds_irregular',
  unclear: 'policyKinds_unclear',
});

/** How sure a policy is, in words. */
export const SURENESS = words({
  low: 'policySureness_low',
  medium: 'policySureness_medium',
  high: 'policySureness_high',
});

export const LINE_STATES: Readonly<Record<LineState, string>> = words({
  passed: 'verdict_states_passed',
  failed: 'verdict_states_failed',
  notApplicable: 'verdict_states_notApplicable',
  pending: 'verdict_states_pending',
  interrupted: 'verdict_states_interrupted',
});

export const UNITS: Readonly<Record<Unit, string>> = words({
  ms: 'units_ms',
  attempts: 'units_attempts',
  frames: 'units_frames',
  sockets: 'units_sockets',
});

/** The head of a line's table, as it is written down. */
export const LINE_COLUMNS = words({
  line: 'verdictMarkdown_columns_line',
  state: 'verdictMarkdown_columns_state',
  value: 'verdictMarkdown_columns_value',
  budget: 'verdictMarkdown_columns_budget',
  why: 'verdictMarkdown_columns_why',
  evidence: 'verdictMarkdown_columns_evidence',
});

/** What was measured, or may be at most, with its unit; '' when there is nothing. */
export function measureWords(value: number | string | null, unit: Line['unit']): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (unit === 'ms') return timeWords(value);
  return unit === null ? String(value) : `${value} ${UNITS[unit]}`;
}

/** A policy in words: "exponential 1.0 s ×1.5, at most 30 s, ±50 %". */
export function policyWords(policy: Policy): string {
  const { kind, baseMs, factor, stepMs, capMs, jitter, exceptionalFirstMs } = policy;
  const parts = [
    exceptionalFirstMs === null ? '' : text('policyWords_first', timeWords(exceptionalFirstMs)),
    KINDS[kind],
    baseMs === null || kind === 'immediate' ? '' : ` ${timeWords(baseMs)}`,
    kind === 'exponential' && factor !== null ? ` ×${formatDecimal(factor, 2)}` : '',
    stepMs === null ? '' : ` +${timeWords(stepMs)}`,
    capMs === null ? '' : text('policyWords_atMost', timeWords(capMs)),
    jitter === null || kind === 'immediate'
      ? ''
      : jitter === 0
        ? text('policyWords_noJitter')
        : `, ±${Math.round(jitter * 100)} %`,
  ];
  return parts.join('');
}

export function timeWords(ms: number): string {
  return ms < 1_000
    ? `${Math.round(ms)} ${text('unit_ms')}`
    : `${formatDecimal(ms / 1_000, ms < 10_000 ? 2 : 1)} ${text('unit_s')}`;
}
