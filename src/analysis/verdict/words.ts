/** Times and policies in words. Pure. */
import { formatDecimal, text, words } from '../../words/words.ts';
import type { Policy } from './policy/policy.ts';

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
