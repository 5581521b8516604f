/**
 * Server of the queueing client: wants a token in the query string, sends events of joined channels only, and
 * acknowledges each message by its id, so that one can see that nothing queued was lost.
 */
import { createPlainServer, parseObject, type StartServer, startTicks } from './server.ts';
import { checkToken } from './token.ts';

/** 3000 is IANA's "Unauthorized". */
const UNAUTHORIZED = 3000;

export const startQueueingServer: StartServer = () =>
  createPlainServer((socket, request) => {
    const token = new URL(request.url ?? '/', 'http://lab').searchParams.get('token') ?? '';
    const verdict = checkToken(token);
    if (verdict !== 'valid') {
      socket.close(UNAUTHORIZED, `token ${verdict}`);
      return {};
    }
    const channels = new Set<string>();
    return {
      gone: startTicks(1500, (n) => {
        const joined = [...channels];
        const channel = joined[n % Math.max(1, joined.length)];
        if (channel !== undefined) socket.send(JSON.stringify({ type: 'event', channel, n }));
      }),
      message(message) {
        const received = 'text' in message ? parseObject(message.text) : null;
        if (received?.type === 'join' && typeof received.channel === 'string') {
          channels.add(received.channel);
          socket.send(JSON.stringify({ type: 'joined', channel: received.channel }));
        } else {
          socket.send(JSON.stringify({ type: 'ack', id: received?.id ?? null }));
        }
      },
    };
  });
