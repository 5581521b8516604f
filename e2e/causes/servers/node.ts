/** WebSocket servers in this process: what most failures need. */
import { createServer as createHttp, type IncomingMessage, type OutgoingHttpHeaders, STATUS_CODES } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { Socket } from 'node:net';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { listen, type Stage } from '../stage.ts';

export interface Peer {
  readonly socket: WebSocket;
  /** Below it: to write what no library would, and to end it as none would. */
  readonly tcp: Socket;
  readonly request: IncomingMessage;
}

export type Answer =
  | 'accept'
  /** Never answered. */
  | 'hang'
  /** Hung up without an answer. */
  | 'drop'
  | { readonly status: number; readonly headers?: OutgoingHttpHeaders };

export interface NodeServerOptions {
  /** Called for each connection once it is open. */
  readonly converse?: (peer: Peer) => void;
  /** To requests without an upgrade as well: gateways look at the path and the token, whatever is asked. */
  readonly answer?: (request: IncomingMessage) => Answer;
  readonly options?: ServerOptions;
  readonly identity?: { readonly key: string; readonly cert: string };
  readonly port?: number;
}

export interface NodeServer {
  readonly port: number;
  readonly url: string;
  /** Those that are open. */
  readonly peers: ReadonlySet<Peer>;
}

export async function startServer(
  stage: Pick<Stage, 'host' | 'onEnd'>,
  options: NodeServerOptions = {},
): Promise<NodeServer> {
  const { converse, answer = () => 'accept', identity } = options;
  const peers = new Set<Peer>();
  const tcps = new Set<Socket>();
  const pool = new WebSocketServer({ perMessageDeflate: false, ...options.options, noServer: true });
  const server = identity ? createHttps({ ...identity }) : createHttp();
  server.on('connection', (tcp: Socket) => {
    tcps.add(tcp);
    tcp.on('close', () => tcps.delete(tcp));
  });
  // As `ws` does for itself: what is no upgrade is told so.
  server.on('request', (request, response) => {
    const answered = answer(request);
    if (answered === 'accept') response.writeHead(426, { upgrade: 'websocket' }).end('Upgrade Required');
    else if (answered === 'drop') request.socket.destroy();
    else if (answered !== 'hang') response.writeHead(answered.status, answered.headers).end();
  });
  server.on('upgrade', (request: IncomingMessage, tcp: Socket, head: Buffer) => {
    tcp.on('error', () => undefined);
    const answered = answer(request);
    if (answered === 'drop') tcp.destroy();
    else if (answered === 'hang') tcp.resume();
    else if (answered !== 'accept') tcp.end(refusal(answered));
    else
      pool.handleUpgrade(request, tcp, head, (socket) => {
        const peer = { socket, tcp, request };
        peers.add(peer);
        socket.on('error', () => undefined);
        socket.on('close', () => peers.delete(peer));
        converse?.(peer);
      });
  });
  const port = await listen(server, stage.host, options.port ?? 0);
  stage.onEnd(() => {
    server.close();
    for (const tcp of tcps) tcp.destroy();
  });
  return { port, url: `${identity ? 'wss' : 'ws'}://${stage.host}:${port}/socket`, peers };
}

function refusal({ status, headers = {} }: Exclude<Answer, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'No'}`,
    ...lines,
    'content-length: 0',
    'connection: close',
    '\r\n',
  ].join('\r\n');
}

/** Sends `tick` after `tick` while the connection is open. */
export function ticks({ socket }: Peer, everyMs: number): void {
  let n = 0;
  const timer = setInterval(() => socket.send(JSON.stringify({ type: 'tick', n: n++ })), everyMs);
  socket.on('close', () => clearInterval(timer));
}

/** Answers each message. */
export function echoes({ socket }: Peer): void {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
}

/** Answers pings, in the words of many a home-made protocol. */
export function pongs({ socket }: Peer): void {
  socket.on('message', (data) => {
    if (data.toString().includes('"ping"')) socket.send('{"type":"pong"}');
  });
}

/** Ticks, and answers pings. */
export function talks(peer: Peer, everyMs: number): void {
  ticks(peer, everyMs);
  pongs(peer);
}

export function greets({ socket }: Peer): void {
  socket.send('{"type":"welcome"}');
}

export const PING = '{"type":"ping"}';
