/** Notifications for reconnecting-websocket: one every 1.2 s, and an echo of whatever comes. */
import { createPlainServer, type StartServer, startTicks } from './server.ts';

const TITLES = ['Build passed', 'New comment', 'Review requested', 'Deployed to staging'] as const;

export const startReconnectingServer: StartServer = () =>
  createPlainServer((socket) => ({
    gone: startTicks(1200, (n) => {
      socket.send(JSON.stringify({ type: 'notification', id: n, title: TITLES[n % TITLES.length] }));
    }),
    message: (message) => socket.send('text' in message ? message.text : message.bytes),
  }));
