/** Sends back every message as it came, text as text and binary as binary. Nothing else, ever. */
import { createPlainServer, type StartServer } from './server.ts';

export const startEchoServer: StartServer = () =>
  createPlainServer((socket) => ({
    message: (message) => socket.send('text' in message ? message.text : message.bytes),
  }));
