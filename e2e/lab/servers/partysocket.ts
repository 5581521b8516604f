/** A room with shared cursors for partysocket: another visitor's cursor moves, and what one sends all others get. */
import type { WebSocket } from 'ws';
import { createPlainServer, type StartServer, startTicks } from './server.ts';

/** The other visitor walks in a circle. */
function cursorAt(n: number) {
  return { x: Math.round(200 + 120 * Math.cos(n / 5)), y: Math.round(150 + 80 * Math.sin(n / 5)) };
}

export const startPartysocketServer: StartServer = () => {
  const room = new Set<WebSocket>();
  return createPlainServer((socket) => {
    room.add(socket);
    const stopTicks = startTicks(800, (n) => {
      socket.send(JSON.stringify({ type: 'cursor', who: 'ada', ...cursorAt(n) }));
    });
    return {
      message(message) {
        for (const other of room) {
          if (other !== socket) other.send('text' in message ? message.text : message.bytes);
        }
      },
      gone() {
        stopTicks();
        room.delete(socket);
      },
    };
  });
};
