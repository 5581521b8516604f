/**
 * A site on loopback whose WebSockets send numbered frames when the test says so, and whose pages count what they see,
 * check it, and tell it in their last moment (`sendBeacon`, which outlives the page).
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { WAIT_TIMEOUT_MS, waitUntil } from '../browsers/wait.ts';
import { contentOf } from './content.ts';
import { pageScript } from './page-script.ts';

/** What a page saw of one of its sockets. */
export interface SeenSocket {
  readonly received: number;
  readonly sent: number;
  /** Frames that were not the next of their stream. */
  readonly wrong: number;
  readonly closeCode: number | null;
  readonly closeRequestedCode: number | null;
}

/** What a document saw, by the names of its streams. */
export type SeenSockets = Readonly<Record<string, SeenSocket>>;

interface Told {
  readonly doc: string;
  readonly sockets: SeenSockets;
}

export interface Stream {
  /** Sends the next `count` frames, as fast as the page takes them. Resolves when the browser has them, or is gone. */
  send(count: number): Promise<void>;
  close(code: number): void;
  /** Frames sent so far. */
  readonly offered: () => number;
}

export interface LossSite {
  readonly origin: string;
  readonly otherOrigin: string;
  readonly wsOrigin: string;
  /** Resolves when a page has opened the stream. */
  stream(name: string): Promise<Stream>;
  /** What the document said last; resolves when it has said something. */
  told(doc: string, timeoutMs?: number): Promise<SeenSockets>;
  /** Everything said so far, with the time of each. */
  readonly tellings: readonly (Told & { readonly atMs: number })[];
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const MAX_PAYLOAD_BYTES = 256 * 1024 * 1024;
/** What may wait in Node for a page; beyond it `send` waits. */
const WAITING_BYTES = 256 * 1024;
const FRAMES_PER_TURN = 64;

export async function startLossSite(): Promise<LossSite> {
  const streams = new Map<string, Stream>();
  const tellings: (Told & { readonly atMs: number })[] = [];

  const http = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
    if (pathname === '/told') {
      void bodyOf(request).then(
        (text) => {
          tellings.push({ ...(JSON.parse(text) as Told), atMs: performance.now() });
          response.end();
        },
        // The page went in the midst of it: it has not been told.
        () => response.destroy(),
      );
      return;
    }
    const isPage = pathname === '/page';
    response.writeHead(isPage ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
    response.end(isPage ? pageOf(searchParams.get('doc') ?? '') : '');
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD_BYTES });
  http.on('upgrade', (request, socket, head) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://site');
    socket.on('error', () => undefined);
    sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('error', () => undefined);
      // What pages send is taken; who wants it back says so.
      if (searchParams.has('echo')) opened.on('message', (data, isBinary) => opened.send(data, { binary: isBinary }));
      const name = searchParams.get('stream') ?? '';
      streams.set(name, createStream(name, Number(searchParams.get('bytes') ?? 40), opened));
    });
  });
  http.listen(0, HOST);
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;

  return {
    origin: `http://${HOST}:${port}`,
    otherOrigin: `http://localhost:${port}`,
    wsOrigin: `ws://${HOST}:${port}`,
    tellings,
    stream: (name) => waitUntil(`the stream ${name}`, () => streams.get(name)),
    told: (doc, timeoutMs = WAIT_TIMEOUT_MS) =>
      waitUntil(`the last word of ${doc}`, () => tellings.findLast((telling) => telling.doc === doc)?.sockets, {
        timeoutMs,
      }),
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function createStream(name: string, bytes: number, socket: WebSocket): Stream {
  let offered = 0;
  return {
    offered: () => offered,
    close: (code) => socket.close(code),
    async send(count) {
      for (let i = 0; i < count && socket.readyState === socket.OPEN; i++) {
        const frame = contentOf(name, offered++, bytes);
        // It is told when all that waits has gone, or never will.
        if (socket.bufferedAmount > WAITING_BYTES) await new Promise<void>((gone) => socket.send(frame, () => gone()));
        else socket.send(frame);
        if (i % FRAMES_PER_TURN === FRAMES_PER_TURN - 1) await nextTurn();
      }
    },
  };
}

function pageOf(doc: string): string {
  return `<!doctype html><title>${doc}</title><link rel="icon" href="data:,"><button>open</button><script>${pageScript(doc)}</script>`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
