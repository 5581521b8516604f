/**
 * One small server for the hook's tests: two pages that differ in nothing but the hook (`/native/` and `/hooked/`), and
 * WebSocket endpoints that do what the client tells them. It remembers what it saw, so that recordings can be compared
 * with the truth.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

export type Payload = { readonly text: string } | { readonly bytes: readonly number[] };

/** One connection as the server saw it. */
export interface SeenConnection {
  readonly path: string;
  readonly protocol: string;
  readonly received: Payload[];
  readonly sent: Payload[];
  closed: { readonly code: number; readonly reason: string } | null;
}

/** What a client may send to `/control`, as JSON. */
export type Order =
  | { readonly say: string }
  | { readonly sayBytes: readonly number[] }
  /** Texts `from`, `from + 1` … */
  | { readonly count: number; readonly from?: number }
  | { readonly close: readonly [code?: number, reason?: string] }
  /** TCP connection reset, no close frame. */
  | { readonly destroy: true }
  /** A frame with reserved bits set: the browser must fail the connection. */
  | { readonly garbage: true };

export interface HookServer {
  /** http://127.0.0.1:port */
  readonly origin: string;
  readonly seen: readonly SeenConnection[];
  close(): Promise<void>;
}

/** Files by name, the same under `/native/` and `/hooked/`; there `hook.js` is the hook, and empty in the other. */
export interface ServedFiles {
  readonly [name: string]: string;
}

export async function startServer(files: ServedFiles): Promise<HookServer> {
  const seen: SeenConnection[] = [];
  const server = createServer((request, response) => {
    const [, mode, name = ''] = /^\/(native|hooked)\/([^?]*)/.exec(request.url ?? '') ?? [];
    const content = mode === 'native' && name === 'hook.js' ? '' : files[name || 'index.html'];
    response.statusCode = mode !== undefined && content !== undefined ? 200 : 404;
    response.setHeader('content-type', name.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8');
    response.setHeader('cache-control', 'no-store');
    response.end(content ?? '');
  });

  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: true,
    handleProtocols: (offered) => (offered.has('unspoken') ? false : ([...offered][0] ?? false)),
  });
  const raw = new Set<Duplex>();
  server.on('connection', (socket) => {
    raw.add(socket);
    socket.once('close', () => raw.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined);
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    if (path === '/refuse') socket.destroy();
    else if (path === '/forbidden') socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    else if (path === '/mute') {
      // Half-closed connections would count in Firefox's limit of six for a host, and pages would stop loading.
      socket.once('end', () => socket.destroy()).resume();
    } else {
      sockets.handleUpgrade(request, socket, head, (client) => accept(client, request, socket, path, seen));
    }
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    async close() {
      for (const socket of raw) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function accept(
  client: WebSocket,
  request: IncomingMessage,
  socket: Duplex,
  path: string,
  seen: SeenConnection[],
): void {
  const connection: SeenConnection = {
    path: request.url ?? '',
    protocol: client.protocol,
    received: [],
    sent: [],
    closed: null,
  };
  seen.push(connection);
  client.on('error', () => undefined);
  client.on('close', (code, reason) => {
    connection.closed = { code, reason: reason.toString() };
  });
  const say = (payload: Payload) => {
    connection.sent.push(payload);
    client.send('text' in payload ? payload.text : Uint8Array.from(payload.bytes));
  };
  client.on('message', (data: Buffer, isBinary) => {
    const payload = isBinary ? { bytes: [...data] } : { text: data.toString() };
    connection.received.push(payload);
    if (path === '/echo') say(payload);
    if (path === '/control' && 'text' in payload) obey(JSON.parse(payload.text) as Order, client, socket, say);
  });
  // Never answers a close frame.
  if (path === '/deaf') socket.pause();
}

function obey(order: Order, client: WebSocket, socket: Duplex, say: (payload: Payload) => void): void {
  if ('say' in order) say({ text: order.say });
  if ('sayBytes' in order) say({ bytes: order.sayBytes });
  if ('count' in order) for (let i = 0; i < order.count; i++) say({ text: String((order.from ?? 0) + i) });
  if ('close' in order) client.close(...order.close);
  if ('destroy' in order) socket.destroy();
  if ('garbage' in order) socket.write(Uint8Array.of(0xff, 0x00, 0, 0, 0));
}
