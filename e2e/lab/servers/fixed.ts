/** Server of the fixed-delay client: both sides speak `{ type, data, timestamp }` and nothing else. */
import { createPlainServer, parseObject, type StartServer, startTicks } from './server.ts';

function envelope(type: string, data: unknown): string {
  return JSON.stringify({ type, data, timestamp: Date.now() });
}

export const startFixedServer: StartServer = () =>
  createPlainServer((socket) => ({
    gone: startTicks(1500, (n) => socket.send(envelope('status', { queue: n % 5, workers: 4 }))),
    message(message) {
      const received = 'text' in message ? parseObject(message.text) : null;
      if (received === null) socket.send(envelope('error', 'not a JSON object'));
      else socket.send(envelope('reply', received.data ?? null));
    },
  }));
