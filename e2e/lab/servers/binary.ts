/** Binary over a plain WebSocket: 64 samples as little-endian float32 every second, and an echo of whatever comes. */
import { createPlainServer, type StartServer, startTicks } from './server.ts';

const SAMPLES = 64;

function samplesAt(n: number): Float32Array {
  return Float32Array.from({ length: SAMPLES }, (_, i) => Math.sin((n * SAMPLES + i) / 10));
}

export const startBinaryServer: StartServer = () =>
  createPlainServer((socket) => ({
    gone: startTicks(1000, (n) => socket.send(samplesAt(n))),
    message: (message) => socket.send('text' in message ? message.text : message.bytes),
  }));
