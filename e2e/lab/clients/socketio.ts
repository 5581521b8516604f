/** socket.io-client over the WebSocket transport alone: says lines, each with an acknowledgement. */
import { io } from 'socket.io-client';
import { type ClientClose, describe, type StartClient } from './client.ts';

/** The CloseEvent in Socket.IO's `details`, which is where the library keeps it; its own word where there is none. */
function readClose(reason: string, details: unknown): ClientClose {
  const context = details instanceof Object && 'context' in details ? details.context : null;
  if (context instanceof Object && 'code' in context && typeof context.code === 'number') {
    const text = 'reason' in context && context.reason ? String(context.reason) : reason;
    const wasClean = 'wasClean' in context && typeof context.wasClean === 'boolean' ? context.wasClean : null;
    return { code: context.code, reason: text, wasClean };
  }
  return { code: null, reason, wasClean: null };
}

export const startSocketio: StartClient = (url, observer) => {
  const { origin, pathname } = new URL(url.replace(/^ws/, 'http'));
  const socket = io(origin, {
    path: pathname,
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: 500,
    reconnectionDelayMax: 3000,
  });
  socket.io.on('reconnect_attempt', () => observer.state('connecting'));
  socket.on('connect', () => observer.state('open'));
  socket.on('disconnect', (reason, details) => {
    observer.closed(readClose(reason, details));
    observer.state('closed');
  });
  socket.on('connect_error', (error) => {
    observer.closed({ code: null, reason: error.message, wasClean: null });
    observer.state('closed');
  });
  socket.on('line', (line: unknown) => observer.received(describe(line)));

  const say = (content: string | Uint8Array) => {
    socket.emit('say', content, (answer: unknown) => observer.received(describe(answer)));
    if (socket.connected) observer.sent(describe(content));
  };
  return {
    connect() {
      if (socket.active) return;
      observer.state('connecting');
      socket.connect();
    },
    disconnect() {
      socket.disconnect();
      observer.state('closed');
    },
    sendText: say,
    sendBinary: say,
    pulse: (n) => say(`line ${n} from the browser`),
  };
};
