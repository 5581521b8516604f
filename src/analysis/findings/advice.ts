/**
 * What to change: configuration lines and code, each with the numbers of the recording at hand. Tables of functions; the
 * lines are those of the products' own documentation, to be pasted and read before they are used.
 */
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
const UNCHANGEABLE: Readonly<Record<string, string>> = {
  cloudflare:
    'Cloudflare closes after 100 s without a frame, and only Enterprise plans can change that: beat more often.',
  apigateway:
    'AWS API Gateway closes after 10 minutes without a frame, and after 2 hours whatever happens: neither can be changed.',
  heroku: "Heroku's router closes after 55 s without a frame, and that cannot be changed.",
  fly: "Fly.io's proxy closes idle connections after about a minute: beat more often.",
};

/** Code of a page that beats of itself; after the silence of two beats it takes the connection for dead. */
export function clientHeartbeat(periodMs: number): Advice {
  return {
    text: `Let the page send a heartbeat every ${duration(periodMs)} and give the connection up after ${duration(2 * periodMs)} without any frame.`,
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
    text: `Let the server ping every ${duration(periodMs)} and end connections that have not answered for ${duration(2 * periodMs)}. Browsers answer pings by themselves, even in hidden tabs.`,
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
      return (IDLE_LINES[id] ?? []).map(({ of, text }) => ({
        text: `Lengthen the idle time of ${of.replace(/ \(.*/, '')}: ${duration(cutMs)} was measured.`,
        lines: { of, text: text(seconds) },
      }));
    }),
  ];
}

/** What a proxy needs in order to pass the handshake on. */
export function passUpgradeOn(hops: readonly Hop[]): readonly Advice[] {
  const text = 'Let the proxy pass the upgrade on.';
  const nginx: Advice = { text, lines: { of: 'nginx', text: NGINX_UPGRADE.join('\n') } };
  const apache: Advice = {
    text,
    lines: { of: 'Apache httpd', text: 'ProxyPass "/your-path" "http://backend:8080/your-path" upgrade=websocket' },
  };
  return hops.some(({ id }) => id === 'apache') ? [apache, nginx] : [nginx, apache];
}

/** A server that ends in order tells its clients to come back. */
export const GRACEFUL_CLOSE: Advice = {
  text: 'Before the process ends, close each connection with 1012 (or 1001), so that clients know to come back, each after a random wait.',
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
    text: 'Give pods time to close their connections before they are killed.',
    lines: {
      of: 'Kubernetes (pod template)',
      text: 'terminationGracePeriodSeconds: 60\ncontainers:\n  - lifecycle: { preStop: { exec: { command: ["sleep", "10"] } } }',
    },
  },
  {
    text: 'Let a reloaded Caddy keep streams open for a while instead of ending them at once.',
    lines: { of: 'Caddy', text: 'reverse_proxy backend:8080 {\n    stream_close_delay 5m\n}' },
  },
];

/** Exponential, with a cap, full of chance, and reset only by a connection that lived. */
export function backoff(baseMs = 1_000, capMs = 30_000): Advice {
  return {
    text: `Wait longer after each failure, from ${duration(baseMs)} up to ${duration(capMs)}, each time by chance, and start anew only after a connection has lived for 5 s.`,
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
    text: 'If several servers stand behind this address, let each client come back to the same one.',
    lines: {
      of: 'nginx',
      text: 'upstream backend {\n    ip_hash;\n    server 10.0.0.1:8080;\n    server 10.0.0.2:8080;\n}',
    },
  },
  {
    text: 'The same with an AWS ALB.',
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
      text: `Send less at once: ${bytes(sizeBytes)} was too much. Split it, or upload it over HTTP and send its address.`,
    },
    {
      text: 'Or accept more, if the server can stand it.',
      lines: { of: 'server (Node.js, ws)', text: `new WebSocketServer({ maxPayload: ${limit} })` },
    },
    {
      text: 'The same with Socket.IO.',
      lines: { of: 'server (Socket.IO)', text: `new Server(httpServer, { maxHttpBufferSize: ${limit} })` },
    },
  ];
}

/** Frames that are sent while there is no connection wait for one. */
export const QUEUE_SENDS: Advice = {
  text: 'Queue what is sent while the connection is not open, and send it after `open`.',
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
  text: 'Read messages so that one that is not understood does not stop the others.',
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
  text: 'Close the old connection before a new one is made, and when its owner goes away; remove its listeners with it.',
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
