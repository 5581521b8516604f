/** How the judges of lines put what they found. Pure. */
import { text } from '../../words/words.ts';
import type { Unit } from './budgets.ts';
import type { Episode } from './episode.ts';
import type { Evidence, VerdictConnection, VerdictFrame } from './input.ts';
import type { Finding } from './scorecard.ts';

export function notApplicable(why: string): Finding {
  return { state: 'notApplicable', why };
}

/** What could not be seen yet: cut short, or simply not over. */
export function undecided({ isInterrupted, isWatched, drop }: Episode, why: string): Finding {
  if (drop.passedByMs !== undefined) return notApplicable(text('verdictWhy_passedBefore', why));
  if (isInterrupted) return { state: 'interrupted', why: text('verdictWhy_cutShort', why) };
  return isWatched
    ? { state: 'pending', why: text('verdictWhy_notOver', why) }
    : notApplicable(text('verdictWhy_notWatched', why));
}

/** Passed when the value is within the budget. */
export function within(
  value: number,
  unit: Unit,
  budget: number,
  evidence: readonly Evidence[],
  [kept, missed]: readonly [kept: string, missed: string],
): Finding {
  const isKept = value <= budget;
  return { state: isKept ? 'passed' : 'failed', value, unit, budget, evidence, why: isKept ? kept : missed };
}

export function connectionEvidence(...connections: readonly (VerdictConnection | null)[]): readonly Evidence[] {
  return connections.flatMap((connection) => (connection ? [{ connectionId: connection.id }] : []));
}

const MAX_FRAMES_SHOWN = 20;

export function frameEvidence(connection: VerdictConnection, frames: readonly VerdictFrame[]): readonly Evidence[] {
  return frames.slice(0, MAX_FRAMES_SHOWN).map(({ seq }) => ({ connectionId: connection.id, seq }));
}
