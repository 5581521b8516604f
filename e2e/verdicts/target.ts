/**
 * What a measured client connects to: a server of its own, which can refuse handshakes by hanging up. Of its own, because
 * browsers make one handshake at a time per address, and hold back those to an address where others failed.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { EndpointServer } from '../lab/servers/server.ts';
import { issueToken } from '../lab/servers/token.ts';

export interface Target {
  readonly url: string;
  /** Handshakes refused so far. */
  refused(): number;
  /** Sockets that are open now. */
  open(): number;
  refuse(on: boolean): void;
  closeAll(code: number, reason: string): void;
  stop(): Promise<void>;
}

/** Linux answers on all of 127.0.0.0/8; elsewhere 127.0.0.1 has to do for all. */
async function listen(server: ReturnType<typeof createServer>, host: string): Promise<string> {
  const hosts = host === '127.0.0.1' ? [host] : [host, '127.0.0.1'];
  for (const candidate of hosts) {
    server.listen(0, candidate);
    const listening = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ]).catch(() => false);
    if (listening) return candidate;
  }
  throw new Error(`Nothing can listen on ${host}.`);
}

export async function startTarget(host: string, path: string, server: EndpointServer): Promise<Target> {
  let isRefusing = false;
  let refused = 0;
  const http = createServer((request, response) => {
    const isToken = request.url === '/token';
    response.writeHead(isToken ? 200 : 404, { 'access-control-allow-origin': '*', 'cache-control': 'no-store' });
    response.end(isToken ? issueToken() : '');
  });
  http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => undefined);
    if (isRefusing) {
      refused++;
      socket.destroy();
    } else {
      server.upgrade(request, socket, head);
    }
  });
  const address = await listen(http, host);
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://${address}:${port}${path}`,
    refused: () => refused,
    open: () => [...server.sockets()].filter(({ readyState }) => readyState === 1).length,
    refuse: (on) => {
      isRefusing = on;
    },
    closeAll: (code, reason) => {
      for (const socket of server.sockets()) socket.close(code, reason);
    },
    stop: async () => {
      await server.stop();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
