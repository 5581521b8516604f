/** Proxies on the way: their limits, their mistakes, their reloads. Seven seconds stand for the sixty of real ones. */
import type { CauseCase } from '../case.ts';
import { echoes, greets, type NodeServer, PING, pongs, startServer, ticks } from '../servers/node.ts';
import {
  type NginxOptions,
  type Program,
  reloadCaddy,
  startApache,
  startCaddy,
  startHaproxy,
  startNginx,
} from '../servers/program.ts';
import type { RecordedPage, Stage } from '../stage.ts';

const LIVES = 4;
const HELLO = ['{"type":"hello"}'];

/** Three sockets in one page, which all ends at once will end. */
const SOCKETS = 3;

async function behindNginx(
  stage: Stage,
  server: NodeServer,
  options: Partial<NginxOptions>,
): Promise<{ readonly nginx: Program; readonly page: RecordedPage }> {
  const nginx = await startNginx(stage, { port: await stage.freePort(), upstream: server.port, ...options });
  return { nginx, page: await stage.open() };
}

const READ_7 = 'proxy_read_timeout 7s; proxy_send_timeout 7s;';

export const PROXY_CASES: readonly CauseCase[] = [
  {
    name: 'nginx-idle-cut',
    family: 'infrastructure',
    what: 'nginx with proxy_read_timeout 7s; after a greeting nobody says anything',
    causes: ['idle-cut'],
    needs: ['nginx'],
    async run(stage) {
      const server = await startServer(stage, { converse: greets });
      const { nginx, page } = await behindNginx(stage, server, { directives: READ_7 });
      await page.start({ url: nginx.url, hello: HELLO, lives: LIVES });
      await page.closed(LIVES);
    },
  },
  {
    name: 'nginx-beat-stops',
    family: 'infrastructure',
    what: 'nginx with proxy_read_timeout 7s; the page pings every 1.5 s, and after four times no more',
    causes: ['idle-cut', 'beat-too-slow'],
    needs: ['nginx'],
    async run(stage) {
      const server = await startServer(stage, { converse: pongs });
      const { nginx, page } = await behindNginx(stage, server, { directives: READ_7 });
      const beat = { text: PING, everyMs: 1_500, times: 4 };
      await page.start({ url: nginx.url, hello: HELLO, lives: LIVES - 1, beat });
      await page.closed(LIVES - 1);
    },
  },
  {
    name: 'nginx-one-way-send',
    family: 'healthy',
    what: 'nginx with proxy_read_timeout 7s; the page speaks every 2 s, the server never: nginx does not cut',
    causes: [],
    needs: ['nginx'],
    async run(stage) {
      const server = await startServer(stage);
      const { nginx, page } = await behindNginx(stage, server, { directives: READ_7 });
      await page.start({ url: nginx.url, beat: { text: '{"type":"position","x":1}', everyMs: 2_000 } });
      await stage.watch(18_000);
    },
  },
  {
    name: 'nginx-server-pings',
    family: 'healthy',
    what: 'nginx with proxy_read_timeout 7s; the page sees nothing, the server sends ping frames every 3 s',
    causes: [],
    needs: ['nginx'],
    async run(stage) {
      const server = await startServer(stage, {
        converse: ({ socket }) => {
          const timer = setInterval(() => socket.ping(), 3_000);
          socket.on('close', () => clearInterval(timer));
        },
      });
      const { nginx, page } = await behindNginx(stage, server, { directives: READ_7 });
      await page.start({ url: nginx.url, hello: HELLO });
      await stage.watch(18_000);
    },
  },
  {
    name: 'nginx-no-upgrade',
    family: 'infrastructure',
    what: 'nginx without the two Upgrade lines: the server answers 426',
    causes: ['missing-upgrade'],
    hiddenIn: ['chromium'],
    isHiddenFromProbe: true,
    needs: ['nginx'],
    async run(stage) {
      const server = await startServer(stage);
      const { nginx, page } = await behindNginx(stage, server, { passesUpgrade: false });
      await page.start({ url: nginx.url, lives: 3 });
      await page.closed(3);
    },
  },
  {
    name: 'nginx-502',
    family: 'infrastructure',
    what: 'nginx, and nobody listens behind it',
    causes: ['bad-gateway'],
    hiddenIn: ['chromium'],
    needs: ['nginx'],
    async run(stage) {
      const nginx = await startNginx(stage, { port: await stage.freePort(), upstream: await stage.freePort() });
      const page = await stage.open();
      await page.start({ url: nginx.url, lives: 3 });
      await page.closed(3);
    },
  },
  {
    name: 'nginx-504',
    family: 'infrastructure',
    what: 'nginx with proxy_read_timeout 2s; the server behind it never answers the handshake',
    causes: ['gateway-timeout'],
    hiddenIn: ['chromium'],
    needs: ['nginx'],
    async run(stage) {
      const server = await startServer(stage, { answer: () => 'hang' });
      const { nginx, page } = await behindNginx(stage, server, { directives: 'proxy_read_timeout 2s;' });
      await page.start({ url: nginx.url, lives: 3 });
      await page.closed(3);
    },
  },
  {
    name: 'nginx-reload',
    family: 'infrastructure',
    what: 'nginx is reloaded (SIGHUP) with worker_shutdown_timeout 1s, under three busy connections, twice',
    causes: ['proxy-reload', 'server-crash'],
    needs: ['nginx'],
    async run(stage) {
      const server = await startServer(stage, { converse: (peer) => ticks(peer, 400) });
      const { nginx, page } = await behindNginx(stage, server, { main: 'worker_shutdown_timeout 1s;' });
      for (let i = 0; i < SOCKETS; i++) await page.start({ url: nginx.url, lives: 3 });
      await page.received(4 * SOCKETS);
      nginx.signal('SIGHUP');
      await page.opened(2 * SOCKETS);
      await page.received(20 * SOCKETS);
      nginx.signal('SIGHUP');
      await page.opened(3 * SOCKETS);
    },
  },
  {
    name: 'haproxy-tunnel',
    family: 'infrastructure',
    what: 'HAProxy with timeout tunnel 7s; nobody says anything',
    causes: ['idle-cut'],
    needs: ['haproxy'],
    async run(stage) {
      const server = await startServer(stage, { converse: greets });
      const timeouts = ['timeout client 30s', 'timeout server 30s', 'timeout tunnel 7s'];
      const haproxy = await startHaproxy(stage, { port: await stage.freePort(), upstream: server.port, timeouts });
      const page = await stage.open();
      await page.start({ url: haproxy.url, hello: HELLO, lives: LIVES });
      await page.closed(LIVES);
    },
  },
  {
    name: 'haproxy-client',
    family: 'infrastructure',
    what: 'HAProxy without a tunnel limit, and timeout client 5s; nobody says anything',
    causes: ['idle-cut'],
    needs: ['haproxy'],
    async run(stage) {
      const server = await startServer(stage, { converse: greets });
      const timeouts = ['timeout client 5s', 'timeout server 20s'];
      const haproxy = await startHaproxy(stage, { port: await stage.freePort(), upstream: server.port, timeouts });
      const page = await stage.open();
      await page.start({ url: haproxy.url, hello: HELLO, lives: LIVES });
      await page.closed(LIVES);
    },
  },
  {
    name: 'haproxy-503',
    family: 'infrastructure',
    what: 'HAProxy, and nobody listens behind it',
    causes: ['bad-gateway'],
    hiddenIn: ['chromium'],
    needs: ['haproxy'],
    async run(stage) {
      const timeouts = ['timeout client 30s', 'timeout server 30s'];
      const hop = { port: await stage.freePort(), upstream: await stage.freePort() };
      const haproxy = await startHaproxy(stage, { ...hop, timeouts });
      const page = await stage.open();
      await page.start({ url: haproxy.url, lives: 3 });
      await page.closed(3);
    },
  },
  {
    name: 'haproxy-stopped',
    family: 'infrastructure',
    what: 'HAProxy is ended (SIGTERM) under three busy connections, and started again at the same port',
    causes: ['proxy-reload', 'server-crash'],
    needs: ['haproxy'],
    async run(stage) {
      const server = await startServer(stage, { converse: (peer) => ticks(peer, 400) });
      const timeouts = ['timeout client 30s', 'timeout server 30s'];
      const options = { port: await stage.freePort(), upstream: server.port, timeouts };
      const first = await startHaproxy(stage, options);
      const page = await stage.open();
      for (let i = 0; i < SOCKETS; i++) await page.start({ url: first.url, lives: 6 });
      await page.received(8 * SOCKETS);
      first.signal('SIGTERM');
      await first.ended;
      await page.closed(SOCKETS);
      await startHaproxy(stage, options);
      await page.opened(2 * SOCKETS);
    },
  },
  {
    name: 'apache-timeout',
    family: 'infrastructure',
    what: 'Apache with Timeout 7 and ProxyTimeout 7 (the longer of both counts); nobody says anything',
    causes: ['idle-cut'],
    needs: ['apache2'],
    async run(stage) {
      const server = await startServer(stage, { converse: greets });
      const apache = await startApache(stage, { port: await stage.freePort(), upstream: server.port, timeoutS: 7 });
      const page = await stage.open();
      await page.start({ url: apache.url, hello: HELLO, lives: LIVES });
      await page.closed(LIVES);
    },
  },
  {
    name: 'caddy-reload',
    family: 'infrastructure',
    what: 'Caddy gets a new configuration under three busy connections, and closes them with 1001',
    causes: ['server-restart', 'proxy-reload'],
    needs: ['caddy'],
    async run(stage) {
      const server = await startServer(stage, { converse: (peer) => ticks(peer, 400) });
      const adminPort = await stage.freePort();
      const hop = { port: await stage.freePort(), upstream: server.port, adminPort };
      const caddy = await startCaddy(stage, hop);
      const page = await stage.open();
      for (let i = 0; i < SOCKETS; i++) await page.start({ url: caddy.url, lives: 3 });
      await page.received(8 * SOCKETS);
      await reloadCaddy(stage, hop, caddy);
      await page.opened(2 * SOCKETS);
    },
  },
  {
    name: 'caddy-502',
    family: 'infrastructure',
    what: 'Caddy, and nobody listens behind it',
    causes: ['bad-gateway'],
    hiddenIn: ['chromium'],
    needs: ['caddy'],
    async run(stage) {
      const adminPort = await stage.freePort();
      const hop = { port: await stage.freePort(), upstream: await stage.freePort(), adminPort };
      const caddy = await startCaddy(stage, hop);
      const page = await stage.open();
      await page.start({ url: caddy.url, lives: 3 });
      await page.closed(3);
    },
  },
  {
    name: 'lifetime-cut',
    family: 'infrastructure',
    what: 'a balancer ends every connection after 8 s, in the midst of traffic',
    causes: ['lifetime-cut'],
    async run(stage) {
      const server = await startServer(stage, {
        converse: (peer) => {
          ticks(peer, 500);
          echoes(peer);
          setTimeout(() => peer.tcp.destroy(), 8_000).unref();
        },
      });
      const page = await stage.open();
      await page.start({ url: server.url, lives: LIVES, beat: { text: '{"type":"position","x":1}', everyMs: 900 } });
      await page.closed(LIVES);
    },
  },
];
