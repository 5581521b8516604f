/** The verdict on a document: one scorecard for each drop. Pure; `lines.ts` holds what is judged and how. */
import { text } from '../../words/words.ts';
import { endpointOf } from '../endpoint.ts';
import { type Budgets, STANDARD_BUDGETS } from './budgets.ts';
import { type Episode, episodesOf } from './episode.ts';
import type { VerdictInput } from './input.ts';
import { LINES } from './lines.ts';
import { fitPolicy } from './policy/fit.ts';
import type { Policy } from './policy/policy.ts';
import type { Case, Line, Scorecard } from './scorecard.ts';
import { sendsOf } from './sends.ts';

/** Drops this close together are one blow. */
const HERD_MS = 1_000;

/**
 * The scorecards of all drops, in the order of the drops. `clientOf` says, by URL, which connections are one client's: its
 * drops share one policy. By default those to one endpoint.
 */
export function verdictOf(
  input: VerdictInput,
  budgets: Budgets = STANDARD_BUDGETS,
  clientOf: (url: string) => string = endpointOf,
): readonly Scorecard[] {
  const episodes = episodesOf(input);
  const groups = new Map<string, Episode[]>();
  for (const episode of episodes) {
    const name = clientOf(episode.dropped.url);
    const group = groups.get(name);
    if (group) group.push(episode);
    else groups.set(name, [episode]);
  }
  const policies = new Map([...groups].map(([name, group]) => [name, policyOf(group)]));
  return episodes.map((episode) => {
    const name = clientOf(episode.dropped.url);
    return scorecardOf({
      input,
      episode,
      policy: policies.get(name) ?? policyOf([episode]),
      herd: (groups.get(name) ?? []).filter(({ drop }) => Math.abs(drop.atMs - episode.drop.atMs) <= HERD_MS),
      sends: sendsOf(episode),
      budgets,
    });
  });
}

/** Fitted to all drops of one client. */
function policyOf(episodes: readonly Episode[]): Policy {
  return fitPolicy(episodes.map(({ attempts }) => attempts.map(({ gapMs }) => gapMs)));
}

function scorecardOf(subject: Case): Scorecard {
  const { drop, dropped, attempts, reopened } = subject.episode;
  const lines = LINES.map(({ id, title, judge }): Line => {
    const { state, why, value = null, unit = null, budget = null, evidence = [] } = judge(subject);
    return { id, title: text(title), state, value, unit, budget, evidence, why };
  });
  return { drop, dropped, attempts, reopened, policy: subject.policy, lines, state: stateOf(lines) };
}

function stateOf(lines: readonly Line[]): Scorecard['state'] {
  if (lines.some(({ state }) => state === 'failed')) return 'failed';
  if (lines.some(({ state }) => state === 'interrupted')) return 'interrupted';
  return lines.some(({ state }) => state === 'pending') ? 'pending' : 'passed';
}
