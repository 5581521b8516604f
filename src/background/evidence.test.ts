/** What others than the page tell, in the whole background: how handshakes were answered, and what endpoints say. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HandshakeEvent } from '../browser/handshakes.ts';
import { createFakeDocument, type FakeDocument } from '../content/fake-document.ts';
import { CATALOGUE } from '../faults/catalogue.ts';
import {
  ANSWERED_BADLY,
  type HandshakeRecord,
  NEVER_CONNECTED,
  NO_ANSWER_IN_TIME,
  type ProbeRecord,
} from '../protocol/evidence.ts';
import { RELAY_PORT, WAKE_MESSAGE } from '../protocol/relay.ts';
import { DEFAULT_SETTINGS } from '../protocol/settings.ts';
import { createStore, type Store } from '../store/open.ts';
import { readHandshakes, readProbes, readSession } from '../store/reader.ts';
import { createFakeBrowser, type FakeBrowser } from './fake-browser.ts';
import { type FakePanel, openFakePanel } from './fake-panel.ts';
import { handshakeEventOf } from './fixtures.ts';
import { GRACE_MS } from './outside-tab.ts';
import { AUTOMATIC_EVERY_MS, AUTOMATIC_PER_MINUTE, probeUrlOf } from './probes.ts';

const TAB = 7;
const URL = 'ws://host/chat?token=secret';
const HTTP = 'http://host/chat?token=secret';
const SETTLED_MS = GRACE_MS + 500;

let browser: FakeBrowser;
let store: Store;
let page: FakeDocument;
let panel: FakePanel;
let sessionId: string;
let connections: number;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  browser = createFakeBrowser();
  store = createStore();
  connections = 0;
  browser.onTabMessage((_tabId, message) => {
    if (message === WAKE_MESSAGE) page.relay.onWake();
  });
  page = makePage(TAB);
  await openPanel();
});
afterEach(() => store.close());

function makePage(tabId: number): FakeDocument {
  return createFakeDocument({
    nowMs: browser.nowMs,
    callAfter: browser.callAfter,
    timeOriginMs: 0,
    connect: (onMessage, onDisconnect) =>
      browser.connect(RELAY_PORT, { tabId, frameId: 0, isExtensionPage: false }, onMessage, onDisconnect),
  });
}

async function openPanel(tabId = TAB, session: string | null = null): Promise<void> {
  panel = await openFakePanel(browser, tabId, session);
  sessionId = panel.sessionId();
}

/** The page constructs a WebSocket, and its handshake begins. */
async function construct(requestId = '1', url = URL): Promise<string> {
  const connection = connections++;
  page.say({ kind: 'socketsExist' });
  await browser.settle();
  const atMs = browser.nowMs();
  page.say({ kind: 'reports', reports: [{ kind: 'connectionCreated', connection, atMs, url, protocols: [] }] });
  await network({ requestId, url });
  const row = (await readSession(await store.open(), sessionId))?.connections[connection];
  return row?.connectionId ?? '';
}

async function fail(connection = connections - 1): Promise<void> {
  browser.advance(20);
  const atMs = browser.nowMs();
  const simulated = false;
  page.say({
    kind: 'reports',
    reports: [
      { kind: 'connectionErrored', connection, atMs, simulated },
      { kind: 'connectionClosed', connection, atMs, code: 1006, reason: '', wasClean: false, simulated },
    ],
  });
  await pass(60);
}

async function network(change: Partial<HandshakeEvent>): Promise<void> {
  const start = { atMs: browser.nowMs(), tabId: TAB, ownerUrl: 'http://page/', url: URL };
  browser.handshake(handshakeEventOf(start, change));
  await browser.settle();
}

async function pass(ms: number): Promise<void> {
  browser.advance(ms);
  await browser.settle();
}

const handshakes = async () => readHandshakes(await store.open(), sessionId);
const probes = async () => readProbes(await store.open(), sessionId);

function told(kind: 'handshakes' | 'probes'): readonly (HandshakeRecord | ProbeRecord)[] {
  return panel.updates.flatMap((update): readonly (HandshakeRecord | ProbeRecord)[] =>
    update.kind === 'evidence' ? update[kind] : [],
  );
}

describe('handshakes', () => {
  it('are written as the browser tells them, with the connection that they are of', async () => {
    const connectionId = await construct();
    expect(await handshakes()).toMatchObject([{ url: URL, outcome: 'pending', connectionId: null, toldBy: 'network' }]);
    await network({ stage: 'failed', status: 502, headers: [['server', 'nginx/1.22.1']] });
    await fail();
    await pass(500);
    // Long before anybody would say that it is nobody's.
    const [row] = await handshakes();
    expect(row).toMatchObject({
      connectionId,
      outcome: 'answered',
      status: 502,
      headers: [['server', 'nginx/1.22.1']],
    });
    expect(told('handshakes').at(-1)).toEqual(row);
  });

  it('of Chromium that failed with 401 keep what was seen before the failure', async () => {
    await construct();
    await network({ stage: 'answered', status: 401, headers: [['www-authenticate', 'Basic']] });
    await network({ stage: 'failed', networkError: 'net::ERR_FAILED' });
    expect(await handshakes()).toMatchObject([{ outcome: 'answered', status: 401, networkError: 'net::ERR_FAILED' }]);
  });

  it('of one URL each find their own connection', async () => {
    const ids: string[] = [];
    for (const requestId of ['a', 'b', 'c']) {
      ids.push(await construct(requestId));
      await network({ requestId, stage: 'failed', networkError: `error ${requestId}` });
      await fail();
      await pass(2_000);
    }
    await pass(SETTLED_MS);
    expect((await handshakes()).map((row) => [row.connectionId, row.networkError])).toEqual(
      ids.map((id, i) => [id, `error ${['a', 'b', 'c'][i]}`]),
    );
  });

  it('of a worker are of the connection that is made of it', async () => {
    await network({ requestId: 'w', isWorkers: true });
    await network({ requestId: 'w', isWorkers: true, stage: 'opened', status: 101, accept: 'abc=' });
    await pass(SETTLED_MS);
    const outside = (await readSession(await store.open(), sessionId))?.connections[0];
    expect(await handshakes()).toMatchObject([{ outcome: 'opened', connectionId: outside?.connectionId }]);
  });

  it('go on in the next worker', async () => {
    const connectionId = await construct();
    browser.kill(false);
    await browser.settle();
    await openPanel(TAB, sessionId);
    await network({ stage: 'failed', networkError: 'NS_ERROR_NET_RESET', atMs: browser.nowMs() + 10 });
    await fail();
    await pass(SETTLED_MS);
    expect(await handshakes()).toMatchObject([{ connectionId, outcome: 'failed', networkError: 'NS_ERROR_NET_RESET' }]);
  });

  it('that we refuse are marked as that', async () => {
    const connectionId = await construct();
    await network({ stage: 'opened', status: 101, accept: 'abc=' });
    page.say({
      kind: 'reports',
      reports: [{ kind: 'connectionOpened', connection: 0, atMs: browser.nowMs(), protocol: '', extensions: '' }],
    });
    await pass(60);
    const scenario = CATALOGUE.find(({ name }) => name === 'Server crashes');
    await panel.ask({ kind: 'playScenario', requestId: 1, scenario, target: { kind: 'connection', connectionId } });
    const answer = panel.updates.find((update) => update.kind === 'scenarioAnswered');
    expect(answer).toMatchObject({ outcome: 'done', detail: '' });
    await pass(100);
    await network({ requestId: '2' });
    await network({ requestId: '2', stage: 'failed', networkError: 'net::ERR_BLOCKED_BY_CLIENT' });
    const rows = await handshakes();
    expect(rows.map(({ refusedByUs }) => refusedByUs ?? false)).toEqual([false, true]);
  });

  it.each([
    [ANSWERED_BADLY, 4],
    [NEVER_CONNECTED, null],
  ])('that DevTools tell of are rows beside the others: %s', async (networkError, tookMs) => {
    const connectionId = await construct();
    const startedAtMs = browser.nowMs();
    await network({ stage: 'failed', networkError: 'net::ERR_FAILED' });
    const endedAtMs = tookMs === null ? null : startedAtMs + tookMs;
    const failed = [{ url: URL, startedAtMs, endedAtMs }, { url: 'nonsense' }, null];
    await panel.ask({ kind: 'devtoolsFailed', handshakes: failed });
    // The page script's report comes after DevTools'.
    await fail();
    await pass(3_000);
    await panel.ask({ kind: 'devtoolsFailed', handshakes: failed });
    await pass(3_000);
    const byDevtools = (await handshakes()).filter(({ toldBy }) => toldBy === 'devtools');
    expect(byDevtools).toMatchObject([{ connectionId, outcome: 'failed', status: null, networkError }]);
    expect(await handshakes()).toHaveLength(2);
  });
});

describe('probes', () => {
  const answer = { status: 502, headers: [['server', 'nginx']] as const, networkError: null, isLate: false };

  it('ask the same URL over HTTP, and say what came', async () => {
    browser.endpoints.set(HTTP, answer);
    const connectionId = await construct();
    await panel.ask({ kind: 'probe', requestId: 9, connectionId });
    await pass(100);
    expect(browser.asked).toEqual([HTTP]);
    const [row] = await probes();
    expect(row).toMatchObject({
      connectionId,
      url: HTTP,
      status: 502,
      headers: [['server', 'nginx']],
      isAutomatic: false,
    });
    expect(row?.answeredAtMs).not.toBeNull();
    expect(panel.updates).toContainEqual({ kind: 'probed', requestId: 9, outcome: 'asked', probeId: row?.probeId });
    expect(told('probes').at(-1)).toEqual(row);
  });

  it('that run are there without an answer, and are not run twice at once', async () => {
    const connectionId = await construct();
    await panel.ask({ kind: 'probe', requestId: 1, connectionId });
    await panel.ask({ kind: 'probe', requestId: 2, connectionId });
    expect(await probes()).toMatchObject([{ answeredAtMs: null }]);
    expect(panel.updates.at(-1)).toEqual({ kind: 'probed', requestId: 2, outcome: 'alreadyAsking', probeId: null });
  });

  it('that nobody answers say so', async () => {
    browser.endpoints.set(HTTP, { status: null, headers: [], networkError: null, isLate: true });
    await panel.ask({ kind: 'probe', requestId: 1, connectionId: await construct() });
    expect(await probes()).toMatchObject([{ status: null, networkError: NO_ANSWER_IN_TIME }]);
  });

  it('ask only for connections of the panel’s own tab', async () => {
    const connectionId = await construct();
    await panel.ask({ kind: 'probe', requestId: 1, connectionId: 'nobody/0' });
    expect(panel.updates.at(-1)).toMatchObject({ kind: 'probed', outcome: 'notFound' });
    await openPanel(TAB + 1);
    await panel.ask({ kind: 'probe', requestId: 2, connectionId });
    expect(panel.updates.at(-1)).toMatchObject({ kind: 'probed', outcome: 'notAllowed' });
    expect(browser.asked).toEqual([]);
  });

  it('are never made unasked, unless the user has said so', async () => {
    await construct();
    await fail();
    expect(browser.asked).toEqual([]);
  });

  it('are made by themselves after a connection failed before it opened, and not too often', async () => {
    browser.endpoints.set(HTTP, answer);
    await panel.ask({ kind: 'setSettings', settings: { ...DEFAULT_SETTINGS, probesAutomatically: true } });
    for (let attempt = 0; attempt < 3; attempt++) {
      await construct(`r${attempt}`);
      await fail();
    }
    await browser.settle();
    expect(await probes()).toMatchObject([{ isAutomatic: true, status: 502 }]);
    await pass(AUTOMATIC_EVERY_MS);
    await construct('later');
    await fail();
    expect(browser.asked).toEqual([HTTP, HTTP]);
  });

  it('by themselves are few, however many endpoints a page invents', async () => {
    await panel.ask({ kind: 'setSettings', settings: { ...DEFAULT_SETTINGS, probesAutomatically: true } });
    for (let i = 0; i < 2 * AUTOMATIC_PER_MINUTE; i++) {
      await construct(`r${i}`, `ws://host/${i}`);
      await fail();
    }
    expect(browser.asked).toHaveLength(AUTOMATIC_PER_MINUTE);
  });

  it('are not made where the page closed the connection itself', async () => {
    await panel.ask({ kind: 'setSettings', settings: { ...DEFAULT_SETTINGS, probesAutomatically: true } });
    await construct();
    const close = { kind: 'closeRequested', connection: 0, atMs: browser.nowMs(), code: null, reason: null };
    page.say({ kind: 'reports', reports: [close] });
    await fail();
    expect(browser.asked).toEqual([]);
  });

  it.each([
    ['ws://a/b?c=d#e', 'http://a/b?c=d'],
    ['wss://user:password@a:8443/', 'https://a:8443/'],
    ['http://a/', null],
    ['nonsense', null],
  ])('of %s ask %s', (url, asked) => {
    expect(probeUrlOf(url)).toBe(asked);
  });
});
