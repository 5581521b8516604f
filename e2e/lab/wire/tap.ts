/**
 * A WebSocket relay that writes down what passes: stands between a client of any library and its server, with the URL's path
 * and query and the subprotocol as they are. For tests that need true frames without a browser.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';

export interface TappedFrame {
  readonly atMs: number;
  /** From the client; otherwise from the server. */
  readonly isOut: boolean;
  readonly data: string | Uint8Array<ArrayBuffer>;
}

export interface TappedConnection {
  readonly url: string;
  readonly protocols: readonly string[];
  /** Chosen by the server; '' for none. */
  readonly protocol: string;
  readonly frames: readonly TappedFrame[];
}

export interface Tap {
  /** `ws://127.0.0.1:PORT`, to be followed by a path. */
  readonly origin: string;
  readonly connections: readonly TappedConnection[];
  close(): Promise<void>;
}

/** Relays everything to the server at `origin`. */
export async function startTap(origin: string): Promise<Tap> {
  const connections: TappedConnection[] = [];
  const http = createServer();

  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/).filter((name) => name !== '');
    const upstream = new WebSocket(`${origin}${request.url ?? '/'}`, protocols);
    upstream.on('error', () => socket.destroy());
    upstream.once('open', () => {
      upstream.pause();
      const chosen = upstream.protocol;
      const server = new WebSocketServer({ noServer: true, handleProtocols: () => chosen || false });
      server.handleUpgrade(request, socket, head, (client) => {
        const frames: TappedFrame[] = [];
        connections.push({ url: `${origin}${request.url ?? '/'}`, protocols, protocol: chosen, frames });
        relay(client, upstream, frames, true);
        relay(upstream, client, frames, false);
        upstream.resume();
      });
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');

  return {
    origin: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    connections,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function relay(from: WebSocket, to: WebSocket, frames: TappedFrame[], isOut: boolean): void {
  from.on('message', (data: RawData, isBinary) => {
    const bytes = Uint8Array.from(Array.isArray(data) ? Buffer.concat(data) : new Uint8Array(data));
    frames.push({ atMs: Date.now(), isOut, data: isBinary ? bytes : Buffer.from(bytes).toString('utf8') });
    if (to.readyState === WebSocket.OPEN) to.send(bytes, { binary: isBinary });
  });
  from.on('error', () => to.terminate());
  from.on('close', () => to.terminate());
}
