/** The browser's own WebSocket with text: one socket per connect, no second try. */
import { type ClientObserver, type LabClient, observe, type StartClient, sendObserved } from './client.ts';

/** Keeps one native socket and makes a new one for each `connect()` after its end. */
export function createNativeClient(
  url: string,
  observer: ClientObserver,
  prepare: (socket: WebSocket) => void = () => {},
): Omit<LabClient, 'pulse'> & { send(data: string | Blob | Uint8Array<ArrayBuffer>): void } {
  let socket: WebSocket | null = null;
  const send = (data: string | Blob | Uint8Array<ArrayBuffer>) => {
    if (socket === null) throw new Error('not connected');
    sendObserved(socket, data, observer);
  };
  return {
    send,
    sendText: send,
    sendBinary: send,
    connect() {
      if (socket !== null && socket.readyState <= WebSocket.OPEN) return;
      observer.state('connecting');
      socket = new WebSocket(url);
      prepare(socket);
      observe(socket, observer);
    },
    disconnect: () => socket?.close(1000, 'disconnect'),
  };
}

export const startPlain: StartClient = (url, observer) => {
  const client = createNativeClient(url, observer);
  return { ...client, pulse: (n) => client.send(JSON.stringify({ type: 'echo', n, text: 'are you there?' })) };
};
