/** What clients of sockets that come back by themselves have in common: reconnecting-websocket, and partysocket, its heir. */
import { type ClientObserver, type LabClient, observe, sendObserved } from './client.ts';

type RetryingSocket = Parameters<typeof observe>[0] & {
  reconnect(): void;
  close(code: number, reason: string): void;
  send(data: string | Uint8Array<ArrayBuffer>): void;
};

/** `make`: the socket, closed until it is told to reconnect; it asks the provider for the URL at each attempt. */
export function retryingClient(
  make: (urlProvider: () => string) => RetryingSocket,
  url: string,
  observer: ClientObserver,
  pulseOf: (n: number) => unknown,
): LabClient {
  const socket = make(() => {
    observer.state('connecting');
    return url;
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
    pulse: (n) => sendObserved(socket, JSON.stringify(pulseOf(n)), observer),
  };
}
