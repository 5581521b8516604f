/** The wrapper that most tutorials show: a function that constructs, with the native prototype; counts its frames. */
import type { Noted } from './noted.ts';

const Native = window.WebSocket;
const noted: Noted = { log: [] };
function Wrapped(this: unknown, ...args: ConstructorParameters<typeof WebSocket>): WebSocket {
  const socket = new Native(...args);
  noted.log.push('constructed');
  socket.addEventListener('message', ({ data }) => noted.log.push(`received ${typeof data}`));
  const { send } = socket;
  socket.send = function wrappedSend(data) {
    noted.log.push(`sent ${typeof data}`);
    return send.call(this, data);
  };
  return socket;
}
Wrapped.prototype = Native.prototype;
for (const key of ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'] as const) {
  Object.defineProperty(Wrapped, key, { value: Native[key], enumerable: true });
}
Object.assign(window, { WebSocket: Wrapped, noted });
