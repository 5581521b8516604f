/** partysocket's WebSocket class, pointed at the lab: a cursor in a shared room. */
import PartyWebSocket from 'partysocket/ws';
import type { StartClient } from './client.ts';
import { retryingClient } from './retrying.ts';

const OPTIONS = { startClosed: true, minReconnectionDelay: 600, maxReconnectionDelay: 5000, minUptime: 2000 };

export const startPartysocket: StartClient = (url, observer) =>
  retryingClient(
    (urlProvider) => new PartyWebSocket(urlProvider, [], OPTIONS),
    url,
    observer,
    (n) => ({ type: 'cursor', who: 'me', x: 40 + ((n * 23) % 300), y: 60 + ((n * 11) % 180) }),
  );
