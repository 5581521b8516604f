/** The browser's own WebSocket with bytes: ArrayBuffer and Blob by turns, in both directions. */
import type { StartClient } from './client.ts';
import { createNativeClient } from './plain.ts';

/** 32 bytes that tell one message from the next. */
function sample(n: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 32 }, (_, i) => (n * 7 + i) % 256);
}

export const startBinary: StartClient = (url, observer) => {
  const client = createNativeClient(url, observer, (socket) => {
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', () => {
      socket.binaryType = socket.binaryType === 'blob' ? 'arraybuffer' : 'blob';
    });
  });
  return {
    ...client,
    pulse(n) {
      const bytes = sample(n);
      client.send(n % 2 === 0 ? bytes : new Blob([bytes]));
    },
  };
};
