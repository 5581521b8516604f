/**
 * From the facts of a session to its findings, ordered by what hurts most. In steps, one rule each, so that a worker can
 * tell how far it is and stop. Total: any rows of the right types give findings, whatever they hold.
 */
import type { Draft, Rule } from './draft.ts';
import type { Finding, Severity, Sureness } from './finding.ts';
import type { Life } from './life.ts';
import { RULES } from './rules.ts';
import type { SessionFacts } from './session-facts.ts';
import { viewOf } from './view.ts';

/** Findings of one rule beyond these would bury all others; those that hurt most stay. */
export const MAX_FINDINGS_PER_RULE = 50;

export interface FindingProgress {
  /** Rules that have been asked. */
  readonly done: number;
  readonly total: number;
}

export interface FindingOptions {
  /** Asks for these rules only; all by default. */
  readonly rules?: readonly Rule[];
}

/** The findings of a session, at once. */
export function findingsOf(facts: SessionFacts, options: FindingOptions = {}): readonly Finding[] {
  const steps = findingSteps(facts, options);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** The same in steps: yields after each rule, returns the findings. Whoever has heard enough stops asking. */
export function* findingSteps(
  facts: SessionFacts,
  { rules = RULES }: FindingOptions = {},
): Generator<FindingProgress, readonly Finding[]> {
  const view = viewOf(facts);
  const explained = new Set<string>();
  const isExplained = ({ id }: Life) => explained.has(id);
  const found: Ranked[] = [];
  for (const [rank, rule] of rules.entries()) {
    const drafts = rule.find(view, isExplained).toSorted(byHurt);
    if (rule.explains) for (const { connectionIds } of drafts) for (const id of connectionIds) explained.add(id);
    for (const draft of drafts.slice(0, MAX_FINDINGS_PER_RULE)) found.push({ rank, finding: findingOf(rule, draft) });
    yield { done: rank + 1, total: rules.length };
  }
  return found.sort((a, b) => byHurt(a.finding, b.finding) || a.rank - b.rank).map(({ finding }) => finding);
}

interface Ranked {
  readonly rank: number;
  readonly finding: Finding;
}

function findingOf({ name, explains }: Rule, { about, ...finding }: Draft): Finding {
  return { findingId: `${name}:${about}`, rule: name, explains, ...finding };
}

const SEVERITIES: readonly Severity[] = ['problem', 'warning', 'note'];
const SURENESSES: readonly Sureness[] = ['high', 'medium', 'low'];

type Hurt = Pick<Finding, 'severity' | 'sureness' | 'connectionIds'>;

/** What has hurt before what will; what is sure before what may be; what concerns many before what concerns few. */
function byHurt(a: Hurt, b: Hurt): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    SURENESSES.indexOf(a.sureness) - SURENESSES.indexOf(b.sureness) ||
    b.connectionIds.length - a.connectionIds.length
  );
}
