/** A chat room: everybody's lines go to everybody, and somebody in the room is always talking. */
import type { WebSocket } from 'ws';
import { createPlainServer, parseObject, type StartServer, startTicks } from './server.ts';

const LINES = ['hello!', 'is it lunch yet?', 'my tab was asleep', '1006 again...', 'works for me'] as const;

export const startChatServer: StartServer = () => {
  const room = new Map<WebSocket, string>();
  const say = (line: object) => {
    const text = JSON.stringify(line);
    for (const member of room.keys()) member.send(text);
  };
  return createPlainServer((socket) => {
    const stopTicks = startTicks(2000, (n) => {
      socket.send(JSON.stringify({ type: 'line', from: 'grace', text: LINES[n % LINES.length] }));
    });
    return {
      message(message) {
        const received = 'text' in message ? parseObject(message.text) : null;
        if (received?.type === 'join') {
          room.set(socket, String(received.name));
          say({ type: 'members', names: [...room.values()] });
        } else if (received?.type === 'heartbeat') {
          socket.send(JSON.stringify({ type: 'heartbeat' }));
        } else if (received?.type === 'line') {
          say({ type: 'line', from: room.get(socket) ?? 'somebody', text: String(received.text) });
        }
      },
      gone() {
        stopTicks();
        if (room.delete(socket)) say({ type: 'members', names: [...room.values()] });
      },
    };
  });
};
