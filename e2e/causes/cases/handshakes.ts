/** Handshakes that never come to an end: refused, misled, blocked, unanswered. To the page they are all 1006. */

import type { Cause } from '../../../src/analysis/findings/causes.ts';
import type { CauseCase } from '../case.ts';
import type { LabWindow } from '../page.ts';
import { createIdentity } from '../servers/identity.ts';
import { type NodeServerOptions, startServer } from '../servers/node.ts';
import type { Stage } from '../stage.ts';

const LIVES = 3;

async function knock(stage: Stage, url: string, protocols: readonly string[] = []): Promise<void> {
  const page = await stage.open();
  await page.start({ url, protocols, lives: LIVES });
  await page.closed(LIVES);
}

async function refuseWith(stage: Stage, answer: NonNullable<NodeServerOptions['answer']>): Promise<void> {
  const server = await startServer(stage, { answer });
  await knock(stage, server.url);
}

/** Statuses, with what they mean to a client. */
const STATUSES: readonly (readonly [status: number, cause: Cause, family: CauseCase['family']])[] = [
  [401, 'unauthorized', 'client'],
  [403, 'forbidden', 'client'],
  [404, 'not-found', 'client'],
  [429, 'rate-limited', 'server'],
  [500, 'server-error', 'server'],
  [503, 'bad-gateway', 'infrastructure'],
];

/** Bearer and not Basic: Basic would open the browser's password dialog. */
const HEADERS_OF: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'www-authenticate': 'Bearer realm="lab"' },
  429: { 'retry-after': '30' },
};

function statusCase([status, cause, family]: (typeof STATUSES)[number]): CauseCase {
  const headers = HEADERS_OF[status] ?? {};
  return {
    name: `status-${status}`,
    family,
    what: `the server answers every handshake with ${status}`,
    causes: [cause],
    hiddenIn: ['chromium'],
    ...(status === 401 || status === 403 ? { isShort: true } : {}),
    run: (stage) => refuseWith(stage, () => ({ status, headers })),
  };
}

/** A JSON Web Token that has ended; its signature is none. */
function expiredToken(lifetimeS: number): string {
  const nowS = Math.floor(Date.now() / 1000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'lab', iat: nowS - 3600, exp: nowS + lifetimeS })}.c2lnbmF0dXJl`;
}

export const HANDSHAKE_CASES: readonly CauseCase[] = [
  ...STATUSES.map(statusCase),
  {
    name: 'origin-refused',
    family: 'server',
    what: 'the server refuses handshakes from this origin with 403, and answers other requests as it always does',
    causes: ['forbidden'],
    hiddenIn: ['chromium'],
    isHiddenFromProbe: true,
    run: (stage) => refuseWith(stage, ({ headers }) => (headers.upgrade ? { status: 403 } : 'accept')),
  },
  {
    name: 'redirect',
    family: 'server',
    what: 'the server redirects every handshake to its login page, with 302',
    causes: ['redirected'],
    hiddenIn: ['chromium'],
    run: (stage) => refuseWith(stage, () => ({ status: 302, headers: { location: '/login' } })),
  },
  {
    name: 'token-expired',
    family: 'client',
    what: 'a JSON Web Token in the URL ended a minute ago; the server answers 401',
    causes: ['token-expired', 'unauthorized'],
    hiddenIn: ['chromium'],
    async run(stage) {
      const server = await startServer(stage, { answer: () => ({ status: 401, headers: HEADERS_OF[401] ?? {} }) });
      await knock(stage, `${server.url}?token=${expiredToken(-60)}`);
    },
  },
  {
    name: 'token-expires-open',
    family: 'client',
    what: 'a JSON Web Token in the URL ends while the connection is open; the server closes with 4401',
    causes: ['token-expired', 'unauthorized'],
    async run(stage) {
      const token = expiredToken(4);
      const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
      const server = await startServer(stage, {
        converse: ({ socket }) => {
          const leftMs = exp * 1000 - Date.now();
          setTimeout(() => socket.close(4401, 'token expired'), Math.max(leftMs, 50)).unref();
        },
      });
      const page = await stage.open();
      await page.start({ url: `${server.url}?token=${token}`, lives: LIVES });
      await page.closed(LIVES);
    },
  },
  {
    name: 'connection-refused',
    family: 'network',
    what: 'nobody listens at the port',
    causes: ['connection-refused'],
    hiddenIn: ['chromium'],
    isShort: true,
    run: async (stage) => knock(stage, `ws://${stage.host}:${await stage.freePort()}/socket`),
  },
  {
    name: 'name-not-resolved',
    family: 'network',
    what: 'the name of the server is not known',
    causes: ['name-not-resolved'],
    hiddenIn: ['chromium'],
    run: (stage) => knock(stage, 'ws://cause-lab.invalid/socket'),
  },
  {
    name: 'handshake-dropped',
    family: 'server',
    what: 'the server hangs up without an answer to the handshake',
    causes: ['handshake-reset'],
    hiddenIn: ['chromium'],
    run: (stage) => refuseWith(stage, () => 'drop'),
  },
  {
    name: 'handshake-hung',
    family: 'server',
    what: 'the server takes the connection and never answers the handshake; the page loses its patience after 4.5 s',
    causes: ['handshake-hung', 'closed-while-connecting'],
    async run(stage) {
      const server = await startServer(stage, { answer: () => 'hang' });
      const page = await stage.open();
      await page.start({ url: server.url, lives: LIVES, patienceMs: 4_500 });
      await page.closed(LIVES);
    },
  },
  {
    name: 'certificate-invalid',
    family: 'network',
    what: 'nobody vouches for the server’s certificate',
    causes: ['certificate-invalid'],
    hiddenIn: ['chromium', 'firefox'],
    needs: ['openssl'],
    async run(stage) {
      const server = await startServer(stage, { identity: await createIdentity(stage) });
      await knock(stage, server.url);
    },
  },
  {
    name: 'tls-to-plain',
    family: 'network',
    what: 'the page says wss: and the server speaks no TLS',
    causes: ['tls-failed', 'certificate-invalid'],
    hiddenIn: ['chromium', 'firefox'],
    async run(stage) {
      const server = await startServer(stage);
      await knock(stage, server.url.replace('ws:', 'wss:'));
    },
  },
  {
    name: 'mixed-content',
    family: 'client',
    what: 'an https: page asks for a ws: connection',
    causes: ['blocked-mixed-content'],
    needs: ['openssl'],
    place: 'any certificate',
    async run(stage) {
      const page = await stage.open({ identity: await createIdentity(stage) });
      // Not to loopback: that counts as secure.
      await page.start({ url: 'ws://cause-lab.invalid/socket', lives: LIVES });
      const { thrown } = await page.seen();
      if (thrown.length === 0) await page.closed(LIVES);
    },
  },
  {
    name: 'csp',
    family: 'client',
    what: "the page’s Content-Security-Policy has connect-src 'self' of another port",
    causes: ['blocked-csp'],
    isShort: true,
    async run(stage) {
      const server = await startServer(stage);
      const page = await stage.open({ headers: { 'content-security-policy': "connect-src 'self'" } });
      for (let i = 0; i < LIVES; i++) await page.start({ url: server.url });
      // Chromium: an error event, and no close.
      await page.tab.waitFor(() => {
        const { sockets, seen } = (globalThis as unknown as LabWindow).lab;
        return seen.thrown.length > 0 || sockets.every(({ readyState }) => readyState === WebSocket.CLOSED);
      });
    },
  },
  {
    name: 'subprotocol',
    family: 'server',
    what: 'the server chooses a subprotocol that was not offered',
    causes: ['subprotocol-mismatch'],
    hiddenIn: ['chromium'],
    isHiddenFromProbe: true,
    async run(stage) {
      const server = await startServer(stage, { options: { handleProtocols: () => 'other' } });
      await knock(stage, server.url, ['chat.v2']);
    },
  },
];
