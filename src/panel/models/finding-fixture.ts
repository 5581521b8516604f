/** A finding for tests: what it is when a test does not care. */
import type { Candidate, Finding } from '../../analysis/findings/finding.ts';

export function candidateFixture(fields: Partial<Candidate> = {}): Candidate {
  return {
    cause: 'idle-cut',
    title: 'A proxy cut it',
    family: 'infrastructure',
    check: 'Change the timeout.',
    ...fields,
  };
}

export function findingFixture(fields: Partial<Finding> = {}): Finding {
  return {
    findingId: 'a finding',
    rule: 'idle-cut',
    explains: true,
    title: 'Cut after 60 s of silence',
    meaning: 'Four connections ended alike.',
    severity: 'problem',
    sureness: 'high',
    because: '4 of 4 closes',
    candidates: [candidateFixture()],
    connectionIds: [],
    evidence: [],
    against: [],
    nextCheck: '',
    advice: [],
    span: null,
    ...fields,
  };
}
