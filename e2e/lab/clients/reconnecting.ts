/** reconnecting-websocket, quick enough to watch: first retry after half a second. */
import ReconnectingWebSocket from 'reconnecting-websocket';
import { observe, type StartClient, sendObserved } from './client.ts';

export const startReconnecting: StartClient = (url, observer) => {
  const urlProvider = () => {
    observer.state('connecting');
    return url;
  };
  const socket = new ReconnectingWebSocket(urlProvider, [], {
    startClosed: true,
    minReconnectionDelay: 500,
    maxReconnectionDelay: 5000,
    reconnectionDelayGrowFactor: 1.3,
    minUptime: 2000,
    connectionTimeout: 4000,
  });
  observe(socket, observer);
  let wanted = false;
  return {
    connect() {
      if (wanted) return;
      wanted = true;
      socket.reconnect();
    },
    disconnect() {
      wanted = false;
      socket.close(1000, 'disconnect');
      observer.state('closed');
    },
    sendText: (text) => sendObserved(socket, text, observer),
    sendBinary: (bytes) => sendObserved(socket, bytes, observer),
    pulse: (n) => sendObserved(socket, JSON.stringify({ type: 'seen', id: n }), observer),
  };
};
