/**
 * The demo lab: one HTTP server on loopback with the page, a WebSocket endpoint per client, some bare test pages, and
 * the controls that make the endpoints misbehave. It never listens on anything but 127.0.0.1.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ControlError, control, DEFAULT_DOWN_MS } from './control.ts';
import { createEndpoint, type Endpoint, type EndpointState, type OwnedEndpoint } from './endpoint.ts';
import { answer, answerJson, readJsonBody } from './http.ts';
import { buildPage, type PageFiles } from './page-bundle.ts';
import { bareEndpoints, type EndpointId, isClientId, roster } from './roster.ts';
import { servers } from './servers/table.ts';
import { issueToken } from './servers/token.ts';

export interface Lab {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** `ws://127.0.0.1:PORT` */
  readonly wsOrigin: string;
  readonly endpoints: readonly Endpoint[];
  endpoint(id: EndpointId): Endpoint;
  /**
   * Restarts the lab as a process would: 1012 for every connection, then nobody listens for `downMs` (connection
   * refused, for the page as well), then all serve again on the same port. Resolves then.
   */
  restart(options: { readonly downMs: number }): Promise<void>;
  /** Bundles the page now and not at the first request for it. Rejects when that fails. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** What the page is told about the lab: at start, and as an event whenever it has changed. */
export interface LabState {
  /** Version of each npm package on the roster, as installed. */
  readonly versions: Readonly<Record<string, string>>;
  readonly endpoints: readonly EndpointState[];
}

const HOST = '127.0.0.1';
const EVENT_EVERY_MS = 400;
const RELISTEN_AFTER_MS = 50;
const PAGES = new URL('./pages/', import.meta.url);
const NODE_MODULES = new URL('../../node_modules/', import.meta.url);

/** Files that test pages load, by URL path. */
const VENDOR_FILES: Readonly<Record<string, string>> = {
  '/vendor/reconnecting-websocket.js': 'reconnecting-websocket/dist/reconnecting-websocket-iife.js',
};
const TEST_PAGES: readonly string[] = [
  'blank.html',
  'first-inline.html',
  'frames.html',
  'frame-child.html',
  'worker.html',
  'worker.js',
  'plain.html',
  'reconnecting.html',
];

async function readVersions(): Promise<Record<string, string>> {
  const packages = roster.flatMap(({ npmPackage }) => npmPackage ?? []);
  const rows = packages.map(async (name) => {
    const text = await readFile(new URL(`${name}/package.json`, NODE_MODULES), 'utf8');
    const { version } = JSON.parse(text) as { readonly version: string };
    return [name, version] as const;
  });
  return Object.fromEntries(await Promise.all(rows));
}

async function readStaticFile(path: string): Promise<Buffer | null> {
  const vendorFile = VENDOR_FILES[path];
  if (vendorFile !== undefined) return readFile(new URL(vendorFile, NODE_MODULES));
  const page = TEST_PAGES.find((name) => path === `/${name}`);
  return page === undefined ? null : readFile(new URL(page, PAGES));
}

/**
 * Starts a lab. `port` 0, the default, takes a free one. Rejects with RangeError for a port that is none, and with the
 * system's error (EADDRINUSE) when it is taken.
 */
export async function startLab({ port = 0 }: { readonly port?: number } = {}): Promise<Lab> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`port ${port} is not 0-65535`);

  const http = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      const status = error instanceof ControlError ? error.status : 500;
      answerJson(response, status, { error: error instanceof Error ? error.message : String(error) });
    });
  });
  await listen(port);
  const actualPort = (http.address() as AddressInfo).port;
  const origin = `http://${HOST}:${actualPort}`;
  const wsOrigin = `ws://${HOST}:${actualPort}`;

  const versions = await readVersions();
  const endpoints: readonly OwnedEndpoint[] = await Promise.all(
    [...roster, ...bareEndpoints].map(async ({ id, path }) =>
      createEndpoint({ id, path, url: wsOrigin + path, server: await servers[id]({ path }) }),
    ),
  );
  const eventStreams = new Set<ServerResponse>();
  let bundle: Promise<PageFiles> | null = null;
  let lastEvent = '';
  const closing = new AbortController();

  async function listen(on: number): Promise<void> {
    http.listen(on, HOST);
    await once(http, 'listening');
  }

  function getBundle(): Promise<PageFiles> {
    bundle ??= buildPage();
    return bundle;
  }

  function findEndpoint(id: string): OwnedEndpoint {
    const found = endpoints.find((endpoint) => endpoint.id === id);
    if (found === undefined) throw new ControlError(404, `no endpoint "${id}"`);
    return found;
  }

  function labState(): LabState {
    return { versions, endpoints: endpoints.map((endpoint) => endpoint.state()) };
  }

  /** Server-sent events: the state now, and again whenever it differs from what was sent last. */
  function startEvents(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`retry: 500\ndata: ${JSON.stringify(labState())}\n\n`);
    eventStreams.add(response);
    response.on('close', () => eventStreams.delete(response));
  }

  const eventTimer = setInterval(() => {
    if (eventStreams.size === 0) return;
    const event = JSON.stringify(labState());
    if (event === lastEvent) return;
    lastEvent = event;
    for (const stream of eventStreams) stream.write(`data: ${event}\n\n`);
  }, EVENT_EVERY_MS);
  eventTimer.unref();

  async function respondToControl(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const [target = '', verb = ''] = path.split('/');
    if (request.method === 'GET') {
      if (path === 'state') return answerJson(response, 200, labState());
      if (path === 'events') return startEvents(response);
      if (verb === 'log') {
        const { sent, received } = findEndpoint(target);
        return answerJson(response, 200, { sent: sent.entries(), received: received.entries() });
      }
    }
    if (request.method !== 'POST') throw new ControlError(404, `nothing at /control/${path}; verbs are posted`);
    const args = await readJsonBody(request);
    if (target === 'all' && verb === 'restart') {
      const downMs = typeof args.downMs === 'number' ? args.downMs : DEFAULT_DOWN_MS;
      response.on('close', () => void restart({ downMs }));
      response.shouldKeepAlive = false;
    } else {
      const targets = target === 'all' ? endpoints.filter(({ id }) => isClientId(id)) : [findEndpoint(target)];
      control(targets, verb, args);
    }
    answerJson(response, 200, labState());
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', origin);
    if (pathname.startsWith('/control/'))
      return respondToControl(request, response, pathname.slice('/control/'.length));
    if (pathname === '/token') return answer(response, 200, 'token.txt', issueToken());
    if (pathname === '/favicon.ico') return answer(response, 204, 'none.txt', '');
    const file = (await readStaticFile(pathname)) ?? (await getBundle()).get(pathname);
    if (file === undefined) return answer(response, 404, 'none.txt', `nothing at ${pathname}\n`);
    answer(response, 200, pathname === '/' ? 'index.html' : pathname, file);
  }

  http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const { pathname } = new URL(request.url ?? '/', origin);
    const endpoint = endpoints.find(({ path }) => path === pathname);
    if (endpoint !== undefined) {
      endpoint.upgrade(request, socket, head);
      return;
    }
    socket.on('error', () => {});
    socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });

  /** Listens on the old port again, as often as it takes: while nobody listens, somebody's outgoing socket may hold it. */
  async function relisten(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        return await listen(actualPort);
      } catch {
        await delay(RELISTEN_AFTER_MS);
      }
    }
  }

  async function restart({ downMs }: { readonly downMs: number }): Promise<void> {
    for (const endpoint of endpoints) {
      endpoint.allow();
      endpoint.closeAll(1012, 'service restart');
    }
    http.close();
    http.closeAllConnections();
    // Closing the lab cuts the wait short.
    await delay(downMs, undefined, { signal: closing.signal }).catch(() => {});
    await relisten();
  }

  return {
    origin,
    wsOrigin,
    endpoints,
    endpoint: findEndpoint,
    restart,
    async ready() {
      await getBundle();
    },
    async close() {
      closing.abort();
      clearInterval(eventTimer);
      for (const endpoint of endpoints) await endpoint.stop();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
    },
  };
}
