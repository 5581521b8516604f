/** Small promises over `ws` for the lab's own tests: what a client outside any browser sees on the wire. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface SeenClose {
  readonly code: number;
  readonly reason: string;
}

/** A WebSocket that is open. Rejects when the handshake fails. */
export async function openSocket(url: string, protocols: string[] = []): Promise<WebSocket> {
  const socket = new WebSocket(url, protocols);
  await once(socket, 'open');
  return socket;
}

/** The close of a socket, once it comes. Errors on the way are part of it. */
export function closeOf(socket: WebSocket): Promise<SeenClose> {
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
  });
}

/** The next `count` messages as text; binary ones as hexadecimal. */
export function nextMessages(socket: WebSocket, count: number): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const messages: string[] = [];
    const take = (data: Buffer, isBinary: boolean) => {
      messages.push(data.toString(isBinary ? 'hex' : 'utf8'));
      if (messages.length < count) return;
      socket.off('message', take);
      resolve(messages);
    };
    socket.on('message', take);
  });
}

/** Sends a text to an echoing endpoint and gives its answer. */
export async function echo(socket: WebSocket, text: string): Promise<string | undefined> {
  const answer = nextMessages(socket, 1);
  socket.send(text);
  return (await answer)[0];
}

/** How a handshake fails: the HTTP status, or the code or message of the error below HTTP. Rejects when it succeeds. */
export function refusalOf(url: string): Promise<number | string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('open', () => {
      socket.terminate();
      reject(new Error(`${url} was not refused`));
    });
  });
}
