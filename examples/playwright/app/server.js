/** A chat that gives everybody's words to everybody. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const page = await readFile(new URL('index.html', import.meta.url));
const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(page));
const chat = new WebSocketServer({ server, path: '/chat' });

chat.on('connection', (socket) => {
  socket.send(JSON.stringify({ type: 'welcome', members: chat.clients.size }));
  socket.on('message', (data) => {
    for (const member of chat.clients) member.send(String(data));
  });
});
server.listen(4173, '127.0.0.1');
