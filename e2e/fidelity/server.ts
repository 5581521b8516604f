/**
 * The server whose failures are real: a process of its own, so that it can be killed and stopped. Speaks just enough of
 * each client's protocol for the client to call itself connected. Takes orders by IPC, and says its port the same way.
 * Arguments: the address, and whether heartbeats are sent and answered.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

export type Order =
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  | { readonly kind: 'destroy'; readonly reset: boolean; readonly afterMs?: number }
  /** So many frames, and in the same breath the end of the TCP connection, or not. */
  | { readonly kind: 'burst'; readonly count: number; readonly andEnd: boolean }
  /** Reads nothing any more, and so answers no close frame. */
  | { readonly kind: 'deaf' }
  | { readonly kind: 'handshakes'; readonly answer: 'accept' | 'none' | number; readonly delayMs?: number };

const [ADDRESS = '127.0.0.1', BEATS = 'false'] = process.argv.slice(2);
const HAS_HEARTBEATS = BEATS === 'true';
/** Socket.IO's server beats, and says how often. */
const BEAT_MS = 700;

const sockets = new Set<{ readonly path: string; readonly client: WebSocket; readonly tcp: Socket }>();
let handshakes: Extract<Order, { kind: 'handshakes' }> = { kind: 'handshakes', answer: 'accept' };

/** What each protocol's server says first, or to a first frame that holds the text. */
const GREETINGS: Readonly<Record<string, string>> = {
  '/socketio': `0{"sid":"s","upgrades":[],${
    HAS_HEARTBEATS ? `"pingInterval":${BEAT_MS},"pingTimeout":1300` : '"pingInterval":25000,"pingTimeout":20000'
  },"maxPayload":1000000}`,
  '/actioncable': '{"type":"welcome"}',
};
const ANSWERS: Readonly<Record<string, readonly (readonly [string, string | Buffer])[]>> = {
  '/socketio': [['40', '40{"sid":"n"}']],
  '/graphql': [['connection_init', '{"type":"connection_ack"}']],
  '/mqtt': [['MQTT', Buffer.from([0x20, 2, 0, 0])]],
  '/stomp': [['CONNECT', 'CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0']],
  '/signalr': [['"protocol"', '{}\x1e']],
  '/centrifuge': [['"connect"', '{"id":1,"connect":{"client":"c","version":"1","ping":25,"pong":true}}']],
};

/** A frame that each client takes and does not answer; others take any text. */
const FRAMES: Readonly<Record<string, string>> = {
  '/socketio': '42["news",1]',
  '/graphql': '{"type":"pong"}',
  '/signalr': '{"type":1,"target":"news","arguments":[]}\x1e',
  '/centrifuge': '{"push":{"channel":"news","pub":{"data":1}}}',
};

const pool = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  handleProtocols: (offered) => [...offered][0] ?? false,
});
const server = createServer();

server.on('upgrade', (request, socket, head) => {
  socket.on('error', () => undefined);
  const { answer, delayMs = 0 } = handshakes;
  if (answer === 'none') socket.once('end', () => socket.destroy()).resume();
  else if (answer === 'accept') setTimeout(() => accept(request, socket, head), delayMs);
  else socket.end(`HTTP/1.1 ${answer} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
});

function accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  pool.handleUpgrade(request, socket, head, (client) => {
    // Phoenix, Centrifuge and Socket.IO add to the path.
    const path = `/${new URL(request.url ?? '/', 'http://x').pathname.split('/')[1]}`;
    const entry = { path, client, tcp: socket as Socket };
    sockets.add(entry);
    client.on('error', () => undefined);
    client.on('close', () => sockets.delete(entry));
    client.on('message', (data) => {
      const text = data.toString();
      for (const [sought, answer] of ANSWERS[path] ?? []) if (text.includes(sought)) client.send(answer);
      if (HAS_HEARTBEATS) answerBeat(client, data as Buffer, text);
    });
    const greeting = GREETINGS[path];
    if (greeting) client.send(greeting);
    if (HAS_HEARTBEATS && path === '/socketio') beat(client);
  });
}

function beat(client: WebSocket): void {
  const timer = setInterval(() => client.send('2'), BEAT_MS);
  client.on('close', () => clearInterval(timer));
}

/** MQTT's PINGREQ, and Phoenix's heartbeat with its reference. */
function answerBeat(client: WebSocket, data: Buffer, text: string): void {
  if (data[0] === 0xc0) client.send(Buffer.from([0xd0, 0]));
  const [, ref] = /"(\d+)","phoenix","heartbeat"/.exec(text) ?? [];
  if (ref !== undefined) client.send(`[null,"${ref}","phoenix","phx_reply",{"status":"ok","response":{}}]`);
}

function obey(order: Order): void {
  if (order.kind === 'handshakes') handshakes = order;
  for (const { path, client, tcp } of sockets) {
    if (order.kind === 'close') client.close(order.code, order.reason);
    if (order.kind === 'deaf') tcp.pause();
    if (order.kind === 'destroy') {
      setTimeout(() => (order.reset ? tcp.resetAndDestroy() : tcp.destroy()), order.afterMs ?? 0);
    }
    if (order.kind === 'burst') {
      for (let i = 0; i < order.count; i++) client.send(FRAMES[path] ?? `${i}`);
      if (order.andEnd) tcp.end();
    }
  }
}

process.on('message', (order) => obey(order as Order));
process.on('disconnect', () => process.exit());
server.listen(0, ADDRESS, () => process.send?.((server.address() as AddressInfo).port));
