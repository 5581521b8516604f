/**
 * A site on loopback whose WebSocket endpoints fail, each in a way of its own, and a port on which nobody listens. The
 * answers are written byte by byte: no server library has a say in them.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface FailingSite {
  readonly origin: string;
  readonly wsOrigin: string;
  /** Nobody listens there. */
  readonly refusedUrl: string;
  /** HTTP requests that were no handshakes: method, path and some headers, in order. */
  readonly requests: readonly { readonly line: string; readonly cookie: string | undefined }[];
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

const BAD_GATEWAY =
  'HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.22.1\r\nSet-Cookie: secret=1\r\nContent-Length: 0\r\n\r\n';
const UNAUTHORIZED =
  'HTTP/1.1 401 Unauthorized\r\nServer: gate\r\nWWW-Authenticate: Bearer realm="secret"\r\nContent-Length: 0\r\n\r\n';

/** What each endpoint says to a handshake. */
const ANSWERS: Readonly<Record<string, (socket: Duplex, request: IncomingMessage) => void>> = {
  '/502': (socket) => socket.end(BAD_GATEWAY),
  '/401': (socket) => socket.end(UNAUTHORIZED),
  '/401-basic': (socket) => socket.end(UNAUTHORIZED.replace('Bearer', 'Basic')),
  '/cut': (socket) => socket.destroy(),
  '/silent': () => undefined,
  '/strange-protocol': (socket, request) => socket.write(`${upgradeFor(request)}Sec-WebSocket-Protocol: never\r\n\r\n`),
  '/open': (socket, request) => socket.write(`${upgradeFor(request)}Via: 1.1 hop\r\n\r\n`),
  // One text frame ("hi"), RFC 6455 section 5.2.
  '/hello': (socket, request) => {
    socket.write(`${upgradeFor(request)}\r\n`);
    socket.on('data', () => socket.write(Buffer.from([0x81, 2, 0x68, 0x69])));
  },
};

/** RFC 6455 section 4.2.2, without the line that ends it. */
function upgradeFor(request: IncomingMessage): string {
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n`;
}

/** The same to a request that is no handshake. */
const PLAIN: Readonly<Record<string, readonly [status: number, headers: Readonly<Record<string, string>>]>> = {
  '/502': [502, { server: 'nginx/1.22.1', 'set-cookie': 'secret=1' }],
  '/401': [401, { server: 'gate', 'www-authenticate': 'Bearer realm="secret"' }],
  '/open': [426, { upgrade: 'websocket', connection: 'Upgrade' }],
  '/moved': [302, { location: '/elsewhere?token=secret' }],
  '/page': [200, { 'content-type': 'text/html', 'set-cookie': 'session=secret' }],
  '/strict': [200, { 'content-type': 'text/html', 'content-security-policy': "connect-src 'none'" }],
};

const PAGE = `<!doctype html><title>page</title><link rel="icon" href="data:,">
<script>
function connectToChat(url) {
  return new WebSocket(url);
}
function leaveChat(socket) {
  socket.close();
}
</script>`;

export async function startFailingSite(): Promise<FailingSite> {
  const requests: { line: string; cookie: string | undefined }[] = [];
  const sockets = new Set<Duplex>();
  const http = createServer((request, response) => {
    requests.push({ line: `${request.method} ${request.url}`, cookie: request.headers.cookie });
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    if (pathname === '/silent') return;
    if (pathname === '/cut') {
      request.socket.destroy();
      return;
    }
    const [status, headers] = PLAIN[pathname] ?? [404, {}];
    response.writeHead(status, headers);
    response.end(status === 200 ? PAGE : '');
  });
  http.on('upgrade', (request, socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    (ANSWERS[pathname] ?? ANSWERS['/cut'])?.(socket, request);
  });
  http.listen(0, HOST);
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const refused = await takePort();

  return {
    origin: `http://${HOST}:${port}`,
    wsOrigin: `ws://${HOST}:${port}`,
    refusedUrl: `ws://${HOST}:${refused.port}/`,
    requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await refused.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/**
 * A port on which nobody listens, and nobody can: it is the near end of a connection. One that is merely free is soon given
 * to the next server that asks for any.
 */
async function takePort(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createTcpServer().listen(0, HOST);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const taking = connect((server.address() as AddressInfo).port, HOST);
  const [far] = (await accepted) as [Socket];
  await (taking.connecting ? once(taking, 'connect') : undefined);
  return {
    port: taking.localPort ?? 0,
    close: async () => {
      taking.destroy();
      far.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
