/** socket.io-client over the WebSocket transport alone: says lines, each with an acknowledgement. */
import { io } from 'socket.io-client';
import { describe, readClose, type StartClient } from './client.ts';

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
    // Socket.IO keeps the CloseEvent here, and has a word of its own for what happened.
    observer.closed(readClose(details instanceof Object && 'context' in details ? details.context : null, reason));
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
