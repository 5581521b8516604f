/** Times and policies in words. Pure. */
import type { Policy } from './policy/policy.ts';

/** A policy in words: "exponential 1.0 s ×1.5, at most 30 s, ±50 %". */
export function policyWords(policy: Policy): string {
  const { kind, baseMs, factor, stepMs, capMs, jitter, exceptionalFirstMs } = policy;
  const parts = [
    exceptionalFirstMs === null ? '' : `first after ${timeWords(exceptionalFirstMs)}, then `,
    kind,
    baseMs === null || kind === 'immediate' ? '' : ` ${timeWords(baseMs)}`,
    kind === 'exponential' && factor !== null ? ` ×${factor.toFixed(2)}` : '',
    stepMs === null ? '' : ` +${timeWords(stepMs)}`,
    capMs === null ? '' : `, at most ${timeWords(capMs)}`,
    jitter === null || kind === 'immediate' ? '' : jitter === 0 ? ', no jitter' : `, ±${Math.round(jitter * 100)} %`,
  ];
  return parts.join('');
}

export function timeWords(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}
