/** Connections that never opened, and policies that let none be made. Grouped by endpoint, cause and source. */
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
  'bad-gateway': () => [
    { text: 'Bring the server behind the proxy up, and let the balancer check its health.' },
    backoff(),
  ],
  'gateway-timeout': ({ hops }) => [
    { text: 'Let the server answer the handshake before it does slow work.' },
    ...passUpgradeOn(hops),
  ],
  'connection-refused': () => [{ text: 'Start the server, or correct host and port.' }, backoff()],
  'name-not-resolved': () => [{ text: 'Correct the host name, or its DNS record.' }],
  'certificate-invalid': () => [
    {
      text: 'Serve a certificate with the whole chain, for this very name.',
      lines: {
        of: 'nginx',
        text: 'ssl_certificate     /etc/letsencrypt/live/your-host/fullchain.pem;\nssl_certificate_key /etc/letsencrypt/live/your-host/privkey.pem;',
      },
    },
  ],
  'tls-failed': () => [{ text: 'Use ws: for a server without TLS, or put a proxy with TLS before it.' }],
  unauthorized: () => [{ text: 'Fetch a fresh token before each attempt, not once at the start of the page.' }],
  forbidden: () => [{ text: "Add the page's origin to those that the server allows." }],
  'not-found': () => [{ text: "Correct the path, or the proxy's location for it." }],
  'rate-limited': () => [{ text: 'Connect less often.' }, backoff(2_000, 60_000)],
  redirected: () => [{ text: 'Connect to where the redirect leads: browsers do not follow it for WebSockets.' }],
  'subprotocol-mismatch': () => [
    {
      text: 'Let the server choose one of the subprotocols that the page offers, and none if it offers none.',
      lines: {
        of: 'server (Node.js, ws)',
        text: "new WebSocketServer({ handleProtocols: (offered) => (offered.has('v1') ? 'v1' : false) })",
      },
    },
  ],
  'blocked-mixed-content': () => [
    {
      text: 'Use wss: on https: pages.',
      lines: { of: 'client (JavaScript)', text: "new WebSocket('wss://your-host/your-path')" },
    },
  ],
  'blocked-csp': () => [
    {
      text: 'Allow the address in connect-src.',
      lines: { of: 'HTTP header', text: "Content-Security-Policy: connect-src 'self' wss://your-host" },
    },
  ],
  'handshake-hung': () => [
    {
      text: 'Give up a handshake that hangs, and try again.',
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
    title: truth.sureness === 'low' ? `Handshake ${truth.says}` : `${title}: handshake ${truth.says}`,
    meaning:
      truth.sureness === 'low'
        ? 'The page sees 1006 for every failed handshake, and the browser does not say more. The candidates are ordered by likelihood.'
        : `The connection was never made. The page sees only 1006; ${SOURCES[truth.source]} tells why.`,
    severity: openedBefore === 0 ? 'problem' : hasComeBack ? 'note' : 'warning',
    sureness: truth.sureness,
    because: `${counted(lives.length, 'handshake')} to ${endpoint} ${truth.says}; ${openedBefore > 0 ? `${openedBefore} others opened` : 'none opened'}.`,
    candidates: candidates(first, ...others),
    connectionIds: connectionIdsOf(lives),
    evidence: group
      .flatMap(({ truth: { evidence } }) => evidence)
      .slice(0, MAX_EVIDENCE)
      .concat(
        connectionEvidence(
          lives.slice(0, 3),
          ({ endMs, createdMs }) => `It failed after ${duration((endMs ?? createdMs) - createdMs)}.`,
        ),
      ),
    against: truth.against,
    nextCheck:
      truth.source === 'probe' || truth.sureness === 'high'
        ? candidate(first).check
        : '“Ask the endpoint”: the same request over HTTP shows what the browser hides.',
    advice: ADVICE[first]?.(truth) ?? [],
    span: spanOf(lives),
  };
}

const SOURCES: Readonly<Record<Truth['source'], string>> = {
  network: "the browser's network layer",
  devtools: 'DevTools',
  probe: 'the endpoint, asked again,',
  policy: 'the page’s own policy',
  timing: 'the time that it took',
};

/** A policy may make the constructor throw, and then there is no connection at all. */
function findBlocked(view: SessionView): readonly Draft[] {
  const blocked = view.context.filter(({ kind }) => kind === 'blocked');
  // Chromium gives a connection that a policy forbids an error event and no close: nobody says that it has ended.
  const seen = new Set(view.lives.filter(({ by }) => by === 'neverOpened').map(({ record }) => record.url));
  const alone = blocked.filter(({ url }) => url === undefined || !seen.has(url));
  return groupBy(alone, ({ url, detail }) => `${url ?? ''} ${detail ?? ''}`).map(([about, rows]): Draft => {
    const cause = causeOfBlock(rows[0]?.detail ?? '');
    const url = rows[0]?.url ?? 'an address';
    return {
      about,
      title: `${candidate(cause).title}: ${url}`,
      meaning: 'The connection was forbidden before any request was made, and new WebSocket() may have thrown.',
      severity: 'problem',
      sureness: 'high',
      because: `The browser reported it (${rows[0]?.detail || 'no directive named'}).`,
      candidates: candidates(cause),
      connectionIds: [],
      evidence: rows.slice(0, MAX_EVIDENCE).map(({ contextId, atMs, detail }) => ({
        kind: 'context',
        contextId: contextId ?? null,
        atMs,
        says: `Blocked: ${detail ?? ''}`,
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
        title: `No answer to ${counted(found.length, 'handshake')} for up to ${duration(longest)}`,
        meaning: 'The connection hangs in CONNECTING: somebody accepts it, or swallows it, and nobody answers.',
        severity: 'problem',
        sureness: found.length >= 2 ? 'high' : 'medium',
        because: `${counted(found.length, 'handshake')} waited longer than ${duration(GIVEN_UP_MS)}.`,
        candidates: candidates('handshake-hung', 'unreachable', 'server-stalled'),
        connectionIds: connectionIdsOf(found),
        evidence: connectionEvidence(found, (life) =>
          life.by === 'page'
            ? `The page gave up after ${duration(waitedMs(life, view))}.`
            : `Waiting for ${duration(waitedMs(life, view))}.`,
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
      title: `The page closed ${counted(found.length, 'connection')} before the handshake was over`,
      meaning:
        '“WebSocket is closed before the connection is established”: the page called close() while connecting, and sees error and 1006 for it. Components that are mounted twice do this.',
      severity: 'note',
      sureness: 'high',
      because: 'close() was called before open.',
      candidates: candidates('closed-while-connecting'),
      connectionIds: connectionIdsOf(found),
      evidence: connectionEvidence(
        found,
        (life) => life.record.acts?.closedAt ?? `close() after ${duration(waitedMs(life, view))}.`,
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
        title: `${counted(found.length, 'handshake')} took ${duration(SLOW_MS)} or longer`,
        meaning:
          'Nothing can be sent before the handshake is over. Browsers also hold handshakes back after failures to the same host (RFC 6455 section 4.1).',
        severity: 'warning',
        sureness: found.length >= 3 ? 'high' : 'medium',
        because: `${counted(found.length, 'handshake')} of ${lives.length} to ${name}.`,
        candidates: candidates('slow-network', 'slow-answers'),
        connectionIds: connectionIdsOf(found),
        evidence: connectionEvidence(
          found,
          ({ openedMs, createdMs }) => `Open after ${duration((openedMs ?? createdMs) - createdMs)}.`,
        ),
        against: [],
        nextCheck:
          'Run the curl command with `-w "%{time_connect} %{time_appconnect} %{time_starttransfer}"`: it shows whether TCP, TLS or the server takes the time.',
        advice: [
          { text: 'Let the server accept first and authenticate afterwards, and keep DNS and TLS close to the users.' },
        ],
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
