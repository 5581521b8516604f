/**
 * What others than the page tell of its connections, in real browsers: the network layer, DevTools, probes, and the
 * page's surroundings. What a browser hides is hidden here, too.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ANSWERED_BADLY,
  type HandshakeRecord,
  NEVER_CONNECTED,
  type ProbeRecord,
} from '../../src/protocol/evidence.ts';
import type { ContextRecord } from '../../src/protocol/records.ts';
import { DEFAULT_SETTINGS } from '../../src/protocol/settings.ts';
import type { Browser, BrowserKind, Realm, Tab } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled, launchBrowser } from '../browsers/launch.ts';
import { waitUntil } from '../browsers/wait.ts';
import { createIdentity } from '../causes/servers/identity.ts';
import { distOf, TARGET_OF } from '../cli/extension-build.ts';
import { type DatabaseRows, readDatabase } from '../extension-database.ts';
import { type FailingSite, startFailingSite } from './failing-site.ts';
import { openPanelClient, type PanelClient, type ReadConnection } from './panel-client.ts';

for (const kind of BROWSER_KINDS) describe.skipIf(!isInstalled(kind))(`evidence in ${kind}`, () => suite(kind));

interface Evidence {
  readonly handshakes: readonly HandshakeRecord[];
  readonly probes: readonly ProbeRecord[];
  readonly context: readonly ContextRecord[];
}

/** Evidence of a session, or of the newest. */
async function readEvidence(realm: Realm, sessionId: string | null): Promise<Evidence> {
  const read = async (rows: DatabaseRows, wantedId: string | null) => {
    const id = wantedId ?? (await rows.newestSession());
    return {
      handshakes: await rows.ofSession('handshakes', id),
      probes: await rows.ofSession('probes', id),
      context: await rows.ofSession('context', id),
    };
  };
  return (await readDatabase(realm, read, sessionId)) ?? { handshakes: [], probes: [], context: [] };
}

/** Runs in the page: opens a socket, and keeps it. */
async function open(url: string): Promise<void> {
  const socket = new WebSocket(url);
  Object.assign(window, { socket });
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
}

/** What `open` keeps. */
interface WithSocket {
  readonly socket: WebSocket;
}

/** Runs in the page; resolves with the close code. */
function connectAndFail(url: string, protocols: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, [...protocols]);
    socket.onclose = ({ code }) => resolve(code);
  });
}

function suite(kind: BrowserKind): void {
  const isChromium = kind === 'chromium';
  let browser: Browser;
  let site: FailingSite;
  let tab: Tab;
  let panel: PanelClient;
  let sessionId: string;

  beforeAll(async () => {
    [browser, site] = await Promise.all([
      launchBrowser(kind, { extensionDir: distOf(TARGET_OF[kind]) }),
      startFailingSite(),
    ]);
    panel = await openPanelClient(browser);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), site?.close()]);
  });
  beforeEach(async () => {
    tab = await browser.newTab(`${site.origin}/page`);
    sessionId = await panel.attach(await tab.extensionTabId());
  });
  afterEach(async () => {
    expect(tab.consoleLines().filter((line) => /socketscope|extension/i.test(line))).toEqual([]);
    await panel.ask({ kind: 'setSettings', settings: DEFAULT_SETTINGS });
    await panel.detach();
    await tab.close();
  });

  async function evidence(isEnough: (all: Evidence) => boolean, realm: Realm = panel.tab): Promise<Evidence> {
    return await waitUntil('what is stored to be enough', async () => {
      const all = await readEvidence(realm, realm === panel.tab ? sessionId : null);
      return isEnough(all) ? all : null;
    });
  }

  async function fail(url: string, protocols: readonly string[] = []): Promise<ReadConnection> {
    expect(await tab.evaluate(connectAndFail, url, protocols)).toBe(1006);
    const read = await panel.readUntil(sessionId, ({ connections }) =>
      connections.some((row) => row.url === url && row.close !== null),
    );
    const row = read.connections.findLast((one) => one.url === url);
    if (!row) throw new Error('It was there a moment ago.');
    return row;
  }

  async function handshakeOf({ connectionId }: ReadConnection): Promise<HandshakeRecord> {
    const { handshakes } = await evidence((all) => all.handshakes.some((row) => row.connectionId === connectionId));
    const row = handshakes.find((one) => one.connectionId === connectionId);
    if (!row) throw new Error('It was there a moment ago.');
    return row;
  }

  async function probeOf({ connectionId }: ReadConnection): Promise<ProbeRecord> {
    await panel.ask({ kind: 'probe', requestId: 1, connectionId });
    const { probes } = await evidence((all) =>
      all.probes.some((row) => row.connectionId === connectionId && row.answeredAtMs !== null),
    );
    const row = probes.find((one) => one.connectionId === connectionId);
    if (!row) throw new Error('It was there a moment ago.');
    return row;
  }

  const gate = (scheme: string) => [
    ['server', 'gate'],
    ['www-authenticate', scheme],
  ];
  const HIDDEN = { outcome: 'failed', status: null, headers: [], networkError: 'net::ERR_FAILED' };

  it.each([
    ['/502', HIDDEN, { outcome: 'answered', status: 502, headers: [['server', 'nginx/1.22.1']], networkError: null }],
    ['/401', HIDDEN, { outcome: 'answered', status: 401, headers: gate('Bearer'), networkError: null }],
    [
      // A challenge that the browser itself could answer.
      '/401-basic',
      { outcome: 'answered', status: 401, headers: gate('Basic'), networkError: 'net::ERR_FAILED' },
      { outcome: 'answered', status: 401, headers: gate('Basic'), networkError: null },
    ],
    ['/cut', HIDDEN, { outcome: 'failed', status: null, networkError: 'NS_ERROR_NET_RESET' }],
  ])('a handshake that ends with %s is what the browser says it was', async (path, inChromium, inFirefox) => {
    const row = await handshakeOf(await fail(`${site.wsOrigin}${path}?token=1`));
    expect(row).toMatchObject({ toldBy: 'network', ...(isChromium ? inChromium : inFirefox) });
    expect(row.endedAtMs).toBeGreaterThanOrEqual(row.startedAtMs);
  });

  it('a handshake that succeeds names the hops', async () => {
    await tab.evaluate(open, `${site.wsOrigin}/open`);
    const { handshakes } = await evidence(
      ({ handshakes: [row] }) => row?.connectionId != null && row.endedAtMs !== null,
    );
    expect(handshakes).toMatchObject([{ outcome: 'opened', status: 101, networkError: null }]);
    expect(handshakes[0]?.headers).toContainEqual(['via', '1.1 hop']);
  });

  it('an upgrade with a subprotocol that nobody asked for has not opened the connection', async () => {
    const connection = await fail(`${site.wsOrigin}/strange-protocol`, ['chat']);
    expect(connection.openedAtMs).toBeNull();
    expect(await handshakeOf(connection)).toMatchObject(isChromium ? HIDDEN : { outcome: 'opened', status: 101 });
  });

  it('a port where nobody listens is told as far as the browser tells it', async () => {
    const row = await handshakeOf(await fail(site.refusedUrl));
    expect(row).toMatchObject(isChromium ? HIDDEN : { outcome: 'failed', networkError: 'NS_ERROR_CONNECTION_REFUSED' });
  });

  it.each([
    ['/502', { status: 502, headers: expect.arrayContaining([['server', 'nginx/1.22.1']]), networkError: null }],
    ['/401', { status: 401, networkError: null }],
    ['/open', { status: 426, networkError: null }],
    ['/moved', { status: 302, networkError: null }],
    ['/cut', { status: null, networkError: expect.stringMatching(/^net::ERR_EMPTY_RESPONSE$|^NS_ERROR_NET_/) }],
  ])('a probe of %s gets the truth', async (path, expected) => {
    const url = `${site.wsOrigin}${path}?n=1`;
    await tab.evaluate((to) => {
      Object.assign(window, { socket: new WebSocket(to) });
    }, url);
    const read = await panel.readUntil(sessionId, ({ connections }) => connections.length > 0);
    const [connection] = read.connections;
    if (!connection) throw new Error('There is no connection.');
    const before = site.requests.length;
    const probe = await probeOf(connection);
    expect(probe).toMatchObject({ url: `${site.origin}${path}?n=1`, isAutomatic: false, ...expected });
    expect(JSON.stringify(probe)).not.toContain('secret');
    // Firefox tries again when a connection was cut; nobody gets a cookie.
    expect(site.requests.slice(before)[0]).toEqual({ line: `GET ${path}?n=1`, cookie: undefined });
  });

  it('a probe names a refused connection', async () => {
    const probe = await probeOf(await fail(site.refusedUrl));
    expect(probe.networkError).toBe(isChromium ? 'net::ERR_CONNECTION_REFUSED' : 'NS_ERROR_CONNECTION_REFUSED');
  });

  it('endpoints are asked by themselves where the user wants it, and only there', async () => {
    await fail(`${site.wsOrigin}/502?quiet`);
    expect(site.requests.filter(({ line }) => line.includes('/502?quiet'))).toEqual([]);
    await panel.ask({ kind: 'setSettings', settings: { ...DEFAULT_SETTINGS, probesAutomatically: true } });
    await panel.tab.waitFor(() =>
      (
        globalThis as unknown as { socketscopeClient: { updates: { settings?: { probesAutomatically: boolean } }[] } }
      ).socketscopeClient.updates.some(({ settings }) => settings?.probesAutomatically),
    );
    const { connectionId } = await fail(`${site.wsOrigin}/gone?auto`);
    const { probes } = await evidence((all) => all.probes.some(({ answeredAtMs }) => answeredAtMs !== null));
    expect(probes).toMatchObject([{ connectionId, isAutomatic: true, status: 404 }]);
  });

  it('what a policy of the page forbids is told, with its directive', async () => {
    await tab.goto(`${site.origin}/strict`);
    await tab.evaluate((url) => {
      try {
        Object.assign(window, { socket: new WebSocket(url) });
      } catch {
        // A browser may say so at once.
      }
    }, `${site.wsOrigin}/open`);
    const { context } = await evidence((all) => all.context.some((row) => row.kind === 'blocked'));
    expect(context.find((row) => row.kind === 'blocked')).toMatchObject({
      detail: 'connect-src',
      url: expect.stringContaining(site.wsOrigin),
    });
  });

  it('what is not secure within a secure page is told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'socketscope-identity-'));
    const identity = await createIdentity({ host: '127.0.0.1', folder, onEnd: () => undefined });
    const secure = createSecureServer(identity, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>secure</title><link rel="icon" href="data:,">');
    });
    secure.listen(0, '127.0.0.1');
    await once(secure, 'listening');
    const trusting = await launchBrowser(kind, {
      extensionDir: distOf(TARGET_OF[kind]),
      acceptsAnyCertificate: true,
    });
    try {
      const mine = await openPanelClient(trusting);
      const page = await trusting.newTab(`https://127.0.0.1:${(secure.address() as AddressInfo).port}/`);
      const session = await mine.attach(await page.extensionTabId());
      const name = await page.evaluate(() => {
        try {
          // Not to loopback: that counts as secure.
          new WebSocket('ws://nowhere.invalid/chat');
          return 'nothing';
        } catch (error) {
          return (error as Error).name;
        }
      });
      expect(name).toBe('SecurityError');
      await mine.readUntil(session, ({ documents }) => documents.length > 0);
      const { context } = await readEvidence(mine.tab, session);
      expect(context).toMatchObject([{ kind: 'blocked', detail: 'mixed-content', url: 'ws://nowhere.invalid/chat' }]);
    } finally {
      await trusting.close();
      secure.close();
      rmSync(folder, { recursive: true });
    }
  });

  it.runIf(isChromium)('long tasks are told, with their length', async () => {
    await tab.evaluate(open, `${site.wsOrigin}/open`);
    // Recording has begun when there is a connection to be read; then it is worth being busy.
    await panel.readUntil(sessionId, ({ connections }) => connections.length > 0);
    await tab.evaluate(
      () =>
        new Promise<void>((resolve) => {
          setTimeout(() => {
            const endMs = performance.now() + 350;
            while (performance.now() < endMs);
            resolve();
          });
        }),
    );
    const { context } = await evidence((all) => all.context.some((row) => row.kind === 'longTask'));
    expect(context.find((row) => row.kind === 'longTask')?.durationMs).toBeGreaterThanOrEqual(300);
  });

  it('leaving the page is told on the page’s clock', async () => {
    await tab.evaluate((url) => {
      Object.assign(window, { socket: new WebSocket(url) });
    }, `${site.wsOrigin}/open`);
    await panel.readUntil(sessionId, ({ connections }) => connections.length > 0);
    await tab.goto(`${site.origin}/page?again`);
    const { context } = await evidence((all) => all.context.some((row) => row.kind === 'pageHidden'));
    const row = context.find(({ kind: what }) => what === 'pageHidden');
    const { connections } = await panel.read(sessionId);
    expect(row?.documentId).toBe(connections[0]?.documentId);
    expect(row?.atMs).toBeGreaterThanOrEqual(connections[0]?.createdAtMs ?? 0);
  });

  // Playwright has Chromium believe that all its pages are seen.
  it.runIf(!isChromium)('a tab that another one covers is told to be hidden', async () => {
    await tab.evaluate((url) => {
      Object.assign(window, { socket: new WebSocket(url) });
    }, `${site.wsOrigin}/open`);
    await panel.readUntil(sessionId, ({ connections }) => connections.length > 0);
    const other = await browser.newTab(`${site.origin}/page`);
    await evidence((all) => all.context.some((row) => row.kind === 'hidden'));
    await other.close();
    await evidence((all) => all.context.some((row) => row.kind === 'visible'));
  });

  it('sends that throw are counted, and throw all the same', async () => {
    const names = await tab.evaluate((url) => {
      const socket = new WebSocket(url);
      return [1, 2, 3].map((text) => {
        try {
          socket.send(`${text}`);
          return 'nothing';
        } catch (error) {
          return (error as Error).name;
        }
      });
    }, `${site.wsOrigin}/open`);
    expect(names).toEqual(Array(3).fill('InvalidStateError'));
    const { connections } = await panel.readUntil(sessionId, ({ connections: [row] }) => row?.acts !== undefined);
    const [row] = connections;
    expect(row?.acts).toMatchObject({ sendsThrown: 3, handlerErrors: 0, constructedAt: null });
    expect(row?.acts?.firstThrownAtMs).toBeGreaterThanOrEqual(row?.createdAtMs ?? Number.POSITIVE_INFINITY);
  });

  it('handlers that throw are counted, and the page hears of it as ever', async () => {
    await tab.evaluate(open, `${site.wsOrigin}/hello`);
    await panel.readUntil(sessionId, ({ connections: [row] }) => row?.openedAtMs != null);
    const heard = await tab.evaluate(() => {
      const { socket } = window as unknown as WithSocket;
      const errors: string[] = [];
      window.onerror = (message, _source, _line, _column, error) => {
        errors.push(`${message} / ${error?.message}`);
        return true;
      };
      socket.onmessage = () => {
        throw new Error('first bug');
      };
      socket.addEventListener('message', () => {
        throw new Error('second bug');
      });
      // Not while a frame is given to anybody.
      setTimeout(() => {
        throw new Error('another bug');
      });
      return new Promise<readonly string[]>((resolve) => {
        socket.addEventListener('message', () => setTimeout(() => resolve(errors), 50));
        setTimeout(() => socket.send('hello?'), 20);
      });
    });
    expect(heard.map((text) => text.replace(/^.*\/ /, ''))).toEqual(['another bug', 'first bug', 'second bug']);
    const { connections } = await panel.readUntil(
      sessionId,
      ({ connections: [row] }) => (row?.acts?.handlerErrors ?? 0) >= 2,
    );
    expect(connections[0]?.acts).toMatchObject({
      handlerErrors: 2,
      firstHandlerErrorSeq: 1,
      handlerErrorText: expect.stringContaining('first bug'),
    });
    expect(connections[0]?.texts).toEqual(['hello?', 'hi']);
  });

  it('what waits to be sent is sampled', async () => {
    await tab.evaluate(open, `${site.wsOrigin}/open`);
    await tab.evaluate(() => {
      const { socket } = window as unknown as WithSocket;
      // The server does not read.
      for (let i = 0; i < 64; i++) socket.send(new Uint8Array(1024 * 1024));
    });
    const { connections } = await panel.readUntil(
      sessionId,
      ({ connections: [row] }) => row?.acts?.buffered.some(([, bytes]) => bytes > 16 * 1024 * 1024) === true,
    );
    const samples = connections[0]?.acts?.buffered ?? [];
    expect(samples.length).toBeGreaterThan(2);
    expect(samples.every(([atMs], i) => atMs >= (samples[i - 1]?.[0] ?? 0))).toBe(true);
  });

  it('stacks are taken where the user wants them, and only then', async () => {
    await tab.evaluate(open, `${site.wsOrigin}/open`);
    await tab.evaluate(() => (window as unknown as WithSocket).socket.close());
    await panel.readUntil(sessionId, ({ connections: [row] }) => row?.closeRequested != null);
    await panel.ask({ kind: 'setSettings', settings: { ...DEFAULT_SETTINGS, recordStacks: true } });
    const { connections } = await panel.readUntil(sessionId, ({ connections: rows }) => {
      void tab.evaluate((url) => {
        const { connectToChat, leaveChat } = window as unknown as {
          connectToChat(to: string): WebSocket;
          leaveChat(socket: WebSocket): void;
        };
        leaveChat(connectToChat(url));
      }, `${site.wsOrigin}/open`);
      return rows.some((row) => row.acts?.closedAt != null);
    });
    expect(connections[0]?.acts).toBeUndefined();
    const acts = connections.find((row) => row.acts?.closedAt != null)?.acts;
    expect(acts?.constructedAt).toMatch(/^(at )?connectToChat/);
    expect(acts?.closedAt).toMatch(/^(at )?leaveChat/);
    expect(acts?.constructedAt).toContain(`${site.origin}/page`);
  });

  it('frames that nobody listens to are counted where the user wants it, from the next connection on', async () => {
    const talk = (url: string) => {
      const socket = new WebSocket(url);
      socket.onopen = () => socket.send('answer me');
    };
    await panel.ask({ kind: 'setSettings', settings: { ...DEFAULT_SETTINGS, watchListeners: true } });
    await tab.evaluate(talk, `${site.wsOrigin}/hello`);
    await panel.readUntil(sessionId, ({ connections: [row] }) => (row?.framesIn ?? 0) > 0);
    await tab.evaluate(talk, `${site.wsOrigin}/hello?unheard`);
    await tab.evaluate((url) => {
      const handled = new WebSocket(`${url}?handler`);
      handled.onmessage = () => undefined;
      handled.onopen = () => handled.send('answer me');
      const listened = new WebSocket(`${url}?listener`);
      listened.addEventListener('message', () => undefined);
      listened.addEventListener('open', () => listened.send('answer me'));
    }, `${site.wsOrigin}/hello`);
    const { connections } = await panel.readUntil(
      sessionId,
      ({ connections: rows }) =>
        rows.length === 4 && rows.every(({ framesIn }) => framesIn > 0) && rows.some((row) => row.acts?.unheard),
    );
    const heardOf = connections.map(({ url, acts }) => [new URL(url).search, (acts?.unheard ?? 0) === 0]);
    expect(heardOf).toEqual([
      ['', true],
      ['?unheard', false],
      ['?handler', true],
      ['?listener', true],
    ]);
  });

  it.runIf(isChromium)('DevTools tell apart what was answered badly and what was never connected', async () => {
    const devtools = await browser.openPanel(tab);
    await devtools.waitFor(() => document.querySelector('.status-recording'));
    await tab.evaluate(connectAndFail, `${site.wsOrigin}/502`, []);
    await tab.evaluate(connectAndFail, site.refusedUrl, []);
    const { handshakes } = await evidence(
      (all) => all.handshakes.filter(({ toldBy }) => toldBy === 'devtools').length >= 2,
      devtools,
    );
    const told = handshakes.filter(({ toldBy }) => toldBy === 'devtools').map((row) => [row.url, row.networkError]);
    expect(told).toContainEqual([`${site.wsOrigin}/502`, ANSWERED_BADLY]);
    expect(told).toContainEqual([site.refusedUrl, NEVER_CONNECTED]);
    await devtools.close();
  });
}
