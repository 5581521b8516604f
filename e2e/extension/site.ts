/**
 * A site on loopback for the recording tests: empty pages, and WebSockets that send numbered frames. It answers under two
 * origins, `127.0.0.1` and `localhost`.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Site {
  readonly origin: string;
  readonly otherOrigin: string;
  readonly wsOrigin: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/**
 * `/echo`: sends back what comes, as it came.
 * `/sink`: says nothing.
 * `/numbers?name=N&count=C&burst=B&delay=D`: sends 'N:0', 'N:1' … 'N:C-1', B of them every D milliseconds.
 */
const ENDPOINTS: Readonly<Record<string, (socket: WebSocket, query: URLSearchParams) => void>> = {
  '/echo': (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
  '/sink': () => undefined,
  '/numbers': (socket, query) => {
    const name = query.get('name') ?? '';
    const count = Number(query.get('count') ?? 0);
    const burst = Number(query.get('burst') ?? 1);
    let next = 0;
    const timer = setInterval(
      () => {
        for (let i = 0; i < burst && next < count; i++) socket.send(`${name}:${next++}`);
        if (next >= count) clearInterval(timer);
      },
      Number(query.get('delay') ?? 1),
    );
    socket.on('close', () => clearInterval(timer));
  },
};

/** With a name, the page's first script opens a socket that gets 20 numbers of this name. */
function pageWith(name: string | null): string {
  const script = `<script>new WebSocket('ws://' + location.host + '/numbers?count=20&name=${name}')</script>`;
  return `<!doctype html><title>page</title><link rel="icon" href="data:,">${name === null ? '' : script}`;
}

export async function startSite(): Promise<Site> {
  const http = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
    const isPage = pathname === '/page';
    response.writeHead(isPage ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
    response.end(isPage ? pageWith(searchParams.get('numbers')) : '');
  });
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
    const speak = ENDPOINTS[pathname];
    socket.on('error', () => undefined);
    if (!speak) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
    else
      sockets.handleUpgrade(request, socket, head, (opened) => {
        opened.on('error', () => undefined);
        speak(opened, searchParams);
      });
  });
  http.listen(0, HOST);
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;

  return {
    origin: `http://${HOST}:${port}`,
    otherOrigin: `http://localhost:${port}`,
    wsOrigin: `ws://${HOST}:${port}`,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
