/**
 * What to change: configuration lines and code, each with the numbers of the recording at hand. Tables of functions; the
 * lines are those of the products' own documentation, to be pasted and read before they are used.
 */

import { text, words } from '../../words/words.ts';
import { bytes, duration } from './draft.ts';
import type { Advice } from './finding.ts';
import type { Hop } from './hops.ts';

/** A heartbeat of this period survives a cut after `cutMs`, even if one beat is lost: two fit in, with room to spare. */
export function safePeriodMs(cutMs: number): number {
  const periodMs = cutMs * 0.42;
  return periodMs >= 1_000 ? Math.floor(periodMs / 1_000) * 1_000 : Math.max(100, Math.floor(periodMs / 100) * 100);
}

/** The timeout that a configuration should have, in seconds: an hour, or three times the measured one where that is more. */
function roomySeconds(cutMs: number): number {
  return Math.max(3_600, Math.ceil((3 * cutMs) / 1_000));
}

interface ProductLines {
  readonly of: string;
  readonly text: (seconds: number) => string;
}

const NGINX_UPGRADE = [
  'proxy_http_version 1.1;',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection "upgrade";',
];

/** How to lengthen the idle timeout, by the name of the hop (`hops.ts`), and of some that never show themselves. */
const IDLE_LINES: Readonly<Record<string, readonly ProductLines[]>> = {
  nginx: [
    {
      of: 'nginx',
      text: (seconds) =>
        [
          'location /your-path {',
          ...[
            ...NGINX_UPGRADE,
            `proxy_read_timeout ${seconds}s;`,
            `proxy_send_timeout ${seconds}s;`,
            'proxy_buffering off;',
          ].map((line) => `    ${line}`),
          '}',
        ].join('\n'),
    },
    {
      of: 'ingress-nginx (Kubernetes annotations)',
      text: (seconds) =>
        `nginx.ingress.kubernetes.io/proxy-read-timeout: "${seconds}"\nnginx.ingress.kubernetes.io/proxy-send-timeout: "${seconds}"`,
    },
  ],
  haproxy: [
    { of: 'HAProxy', text: (seconds) => `defaults\n    timeout tunnel ${seconds}s\n    timeout client-fin 30s` },
  ],
  apache: [
    {
      of: 'Apache httpd',
      text: (seconds) =>
        `ProxyTimeout ${seconds}\nProxyPass "/your-path" "http://backend:8080/your-path" upgrade=websocket timeout=${seconds}`,
    },
  ],
  caddy: [
    {
      of: 'Caddy',
      text: (seconds) =>
        [
          'reverse_proxy backend:8080 {',
          '    stream_close_delay 5m',
          '    transport http {',
          `        read_timeout ${seconds}s`,
          `        write_timeout ${seconds}s`,
          '    }',
          '}',
        ].join('\n'),
    },
  ],
  alb: [
    {
      of: 'AWS ALB (shell)',
      text: (seconds) =>
        `aws elbv2 modify-load-balancer-attributes --load-balancer-arn "$ALB_ARN" --attributes Key=idle_timeout.timeout_seconds,Value=${Math.min(4_000, seconds)}`,
    },
  ],
  envoy: [
    {
      of: 'Envoy',
      text: () =>
        'common_http_protocol_options: { idle_timeout: 3600s }\nstream_idle_timeout: 0s\nroute: { timeout: 0s, idle_timeout: 0s }',
    },
  ],
  gcp: [
    {
      of: 'Google Cloud (shell)',
      text: (seconds) => `gcloud compute backend-services update "$BACKEND" --global --timeout=${seconds}s`,
    },
    {
      of: 'GKE (Kubernetes BackendConfig)',
      text: (seconds) =>
        `apiVersion: cloud.google.com/v1\nkind: BackendConfig\nmetadata: { name: websocket }\nspec: { timeoutSec: ${seconds} }`,
    },
  ],
};

/** Hops whose timeout nobody can change: a heartbeat is the only way. */
const UNCHANGEABLE: Readonly<Record<string, string>> = words({
  cloudflare: 'advice_cloudflareClosesAfter100SWithout',
  apigateway: 'advice_awsApiGatewayClosesAfter10',
  heroku: 'advice_herokusRouterClosesAfter55S',
  fly: 'advice_flyIosProxyClosesIdleConnections',
});

/** Code of a page that beats of itself; after the silence of two beats it takes the connection for dead. */
export function clientHeartbeat(periodMs: number): Advice {
  return {
    text: text('advice_letThePageSendAHeartbeat', duration(periodMs), duration(2 * periodMs)),
    lines: {
      of: 'client (JavaScript)',
      text: [
        'let lastHeardMs = Date.now();',
        "socket.addEventListener('message', () => { lastHeardMs = Date.now(); });",
        'const beat = setInterval(() => {',
        `  if (Date.now() - lastHeardMs > ${2 * periodMs}) socket.close(4000, 'heartbeat missed');`,
        '  else if (socket.readyState === WebSocket.OPEN) socket.send(\'{"type":"ping"}\');',
        `}, ${periodMs});`,
        "socket.addEventListener('close', () => clearInterval(beat));",
      ].join('\n'),
    },
  };
}

/** Pings of the server reset timers of proxies that count the server's side only, and need no code in the page. */
export function serverPing(periodMs: number): Advice {
  return {
    text: text('advice_letTheServerPingEveryAnd', duration(periodMs), duration(2 * periodMs)),
    lines: {
      of: 'server (Node.js, ws)',
      text: [
        'setInterval(() => {',
        '  for (const socket of server.clients) {',
        `    if (Date.now() - (socket.heardAtMs ?? Date.now()) > ${2 * periodMs}) socket.terminate();`,
        '    else socket.ping();',
        '  }',
        `}, ${periodMs});`,
        "server.on('connection', (socket) => {",
        '  socket.heardAtMs = Date.now();',
        "  socket.on('pong', () => { socket.heardAtMs = Date.now(); });",
        '});',
      ].join('\n'),
    },
  };
}

/** What to do against a cut after `cutMs` of silence. Hops that showed themselves come first; without any, the usual ones. */
export function againstIdleCut(cutMs: number, hops: readonly Hop[]): readonly Advice[] {
  const periodMs = safePeriodMs(cutMs);
  const seconds = roomySeconds(cutMs);
  const known = hops.filter(({ id }) => id in IDLE_LINES || id in UNCHANGEABLE).map(({ id }) => id);
  const ids = known.length > 0 ? known : ['nginx', 'haproxy', 'alb'];
  return [
    serverPing(periodMs),
    clientHeartbeat(periodMs),
    ...ids.flatMap((id): readonly Advice[] => {
      const fixed = UNCHANGEABLE[id];
      if (fixed !== undefined) return [{ text: fixed }];
      return (IDLE_LINES[id] ?? []).map(({ of, text: linesFor }) => ({
        text: text('advice_lengthenTheIdleTimeOfWas', of.replace(/ \(.*/, ''), duration(cutMs)),
        lines: { of, text: linesFor(seconds) },
      }));
    }),
  ];
}

/** What a proxy needs in order to pass the handshake on. */
export function passUpgradeOn(hops: readonly Hop[]): readonly Advice[] {
  const passOn = text('advice_letTheProxyPassTheUpgrade');
  const nginx: Advice = { text: passOn, lines: { of: 'nginx', text: NGINX_UPGRADE.join('\n') } };
  const apache: Advice = {
    text: passOn,
    lines: { of: 'Apache httpd', text: 'ProxyPass "/your-path" "http://backend:8080/your-path" upgrade=websocket' },
  };
  return hops.some(({ id }) => id === 'apache') ? [apache, nginx] : [nginx, apache];
}

/** A server that ends in order tells its clients to come back. */
export const GRACEFUL_CLOSE: Advice = {
  text: text('advice_beforeTheProcessEndsCloseEach'),
  lines: {
    of: 'server (Node.js, ws)',
    text: [
      "process.on('SIGTERM', () => {",
      "  for (const socket of server.clients) socket.close(1012, 'restarting');",
      '  server.close();',
      '  setTimeout(() => process.exit(0), 5_000).unref();',
      '});',
    ].join('\n'),
  },
};

export const DRAIN_ON_DEPLOY: readonly Advice[] = [
  {
    text: text('advice_givePodsTimeToCloseTheir'),
    lines: {
      of: 'Kubernetes (pod template)',
      text: 'terminationGracePeriodSeconds: 60\ncontainers:\n  - lifecycle: { preStop: { exec: { command: ["sleep", "10"] } } }',
    },
  },
  {
    text: text('advice_letAReloadedCaddyKeepStreams'),
    lines: { of: 'Caddy', text: 'reverse_proxy backend:8080 {\n    stream_close_delay 5m\n}' },
  },
];

/** Exponential, with a cap, full of chance, and reset only by a connection that lived. */
export function backoff(baseMs = 1_000, capMs = 30_000): Advice {
  return {
    text: text('advice_waitLongerAfterEachFailureFrom', duration(baseMs), duration(capMs)),
    lines: {
      of: 'client (JavaScript)',
      text: [
        'let failures = 0;',
        'function waitMs() {',
        `  const most = Math.min(${capMs}, ${baseMs} * 2 ** failures++);`,
        '  return most / 2 + Math.random() * (most / 2);',
        '}',
        "socket.addEventListener('open', () => {",
        '  const settled = setTimeout(() => { failures = 0; }, 5_000);',
        "  socket.addEventListener('close', () => clearTimeout(settled));",
        '});',
        "socket.addEventListener('close', () => setTimeout(connect, waitMs()));",
      ].join('\n'),
    },
  };
}

/** Several servers behind one address: the same client must come to the same one (Engine.IO polling, SockJS, sessions). */
export const STICKY_SESSIONS: readonly Advice[] = [
  {
    text: text('advice_ifSeveralServersStandBehindThis'),
    lines: {
      of: 'nginx',
      text: 'upstream backend {\n    ip_hash;\n    server 10.0.0.1:8080;\n    server 10.0.0.2:8080;\n}',
    },
  },
  {
    text: text('advice_theSameWithAnAwsAlb'),
    lines: {
      of: 'AWS ALB (shell)',
      text: 'aws elbv2 modify-target-group-attributes --target-group-arn "$TARGET_GROUP_ARN" --attributes Key=stickiness.enabled,Value=true Key=stickiness.type,Value=lb_cookie',
    },
  },
];

/** A larger limit for messages, with room above the largest that was seen. */
export function largerMessages(sizeBytes: number): readonly Advice[] {
  const limit = 2 ** Math.ceil(Math.log2(Math.max(1_024, sizeBytes * 2)));
  return [
    {
      text: text('advice_sendLessAtOnceWasToo', bytes(sizeBytes)),
    },
    {
      text: text('advice_orAcceptMoreIfTheServer'),
      lines: { of: 'server (Node.js, ws)', text: `new WebSocketServer({ maxPayload: ${limit} })` },
    },
    {
      text: text('advice_theSameWithSocketIo'),
      lines: { of: 'server (Socket.IO)', text: `new Server(httpServer, { maxHttpBufferSize: ${limit} })` },
    },
  ];
}

/** Frames that are sent while there is no connection wait for one. */
export const QUEUE_SENDS: Advice = {
  text: text('advice_queueWhatIsSentWhileThe'),
  lines: {
    of: 'client (JavaScript)',
    text: [
      'const waiting = [];',
      'function send(message) {',
      '  if (socket.readyState === WebSocket.OPEN) socket.send(message);',
      '  else waiting.push(message);',
      '}',
      "socket.addEventListener('open', () => { for (const message of waiting.splice(0)) socket.send(message); });",
    ].join('\n'),
  },
};

/** A handler that survives a message that it does not understand. */
export const SAFE_HANDLER: Advice = {
  text: text('advice_readMessagesSoThatOneThat'),
  lines: {
    of: 'client (JavaScript)',
    text: [
      "socket.addEventListener('message', ({ data }) => {",
      '  let message;',
      '  try {',
      '    message = JSON.parse(data);',
      '  } catch {',
      '    return; // not for us; count it',
      '  }',
      '  handlers[message.type]?.(message);',
      '});',
    ].join('\n'),
  },
};

/** A connection that its owner closes. */
export const CLOSE_WHAT_YOU_MAKE: Advice = {
  text: text('advice_closeTheOldConnectionBeforeA'),
  lines: {
    of: 'client (React)',
    text: [
      'useEffect(() => {',
      '  const listening = new AbortController();',
      '  const socket = new WebSocket(url);',
      "  socket.addEventListener('message', onMessage, { signal: listening.signal });",
      '  return () => {',
      '    listening.abort();',
      '    socket.close(1000);',
      '  };',
      '}, [url]);',
    ].join('\n'),
  },
};
