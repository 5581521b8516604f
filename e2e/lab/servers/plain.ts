/** Text over a plain WebSocket: a JSON price tick every second, and an echo of whatever comes. */
import { createPlainServer, type StartServer, startTicks } from './server.ts';

const SYMBOLS = ['ACME', 'GLOBEX', 'INITECH', 'HOOLI'] as const;

/** A price that wanders without randomness, so that two runs look alike. */
function priceAt(n: number): number {
  return Math.round((100 + 12 * Math.sin(n / 7) + 3 * Math.sin(n / 1.7)) * 100) / 100;
}

export const startPlainServer: StartServer = () =>
  createPlainServer((socket) => ({
    gone: startTicks(1000, (n) => {
      socket.send(JSON.stringify({ type: 'tick', symbol: SYMBOLS[n % SYMBOLS.length], price: priceAt(n), n }));
    }),
    message: (message) => socket.send('text' in message ? message.text : message.bytes),
  }));
