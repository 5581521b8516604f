/**
 * Why a handshake failed, from whatever tells: the browser's network layer, DevTools, a probe, a policy of the page. A page
 * itself sees 1006 for all of it (WHATWG websockets, "fail the WebSocket connection"). Tables of statuses and network
 * errors, and the choice between sources.
 */
import { ANSWERED_BADLY, type HandshakeRecord, NEVER_CONNECTED, type ProbeRecord } from '../../protocol/evidence.ts';
import { text } from '../../words/words.ts';
import type { Cause } from './causes.ts';
import { duration } from './draft.ts';
import type { Evidence, Sureness } from './finding.ts';
import { type Hop, headerOf, hopsOf } from './hops.ts';
import type { Life } from './life.ts';
import { PROBE_WITHIN_MS, type SessionView } from './view.ts';

export interface Truth {
  /** The likeliest first. */
  readonly causes: readonly [Cause, ...Cause[]];
  readonly sureness: Sureness;
  /** Who says so: one group of findings each. */
  readonly source: 'network' | 'devtools' | 'probe' | 'policy' | 'timing';
  readonly says: string;
  readonly evidence: readonly Evidence[];
  readonly against: readonly Evidence[];
  readonly hops: readonly Hop[];
}

type Causes = readonly [Cause, ...Cause[]];

/** What an HTTP answer in place of 101 means. RFC 9110 section 15; RFC 6455 section 4.2.2. */
const STATUSES: Readonly<Record<number, Causes>> = {
  101: ['subprotocol-mismatch'],
  400: ['bad-request', 'missing-upgrade', 'protocol-version-mismatch'],
  401: ['unauthorized'],
  403: ['forbidden'],
  404: ['not-found'],
  405: ['not-found', 'missing-upgrade'],
  407: ['forward-proxy'],
  408: ['handshake-hung'],
  426: ['missing-upgrade'],
  429: ['rate-limited'],
  500: ['server-error'],
  501: ['server-error', 'missing-upgrade'],
  502: ['bad-gateway'],
  503: ['bad-gateway', 'overloaded'],
  504: ['gateway-timeout'],
};

const STATUS_RANGES: readonly (readonly [from: number, to: number, causes: Causes])[] = [
  [200, 299, ['ordinary-answer', 'missing-upgrade', 'not-found']],
  [300, 399, ['redirected']],
  [400, 499, ['bad-request']],
  [500, 599, ['server-error', 'bad-gateway']],
];

function causesOfStatus(status: number): Causes {
  const range = STATUS_RANGES.find(([from, to]) => status >= from && status <= to);
  return STATUSES[status] ?? range?.[2] ?? ['bad-request'];
}

/**
 * Network errors as Chromium (`net::ERR_…`) and Firefox (`NS_ERROR_…`) call them. Of TLS, Firefox tells the sentence of its
 * error page, in the user's language.
 */
const NETWORK_ERRORS: readonly (readonly [pattern: RegExp, causes: Causes])[] = [
  [/CONNECTION_REFUSED/, ['connection-refused']],
  [/NAME_NOT_RESOLVED|NAME_RESOLUTION|UNKNOWN_HOST|ERR_DNS/, ['name-not-resolved']],
  [/\bcertificate\b|not trusted|self-signed/i, ['certificate-invalid']],
  [/^SSL |\bSSL\b.* \b(?:record|peer|version|cipher|alert)|secure connection/i, ['tls-failed']],
  [/ERR_CERT|SEC_ERROR|MOZILLA_PKIX|BAD_CERT|CERT_DOMAIN|ERR_SSL_SERVER_CERT|INSECURE/, ['certificate-invalid']],
  [/BLOCKED_BY_CSP|CSP/, ['blocked-csp']],
  [/MIXED|ERR_INSECURE_RESPONSE/, ['blocked-mixed-content']],
  [/BLOCKED|CONTENT_BLOCKED|UNSAFE_PORT|PORT_ACCESS|ERR_ABORTED_BY_EXT/, ['blocked-by-browser']],
  [/TUNNEL|PROXY/, ['forward-proxy']],
  [/INTERNET_DISCONNECTED|NS_ERROR_OFFLINE|NETWORK_CHANGED|NETWORK_IO_SUSPENDED/, ['offline']],
  [/TIMED_OUT|TIMEOUT|no answer in time/, ['handshake-hung']],
  [/UNREACHABLE|ACCESS_DENIED|ADDRESS_INVALID/, ['unreachable']],
  [/ERR_SSL|SSL_ERROR|TLS/, ['tls-failed']],
  [/INVALID_HTTP_RESPONSE|INVALID_RESPONSE|UNEXPECTED/, ['ordinary-answer', 'tls-failed']],
  [/EMPTY_RESPONSE|RESET|CONNECTION_CLOSED|INTERRUPT|CONNECTION_ABORTED|SOCKET_NOT_CONNECTED/, ['handshake-reset']],
];

/** Null where the browser hides the error. */
function causesOfError(networkError: string | null): Causes | null {
  if (networkError === null) return null;
  return NETWORK_ERRORS.find(([pattern]) => pattern.test(networkError))?.[1] ?? null;
}

/** HTTP answers to a probe that healthy WebSocket servers give to a request without Upgrade. */
const HEALTHY_PROBES: ReadonlySet<number> = new Set([101, 400, 426]);
/** A probe goes without cookies and without the handshake's headers, so that these may be due to just that. */
const PROBE_DOUBTS: ReadonlySet<number> = new Set([401, 403, 404, 405, 500]);

/** A handshake that takes so long is not refused, it hangs. Firefox gives up after 20 s. */
export const HANGS_MS = 15_000;

const ANSWERED: Causes = [
  'bad-gateway',
  'not-found',
  'forbidden',
  'unauthorized',
  'missing-upgrade',
  'bad-request',
  'server-error',
  'rate-limited',
  'redirected',
  'gateway-timeout',
  'handshake-reset',
  'subprotocol-mismatch',
];
const UNREACHED: Causes = ['connection-refused', 'name-not-resolved', 'unreachable'];
const UNREACHED_TLS: Causes = [
  'connection-refused',
  'certificate-invalid',
  'tls-failed',
  'name-not-resolved',
  'unreachable',
];
const AFTER_SUCCESS: Causes = ['connection-refused', 'bad-gateway', 'handshake-reset', 'unauthorized', 'offline'];

/** Why this handshake failed: the best of the sources. */
export function truthOf(life: Life, view: SessionView, hasOpenedBefore: boolean): Truth {
  const handshake = view.handshakeOf(life);
  const probe = view.probeOf(life);
  return (
    fromPolicy(life, view) ??
    fromHandshake(life, handshake) ??
    fromProbe(life, probe, hasOpenedBefore) ??
    fromCode(life) ??
    fromSurroundings(life, view) ??
    fromHints(life, view, handshake, hasOpenedBefore)
  );
}

const NOTHING = { evidence: [], against: [], hops: [] } as const;

/** The page's own policies: told by a `blocked` record, or plain from the two URLs. */
function fromPolicy(life: Life, view: SessionView): Truth | null {
  const from = life.createdMs - 1_000;
  const blocked = view
    .around(life, ['blocked'], from, (life.endMs ?? life.createdMs) + 1_000)
    .find(({ url }) => url === undefined || url === life.record.url || life.record.url.startsWith(url));
  if (blocked) {
    const cause = causeOfBlock(blocked.detail ?? '');
    return {
      ...NOTHING,
      causes: [cause],
      sureness: 'high',
      source: 'policy',
      says: text('handshakeTruth_blockedBy', blocked.detail || text('handshakeTruth_aPolicyOfThePage')),
      evidence: [
        {
          kind: 'context',
          contextId: blocked.contextId ?? null,
          atMs: blocked.atMs,
          says: text('handshakeTruth_thePagesPolicyForbadeIt', blocked.detail ?? ''),
        },
      ],
    };
  }
  const page = view.documents.get(life.record.documentId)?.url ?? '';
  if (!/^https:/i.test(page) || !/^ws:/i.test(life.record.url) || isLoopback(life.record.url)) return null;
  return {
    ...NOTHING,
    causes: ['blocked-mixed-content'],
    sureness: 'medium',
    source: 'policy',
    says: text('handshakeTruth_wsFromAnHttpsPage'),
  };
}

export function causeOfBlock(detail: string): Cause {
  return /mixed/i.test(detail) ? 'blocked-mixed-content' : 'blocked-csp';
}

/** Loopback is trustworthy enough for ws: from https: pages (W3C Secure Contexts 3.1). */
function isLoopback(url: string): boolean {
  return /^wss?:\/\/(?:localhost|[^/:]*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/?#]|$)/i.test(url);
}

function fromHandshake(life: Life, handshake: HandshakeRecord | null): Truth | null {
  if (!handshake) return null;
  const { status, networkError, headers, handshakeId, toldBy } = handshake;
  const causes = status === null ? causesOfError(networkError) : causesOfStatus(status);
  if (!causes) return null;
  const hops = hopsOf(headers);
  const says = status === null ? text('handshakeTruth_failedWith', String(networkError)) : answerText(status, hops);
  const isAmbiguous = causes.length > 1;
  const location = headerOf(headers, 'location');
  const found: Truth = {
    causes: status === 404 && hops.length > 0 ? ['not-found', 'missing-upgrade'] : causes,
    sureness: isAmbiguous ? 'medium' : 'high',
    source: toldBy,
    says: location === null ? says : text('handshakeTruth_to', says, location),
    evidence: [
      { kind: 'handshake', handshakeId, connectionId: life.id, says: text('handshakeTruth_theHandshakeWas', says) },
    ],
    against: [],
    hops,
  };
  return status === 101 ? withSubprotocol(found, life, headerOf(headers, 'sec-websocket-protocol')) : found;
}

/** Firefox says 1015 where TLS failed, against the standard (RFC 6455 section 7.4.1), and a sentence in the user's language. */
function fromCode({ code }: Life): Truth | null {
  if (code !== 1015) return null;
  return {
    ...NOTHING,
    causes: ['certificate-invalid', 'tls-failed'],
    sureness: 'medium',
    source: 'network',
    says: text('handshakeTruth_failedWith1015TlsWasNot'),
  };
}

/** 101, and the page saw a failure: its subprotocol where the header is known to differ; otherwise that or an extension. */
function withSubprotocol(truth: Truth, { record }: Life, chosen: string | null): Truth {
  const isWrong = chosen === null ? record.protocols.length > 0 : !record.protocols.includes(chosen);
  const offered = record.protocols.length > 0 ? record.protocols.join(', ') : 'none';
  return {
    ...truth,
    causes: isWrong ? ['subprotocol-mismatch'] : ['subprotocol-mismatch', 'invalid-frame', 'connection-reset'],
    sureness: isWrong ? (chosen === null ? 'medium' : 'high') : 'medium',
    says: text(
      'handshakeTruth_butTheBrowserDidNotAccept',
      truth.says,
      offered,
      chosen ?? text('handshakeTruth_noneOrNotKnown'),
    ),
  };
}

function answerText(status: number, hops: readonly Hop[]): string {
  const [hop] = hops;
  return text('handshakeTruth_answeredWith', status, hop ? text('handshakeTruth_by', hop.name) : '');
}

function fromProbe(life: Life, probe: ProbeRecord | null, hasOpenedBefore: boolean): Truth | null {
  if (!probe) return null;
  const { status, networkError, headers, probeId, askedAtMs } = probe;
  const hops = hopsOf(headers);
  const agoMs = Math.max(0, askedAtMs - (life.endMs ?? askedAtMs));
  const says =
    status === null
      ? text('handshakeTruth_failedWith', networkError ?? text('handshakeTruth_noReason'))
      : answerText(status, hops);
  const evidence: readonly Evidence[] = [
    {
      kind: 'probe',
      probeId,
      connectionId: probe.connectionId,
      says: text(
        'handshakeTruth_askedLaterOverHttpIt',
        duration(agoMs),
        status === null ? says : text('handshakeTruth_was', says),
      ),
    },
  ];
  if (status !== null && HEALTHY_PROBES.has(status)) {
    const now = healthyCauses(life, hops, hasOpenedBefore);
    return {
      causes: now,
      sureness: 'low',
      source: 'probe',
      says: text('handshakeTruth_toAPlainRequestAsA', says),
      evidence,
      against: [],
      hops,
    };
  }
  const causes = status === null ? causesOfError(networkError) : causesOfStatus(status);
  if (!causes) return null;
  const isDoubtful = status !== null && (PROBE_DOUBTS.has(status) || status < 300);
  const isLate = agoMs > PROBE_WITHIN_MS;
  return {
    causes: isDoubtful ? withOthers(causes, 'missing-upgrade', 'forbidden') : causes,
    sureness: isDoubtful || isLate || causes.length > 1 ? 'medium' : 'high',
    source: 'probe',
    says: text('handshakeTruth_whenAskedAgainOverHttp', says),
    evidence,
    against: isDoubtful
      ? [
          {
            kind: 'probe',
            probeId,
            connectionId: probe.connectionId,
            says: text('handshakeTruth_theProbeHasNoCookiesNo'),
          },
        ]
      : [],
    hops,
  };
}

/** From here on a failure took its time: somebody waited for somebody. */
const SLOW_MS = 1_000;

/**
 * A plain request is answered well, and the handshake was not: because the server is back, because a proxy does not pass the
 * upgrade on or waits for it in vain, or because of what only a handshake carries: origin, cookies, a token, a subprotocol.
 */
function healthyCauses(life: Life, hops: readonly Hop[], hasOpenedBefore: boolean): Causes {
  const isSlow = (life.endMs ?? life.createdMs) - life.createdMs >= SLOW_MS;
  const usual: Causes = hasOpenedBefore
    ? ['server-restart', 'unauthorized', 'forbidden']
    : ['forbidden', 'unauthorized', 'subprotocol-mismatch'];
  if (hops.length === 0) return withOthers(usual, ...ANSWERED);
  return isSlow ? ['gateway-timeout', ...usual, ...ANSWERED] : ['missing-upgrade', ...usual, ...ANSWERED];
}

function withOthers([first, ...rest]: Causes, ...others: readonly Cause[]): Causes {
  return [first, ...rest, ...others];
}

function fromSurroundings(life: Life, view: SessionView): Truth | null {
  const last = view.lastBefore(life, ['offline', 'online'], life.endMs ?? life.createdMs);
  if (last?.kind !== 'offline') return null;
  return {
    ...NOTHING,
    causes: ['offline'],
    sureness: 'medium',
    source: 'policy',
    says: text('handshakeTruth_triedWhileTheBrowserWasOffline'),
    evidence: [
      {
        kind: 'context',
        contextId: last.contextId ?? null,
        atMs: last.atMs,
        says: text('handshakeTruth_theBrowserWentOffline'),
      },
    ],
  };
}

/** Nobody tells. What is left: how long it took, whether there was any answer, whether it ever worked. */
function fromHints(life: Life, view: SessionView, handshake: HandshakeRecord | null, hasOpenedBefore: boolean): Truth {
  const tookMs = (life.endMs ?? view.untilMs) - life.createdMs;
  const isSecure = /^wss:/i.test(life.record.url);
  const evidence: readonly Evidence[] = handshake
    ? [
        {
          kind: 'handshake',
          handshakeId: handshake.handshakeId,
          connectionId: life.id,
          says: text(
            'handshakeTruth_theBrowserOnlySays',
            handshake.networkError ?? text('handshakeTruth_thatItFailed'),
          ),
        },
      ]
    : [];
  const guess = (causes: Causes, says: string, source: Truth['source'], sureness: Sureness = 'low'): Truth => ({
    ...NOTHING,
    causes,
    sureness,
    source,
    says,
    evidence,
  });
  if (tookMs >= HANGS_MS) {
    return guess(
      ['handshake-hung', 'unreachable', 'server-stalled'],
      text('handshakeTruth_noAnswerFor', duration(tookMs)),
      'timing',
      'medium',
    );
  }
  const never = isSecure ? UNREACHED_TLS : UNREACHED;
  const told = handshake?.networkError;
  if (told === NEVER_CONNECTED) return guess(never, text('handshakeTruth_neverConnected'), 'devtools', 'medium');
  if (told === ANSWERED_BADLY || handshake?.outcome === 'answered') {
    return guess(ANSWERED, text('handshakeTruth_answeredButNotWith101'), 'devtools', 'medium');
  }
  // Firefox tells of no handshake that never got through to a server, and of all others.
  const isSilence = !handshake && view.facts.handshakes.some(({ toldBy }) => toldBy === 'network');
  if (isSilence) {
    return guess(
      withOthers(never, 'blocked-csp', 'blocked-by-browser'),
      text('handshakeTruth_neverSeenByTheNetworkLayer'),
      'network',
    );
  }
  if (tookMs >= SLOW_MS) {
    return guess(
      ['gateway-timeout', 'handshake-hung', ...ANSWERED, ...never],
      text('handshakeTruth_failedAfter', duration(tookMs)),
      'timing',
    );
  }
  return hasOpenedBefore
    ? guess(AFTER_SUCCESS, text('handshakeTruth_failedThoughThisEndpointHadWorked'), 'timing')
    : guess(withOthers(never, ...ANSWERED, 'blocked-csp'), text('handshakeTruth_failedAndHasNeverWorkedIn'), 'timing');
}
