/** The words of a finding's parts: whose doing it was, how much it hurts, and the heads above its parts. Pure. */
import { words } from '../../words/words.ts';
import type { CauseFamily, Severity } from './finding.ts';

export const FAMILIES: Readonly<Record<CauseFamily, string>> = words({
  network: 'families_network',
  client: 'families_client',
  server: 'families_server',
  infrastructure: 'families_infrastructure',
  unknown: 'families_unknown',
});

export const SEVERITIES: Readonly<Record<Severity, string>> = words({
  problem: 'severities_problem',
  warning: 'severities_warning',
  note: 'severities_note',
});

/** In the order in which a finding is told. */
export const FINDING_HEADS = words({
  cause: 'findings_cause',
  candidates: 'findings_candidates',
  evidence: 'findings_evidence',
  against: 'findings_against',
  nextCheck: 'findings_nextCheck',
  advice: 'findings_advice',
});
