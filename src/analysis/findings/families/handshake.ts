/** Connections that never opened, and policies that let none be made. Grouped by endpoint, cause and source. */

import { text, words } from '../../../words/words.ts';
import { backoff, passUpgradeOn, STICKY_SESSIONS } from '../advice.ts';
import { type Cause, candidate, candidates } from '../causes.ts';
import {
  connectionEvidence,
  connectionIdsOf,
  counted,
  type Draft,
  duration,
  MAX_EVIDENCE,
  type Rule,
  spanOf,
} from '../draft.ts';
import type { Advice, Finding } from '../finding.ts';
import { causeOfBlock, HANGS_MS, type Truth, truthOf } from '../handshake-truth.ts';
import type { Life } from '../life.ts';
import { groupBy, type SessionView } from '../view.ts';

/** What to change, by the likeliest cause; others have no lines to paste. */
const ADVICE: Partial<Readonly<Record<Cause, (truth: Truth) => readonly Advice[]>>> = {
  'missing-upgrade': ({ hops }) => passUpgradeOn(hops),
  'bad-request': ({ hops }) => [...(hops.length > 0 ? passUpgradeOn(hops) : []), ...STICKY_SESSIONS],
  'bad-gateway': () => [{ text: text('handshake_bringTheServerBehindTheProxy') }, backoff()],
  'gateway-timeout': ({ hops }) => [{ text: text('handshake_letTheServerAnswerTheHandshake') }, ...passUpgradeOn(hops)],
  'connection-refused': () => [{ text: text('handshake_startTheServerOrCorrectHost') }, backoff()],
  'name-not-resolved': () => [{ text: text('handshake_correctTheHostNameOrIts') }],
  'certificate-invalid': () => [
    {
      text: text('handshake_serveACertificateWithTheWhole'),
      lines: {
        of: 'nginx',
        text: 'ssl_certificate     /etc/letsencrypt/live/your-host/fullchain.pem;\nssl_certificate_key /etc/letsencrypt/live/your-host/privkey.pem;',
      },
    },
  ],
  'tls-failed': () => [{ text: text('handshake_useWsForAServerWithout') }],
  unauthorized: () => [{ text: text('handshake_fetchAFreshTokenBeforeEach') }],
  forbidden: () => [{ text: text('handshake_addThePagesOriginToThose') }],
  'not-found': () => [{ text: text('handshake_correctThePathOrTheProxys') }],
  'rate-limited': () => [{ text: text('handshake_connectLessOften') }, backoff(2_000, 60_000)],
  redirected: () => [{ text: text('handshake_connectToWhereTheRedirectLeads') }],
  'subprotocol-mismatch': () => [
    {
      text: text('handshake_letTheServerChooseOneOf'),
      lines: {
        of: 'server (Node.js, ws)',
        text: "new WebSocketServer({ handleProtocols: (offered) => (offered.has('v1') ? 'v1' : false) })",
      },
    },
  ],
  'blocked-mixed-content': () => [
    {
      text: text('handshake_useWssOnHttpsPages'),
      lines: { of: 'client (JavaScript)', text: "new WebSocket('wss://your-host/your-path')" },
    },
  ],
  'blocked-csp': () => [
    {
      text: text('handshake_allowTheAddressInConnectSrc'),
      lines: { of: 'HTTP header', text: "Content-Security-Policy: connect-src 'self' wss://your-host" },
    },
  ],
  'handshake-hung': () => [
    {
      text: text('handshake_giveUpAHandshakeThatHangs'),
      lines: {
        of: 'client (JavaScript)',
        text: "const timer = setTimeout(() => socket.close(), 10_000);\nsocket.addEventListener('open', () => clearTimeout(timer));",
      },
    },
  ],
};

interface Failed {
  readonly life: Life;
  readonly truth: Truth;
}

function findFailed(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const failed: Failed[] = [];
    let hasOpened = false;
    for (const life of lives) {
      if (life.openedMs !== null) hasOpened = true;
      else if (life.by === 'neverOpened' && !isExplained(life)) {
        failed.push({ life, truth: truthOf(life, view, hasOpened) });
      }
    }
    return groupBy(failed, ({ truth }) => `${truth.causes[0]} ${truth.source} ${truth.sureness}`).flatMap(
      ([key, group]) => (group[0] ? [failedDraft(name, key, group[0].truth, group, lives)] : []),
    );
  });
}

function failedDraft(
  endpoint: string,
  key: string,
  truth: Truth,
  group: readonly Failed[],
  all: readonly Life[],
): Draft {
  const lives = group.map(({ life }) => life);
  const [first, ...others] = truth.causes;
  const openedBefore = all.filter(({ openedMs }) => openedMs !== null).length;
  // Why the one before had ended is for other rules to say; that it took some attempts is worth knowing.
  const lastMs = lives.at(-1)?.createdMs ?? 0;
  const hasComeBack = all.some(({ openedMs }) => openedMs !== null && openedMs > lastMs);
  const { title } = candidate(first);
  return {
    about: `${endpoint} ${key}`,
    title:
      truth.sureness === 'low'
        ? text('handshake_handshake', truth.says)
        : text('handshake_handshake2', title, truth.says),
    meaning:
      truth.sureness === 'low'
        ? text('handshake_thePageSees1006ForEvery')
        : text('handshake_theConnectionWasNeverMadeThe', SOURCES[truth.source] || 'DevTools'),
    severity: openedBefore === 0 ? 'problem' : hasComeBack ? 'note' : 'warning',
    sureness: truth.sureness,
    because: text(
      'handshake_to',
      counted(lives.length, 'handshake'),
      endpoint,
      truth.says,
      openedBefore > 0 ? text('handshake_othersOpened', openedBefore) : text('handshake_noneOpened'),
    ),
    candidates: candidates(first, ...others),
    connectionIds: connectionIdsOf(lives),
    evidence: group
      .flatMap(({ truth: { evidence } }) => evidence)
      .slice(0, MAX_EVIDENCE)
      .concat(
        connectionEvidence(lives.slice(0, 3), ({ endMs, createdMs }) =>
          text('handshake_itFailedAfter', duration((endMs ?? createdMs) - createdMs)),
        ),
      ),
    against: truth.against,
    nextCheck:
      truth.source === 'probe' || truth.sureness === 'high'
        ? candidate(first).check
        : text('handshake_askTheEndpointTheSameRequest'),
    advice: ADVICE[first]?.(truth) ?? [],
    span: spanOf(lives),
  };
}

/** A name of the product's own, the same in every language, has no key. */
const SOURCES = words({
  network: 'handshake_theBrowsersNetworkLayer',
  devtools: '',
  probe: 'handshake_theEndpointAskedAgain',
  policy: 'handshake_thePagesOwnPolicy',
  timing: 'handshake_theTimeThatItTook',
}) satisfies Readonly<Record<Truth['source'], string>>;

/** A policy may make the constructor throw, and then there is no connection at all. */
function findBlocked(view: SessionView): readonly Draft[] {
  const blocked = view.context.filter(({ kind }) => kind === 'blocked');
  // Chromium gives a connection that a policy forbids an error event and no close: nobody says that it has ended.
  const seen = new Set(view.lives.filter(({ by }) => by === 'neverOpened').map(({ record }) => record.url));
  const alone = blocked.filter(({ url }) => url === undefined || !seen.has(url));
  return groupBy(alone, ({ url, detail }) => `${url ?? ''} ${detail ?? ''}`).map(([about, rows]): Draft => {
    const cause = causeOfBlock(rows[0]?.detail ?? '');
    const url = rows[0]?.url ?? text('handshake_anAddress');
    return {
      about,
      title: `${candidate(cause).title}: ${url}`,
      meaning: text('handshake_theConnectionWasForbiddenBeforeAny'),
      severity: 'problem',
      sureness: 'high',
      because: text('handshake_theBrowserReportedIt', rows[0]?.detail || text('handshake_noDirectiveNamed')),
      candidates: candidates(cause),
      connectionIds: [],
      evidence: rows.slice(0, MAX_EVIDENCE).map(({ contextId, atMs, detail }) => ({
        kind: 'context',
        contextId: contextId ?? null,
        atMs,
        says: text('handshake_blocked', detail ?? ''),
      })),
      against: [],
      nextCheck: candidate(cause).check,
      advice:
        ADVICE[cause]?.({
          causes: [cause],
          sureness: 'high',
          source: 'policy',
          says: '',
          evidence: [],
          against: [],
          hops: [],
        }) ?? [],
      span: spanOfTimes(rows.map(({ atMs }) => atMs)),
    };
  });
}

function spanOfTimes(times: readonly number[]): Finding['span'] {
  const first = times[0];
  return first === undefined ? null : { fromMs: first, toMs: times.at(-1) ?? first };
}

/** Handshakes that are still without an answer, or that the page has given up after a long wait. */
function findHanging(view: SessionView): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const found = lives.filter(
      (life) =>
        life.openedMs === null &&
        (life.endMs === null || life.by === 'page') &&
        life.record.seenBy === 'page' &&
        waitedMs(life, view) >= GIVEN_UP_MS &&
        (life.by === 'page' || waitedMs(life, view) >= HANGS_MS),
    );
    if (found.length === 0) return [];
    const longest = Math.max(...found.slice(0, 1_000).map((life) => waitedMs(life, view)));
    return [
      {
        about: name,
        title: text('handshake_noAnswerToForUpTo', counted(found.length, 'handshake'), duration(longest)),
        meaning: text('handshake_theConnectionHangsInConnectingSomebody'),
        severity: 'problem',
        sureness: found.length >= 2 ? 'high' : 'medium',
        because: text('handshake_waitedLongerThan', counted(found.length, 'handshake'), duration(GIVEN_UP_MS)),
        candidates: candidates('handshake-hung', 'unreachable', 'server-stalled'),
        connectionIds: connectionIdsOf(found),
        evidence: connectionEvidence(found, (life) =>
          life.by === 'page'
            ? text('handshake_thePageGaveUpAfter', duration(waitedMs(life, view)))
            : text('handshake_waitingFor', duration(waitedMs(life, view))),
        ),
        against: [],
        nextCheck: candidate('handshake-hung').check,
        advice:
          ADVICE['handshake-hung']?.({
            causes: ['handshake-hung'],
            sureness: 'high',
            source: 'timing',
            says: '',
            evidence: [],
            against: [],
            hops: [],
          }) ?? [],
        span: spanOf(found),
      },
    ];
  });
}

/** Clients' own connect timeouts are this and longer (reconnecting-websocket: 4 s); whoever gives up earlier has other reasons. */
const GIVEN_UP_MS = 2_000;

function waitedMs({ endMs, createdMs, record }: Life, { untilMs }: SessionView): number {
  const requestedMs = record.closeRequested?.atMs ?? null;
  return Math.max(0, (requestedMs ?? endMs ?? untilMs) - createdMs);
}

/** close() while CONNECTING fails the connection: error and 1006 (WHATWG websockets, close()). A double mount does that. */
function findGivenUp(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  const found = view.lives.filter(
    (life) => life.label === null && life.openedMs === null && life.by === 'page' && !isExplained(life),
  );
  if (found.length === 0) return [];
  return [
    {
      about: 'page',
      title: text('handshake_thePageClosedBeforeTheHandshake', counted(found.length, 'connection')),
      meaning: text('handshake_websocketIsClosedBeforeTheConnection'),
      severity: 'note',
      sureness: 'high',
      because: text('handshake_closeWasCalledBeforeOpen'),
      candidates: candidates('closed-while-connecting'),
      connectionIds: connectionIdsOf(found),
      evidence: connectionEvidence(
        found,
        (life) => life.record.acts?.closedAt ?? text('handshake_closeAfter', duration(waitedMs(life, view))),
      ),
      against: [],
      nextCheck: candidate('closed-while-connecting').check,
      advice: [],
      span: spanOf(found),
    },
  ];
}

/** Handshakes that took long and then worked. */
const SLOW_MS = 5_000;

function findSlow(view: SessionView): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const found = lives.filter(({ openedMs, createdMs }) => openedMs !== null && openedMs - createdMs >= SLOW_MS);
    if (found.length === 0) return [];
    return [
      {
        about: name,
        title: text('handshake_tookOrLonger', counted(found.length, 'handshake'), duration(SLOW_MS)),
        meaning: text('handshake_nothingCanBeSentBeforeThe'),
        severity: 'warning',
        sureness: found.length >= 3 ? 'high' : 'medium',
        because: text('handshake_ofTo', counted(found.length, 'handshake'), lives.length, name),
        candidates: candidates('slow-network', 'slow-answers'),
        connectionIds: connectionIdsOf(found),
        evidence: connectionEvidence(found, ({ openedMs, createdMs }) =>
          text('handshake_openAfter', duration((openedMs ?? createdMs) - createdMs)),
        ),
        against: [],
        nextCheck: text('handshake_runTheCurlCommandWithW'),
        advice: [{ text: text('handshake_letTheServerAcceptFirstAnd') }],
        span: spanOf(found),
      },
    ];
  });
}

export const HANDSHAKE: readonly Rule[] = [
  {
    name: 'handshake-blocked',
    family: 'handshake',
    says: 'Policies of the page that forbade a connection: mixed content, CSP.',
    explains: false,
    find: findBlocked,
  },
  {
    name: 'handshake-hangs',
    family: 'handshake',
    says: `Handshakes without any answer for ${duration(HANGS_MS)}, or given up by the page after ${duration(GIVEN_UP_MS)}.`,
    explains: true,
    find: findHanging,
  },
  {
    name: 'handshake-failed',
    family: 'handshake',
    says: '1006 before open: why, from the network layer, DevTools, a probe, policies, or time; the first ever apart from later ones.',
    explains: true,
    find: findFailed,
  },
  {
    name: 'closed-while-connecting',
    family: 'handshake',
    says: 'close() before open.',
    explains: true,
    find: findGivenUp,
  },
  {
    name: 'slow-handshake',
    family: 'handshake',
    says: `Handshakes that worked after ${duration(SLOW_MS)} or longer.`,
    explains: false,
    find: findSlow,
  },
];
