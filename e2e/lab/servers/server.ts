/**
 * What the lab needs of a WebSocket server, whatever the library. `ws` is below all of them, and so are its sockets.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';

export interface EndpointServer {
  /** Does the handshake on an upgraded connection and serves it from then on. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The server's open WebSockets. */
  sockets(): Iterable<WebSocket>;
  stop(): Promise<void> | void;
}

export interface ServerContext {
  /** Path of the endpoint, for libraries that want to know it. */
  readonly path: string;
}

export type StartServer = (context: ServerContext) => EndpointServer | Promise<EndpointServer>;

/** A message as the plain servers see it. */
export type Message = { readonly text: string } | { readonly bytes: Buffer };

export interface Conversation {
  /** Called for each message. */
  readonly message?: (message: Message) => void;
  /** Called once when the connection is gone: stop timers here. */
  readonly gone?: () => void;
}

function toBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

/** A server without a protocol of its own: `converse` is called for each connection and gives its handlers. */
export function createPlainServer(converse: (socket: WebSocket, request: IncomingMessage) => Conversation) {
  const server = new WebSocketServer({ noServer: true });
  server.on('connection', (socket, request) => {
    const { message, gone } = converse(socket, request);
    // A client's protocol error is the client's affair; the close that follows is enough.
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      const bytes = toBuffer(data);
      message?.(isBinary ? { bytes } : { text: bytes.toString('utf8') });
    });
    socket.on('close', () => gone?.());
  });
  return serveWith(server);
}

/** The endpoint server of a `WebSocketServer` that somebody else listens to. */
export function serveWith(server: WebSocketServer, stop: () => Promise<void> | void = () => {}): EndpointServer {
  return {
    upgrade(request, socket, head) {
      server.handleUpgrade(request, socket, head, (webSocket) => server.emit('connection', webSocket, request));
    },
    sockets: () => server.clients,
    async stop() {
      await stop();
      for (const client of server.clients) client.terminate();
    },
  };
}

/** Calls `tick` with 0, 1, 2, ... every `everyMs`, first after `everyMs`; gives the function that stops it. */
export function startTicks(everyMs: number, tick: (n: number) => void): () => void {
  let n = 0;
  const timer = setInterval(() => tick(n++), everyMs);
  return () => clearInterval(timer);
}

/** The object in a JSON text, or null when it is none. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
