/**
 * After which time which hop ends a connection by default, as its makers document it. Every value can be configured, so a
 * match says "is the default of", never "is". Sources stand in each row; `isVerified` is false where the value is known
 * from reports only. Data, and one look-up.
 */

import { text, type WordKey } from '../../words/words.ts';

/** `idle`: silence in both directions. `upstream`: silence of the server. `client`: of the client. `lifetime`: whatever it does. */
export type LimitKind = 'idle' | 'upstream' | 'client' | 'lifetime';

export interface KnownLimit {
  readonly hop: string;
  readonly setting: string;
  readonly kind: LimitKind;
  readonly limitMs: number;
  readonly source: string;
  readonly isVerified: boolean;
  /** Name in `hops.ts` of whoever would show itself in the headers of the handshake. */
  readonly hopId: string | null;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

type Row = readonly [
  hop: string,
  setting: string,
  kind: LimitKind,
  limitMs: number,
  source: string,
  isVerified: boolean,
  hopId: string | null,
];

const ROWS: readonly Row[] = [
  [
    'nginx',
    'proxy_read_timeout',
    'idle',
    MINUTE,
    'nginx.org/en/docs/http/websocket.html; measured: either direction counts',
    true,
    'nginx',
  ],
  ['ingress-nginx', 'proxy-read-timeout', 'idle', MINUTE, 'kubernetes.github.io/ingress-nginx', true, 'nginx'],
  ['Apache httpd', 'ProxyTimeout', 'idle', MINUTE, 'httpd.apache.org/docs/2.4/mod/mod_proxy.html', true, 'apache'],
  ['AWS ALB', 'idle_timeout.timeout_seconds', 'idle', MINUTE, 'AWS API, LoadBalancerAttribute', true, 'alb'],
  ['Phoenix', 'timeout of the socket', 'client', MINUTE, 'phoenix lib/phoenix/endpoint.ex', true, null],
  ['Fly.io', 'proxy idle time', 'idle', MINUTE, 'reports from the field', false, 'fly'],
  ['Heroku', 'router (H15)', 'idle', 55 * SECOND, 'devcenter.heroku.com, http-routing', true, 'heroku'],
  [
    'HAProxy ingress',
    'timeout client/server',
    'idle',
    50 * SECOND,
    'haproxy kubernetes-ingress defaults',
    true,
    'haproxy',
  ],
  [
    'HAProxy',
    'timeout client/server (customary)',
    'idle',
    30 * SECOND,
    'haproxy configuration.txt, examples',
    false,
    'haproxy',
  ],
  [
    'Cloudflare',
    'proxy read timeout',
    'idle',
    100 * SECOND,
    'developers.cloudflare.com connection-limits',
    true,
    'cloudflare',
  ],
  ['Envoy/Istio', 'stream_idle_timeout', 'idle', 5 * MINUTE, 'envoyproxy.io FAQ, timeouts', true, 'envoy'],
  ['Azure Front Door', 'idle timeout', 'idle', 5 * MINUTE, 'learn.microsoft.com Front Door WebSocket', true, 'azure'],
  ['Azure App Gateway', 'TCP idle timeout', 'idle', 4 * MINUTE, 'reports from the field', false, 'azure'],
  ['AWS NLB', 'TCP idle timeout', 'idle', 350 * SECOND, 'docs.aws.amazon.com network load balancers', true, null],
  [
    'AWS API Gateway',
    'idle timeout',
    'idle',
    10 * MINUTE,
    'docs.aws.amazon.com API Gateway quotas',
    true,
    'apigateway',
  ],
  ['CloudFront', 'origin idle time', 'upstream', 10 * MINUTE, 'repost.aws', true, 'cloudfront'],
  ['Traefik', 'idleTimeout', 'idle', 3 * MINUTE, 'doc.traefik.io entryPoints', false, 'traefik'],
  ['Deno', 'idleTimeout of upgradeWebSocket', 'client', 30 * SECOND, 'docs.deno.com upgradeWebSocket', true, null],
  ['SignalR', 'ClientTimeoutInterval', 'client', 30 * SECOND, 'learn.microsoft.com SignalR configuration', true, null],
  ['uvicorn', 'ws-ping-interval + ws-ping-timeout', 'client', 40 * SECOND, 'uvicorn.org settings', true, 'uvicorn'],
  [
    'Google Cloud classic ALB',
    'backend timeout',
    'lifetime',
    30 * SECOND,
    'cloud.google.com load balancing',
    true,
    'gcp',
  ],
  [
    'AWS API Gateway',
    'connection duration',
    'lifetime',
    2 * HOUR,
    'docs.aws.amazon.com API Gateway quotas',
    true,
    'apigateway',
  ],
  [
    'Azure Front Door',
    'maximum duration',
    'lifetime',
    4 * HOUR,
    'learn.microsoft.com Front Door WebSocket',
    true,
    'azure',
  ],
  ['Vercel functions', 'maxDuration', 'lifetime', 5 * MINUTE, 'reports from the field', false, 'vercel'],
  ['Railway', 'maximum duration', 'lifetime', 15 * MINUTE, 'docs.railway.com, of server-sent events', false, null],
];

export const KNOWN_LIMITS: readonly KnownLimit[] = ROWS.map(
  ([hop, setting, kind, limitMs, source, isVerified, hopId]) => ({
    hop,
    setting,
    kind,
    limitMs,
    source,
    isVerified,
    hopId,
  }),
);

type Size = readonly [bytes: number, of: string, setting: string, kind: WordKey | null];

/** Which limits on the size of one message are known, in ascending order. A setting is called as its makers call it. */
const SIZES: readonly Size[] = [
  [32 * 1024, 'AWS API Gateway', '', 'knownSizes_frame'],
  [32 * 1024, 'SignalR', 'MaximumReceiveMessageSize', null],
  [128 * 1024, 'AWS API Gateway', '', 'knownSizes_message'],
  [512 * 1024, 'gorilla/websocket', 'SetReadLimit', 'knownSizes_customary'],
  [1_000_000, 'Socket.IO', 'maxHttpBufferSize', null],
  [1024 * 1024, 'Python websockets', 'max_size', null],
  [16 * 1024 * 1024, 'uvicorn', 'ws-max-size', null],
  [100 * 1024 * 1024, 'ws (Node.js)', 'maxPayload', null],
];

/** The largest known limit that a message of this size exceeds, and by less than eight times; null: there is none. */
export function sizeLimitBelow(sizeBytes: number): string | null {
  const found = SIZES.findLast(([bytes]) => bytes <= sizeBytes && sizeBytes <= 8 * bytes);
  if (!found) return null;
  const [, of, setting, kind] = found;
  return `${of} (${[setting, kind === null ? '' : text(kind)].filter((part) => part !== '').join(', ')})`;
}

/** How far a measured time may be off: two seconds or 5 %; of short times a tenth, or everything would match everything. */
export function toleranceMs(timeMs: number): number {
  return Math.min(Math.max(2_000, 0.05 * timeMs), 0.1 * timeMs);
}

/** Limits of these kinds that a measured time matches: those of hops that showed themselves first, then the nearest. */
export function matchingLimits(
  measuredMs: number,
  kinds: readonly LimitKind[],
  hopIds: ReadonlySet<string>,
): readonly KnownLimit[] {
  const rank = ({ hopId, isVerified, limitMs }: KnownLimit) =>
    (hopId !== null && hopIds.has(hopId) ? 0 : 2) + (isVerified ? 0 : 1) + Math.abs(limitMs - measuredMs) / limitMs;
  return KNOWN_LIMITS.filter(
    ({ kind, limitMs }) => kinds.includes(kind) && Math.abs(measuredMs - limitMs) <= toleranceMs(limitMs),
  ).sort((a, b) => rank(a) - rank(b));
}
