/** The program of a server process: argument 1 is JSON of where it listens and how it behaves. Says its port by IPC. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Behaviour {
  /** Sends a numbered frame so often. */
  readonly tickMs?: number;
  /** Answers `ping` with `pong`. */
  readonly pongs?: boolean;
  /** Never lets go of so many bytes for each message: a leak. */
  readonly leakBytes?: number;
  /** Throws what nobody catches, when a message holds this text. */
  readonly diesOf?: string;
}

export type Order = { readonly kind: 'closeAll'; readonly code: number; readonly reason: string };

interface Setup {
  readonly host: string;
  readonly port: number;
  readonly behaviour: Behaviour;
}

async function serve({ host, port, behaviour }: Setup): Promise<void> {
  const http = createServer((_request, response) =>
    response.writeHead(426, { upgrade: 'websocket' }).end('Upgrade Required'),
  );
  const pool = new WebSocketServer({ server: http, perMessageDeflate: false });
  const leaked: unknown[] = [];
  pool.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.send('{"type":"welcome"}');
    if (behaviour.tickMs !== undefined) tick(socket, behaviour.tickMs);
    socket.on('message', (data) => {
      const text = data.toString();
      if (behaviour.pongs && text.includes('"ping"')) socket.send('{"type":"pong"}');
      if (behaviour.leakBytes !== undefined) leaked.push(Array.from({ length: behaviour.leakBytes / 8 }, Math.random));
      if (behaviour.diesOf !== undefined && text.includes(behaviour.diesOf)) throw new Error(text);
    });
  });
  process.on('message', (order: Order) => {
    // In good order: who is sent away must not come back to the one that goes.
    http.close();
    for (const client of pool.clients) client.close(order.code, order.reason);
  });
  process.on('disconnect', () => process.exit());
  http.listen(port, host);
  await once(http, 'listening');
  process.send?.((http.address() as AddressInfo).port);
}

function tick(socket: WebSocket, everyMs: number): void {
  let n = 0;
  const timer = setInterval(() => socket.send(JSON.stringify({ type: 'tick', n: n++ })), everyMs);
  socket.on('close', () => clearInterval(timer));
}

await serve(JSON.parse(process.argv[2] ?? '{}') as Setup);
