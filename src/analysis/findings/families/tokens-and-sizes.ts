/** Ends that go with what was sent: a token that ended, a message too large, one kind of message that always comes last. */

import { text } from '../../../words/words.ts';
import type { FrameFacts } from '../../digest/digest.ts';
import { largerMessages, SAFE_HANDLER } from '../advice.ts';
import { aftermathEvidence } from '../after.ts';
import { candidate, candidates } from '../causes.ts';
import { momentsOf } from '../clusters.ts';
import {
  bytes,
  connectionEvidence,
  connectionIdsOf,
  counted,
  type Draft,
  duration,
  MAX_EVIDENCE,
  type Rule,
  spanOf,
} from '../draft.ts';
import type { Evidence } from '../finding.ts';
import { truthOf } from '../handshake-truth.ts';
import { sizeLimitBelow, toleranceMs } from '../known-limits.ts';
import { finite, type Life } from '../life.ts';
import type { SessionView } from '../view.ts';

/** Servers look at tokens now and then, and clocks differ. */
const EXPIRY_BEFORE_MS = 2_000;
const EXPIRY_AFTER_MS = 10_000;
/** Close codes with which servers refuse who they do not know. */
const REFUSING_CODES: ReadonlySet<number> = new Set([1008, 3000, 3003, 3005, 3500, 4001, 4003, 4009, 4401, 4403]);

interface Expired {
  readonly life: Life;
  readonly expiresAtMs: number;
  readonly issuedAtMs: number | null;
  readonly seq: number | null;
  /** From the end of the token to that of the connection; of one that was too old from the start, to its creation. */
  readonly afterMs: number;
  readonly isStale: boolean;
  readonly isRefused: boolean;
}

function expiredOf(life: Life, view: SessionView): Expired | null {
  const token = life.digest?.token;
  const expiresAtMs = finite(token?.expiresAtMs);
  if (!token || expiresAtMs === null || life.endMs === null || life.by === 'page') return null;
  if ((finite(token.renewedUntilMs) ?? 0) >= life.endMs) return null;
  const known = { life, expiresAtMs, issuedAtMs: finite(token.issuedAtMs), seq: token.seq };
  if (life.openedMs === null) {
    if (life.by !== 'neverOpened' || expiresAtMs > life.createdMs) return null;
    const truth = truthOf(life, view, true);
    const isRefused = truth.causes[0] === 'unauthorized' || truth.causes[0] === 'forbidden';
    const mayBe = truth.causes.includes('unauthorized');
    return isRefused || mayBe ? { ...known, afterMs: life.createdMs - expiresAtMs, isStale: true, isRefused } : null;
  }
  const isRefused = REFUSING_CODES.has(life.code ?? 0) || /expired|token|jwt|auth/i.test(life.reason);
  if (expiresAtMs <= life.openedMs) {
    // Old from the start: only a refusal, or an end soon after, has to do with it.
    const isSoon = (life.lifetimeMs ?? 0) <= EXPIRY_AFTER_MS;
    return isRefused && isSoon ? { ...known, afterMs: life.createdMs - expiresAtMs, isStale: true, isRefused } : null;
  }
  const afterMs = life.endMs - expiresAtMs;
  const lateMs = Math.max(EXPIRY_AFTER_MS, toleranceMs(life.lifetimeMs ?? 0));
  const isNear = afterMs >= -EXPIRY_BEFORE_MS && afterMs <= lateMs;
  return isNear ? { ...known, afterMs, isStale: false, isRefused } : null;
}

function findExpired(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const found = lives.flatMap((life): readonly Expired[] => {
      const expired = isExplained(life) ? null : expiredOf(life, view);
      return expired ? [expired] : [];
    });
    const [first] = found;
    if (!first) return [];
    const expiredLives = found.map(({ life }) => life);
    const refused = found.filter(({ isRefused }) => isRefused).length;
    const survived = lives.filter(
      ({ id, digest, endMs }) =>
        digest?.token != null &&
        (endMs ?? view.untilMs) > digest.token.expiresAtMs + 2 * EXPIRY_AFTER_MS &&
        !expiredLives.some((life) => life.id === id),
    );
    const ageMs = first.issuedAtMs === null ? null : first.expiresAtMs - first.issuedAtMs;
    const isSure = survived.length === 0 && (refused > 0 || momentsOf(expiredLives) >= 2);
    return [
      {
        about: name,
        title: first.isStale
          ? text('tokensAndSizes_refusedWithATokenThatHad', duration(Math.max(0, first.afterMs)))
          : text(
              'tokensAndSizes_endedAsTheTokenDid',
              counted(found.length, 'connection'),
              ageMs === null ? '' : text('tokensAndSizes_whichLives', duration(ageMs)),
            ),
        meaning: text('tokensAndSizes_aTokenInTheUrlOr'),
        severity: 'problem',
        sureness: isSure ? 'high' : survived.length > 0 ? 'low' : 'medium',
        because: text(
          'tokensAndSizes_withinOfTheTokensOfThem',
          counted(found.length, 'end'),
          duration(EXPIRY_AFTER_MS),
          refused,
        ),
        candidates: isSure
          ? candidates('token-expired')
          : candidates('token-expired', 'policy-violation', 'unauthorized', 'lifetime-cut'),
        connectionIds: connectionIdsOf(expiredLives),
        evidence: found.slice(0, MAX_EVIDENCE).map(({ life, seq, afterMs, isStale }): Evidence => {
          const says = isStale
            ? text('tokensAndSizes_theTokenHadEndedBefore', duration(Math.max(0, afterMs)))
            : text(
                afterMs < 0 ? 'tokensAndSizes_itEndedBeforeTheToken' : 'tokensAndSizes_itEndedAfterTheToken',
                duration(Math.abs(afterMs)),
              );
          return seq === null
            ? { kind: 'connection', connectionId: life.id, says }
            : { kind: 'frame', connectionId: life.id, seq, says };
        }),
        against: connectionEvidence(survived.slice(0, 3), () => text('tokensAndSizes_thisOneOutlivedItsToken')),
        nextCheck: candidate('token-expired').check,
        advice: [
          {
            text: text('tokensAndSizes_renewTheTokenBeforeItEnds'),
          },
          {
            text: text('tokensAndSizes_fetchTheTokenInTheFunction'),
            lines: {
              of: 'client (JavaScript)',
              text:
                'async function connect() {\n  const token = await fetchToken();\n  return new WebSocket(`wss://your-host/your-path?token=' +
                '$' +
                '{encodeURIComponent(token)}`);\n}',
            },
          },
        ],
        span: spanOf(expiredLives),
      },
    ];
  });
}

/** A frame this close before the end may have to do with it. */
const JUST_BEFORE_MS = 1_000;
/** Nobody's limit is smaller. */
const BIG_BYTES = 16 * 1024;

/** Frames just before the end that are no heartbeats, in order. */
function lastFramesOf({ digest, endMs }: Life): readonly FrameFacts[] {
  if (!digest || endMs === null) return [];
  return digest.lastFrames.filter(({ isHeartbeat, atMs }) => !isHeartbeat && endMs - atMs <= JUST_BEFORE_MS);
}

/** The last frame that the page sent, if that was just before the end; what the server said meanwhile does not matter. */
function lastSentOf(life: Life): FrameFacts | null {
  return lastFramesOf(life).findLast(({ isOut }) => isOut) ?? null;
}

interface Big {
  readonly life: Life;
  readonly frame: FrameFacts | null;
}

function bigOf(life: Life): Big | null {
  const { digest, code, by } = life;
  if (code === 1009) return { life, frame: digest?.largestOut ?? null };
  const largest = [digest?.largestOut, digest?.largestIn];
  const frame = lastFramesOf(life).find(
    ({ sizeBytes, seq }) => sizeBytes >= BIG_BYTES && largest.some((one) => one?.seq === seq),
  );
  return frame && (by === 'lost' || code === 1008 || code === 1011) ? { life, frame } : null;
}

function findTooBig(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const found = lives.flatMap((life): readonly Big[] => {
      const big =
        life.endMs === null || life.openedMs === null || life.by === 'page' || isExplained(life) ? null : bigOf(life);
      return big ? [big] : [];
    });
    if (found.length === 0) return [];
    const ids = new Set(found.map(({ life }) => life.id));
    const isTold = found.some(({ life }) => life.code === 1009);
    const sizes = found.flatMap(({ frame }) => (frame ? [frame.sizeBytes] : []));
    const smallest = sizes.length > 0 ? sizes.reduce((a, b) => Math.min(a, b)) : 0;
    const isOut = found.every(({ frame }) => frame?.isOut !== false);
    const largestOf = ({ digest }: Life) => (isOut ? digest?.largestOut : digest?.largestIn)?.sizeBytes ?? 0;
    const survived = lives.filter((life) => !ids.has(life.id) && smallest > 0 && largestOf(life) >= smallest);
    if (!isTold && survived.length > 0) return [];
    const bigLives = found.map(({ life }) => life);
    const limit = sizeLimitBelow(smallest);
    return [
      {
        about: name,
        title: text(
          'tokensAndSizes_ended',
          counted(found.length, 'connection'),
          isTold ? text('tokensAndSizes_with1009') : text('tokensAndSizes_rightAfterTheLargestMessage'),
          smallest > 0 ? text('tokensAndSizes_of', bytes(smallest)) : '',
        ),
        meaning: text(
          'tokensAndSizes_theReceiverDoesNotAcceptMessages',
          limit === null ? '' : text('tokensAndSizes_aKnownLimitBelowItIs', limit),
        ),
        severity: 'problem',
        sureness: isTold ? 'high' : found.length >= 3 ? 'medium' : 'low',
        because: isTold
          ? text('tokensAndSizes_theCloseCodeSaysSo')
          : text(
              'tokensAndSizes_inOfConnectionsTheLargestMessage',
              found.length,
              lives.length,
              duration(JUST_BEFORE_MS),
            ),
        candidates: isTold
          ? candidates('message-too-big')
          : candidates('message-too-big', 'poison-message', 'server-crash', 'connection-reset'),
        connectionIds: connectionIdsOf(bigLives),
        evidence: found.slice(0, MAX_EVIDENCE).map(
          ({ life, frame }): Evidence =>
            frame
              ? {
                  kind: 'frame',
                  connectionId: life.id,
                  seq: frame.seq,
                  says: text(
                    'tokensAndSizes_beforeTheEnd',
                    bytes(frame.sizeBytes),
                    text(frame.isOut ? 'tokensAndSizes_sent' : 'tokensAndSizes_received'),
                    duration(Math.max(0, (life.endMs ?? frame.atMs) - frame.atMs)),
                  ),
                }
              : {
                  kind: 'connection',
                  connectionId: life.id,
                  says: text('tokensAndSizes_endedWith', String(life.code)),
                },
        ),
        against: connectionEvidence(survived.slice(0, 3), (life) =>
          text('tokensAndSizes_thisOneCarried', bytes(largestOf(life))),
        ),
        nextCheck: candidate('message-too-big').check,
        advice: largerMessages(smallest || BIG_BYTES),
        span: spanOf(bigLives),
      },
    ];
  });
}

/** A kind of message is suspected after so many ends. */
const POISON_TIMES = 3;

/** Ends that a crash of the server, or an error in it, may bring about. */
function mayBePoisoned({ by, code, openedMs, endMs }: Life): boolean {
  return (
    openedMs !== null &&
    endMs !== null &&
    (by === 'lost' || (by === 'server' && (code === 1011 || code === 1002 || code === 1003 || code === 1007)))
  );
}

interface Suspect {
  readonly life: Life;
  readonly frame: FrameFacts;
}

function findPoison(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const ended = lives.filter((life) => mayBePoisoned(life) && !isExplained(life));
    const suspects = new Map<string, Suspect[]>();
    const harmless = new Map<string, number>();
    for (const life of lives) {
      const last = mayBePoisoned(life) ? lastSentOf(life) : null;
      for (const { shape, seq } of life.digest?.lastFrames ?? []) {
        if (seq !== last?.seq) harmless.set(shape, (harmless.get(shape) ?? 0) + 1);
      }
    }
    for (const life of ended) {
      const frame = lastSentOf(life);
      if (!frame) continue;
      const group = suspects.get(frame.shape) ?? [];
      group.push({ life, frame });
      suspects.set(frame.shape, group);
    }
    return [...suspects].flatMap(([shape, group]): readonly Draft[] => {
      const poisoned = group.map(({ life }) => life);
      const moments = momentsOf(poisoned);
      const survived = harmless.get(shape) ?? 0;
      if (moments < POISON_TIMES || moments < 0.5 * momentsOf(ended) || survived * 4 > group.length) return [];
      const isOnlyKind = harmless.size === 0;
      return [
        {
          about: `${name} ${shape}`,
          title: text('tokensAndSizes_theSameKindOfMessageWas', moments, shape.slice(0, 80)),
          meaning: text('tokensAndSizes_oneKindOfMessageBringsThe'),
          severity: 'problem',
          sureness: moments >= 5 && survived === 0 && !isOnlyKind ? 'high' : 'medium',
          because: text(
            'tokensAndSizes_itWasSentWithinBeforeOf',
            duration(JUST_BEFORE_MS),
            moments,
            momentsOf(ended),
            survived === 0 ? text('tokensAndSizes_neverWithoutOne') : text('tokensAndSizes_timesWithoutOne', survived),
          ),
          candidates: isOnlyKind
            ? candidates('poison-message', 'server-crash', 'instant-close')
            : candidates('poison-message', 'server-crash'),
          connectionIds: connectionIdsOf(poisoned),
          evidence: [
            ...group.slice(0, MAX_EVIDENCE).map(
              ({ life, frame }): Evidence => ({
                kind: 'frame',
                connectionId: life.id,
                seq: frame.seq,
                says: text('tokensAndSizes_sentBeforeTheEnd', duration(Math.max(0, (life.endMs ?? 0) - frame.atMs))),
              }),
            ),
            ...aftermathEvidence(poisoned.slice(0, 3), view),
          ],
          against:
            survived > 0
              ? [
                  {
                    kind: 'connection',
                    connectionId: poisoned[0]?.id ?? '',
                    says: text('tokensAndSizes_sentTimesWithoutAnEnd', survived),
                  },
                ]
              : [],
          nextCheck: candidate('poison-message').check,
          advice: [
            {
              text: text('tokensAndSizes_catchErrorsOfEachMessageOn'),
              lines: {
                of: 'server (Node.js, ws)',
                text: "socket.on('message', (data) => {\n  try {\n    handle(JSON.parse(data));\n  } catch (error) {\n    log.error(error);\n    socket.send(JSON.stringify({ type: 'error' }));\n  }\n});",
              },
            },
            { text: text('tokensAndSizes_letTheClientGiveAMessage') },
            SAFE_HANDLER,
          ],
          span: spanOf(poisoned),
        },
      ];
    });
  });
}

export const TOKEN_EXPIRED: Rule = {
  name: 'token-expired',
  family: 'server ends',
  says: `Ends within ${duration(EXPIRY_AFTER_MS)} of the token's own, or refusals of one that had ended.`,
  explains: true,
  find: findExpired,
};

export const SIZE_AND_POISON: readonly Rule[] = [
  {
    name: 'message-size',
    family: 'size and poison',
    says: `1009, or an end within ${duration(JUST_BEFORE_MS)} of the largest message.`,
    explains: true,
    find: findTooBig,
  },
  {
    name: 'poison-message',
    family: 'size and poison',
    says: `The same shape sent last before ${POISON_TIMES} ends or more, and not without one.`,
    explains: true,
    find: findPoison,
  },
];
