/**
 * The traffic server's process: serves the measured page, sends and counts frames (ws), and passes tasks from the runner
 * to the pages. Loopback only. Started by `traffic.ts`, with which it speaks over Node's IPC channel.
 */

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { transformWithOxc } from 'vite';
import { WebSocketServer } from 'ws';
import { createGroups } from './groups.ts';
import { createMailbox } from './mailbox.ts';
import type { FromServer, Measured, ServerLoad, ToServer } from './task.ts';

const PAGE_SOURCE = new URL('./page.ts', import.meta.url);
const MAX_BODY_BYTES = 4 * 1024 * 1024;

function tell(message: FromServer): void {
  process.send?.(message);
}

const groups = createGroups();
const mailbox = createMailbox((page) => tell({ kind: 'pageReady', page }));
const pageScript = (await transformWithOxc(readFileSync(PAGE_SOURCE, 'utf8'), 'page.ts')).code;

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>Traffic</title>
<link rel="icon" href="data:,">
<canvas width="600" height="300"></canvas>
<script type="module" src="/page.js"></script>
`;

/** For what a page costs that does nothing. */
const BLANK_PAGE =
  '<!doctype html><meta charset="utf-8"><title>Blank</title><link rel="icon" href="data:,"><p>Blank</p>';

/** Cross-origin isolation makes `performance.now()` 20 times finer (5 µs instead of 100 µs). */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
} as const;

type Handler = (request: IncomingMessage, response: ServerResponse, name: string) => Promise<void> | void;

/** First path segment → what is done; the second segment is the name of a page or a group. */
const ROUTES: Readonly<Record<string, Handler>> = {
  page: (_, response) => answer(response, 'text/html', PAGE),
  blank: (_, response) => answer(response, 'text/html', BLANK_PAGE),
  'page.js': (_, response) => answer(response, 'text/javascript', pageScript),
  task: (_, response, page) => mailbox.wait(page, response),
  measured: async (request, response) => {
    const { taskId, measured } = (await readJson(request)) as { taskId: number; measured: Measured };
    tell({ kind: 'measured', taskId, measured });
    response.end();
  },
  failed: async (request, response) => {
    const { taskId, reason } = (await readJson(request)) as { taskId: number; reason: string };
    tell({ kind: 'failed', taskId, reason });
    response.end();
  },
  load: async (request, response, group) => {
    groups.start(group, (await readJson(request)) as ServerLoad);
    response.end();
  },
  stop: (_, response, group) => {
    groups.stop(group);
    response.end();
  },
};

const server = createServer((request, response) => {
  const [, route = '', name = ''] = new URL(request.url ?? '/', 'http://127.0.0.1').pathname.split('/');
  const handler = ROUTES[route];
  if (!handler) {
    response.writeHead(404).end();
    return;
  }
  Promise.resolve(handler(request, response, name)).catch((error: unknown) => {
    response.writeHead(500).end(String(error));
  });
});

const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on('upgrade', (request, stream, head) => {
  const group = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('group') ?? '';
  webSockets.handleUpgrade(request, stream, head, (socket) => groups.join(group, { socket, stream }));
});

server.listen(0, '127.0.0.1', () => {
  tell({ kind: 'listening', port: (server.address() as AddressInfo).port });
});

process.on('message', (message: ToServer) => mailbox.post(message.page, message));
// The runner is gone: nobody is left to measure for.
process.on('disconnect', () => process.exit());

function answer(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store', ...ISOLATION }).end(body);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY_BYTES) throw new Error('The body is too large.');
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}
