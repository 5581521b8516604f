/**
 * What a case works with: a loopback address of its own, pages that are recorded, and a list of what must be undone. Of its
 * own, because browsers make one handshake at a time per address, and a case may leave one unanswered.
 */
import { once } from 'node:events';
import { createServer as createHttp, type OutgoingHttpHeaders } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserKind, Tab } from '../browsers/browser.ts';
import type { Lab } from '../lab/server.ts';
import { type ClientOptions, type LabWindow, PAGE, type Seen } from './page.ts';
import type { Recorder } from './recorder.ts';
import type { Namespace } from './servers/namespace.ts';

export interface PageOptions {
  readonly headers?: OutgoingHttpHeaders;
  /** Served over https. */
  readonly identity?: { readonly key: string; readonly cert: string };
  /** A page of somebody else's instead. */
  readonly url?: string;
}

export interface RecordedPage {
  readonly tab: Tab;
  readonly sessionId: string;
  readonly url: string;
  start(options: ClientOptions): Promise<void>;
  seen(): Promise<Seen>;
  opened(count: number): Promise<void>;
  closed(count: number): Promise<void>;
  received(count: number): Promise<void>;
  /** The page was left, or its tab closed: its own count is no measure of what must have been stored. */
  left: 'no' | 'left' | 'closed';
}

export interface Stage {
  readonly kind: BrowserKind;
  readonly browser: Browser;
  readonly host: string;
  readonly pages: readonly RecordedPage[];
  /** A folder that is deleted at the end. */
  readonly folder: string;
  open(options?: PageOptions): Promise<RecordedPage>;
  /** The demo lab with its libraries, one for all cases. */
  lab(): Promise<Lab>;
  /** Only for a case that needs `netns`. Made before the browser starts: a cable that is plugged in ends what it is just loading. */
  namespace(): Namespace;
  /** Nobody listens there, for the moment. */
  freePort(): Promise<number>;
  /** Done when the case is over, the last first. */
  onEnd(undo: () => Promise<unknown> | unknown): void;
  /** Looks on for so long: what is to be seen is that nothing happens, or how long something lasts. */
  watch(ms: number): Promise<void>;
}

export interface StageParts {
  readonly browser: Browser;
  readonly recorder: Recorder;
  readonly host: string;
  readonly folder: string;
  readonly lab: () => Promise<Lab>;
  readonly namespace: Namespace | null;
}

export interface OwnedStage extends Stage {
  end(): Promise<void>;
}

/** Seconds are what real limits are made of. */
const CLOSE_TIMEOUT_MS = 120_000;

export function createStage({ browser, recorder, host, folder, lab, namespace }: StageParts): OwnedStage {
  const undos: (() => Promise<unknown> | unknown)[] = [];
  const pages: RecordedPage[] = [];

  async function open(options: PageOptions = {}): Promise<RecordedPage> {
    const url = options.url ?? (await servePage(options));
    const tab = await browser.newTab(url);
    const sessionId = await recorder.attach(tab);
    const page = recordedPage(tab, sessionId, url);
    pages.push(page);
    undos.push(async () => {
      await recorder.detach(sessionId).catch(() => undefined);
      await tab.close().catch(() => undefined);
    });
    return page;
  }

  async function servePage({ headers = {}, identity }: PageOptions): Promise<string> {
    const answer: Parameters<typeof createHttp>[1] = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(PAGE);
    };
    const server = identity ? createHttps({ ...identity }, answer) : createHttp(answer);
    const port = await listen(server, host);
    undos.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return `${identity ? 'https' : 'http'}://${host}:${port}/`;
  }

  return {
    kind: browser.kind,
    browser,
    host,
    pages,
    folder,
    open,
    lab,
    namespace() {
      if (!namespace) throw new Error('The case does not say that it needs a network namespace.');
      return namespace;
    },
    freePort: () => freePort(host),
    onEnd: (undo) => void undos.push(undo),
    watch: (ms) => delay(ms),
    async end() {
      for (const undo of undos.reverse()) await undo();
    },
  };
}

/** Port on which the server then listens. */
/**
 * Below the ports that Linux gives to connections (net.ipv4.ip_local_port_range begins at 32768): one of those may be
 * taken by any connection before the server that it was found for listens there.
 */
const FREE_PORTS = { from: 20_000, count: 12_000 } as const;
let nextPort = Math.floor(Math.random() * FREE_PORTS.count);

async function freePort(host: string): Promise<number> {
  for (let tries = 0; tries < FREE_PORTS.count; tries++) {
    const port = FREE_PORTS.from + (nextPort++ % FREE_PORTS.count);
    const server = createTcp();
    const isFree = await listen(server, host, port).then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error(`no port from ${FREE_PORTS.from} on is free on ${host}`);
}

export async function listen(server: Server, host: string, port = 0): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function recordedPage(tab: Tab, sessionId: string, url: string): RecordedPage {
  const seen = () => tab.evaluate(() => (globalThis as unknown as LabWindow).lab.seen as Seen);
  async function until(what: 'opened' | 'closed' | 'received', count: number): Promise<void> {
    const deadlineMs = performance.now() + CLOSE_TIMEOUT_MS;
    let last = await seen();
    while (last[what] < count) {
      if (performance.now() > deadlineMs) throw new Error(`Not ${count} ${what} in time: ${JSON.stringify(last)}`);
      await delay(150);
      last = await seen();
    }
  }
  return {
    tab,
    sessionId,
    url,
    start: (options) =>
      tab.evaluate((how) => (globalThis as unknown as LabWindow).lab.start(how as unknown as ClientOptions), {
        ...options,
      } as never),
    seen,
    opened: (count) => until('opened', count),
    closed: (count) => until('closed', count),
    received: (count) => until('received', count),
    left: 'no',
  };
}
