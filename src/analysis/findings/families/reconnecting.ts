/** How the page comes back: too fast, too evenly, though it was refused, not at all, or twice. */

import { text } from '../../../words/words.ts';
import { describeClose } from '../../close-codes.ts';
import { steadyEndpointOf } from '../../endpoint.ts';
import { median } from '../../numbers.ts';
import { fitPolicy } from '../../verdict/policy/fit.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { backoff, CLOSE_WHAT_YOU_MAKE } from '../advice.ts';
import { candidate, candidates } from '../causes.ts';
import { connectionEvidence, connectionIdsOf, counted, type Draft, duration, type Rule, spanOf } from '../draft.ts';
import type { Severity } from '../finding.ts';
import type { Life } from '../life.ts';
import { groupBy, type SessionView } from '../view.ts';

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

function storiesOf(view: SessionView): readonly (readonly [name: string, lives: readonly Life[]])[] {
  return view.endpoints.flatMap(({ name, lives }) =>
    lives.length < 2
      ? []
      : groupBy(lives, ({ record }) => `${record.documentId} ${steadyEndpointOf(record.url)}`).map(
          ([, group]) => [name, group] as const,
        ),
  );
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

/** A code that says no, for good or until something has changed: RFC 6455 section 7.4.1, or the protocol's own. */
function isFinal({ code, by, digest }: Life): boolean {
  if (code === null || by !== 'server') return false;
  const { comeBack } = describeClose(code, digest?.protocol?.id);
  return comeBack === 'no' || comeBack === 'afterChange';
}

function findAfterRefusal(view: SessionView): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const found = lives.filter((life) => {
      const attempt = life.next && view.byId.get(life.next.firstAttempt.connectionId);
      // Another query string may be a fresh token: then it is right to try.
      return isFinal(life) && attempt && attempt.label === null && attempt.record.url === life.record.url;
    });
    const [first] = found;
    if (!first) return [];
    const code = first.code ?? 0;
    return [
      {
        about: name,
        title: text('reconnecting_itCameBackAfterWithThe', code, describeClose(code, first.digest?.protocol?.id).title),
        meaning: text('reconnecting_theServerSaidThatItDoes'),
        severity: 'warning',
        sureness: found.length >= 2 ? 'high' : 'medium',
        because: text('reconnecting_followedByAnAttemptAtThe', counted(found.length, 'refusal')),
        candidates: candidates('reconnects-after-refusal'),
        connectionIds: connectionIdsOf(found),
        evidence: connectionEvidence(found, (life) =>
          text(
            'reconnecting_refusedWithTheNextAttemptCame',
            String(life.code),
            duration(Math.max(0, (life.next?.firstAttempt.createdAtMs ?? 0) - (life.endMs ?? 0))),
          ),
        ),
        against: [],
        nextCheck: candidate('reconnects-after-refusal').check,
        advice: [
          {
            text: text('reconnecting_doNotReconnectAfterAFinal'),
            lines: {
              of: 'client (JavaScript)',
              text: "const FINAL = new Set([1002, 1003, 1007, 1008, 1009, 3003, 4401, 4403]);\nsocket.addEventListener('close', ({ code }) => { if (!FINAL.has(code)) reconnect(); });",
            },
          },
        ],
        span: spanOf(found),
      },
    ];
  });
}

/** A client that has not tried by then will not, or far too late. */
const NEVER_MS = 30_000;

function findNever(view: SessionView): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    // The last one of each document: whoever has another connection to the same endpoint needs none.
    const found = groupBy(lives, ({ record }) => record.documentId).flatMap(([documentId, group]): readonly Life[] => {
      const life = group.at(-1);
      if (!life || life.endMs === null || life.openedMs === null || (life.by !== 'lost' && life.by !== 'server'))
        return [];
      const goneMs = view.documents.get(documentId)?.goneAtMs ?? view.untilMs;
      const isAlone = group.every(({ endMs }) => endMs !== null);
      // 1000 of a server is in order; in protocols that come back after it, it is the client that gave it.
      const isAsked =
        life.code !== 1000 && describeClose(life.code ?? 1006, life.digest?.protocol?.id).comeBack === 'yes';
      return isAlone && isAsked && life.next === null && Math.min(goneMs, view.untilMs) - life.endMs >= NEVER_MS
        ? [life]
        : [];
    });
    const [first] = found;
    if (!first) return [];
    const lost = first.digest?.protocol?.id;
    return [
      {
        about: name,
        title: text('reconnecting_itDidNotComeBackAfter', first.code ?? text('reconnecting_theEnd')),
        meaning: text('reconnecting_thePageLivesOnAndHas'),
        severity: 'warning',
        sureness: view.untilMs - (first.endMs ?? 0) >= 4 * NEVER_MS ? 'high' : 'medium',
        because: text('reconnecting_noAttemptAtFor', name, duration(view.untilMs - (first.endMs ?? 0))),
        candidates: candidates('never-reconnects'),
        connectionIds: connectionIdsOf(found),
        evidence: connectionEvidence(found, (life) =>
          text('reconnecting_endedWithNothingFollowed', life.code ?? text('reconnecting_noCode')),
        ),
        against: [],
        nextCheck: candidate('never-reconnects').check,
        advice: [
          backoff(),
          ...(lost?.startsWith('socket.io')
            ? [
                {
                  text: text('reconnecting_socketIoDoesNotReconnectAfter'),
                },
              ]
            : []),
          ...(lost === 'signalr'
            ? [{ text: text('reconnecting_signalrReconnectsOnlyWithWithautomaticreconnectAnd') }]
            : []),
        ],
        span: spanOf(found),
      },
    ];
  });
}

/** So many open at once, made over so long a time, are no design. */
const PILE = 3;
const PILE_SPREAD_MS = 2_000;

/** Connections of one document to one endpoint that are open at the same time. */
function findLeaks(view: SessionView): readonly Draft[] {
  return storiesOf(view).flatMap(([name, lives]): readonly Draft[] => {
    const pile = largestPile(lives.filter(({ openedMs }) => openedMs !== null));
    if (pile.length < 2) return [];
    const spreadMs = (pile.at(-1)?.createdMs ?? 0) - (pile[0]?.createdMs ?? 0);
    const isPile = pile.length >= PILE && spreadMs >= PILE_SPREAD_MS;
    return [
      {
        about: `${steadyEndpointOf(pile[0]?.record.url ?? name)} ${pile[0]?.record.documentId ?? ''}`,
        title: isPile
          ? text('reconnecting_connectionsToAreOpenAtOnce', pile.length, name)
          : text('reconnecting_connectionsToAreOpenAtOnce2', pile.length, name),
        meaning: isPile ? text('reconnecting_newConnectionsAreMadeAndOld') : text('reconnecting_thatMayBeMeantOneFor'),
        severity: isPile ? 'warning' : 'note',
        sureness: pile.length >= PILE + 2 ? 'high' : isPile ? 'medium' : 'low',
        because: text('reconnecting_madeOverByOneDocumentAnd', duration(spreadMs)),
        candidates: candidates('socket-leak'),
        connectionIds: connectionIdsOf(pile),
        evidence: connectionEvidence(
          pile,
          ({ record, createdMs }) =>
            record.acts?.constructedAt ??
            text('reconnecting_madeBeforeTheEndOfThe', duration(Math.max(0, view.untilMs - createdMs))),
        ),
        against: [],
        nextCheck: candidate('socket-leak').check,
        advice: [CLOSE_WHAT_YOU_MAKE],
        span: spanOf(pile),
      },
    ];
  });
}

/** The most that were open at the same time; by a sweep over beginnings and ends. */
function largestPile(lives: readonly Life[]): readonly Life[] {
  const edges = lives
    .flatMap((life) => [
      { atMs: life.openedMs ?? 0, life, isEnd: false },
      { atMs: life.record.closeRequested?.atMs ?? life.endMs ?? Number.POSITIVE_INFINITY, life, isEnd: true },
    ])
    .sort((a, b) => a.atMs - b.atMs || Number(b.isEnd) - Number(a.isEnd));
  let most = 0;
  let mostAt = -1;
  let count = 0;
  edges.forEach(({ isEnd }, i) => {
    count += isEnd ? -1 : 1;
    if (count > most) [most, mostAt] = [count, i];
  });
  const open = new Set<Life>();
  for (const { life, isEnd } of edges.slice(0, mostAt + 1)) isEnd ? open.delete(life) : open.add(life);
  return [...open];
}

export const RECONNECTING: readonly Rule[] = [
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
  {
    name: 'reconnect-after-refusal',
    family: 'reconnecting',
    says: 'An attempt at the same URL after a final close code.',
    explains: false,
    find: findAfterRefusal,
  },
  {
    name: 'never-reconnected',
    family: 'reconnecting',
    says: `No attempt for ${duration(NEVER_MS)} after a code that asks for one.`,
    explains: false,
    find: findNever,
  },
  {
    name: 'socket-leak',
    family: 'reconnecting',
    says: `Several connections of one document open at one endpoint; ${PILE} made over time are a pile.`,
    explains: false,
    find: findLeaks,
  },
];
