/** reconnecting-websocket, quick enough to watch: first retry after half a second. */
import ReconnectingWebSocket from 'reconnecting-websocket';
import type { StartClient } from './client.ts';
import { retryingClient } from './retrying.ts';

const OPTIONS = {
  startClosed: true,
  minReconnectionDelay: 500,
  maxReconnectionDelay: 5000,
  reconnectionDelayGrowFactor: 1.3,
  minUptime: 2000,
  connectionTimeout: 4000,
};

export const startReconnecting: StartClient = (url, observer) =>
  retryingClient(
    (urlProvider) => new ReconnectingWebSocket(urlProvider, [], OPTIONS),
    url,
    observer,
    (n) => ({ type: 'seen', id: n }),
  );
