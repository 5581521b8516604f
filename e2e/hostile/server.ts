/**
 * The loopback server of the attacks: a page per run, a child page for its frames, and WebSocket endpoints. The same
 * server answers under two origins, `127.0.0.1` and `localhost`. What a page found out comes back as a POST, because
 * nothing else of a page with poisoned built-ins can be relied upon.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface ServedPage {
  readonly html: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HostileServer {
  readonly origin: string;
  readonly otherOrigin: string;
  readonly wsOrigin: string;
  /** Serves a page at `/run/NAME`, and gives its URL. */
  serve(name: string, page: ServedPage): string;
  /** What the page of this run reported, as text. Rejects after `timeoutMs`. */
  outcome(name: string, timeoutMs: number): Promise<string>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const MAX_OUTCOME_BYTES = 8 * 1024 * 1024;

type Speaker = (socket: WebSocket, query: URLSearchParams) => void;

/** WebSocket endpoints by path. The first subprotocol that is asked for is chosen. */
const ENDPOINTS: Readonly<Record<string, Speaker>> = {
  /** Sends back what comes; begins with `?say=`. */
  '/echo': (socket, query) => {
    const greeting = query.get('say');
    if (greeting !== null) socket.send(greeting);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  },
  /** Takes whatever comes and says nothing. */
  '/sink': (socket) => socket.on('message', () => undefined),
  /** Closes at once, with `?code=` and `?reason=`. */
  '/closing': (socket, query) => socket.close(Number(query.get('code') ?? 1000), query.get('reason') ?? ''),
};

export async function startHostileServer(): Promise<HostileServer> {
  const pages = new Map<string, ServedPage>();
  const outcomes = new Map<string, string>();
  const waiting = new Map<string, (outcome: string) => void>();

  const http = createServer((request, response) => {
    void respond(request, response).catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024 });
  http.on('upgrade', (request, socket, head) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    const speak = ENDPOINTS[pathname];
    socket.on('error', () => undefined);
    if (speak === undefined) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
    else
      sockets.handleUpgrade(request, socket, head, (opened) => {
        opened.on('error', () => undefined);
        speak(opened, searchParams);
      });
  });
  http.listen(0, HOST);
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    if (pathname === '/outcome' && request.method === 'POST') {
      const name = searchParams.get('run') ?? '';
      const outcome = await readText(request);
      response.writeHead(204).end();
      const resolve = waiting.get(name);
      if (resolve) resolve(outcome);
      else outcomes.set(name, outcome);
      return;
    }
    const page = pages.get(pathname);
    if (page === undefined) {
      response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      ...page.headers,
    });
    response.end(page.html);
  }

  return {
    origin: `http://${HOST}:${port}`,
    otherOrigin: `http://localhost:${port}`,
    wsOrigin: `ws://${HOST}:${port}`,
    serve(name, page) {
      pages.set(`/${name}`, page);
      return `http://${HOST}:${port}/${name}`;
    },
    outcome(name, timeoutMs) {
      const known = outcomes.get(name);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`the page ${name} did not end within ${timeoutMs} ms`)),
          timeoutMs,
        );
        waiting.set(name, (outcome) => {
          clearTimeout(timer);
          resolve(outcome);
        });
      });
    },
    async close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_OUTCOME_BYTES) throw new Error('the outcome is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
