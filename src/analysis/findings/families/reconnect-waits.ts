/** How the page waits between its attempts: too short, too evenly, or as if none had failed before. */

import { text } from '../../../words/words.ts';
import { steadyEndpointOf } from '../../endpoint.ts';
import { median } from '../../numbers.ts';
import { fitPolicy } from '../../verdict/policy/fit.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { backoff } from '../advice.ts';
import { candidate, candidates } from '../causes.ts';
import { connectionEvidence, connectionIdsOf, counted, type Draft, duration, type Rule, spanOf } from '../draft.ts';
import type { Severity } from '../finding.ts';
import type { Life } from '../life.ts';
import { groupBy, type SessionView } from '../view.ts';

/** The connections of one document to one endpoint, with the endpoint's name; of those to which there were several. */
export function storiesOf(view: SessionView): readonly (readonly [name: string, lives: readonly Life[]])[] {
  return view.endpoints.flatMap(({ name, lives }) =>
    lives.length < 2
      ? []
      : groupBy(lives, ({ record }) => `${record.documentId} ${steadyEndpointOf(record.url)}`).map(
          ([, group]) => [name, group] as const,
        ),
  );
}

/** One end and the attempts that followed it, up to the one that opened. */
interface Episode {
  readonly lost: Life;
  readonly attempts: readonly Life[];
  /** From the end of each to the making of the next. */
  readonly waitsMs: readonly number[];
}

/** Fitting looks at no more than this. */
const MAX_EPISODES = 20;
const MAX_WAITS = 60;
/** A storm is made of so many waits. */
const MIN_WAITS = 5;
/** Between connections further apart than this lies a new beginning. */
const SAME_STORY_MS = 120_000;

/** What followed each end, attempt by attempt, by who took whose place: connections side by side do not mix. */
function episodesOf(lives: readonly Life[], view: SessionView): readonly Episode[] {
  const successors = new Set(lives.flatMap(({ next }) => (next ? [next.firstAttempt.connectionId] : [])));
  return lives.flatMap((lost): readonly Episode[] => {
    // A failed attempt is part of the episode of whom it stood in for.
    if (lost.by === 'page' || (lost.openedMs === null && successors.has(lost.id))) return [];
    const attempts: Life[] = [];
    const waitsMs: number[] = [];
    let before: Life = lost;
    while (before === lost || before.openedMs === null) {
      const attempt = before.next && view.byId.get(before.next.firstAttempt.connectionId);
      const waitMs = attempt && before.endMs !== null ? attempt.createdMs - before.endMs : null;
      if (!attempt || waitMs === null || waitMs > SAME_STORY_MS) break;
      attempts.push(attempt);
      waitsMs.push(Math.max(0, waitMs));
      before = attempt;
    }
    return attempts.length > 0 ? [{ lost, attempts, waitsMs }] : [];
  });
}

/** Waits under this between attempts burden a server that is already in trouble. */
const HASTY_MS = 1_000;
/** Fixed waits from here on are slow enough to be no storm. */
const CALM_MS = 5_000;

interface Haste {
  readonly title: (policy: Policy, middleMs: number) => string;
  readonly cause: 'reconnect-storm' | 'no-jitter';
  readonly severity: Severity;
}

/** What is wrong with a policy; null: nothing that is known. */
function hasteOf(
  { kind, jitter, baseMs, drops, sureness }: Policy,
  middleMs: number,
  waits: number,
  isGrowing: boolean,
): Haste | null {
  const storm = { cause: 'reconnect-storm', severity: 'warning' } as const;
  if (kind === 'immediate')
    return { ...storm, severity: 'problem', title: () => text('reconnecting_itTriesAgainAtOnceWithout') };
  if (kind === 'fixed' && (jitter ?? 0) < 0.05 && (baseMs ?? 0) < CALM_MS) {
    return {
      ...storm,
      title: (policy) => text('reconnecting_itTriesAgainEveryWithoutWaiting', duration(policy.baseMs ?? 0)),
    };
  }
  if (middleMs < HASTY_MS && waits >= 2 * MIN_WAITS && !isGrowing) {
    return { ...storm, title: (_, middle) => text('reconnecting_itTriesAgainAfterAgainAnd', duration(middle)) };
  }
  if ((kind === 'exponential' || kind === 'linear') && jitter === 0 && sureness === 'high' && drops >= 1) {
    return {
      cause: 'no-jitter',
      severity: 'note',
      title: () => text('reconnecting_itsWaitsGrowButWithoutChance'),
    };
  }
  return null;
}

/** Whether later waits of an episode are clearly longer than its first ones. */
function isGrowing(gaps: readonly (readonly number[])[]): boolean {
  const long = gaps.filter(({ length }) => length >= 3);
  const early = long.flatMap((waits) => waits.slice(0, Math.floor(waits.length / 2)));
  const late = long.flatMap((waits) => waits.slice(Math.ceil(waits.length / 2)));
  return early.length > 0 && median(late) > 1.5 * median(early);
}

/** So many endpoints are fitted, those with most connections: fitting is dear. */
const MAX_FITTED = 20;

function findStorms(view: SessionView): readonly Draft[] {
  const stories = storiesOf(view)
    .filter(([, lives]) => lives.length > MIN_WAITS)
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, MAX_FITTED);
  return stories.flatMap(([name, lives]): readonly Draft[] => {
    const episodes = episodesOf(lives, view).slice(-MAX_EPISODES);
    const gaps = episodes.map(({ waitsMs }) => waitsMs.slice(0, MAX_WAITS / 4));
    const waits = gaps.flat().slice(0, MAX_WAITS);
    if (waits.length < MIN_WAITS || Math.max(...gaps.map(({ length }) => length)) < 3) return [];
    const policy = fitPolicy(gaps);
    const middleMs = median(waits);
    const haste = hasteOf(policy, middleMs, waits.length, isGrowing(gaps));
    if (!haste) return [];
    const attempts = episodes.flatMap((episode) => episode.attempts);
    return [
      {
        about: `${steadyEndpointOf(lives[0]?.record.url ?? name)} ${lives[0]?.record.documentId ?? ''}`,
        title: text('reconnecting_at', haste.title(policy, middleMs), counted(attempts.length, 'attempt'), name),
        meaning:
          haste.cause === 'no-jitter'
            ? text('reconnecting_whenAServerRestartsAllIts')
            : text('reconnecting_aServerThatIsInTrouble'),
        severity: haste.severity,
        sureness: policy.sureness === 'high' && waits.length >= 2 * MIN_WAITS ? 'high' : 'medium',
        because: text(
          'reconnecting_afterTheMiddleOneIs',
          counted(waits.length, 'wait'),
          counted(episodes.length, 'end'),
          duration(middleMs),
        ),
        candidates: candidates(haste.cause),
        connectionIds: connectionIdsOf(attempts),
        evidence: connectionEvidence(attempts, (life) =>
          life.openedMs === null ? text('reconnecting_anAttemptThatFailed') : text('reconnecting_anAttemptThatOpened'),
        ),
        against: [],
        nextCheck: candidate(haste.cause).check,
        advice: [backoff(Math.max(500, Math.min(2_000, Math.round(policy.baseMs ?? 1_000))))],
        span: spanOf(attempts),
      },
    ];
  });
}

/** Connections that lived shorter than this have not settled. */
const SETTLED_MS = 5_000;
const RESETS = 4;

/** Opened, died, and tried again after the same short wait each time: the backoff forgot the failures at `open`. */
function findResets(view: SessionView): readonly Draft[] {
  return storiesOf(view).flatMap(([name, lives]): readonly Draft[] => {
    const episodes = episodesOf(lives, view).filter(
      ({ lost, waitsMs, attempts }) =>
        lost.lifetimeMs !== null &&
        lost.lifetimeMs < SETTLED_MS &&
        waitsMs.length === 1 &&
        attempts[0]?.openedMs != null,
    );
    if (episodes.length < RESETS) return [];
    const waits = episodes.map(({ waitsMs }) => waitsMs[0] ?? 0);
    const half = Math.floor(waits.length / 2);
    const [early, late] = [median(waits.slice(0, half)), median(waits.slice(half))];
    if (!(late < CALM_MS && late <= 1.3 * early + 50)) return [];
    const lost = episodes.map((episode) => episode.lost);
    return [
      {
        about: `${steadyEndpointOf(lives[0]?.record.url ?? name)} ${lives[0]?.record.documentId ?? ''}`,
        title: text(
          'reconnecting_itOpenedDiedWithinAndWas',
          counted(lost.length, 'time'),
          duration(SETTLED_MS),
          duration(late),
        ),
        meaning: text('reconnecting_theWaitStartsAnewWithEvery'),
        severity: 'warning',
        sureness: episodes.length >= 2 * RESETS ? 'high' : 'medium',
        because: text(
          'reconnecting_thatDidNotGrowAtFirst',
          counted(waits.length, 'wait'),
          duration(early),
          duration(late),
        ),
        candidates: candidates('backoff-reset', 'reconnect-storm'),
        connectionIds: connectionIdsOf(lost),
        evidence: connectionEvidence(lost, ({ lifetimeMs }) => text('reconnecting_lived', duration(lifetimeMs ?? 0))),
        against: [],
        nextCheck: candidate('backoff-reset').check,
        advice: [backoff()],
        span: spanOf(lost),
      },
    ];
  });
}

export const WAITS: readonly Rule[] = [
  {
    name: 'reconnect-storm',
    family: 'reconnecting',
    says: 'Attempts at once, at a fixed short wait, or without chance, fitted to the waits.',
    explains: false,
    find: findStorms,
  },
  {
    name: 'backoff-reset',
    family: 'reconnecting',
    says: `${RESETS} and more connections that lived shorter than ${duration(SETTLED_MS)}, tried again after the same wait.`,
    explains: false,
    find: findResets,
  },
];
