/** Whose doing it was: network, client, server, infrastructure, or nobody can tell. Unsure ones have a question mark. */
import type { CauseFamily } from '../../analysis/findings/finding.ts';
import { FAMILIES } from '../../analysis/findings/words.ts';
import { FAMILY_HINTS, FINDINGS } from '../words-findings.ts';

export interface FamilyTagProps {
  readonly family: CauseFamily;
  readonly isSure: boolean;
}

export function FamilyTag({ family, isSure }: FamilyTagProps) {
  const isGuess = !isSure && family !== 'unknown';
  return (
    <span
      class={`family family-${family}`}
      title={isGuess ? `${FAMILY_HINTS[family]} (${FINDINGS.familyUnsure})` : FAMILY_HINTS[family]}
    >
      {FAMILIES[family]}
      {isGuess && '?'}
    </span>
  );
}
