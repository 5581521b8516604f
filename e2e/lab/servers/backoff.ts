/** Server of the backoff client: a metric every 1.5 s, `pong` for `ping`, and an acknowledgement for everything else. */
import { createPlainServer, parseObject, type StartServer, startTicks } from './server.ts';

export const startBackoffServer: StartServer = () =>
  createPlainServer((socket) => ({
    gone: startTicks(1500, (n) => {
      socket.send(JSON.stringify({ type: 'metric', name: 'cpu', value: Math.round(40 + 25 * Math.sin(n / 4)) }));
    }),
    message(message) {
      const received = 'text' in message ? parseObject(message.text) : null;
      if (received?.type === 'ping') socket.send(JSON.stringify({ type: 'pong', at: received.at }));
      else socket.send(JSON.stringify({ type: 'ack', id: received?.id ?? null }));
    },
  }));
