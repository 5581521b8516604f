/** A Socket.IO 4 server over the WebSocket transport alone: a chat in which a bot talks and every line is acknowledged. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';
import { type EndpointServer, type StartServer, startTicks } from './server.ts';

const LINES = ['Anyone seen the logs?', 'Deploy is green.', 'Coffee?', 'Who closed my socket?'] as const;

/** Shorter than the library's 25 s + 20 s, so that a half-open connection shows within a short look. */
const PING_INTERVAL_MS = 5000;
const PING_TIMEOUT_MS = 4000;

export const startSocketioServer: StartServer = ({ path }) => {
  // Engine.IO wants an http.Server to hang on; this one never listens, the lab hands it the upgrades of its own.
  const facade = createServer();
  const webSockets = new WebSocketServer({ noServer: true });
  const io = new Server(facade, {
    path,
    transports: ['websocket'],
    serveClient: false,
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    // Documented option: the lab keeps hold of the WebSocketServer, which Engine.IO would make for itself.
    wsEngine: function engine() {
      return webSockets;
    },
  });
  io.on('connection', (socket) => {
    const stopTicks = startTicks(1500, (n) => socket.emit('line', { from: 'bot', text: LINES[n % LINES.length], n }));
    socket.on('say', (content: unknown, acknowledge: unknown) => {
      if (typeof acknowledge === 'function')
        acknowledge({ ok: true, bytes: Buffer.isBuffer(content) ? content.length : null });
    });
    socket.on('disconnect', stopTicks);
  });
  const server: EndpointServer = {
    upgrade: (request, socket, head) => facade.emit('upgrade', request, socket, head),
    sockets: () => webSockets.clients,
    stop() {
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
  return server;
};
