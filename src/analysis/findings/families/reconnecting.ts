/** How the page comes back: after bad waits, though it was refused, not at all, or twice. */

import { text } from '../../../words/words.ts';
import { describeClose } from '../../close-codes.ts';
import { steadyEndpointOf } from '../../endpoint.ts';
import { backoff, CLOSE_WHAT_YOU_MAKE } from '../advice.ts';
import { candidate, candidates } from '../causes.ts';
import { connectionEvidence, connectionIdsOf, counted, type Draft, duration, type Rule, spanOf } from '../draft.ts';
import type { Life } from '../life.ts';
import { groupBy, type SessionView } from '../view.ts';
import { storiesOf, WAITS } from './reconnect-waits.ts';

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
  ...WAITS,
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
