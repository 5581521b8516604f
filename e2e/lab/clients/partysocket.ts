/** partysocket's WebSocket class, pointed at the lab: a cursor in a shared room. */
import PartyWebSocket from 'partysocket/ws';
import { observe, type StartClient, sendObserved } from './client.ts';

export const startPartysocket: StartClient = (url, observer) => {
  const urlProvider = () => {
    observer.state('connecting');
    return url;
  };
  const socket = new PartyWebSocket(urlProvider, [], {
    startClosed: true,
    minReconnectionDelay: 600,
    maxReconnectionDelay: 5000,
    minUptime: 2000,
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
    pulse(n) {
      const cursor = { type: 'cursor', who: 'me', x: 40 + ((n * 23) % 300), y: 60 + ((n * 11) % 180) };
      sendObserved(socket, JSON.stringify(cursor), observer);
    },
  };
};
