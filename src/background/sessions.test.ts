/** Sessions that somebody has named, that go on, and that are always on: what panels ask for, and what outlives them. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDocument, type FakeDocument } from '../content/fake-document.ts';
import { textOf } from '../protocol/frame-columns.ts';
import { RESTORABLE_MS } from '../protocol/limits.ts';
import type { PanelUpdate } from '../protocol/panel-link.ts';
import type { ContextRecord, SessionRecord, SessionSummary } from '../protocol/records.ts';
import { RELAY_PORT } from '../protocol/relay.ts';
import type { SessionAnswer, SessionVerb } from '../protocol/session-verbs.ts';
import { DEFAULT_SETTINGS } from '../protocol/settings.ts';
import { readChunkIndex } from '../store/fixtures.ts';
import { createStore, type Store } from '../store/open.ts';
import { readContext, readPayload, readSession, readSessions, readTicks } from '../store/reader.ts';
import { createFakeBrowser, FAKE_ENVIRONMENT, type FakeBrowser } from './fake-browser.ts';
import { type FakePanel, openFakePanel } from './fake-panel.ts';
import { DOCUMENT_GRACE_MS } from './relay-links.ts';
import { PANEL_GRACE_MS, RESTART_GRACE_MS } from './sessions.ts';

const TAB = 7;
const OTHER_TAB = 8;
const SHOP = 'https://shop.example';
const BANK = 'https://bank.example';
const DAY_MS = 24 * 60 * 60 * 1000;

let browser: FakeBrowser;
let store: Store;
let documents: { readonly tabId: number; readonly document: FakeDocument; readonly hangUp: () => void }[];
let requestId: number;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  browser = createFakeBrowser();
  store = createStore();
  documents = [];
  requestId = 0;
  browser.onTabMessage((tabId) => {
    for (const one of documents) if (one.tabId === tabId) one.document.relay.onWake();
  });
  show(TAB, `${SHOP}/cart`);
  show(OTHER_TAB, `${SHOP}/help`);
});
afterEach(() => store.close());

function show(tabId: number, url: string): void {
  browser.tabUrls.set(tabId, url);
}

/** A document with one socket, in the page that the tab shows. */
async function openDocument(tabId = TAB, frameId = 0): Promise<FakeDocument> {
  let hangUp = () => {};
  const document = createFakeDocument({
    nowMs: browser.nowMs,
    callAfter: browser.callAfter,
    connect: (onMessage, onDisconnect) => {
      const pageUrl = browser.tabUrls.get(tabId) ?? '';
      const sender = { tabId, frameId, pageUrl, isExtensionPage: false };
      const port = browser.connect(RELAY_PORT, sender, onMessage, onDisconnect);
      hangUp = () => port.disconnect();
      return port;
    },
  });
  documents.push({ tabId, document, hangUp: () => hangUp() });
  document.open();
  await browser.settle();
  return document;
}

/** The tab goes to another page: its documents say farewell. */
async function navigate(tabId: number, url: string): Promise<void> {
  for (const { document } of documents.filter((one) => one.tabId === tabId)) document.relay.onPageHide(false);
  documents = documents.filter((one) => one.tabId !== tabId);
  await browser.settle();
  show(tabId, url);
}

async function closeTab(tabId: number): Promise<void> {
  const mine = documents.filter((one) => one.tabId === tabId);
  documents = documents.filter((one) => one.tabId !== tabId);
  browser.closedTabs.add(tabId);
  browser.tabUrls.delete(tabId);
  for (const { document } of mine) document.relay.onPageHide(false);
  for (const { hangUp } of mine) hangUp();
  await browser.settle();
  await pass(DOCUMENT_GRACE_MS);
}

/** The browser is started anew: all tabs are gone, and so is what it kept for its life only. */
function restartBrowser(): void {
  browser.restart();
  documents = [];
  browser.tabUrls.clear();
}

async function pass(ms: number): Promise<void> {
  browser.advance(ms);
  await browser.settle();
}

async function ask(panel: FakePanel, verb: SessionVerb): Promise<SessionAnswer> {
  const id = ++requestId;
  await panel.ask({ kind: 'session', requestId: id, verb });
  const answer = panel.updates.find((update) => update.kind === 'sessionAnswered' && update.requestId === id);
  const { outcome, sessionId } = answer as Extract<PanelUpdate, { kind: 'sessionAnswered' }>;
  return { outcome, sessionId };
}

const openPanel = (tabId = TAB) => openFakePanel(browser, tabId);

/** A panel that shows a stored session: it looks at no tab. */
const openStoredPanel = () => openFakePanel(browser, null);

const start = (panel: FakePanel, fields: Partial<Extract<SessionVerb, { kind: 'start' }>> = {}) =>
  ask(panel, { kind: 'start', name: 'checkout', tabIds: [], goesOn: false, ...fields });
const stop = (panel: FakePanel, sessionId: string | null = null) => ask(panel, { kind: 'stop', sessionId });

async function session(sessionId: string | null): Promise<SessionRecord | undefined> {
  return (await readSession(await store.open(), sessionId ?? ''))?.session;
}
async function all(): Promise<readonly SessionRecord[]> {
  return readSessions(await store.open());
}
async function contextOf(sessionId: string | null): Promise<readonly ContextRecord[]> {
  return readContext(await store.open(), sessionId ?? '');
}
async function documentsOf(sessionId: string | null) {
  return (await readSession(await store.open(), sessionId ?? ''))?.documents ?? [];
}
/** The texts of all frames of a session, connection by connection. */
async function textsOf(sessionId: string | null): Promise<readonly (readonly string[])[]> {
  const database = await store.open();
  const connections = (await readSession(database, sessionId ?? ''))?.connections ?? [];
  return Promise.all(
    connections.map(async ({ connectionId }) => {
      const texts: string[] = [];
      for (const firstSeq of await readChunkIndex(database, connectionId)) {
        const payload = await readPayload(database, connectionId, firstSeq);
        for (let i = 0; payload && i < payload.textEnds.length; i++) texts.push(textOf(payload, i));
      }
      return texts;
    }),
  );
}

describe('a named session', () => {
  it('begins now, with the connections that are open; what was before stays in a session of its own', async () => {
    const document = await openDocument();
    document.frames(0, 2);
    const panel = await openPanel();
    const before = panel.sessionId();
    const { outcome, sessionId } = await start(panel);
    expect(outcome).toBe('done');
    expect(panel.sessionId()).toBe(sessionId);
    document.frames(0, 3);
    await browser.settle();
    expect(await textsOf(before)).toEqual([['0:0', '0:1']]);
    expect(await textsOf(sessionId)).toEqual([['0:2', '0:3', '0:4']]);
    expect(await session(before)).toMatchObject({ endedAtMs: browser.nowMs() });
    expect(await session(sessionId)).toMatchObject({ kind: 'named', name: 'checkout', endedAtMs: null });
    expect(panel.latest('session')).toMatchObject({ session: { sessionId, name: 'checkout' }, tabIds: [TAB] });
  });

  it('says with what it was recorded', async () => {
    const panel = await openPanel();
    const { sessionId } = await start(panel);
    await openDocument();
    expect((await session(sessionId))?.environment).toEqual({
      ...FAKE_ENVIRONMENT,
      pageUrl: `${SHOP}/cart`,
      viewport: { widthPx: 1280, heightPx: 720, pixelRatio: 2 },
    });
  });

  it('ends when it is stopped, and its panel goes on in a new one', async () => {
    const document = await openDocument();
    const panel = await openPanel();
    const { sessionId } = await start(panel);
    expect(await stop(panel)).toEqual({ outcome: 'done', sessionId });
    document.frames(0, 1);
    await browser.settle();
    expect(await session(sessionId)).toMatchObject({ endedAtMs: browser.nowMs() });
    expect(panel.sessionId()).not.toBe(sessionId);
    expect(await textsOf(sessionId)).toEqual([[]]);
    expect(await textsOf(panel.sessionId())).toEqual([['0:0']]);
    expect(await stop(panel)).toEqual({ outcome: 'notRecorded', sessionId: null });
  });

  it('has its frames counted when it has ended', async () => {
    const document = await openDocument();
    const panel = await openPanel();
    const { sessionId } = await start(panel);
    document.frames(0, 3);
    await browser.settle();
    const ticks = async () => readTicks(await store.open(), sessionId ?? '');
    expect(await ticks()).toEqual([]);
    await stop(panel);
    await browser.settle();
    expect((await ticks()).map(({ readTo }) => readTo)).toEqual([3]);
  });

  it('ends with its last panel, unless it goes on; without a single socket it is kept all the same', async () => {
    const panel = await openPanel();
    const { sessionId } = await start(panel);
    await panel.close();
    await pass(PANEL_GRACE_MS);
    expect(await session(sessionId)).toMatchObject({ endedAtMs: browser.nowMs(), name: 'checkout' });
  });

  it('is one at a time', async () => {
    const panel = await openPanel();
    await start(panel);
    expect(await start(panel)).toEqual({ outcome: 'alreadyNamed', sessionId: null });
  });

  it('that is cleared begins anew under its name, and what it held can be restored', async () => {
    const document = await openDocument();
    const panel = await openPanel();
    const { sessionId } = await start(panel, { goesOn: true });
    document.frames(0, 1);
    await browser.settle();
    await panel.ask({ kind: 'clear' });
    expect(panel.sessionId()).not.toBe(sessionId);
    expect(await session(panel.sessionId())).toMatchObject({ kind: 'named', goesOn: true, name: 'checkout' });
    expect(await session(sessionId)).toBeUndefined();
    expect(await ask(panel, { kind: 'restore', sessionId: sessionId ?? '' })).toMatchObject({ outcome: 'done' });
    expect(await textsOf(sessionId)).toEqual([['0:0']]);
  });
});

describe('a session of several tabs', () => {
  it('holds what comes in all of them, and every panel of them is told', async () => {
    const [one, two] = [await openDocument(TAB), await openDocument(OTHER_TAB)];
    const panel = await openPanel(TAB);
    const { sessionId } = await start(panel, { tabIds: [OTHER_TAB] });
    const other = await openPanel(OTHER_TAB);
    expect(other.sessionId()).toBe(sessionId);
    one.frames(0, 1);
    two.frames(0, 2);
    await pass(100);
    expect((await textsOf(sessionId)).map(({ length }) => length).sort()).toEqual([1, 2]);
    expect(await session(sessionId)).toMatchObject({ tabIds: [TAB, OTHER_TAB] });
    for (const each of [panel, other]) {
      const told = each.updates.flatMap((update) => (update.kind === 'changed' ? update.documents : []));
      expect(new Set(told.map(({ tabId }) => tabId))).toEqual(new Set([TAB, OTHER_TAB]));
    }
    // It ends for all of them, and not while one is looked at.
    await panel.close();
    await pass(PANEL_GRACE_MS);
    expect(await session(sessionId)).toMatchObject({ endedAtMs: null });
    await stop(other);
    expect(await session(sessionId)).toMatchObject({ endedAtMs: browser.nowMs() });
  });

  it('takes tabs in and lets them go while it runs', async () => {
    const document = await openDocument(OTHER_TAB);
    const panel = await openPanel(TAB);
    const { sessionId } = await start(panel);
    expect(await ask(panel, { kind: 'setTabs', tabIds: [OTHER_TAB] })).toMatchObject({ outcome: 'done' });
    document.frames(0, 1);
    await browser.settle();
    expect(panel.latest('session')).toMatchObject({ tabIds: [TAB, OTHER_TAB] });
    expect(await textsOf(sessionId)).toEqual([['0:0']]);
    expect(await ask(panel, { kind: 'setTabs', tabIds: [] })).toMatchObject({ outcome: 'done' });
    document.frames(0, 1);
    await browser.settle();
    expect(panel.latest('session')).toMatchObject({ tabIds: [TAB] });
    expect(await textsOf(sessionId)).toEqual([['0:0']]);
    expect(await session(sessionId)).toMatchObject({ tabIds: [TAB, OTHER_TAB], endedAtMs: null });
    expect(await ask(panel, { kind: 'setTabs', tabIds: [99] })).toMatchObject({ outcome: 'done' });
  });

  it('takes no tab from another named session, and none that is not there', async () => {
    const panel = await openPanel(TAB);
    const other = await openPanel(OTHER_TAB);
    await start(other);
    expect(await start(panel, { tabIds: [OTHER_TAB] })).toMatchObject({ outcome: 'alreadyNamed' });
    browser.closedTabs.add(99);
    expect(await start(panel, { tabIds: [99] })).toMatchObject({ outcome: 'notFound' });
    await start(panel);
    expect(await ask(panel, { kind: 'setTabs', tabIds: [OTHER_TAB] })).toMatchObject({ outcome: 'alreadyNamed' });
  });

  it('pauses as a whole', async () => {
    const two = await openDocument(OTHER_TAB);
    const panel = await openPanel(TAB);
    const { sessionId } = await start(panel, { tabIds: [OTHER_TAB] });
    await panel.ask({ kind: 'setRecording', on: false });
    two.frames(0, 2);
    await browser.settle();
    expect(await textsOf(sessionId)).toEqual([[]]);
  });

  it('may be commanded from the panel of any of its tabs, and from no other', async () => {
    const two = await openDocument(OTHER_TAB);
    const panel = await openPanel(TAB);
    const { sessionId } = await start(panel, { tabIds: [OTHER_TAB] });
    const [connection] = (await readSession(await store.open(), sessionId ?? ''))?.connections ?? [];
    const drop = { kind: 'drop', requestId: 100, connectionId: connection?.connectionId ?? '' } as const;
    await panel.ask(drop);
    expect(two.commands.filter(({ kind }) => kind === 'drop')).toHaveLength(1);
    const stranger = await openPanel(9);
    await stranger.ask(drop);
    expect(stranger.latest('dropped')?.outcome).toBe('notAllowed');
  });
});

describe('a session that goes on', () => {
  async function startGoingOn(tabIds: readonly number[] = []): Promise<string> {
    const panel = await openPanel();
    const { sessionId } = await start(panel, { goesOn: true, tabIds });
    await panel.close();
    await pass(PANEL_GRACE_MS);
    return sessionId ?? '';
  }

  it('needs no panel, across reloads and navigations to other sites', async () => {
    const sessionId = await startGoingOn();
    (await openDocument()).frames(0, 1);
    await navigate(TAB, `${BANK}/pay`);
    (await openDocument()).frames(0, 2);
    await browser.settle();
    expect(await textsOf(sessionId)).toEqual([['0:0'], ['0:0', '0:1']]);
    expect(await session(sessionId)).toMatchObject({ endedAtMs: null });
    expect(browser.badges.get(TAB)).toBe('recorded');
    expect((await openPanel()).sessionId()).toBe(sessionId);
  });

  it('goes on when the background dies', async () => {
    const sessionId = await startGoingOn();
    const document = await openDocument();
    document.frames(0, 1);
    await browser.settle();
    browser.kill(true);
    await browser.settle();
    document.frames(0, 1);
    await pass(RESTART_GRACE_MS + 5_000);
    expect(await textsOf(sessionId)).toEqual([['0:0', '0:1']]);
    expect(await session(sessionId)).toMatchObject({ endedAtMs: null });
    expect(await documentsOf(sessionId)).toMatchObject([{ goneAtMs: null }]);
  });

  it('goes on in the first page of the same site that opens a socket after the browser was started again', async () => {
    const sessionId = await startGoingOn();
    (await openDocument()).frames(0, 1);
    await browser.settle();
    const lastSeenMs = browser.nowMs();
    restartBrowser();
    await pass(DAY_MS);
    show(1, `${BANK}/`);
    show(2, `${SHOP}/other`);
    show(3, `${SHOP}/cart`);
    (await openDocument(1)).frames(0, 1);
    (await openDocument(2)).frames(0, 2);
    // The seat is taken: one tab was recorded, one is.
    (await openDocument(3)).frames(0, 3);
    await pass(RESTART_GRACE_MS);
    expect(await textsOf(sessionId)).toEqual([['0:0'], ['0:0', '0:1']]);
    expect(await session(sessionId)).toMatchObject({ endedAtMs: null, tabIds: [TAB, 2] });
    const [before, after] = await documentsOf(sessionId);
    expect(before).toMatchObject({ tabId: TAB, goneAtMs: expect.any(Number) });
    // Its clock counts a millisecond a frame.
    expect(before?.goneAtMs).toBeLessThan(lastSeenMs + 10);
    expect(after).toMatchObject({ tabId: 2, goneAtMs: null });
    // Not one of the others.
    expect((await all()).map((one) => one.sessionId)).toEqual([sessionId]);
  });

  it('gives the seat back to the very page that it had, where there are several', async () => {
    const sessionId = await startGoingOn([OTHER_TAB]);
    for (const tabId of [TAB, OTHER_TAB]) await openDocument(tabId);
    restartBrowser();
    show(20, `${SHOP}/help`);
    await openDocument(20);
    expect(await session(sessionId)).toMatchObject({ tabIds: [TAB, OTHER_TAB, 20] });
    const stored = browser.lasting.get('standingOrders') as { goingOn: { seats: unknown }[] };
    expect(stored.goingOn[0]?.seats).toEqual([
      { tabId: TAB, url: `${SHOP}/cart` },
      { tabId: 20, url: `${SHOP}/help` },
    ]);
  });

  it('takes a panel that is opened for its site before any socket is', async () => {
    const sessionId = await startGoingOn();
    await openDocument();
    restartBrowser();
    show(3, `${SHOP}/cart`);
    expect((await openPanel(3)).sessionId()).toBe(sessionId);
  });

  it('waits when its tab is closed, and takes the next of the same site', async () => {
    const sessionId = await startGoingOn();
    await openDocument();
    await closeTab(TAB);
    expect(await session(sessionId)).toMatchObject({ endedAtMs: null });
    (await openDocument(OTHER_TAB)).frames(0, 1);
    await browser.settle();
    expect(await textsOf(sessionId)).toEqual([[], ['0:0']]);
  });

  it('takes no second tab of its site while the first is there', async () => {
    const sessionId = await startGoingOn();
    await openDocument(TAB);
    (await openDocument(OTHER_TAB)).frames(0, 1);
    await browser.settle();
    expect(await textsOf(sessionId)).toEqual([[]]);
  });

  it('can be stopped from anywhere, and is over then', async () => {
    const sessionId = await startGoingOn();
    await openDocument();
    const elsewhere = await openPanel(9);
    expect(await stop(elsewhere, sessionId)).toEqual({ outcome: 'done', sessionId });
    expect(await session(sessionId)).toMatchObject({ endedAtMs: browser.nowMs() });
    expect(browser.badges.get(TAB)).toBeNull();
    expect(await stop(elsewhere, sessionId)).toMatchObject({ outcome: 'notFound' });
    restartBrowser();
    show(3, `${SHOP}/cart`);
    (await openDocument(3)).frames(0, 1);
    expect(await textsOf(sessionId)).toEqual([[]]);
  });

  it('stays paused across both', async () => {
    const panel = await openPanel();
    const { sessionId } = await start(panel, { goesOn: true });
    await panel.ask({ kind: 'setRecording', on: false });
    await panel.close();
    expect(browser.badges.get(TAB)).toBe('paused');
    browser.kill(false);
    (await openDocument()).frames(0, 2);
    await pass(RESTART_GRACE_MS);
    expect(await textsOf(sessionId)).toEqual([]);
  });
});

describe('a site that is always recorded', () => {
  const setAlwaysOn = (panel: FakePanel, on: boolean, origin = SHOP) => ask(panel, { kind: 'setAlwaysOn', origin, on });

  /** Somebody has switched it on, elsewhere and long ago. */
  async function alwaysOn(): Promise<void> {
    const panel = await openPanel(9);
    await setAlwaysOn(panel, true);
    await panel.close();
    await pass(PANEL_GRACE_MS);
  }

  it('is recorded from its first socket on, without a panel, in a session for each tab', async () => {
    await alwaysOn();
    expect(browser.badges.get(null)).toBe('standing');
    (await openDocument(TAB)).frames(0, 1);
    (await openDocument(OTHER_TAB)).frames(0, 2);
    await browser.settle();
    const sessions = await all();
    expect(sessions).toMatchObject([
      { kind: 'always', endedAtMs: null },
      { kind: 'always', endedAtMs: null },
    ]);
    expect(browser.badges.get(TAB)).toBe('recorded');
    const texts = await Promise.all(sessions.map(({ sessionId }) => textsOf(sessionId)));
    expect(
      texts
        .flat()
        .map(({ length }) => length)
        .sort(),
    ).toEqual([1, 2]);
  });

  it('records no other site, and not its frames in other sites', async () => {
    await alwaysOn();
    show(TAB, `${BANK}/`);
    await openDocument(TAB, 0);
    await openDocument(TAB, 5);
    expect(await all()).toEqual([]);
  });

  it('records frames of other sites in its pages', async () => {
    await alwaysOn();
    (await openDocument(TAB, 5)).frames(0, 1);
    await browser.settle();
    expect(await all()).toMatchObject([{ kind: 'always' }]);
  });

  it('ends with its site, and with its tab', async () => {
    await alwaysOn();
    await openDocument();
    await navigate(TAB, `${BANK}/`);
    await openDocument();
    expect(await all()).toMatchObject([{ kind: 'always', endedAtMs: browser.nowMs() }]);
    await openDocument(OTHER_TAB);
    await closeTab(OTHER_TAB);
    expect((await all()).every(({ endedAtMs }) => endedAtMs !== null)).toBe(true);
  });

  it('goes on when the background dies, and when the browser is started again', async () => {
    await alwaysOn();
    const document = await openDocument();
    document.frames(0, 1);
    await browser.settle();
    browser.kill(true);
    await browser.settle();
    document.frames(0, 1);
    await pass(RESTART_GRACE_MS + 5_000);
    const [first] = await all();
    expect(await textsOf(first?.sessionId ?? '')).toEqual([['0:0', '0:1']]);
    restartBrowser();
    show(3, `${SHOP}/`);
    (await openDocument(3)).frames(0, 1);
    await browser.settle();
    expect(await all()).toMatchObject([
      { kind: 'always', tabId: 3, endedAtMs: null },
      { kind: 'always', tabId: TAB, endedAtMs: expect.any(Number) },
    ]);
  });

  it('is shown to a panel, and outlives it', async () => {
    await alwaysOn();
    await openDocument();
    const [always] = await all();
    const panel = await openPanel();
    expect(panel.sessionId()).toBe(always?.sessionId);
    expect(panel.latest('alwaysOn')).toEqual({ kind: 'alwaysOn', origins: [SHOP], areSaved: true });
    await panel.close();
    await pass(PANEL_GRACE_MS);
    expect(await all()).toMatchObject([{ endedAtMs: null }]);
  });

  it('keeps up what a panel has begun, and gives it back', async () => {
    await openDocument();
    const panel = await openPanel();
    await setAlwaysOn(panel, true);
    expect(await all()).toMatchObject([{ sessionId: panel.sessionId(), kind: 'always' }]);
    await setAlwaysOn(panel, false);
    expect(await all()).toMatchObject([{ sessionId: panel.sessionId(), kind: 'watch', endedAtMs: null }]);
    expect(browser.badges.get(null)).toBeNull();
    await panel.close();
    await pass(PANEL_GRACE_MS);
    expect(await all()).toMatchObject([{ endedAtMs: browser.nowMs() }]);
  });

  it('begins in pages that are open already', async () => {
    const document = await openDocument();
    document.frames(0, 2);
    await alwaysOn();
    const [always] = await all();
    expect(await textsOf(always?.sessionId ?? '')).toEqual([['0:0', '0:1']]);
  });

  it('begins a session a day, and never under the eyes of somebody', async () => {
    await alwaysOn();
    const document = await openDocument();
    const panel = await openPanel();
    await pass(DAY_MS);
    document.frames(0, 1);
    await browser.settle();
    expect(await all()).toHaveLength(1);
    await panel.close();
    document.frames(0, 1);
    await browser.settle();
    document.frames(0, 1);
    await browser.settle();
    const [today, yesterday] = await all();
    expect(await textsOf(yesterday?.sessionId ?? '')).toEqual([['0:0', '0:1']]);
    expect(await textsOf(today?.sessionId ?? '')).toEqual([['0:2']]);
  });

  it('begins another when one has grown large, so that the oldest can go', async () => {
    await alwaysOn();
    const panel = await openPanel(9);
    await panel.ask({ kind: 'setSettings', settings: { ...DEFAULT_SETTINGS, retentionBytes: 16 * 1024 * 1024 } });
    const document = await openDocument();
    // A quarter of what is kept: 4 MiB, of frames that take 29 bytes.
    for (let i = 0; i < 8; i++) {
      document.frames(0, 20_000);
      await pass(1_000);
    }
    const sessions = (await all()).filter(({ kind }) => kind === 'always');
    expect(sessions).toHaveLength(2);
    expect(sessions[1]?.storedBytes).toBeLessThan(5 * 1024 * 1024);
  });

  it('is a site: http or https, nothing more of a URL', async () => {
    const panel = await openPanel();
    for (const origin of [`${SHOP}/path`, 'file:///tmp', 'shop', 'chrome://settings', '']) {
      expect(await setAlwaysOn(panel, true, origin)).toMatchObject({ outcome: 'invalid' });
    }
  });
});

const SUMMARY: SessionSummary = {
  atMs: 1,
  connections: 1,
  frames: 2,
  closes: 0,
  abnormal: 0,
  findings: { problem: 0, warning: 0, note: 0 },
  verdicts: { passed: 0, failed: 0 },
};

describe('a marker', () => {
  const mark = (fields: object = {}) =>
    ({ kind: 'mark', mark: { atMs: 5, text: 'here', connectionId: null, seq: null, ...fields } }) as const;

  it('is written, told to all panels, changed and taken away', async () => {
    const panel = await openPanel();
    const other = await openPanel(OTHER_TAB);
    expect(await ask(panel, mark())).toEqual({ outcome: 'done', sessionId: null });
    const [row] = await contextOf(panel.sessionId());
    expect(row).toMatchObject({ kind: 'marker', atMs: 5, text: 'here', connectionId: null });
    for (const each of [panel, other]) {
      expect(each.latest('evidence')).toMatchObject({ sessionId: panel.sessionId(), context: [row] });
    }
    const contextId = row?.contextId ?? -1;
    await ask(other, { kind: 'editMark', contextId, text: 'there' });
    expect(await contextOf(panel.sessionId())).toMatchObject([{ contextId, text: 'there' }]);
    expect(panel.latest('evidence')).toMatchObject({ context: [{ contextId, text: 'there' }] });
    await ask(panel, { kind: 'removeMark', contextId });
    expect(await contextOf(panel.sessionId())).toEqual([]);
    expect(other.latest('markRemoved')).toEqual({ kind: 'markRemoved', sessionId: panel.sessionId(), contextId });
    expect(await ask(panel, { kind: 'removeMark', contextId })).toMatchObject({ outcome: 'notFound' });
  });

  it('can be set while recording is paused, and on a frame', async () => {
    await openDocument();
    const panel = await openPanel();
    await panel.ask({ kind: 'setRecording', on: false });
    const [connection] = (await readSession(await store.open(), panel.sessionId()))?.connections ?? [];
    const connectionId = connection?.connectionId ?? '';
    await ask(panel, mark({ connectionId, seq: 3 }));
    expect(await contextOf(panel.sessionId())).toContainEqual(
      expect.objectContaining({ kind: 'marker', connectionId, documentId: connection?.documentId, seq: 3 }),
    );
  });

  it('can be set in a session that has ended, by a panel that looks at no tab', async () => {
    await openDocument();
    const panel = await openPanel();
    const sessionId = panel.sessionId();
    await panel.close();
    await pass(PANEL_GRACE_MS);
    const stored = await openStoredPanel();
    expect(await ask(stored, mark({ sessionId }))).toMatchObject({ outcome: 'done' });
    expect(await contextOf(sessionId)).toContainEqual(expect.objectContaining({ kind: 'marker', text: 'here' }));
    expect(stored.latest('evidence')).toMatchObject({ sessionId });
    expect(stored.updates.map(({ kind }) => kind).slice(0, 3)).toEqual(['settings', 'alwaysOn', 'notices']);
    expect(await ask(stored, mark())).toMatchObject({ outcome: 'notRecorded' });
  });

  it.each([
    ['in no session', { sessionId: 'gone' }, 'notFound'],
    ['on no connection', { connectionId: 'doc/0' }, 'notFound'],
    ['on a frame of nothing', { seq: 1 }, 'invalid'],
    ['at no time', { atMs: Number.NaN }, 'invalid'],
  ])('%s is refused', async (_, fields, outcome) => {
    const panel = await openPanel();
    expect(await ask(panel, mark(fields))).toMatchObject({ outcome });
    expect(await contextOf(panel.sessionId())).toEqual([]);
  });
});

describe('a stored session', () => {
  let stored: string;
  let panel: FakePanel;

  beforeEach(async () => {
    (await openDocument()).frames(0, 2);
    const first = await openPanel();
    stored = first.sessionId();
    await first.close();
    await pass(PANEL_GRACE_MS);
    panel = await openPanel(OTHER_TAB);
  });

  it.each<[string, SessionVerb, Partial<SessionRecord>]>([
    ['renamed', { kind: 'rename', sessionId: '', name: ' checkout ' }, { name: 'checkout' }],
    ['annotated', { kind: 'setNotes', sessionId: '', notes: 'see SHOP-1' }, { notes: 'see SHOP-1' }],
    ['pinned', { kind: 'pin', sessionId: '', on: true }, { pinned: true }],
    ['summed up', { kind: 'setSummary', sessionId: '', summary: SUMMARY }, { summary: SUMMARY }],
  ])('can be %s, and all panels hear of it', async (_, verb, fields) => {
    const other = await openPanel(9);
    const mine = { ...verb, sessionId: stored } as SessionVerb;
    expect(await ask(panel, mine)).toEqual({ outcome: 'done', sessionId: stored });
    expect(await session(stored)).toMatchObject(fields);
    expect(other.updates.at(-1)).toEqual({ kind: 'sessionsChanged' });
    const gone = { ...verb, sessionId: 'gone' } as SessionVerb;
    expect(await ask(panel, gone)).toEqual({ outcome: 'notFound', sessionId: null });
  });

  it('cannot lose its name', async () => {
    expect(await ask(panel, { kind: 'rename', sessionId: stored, name: '  ' })).toMatchObject({ outcome: 'invalid' });
  });

  it('keeps what was said of it while it is recorded', async () => {
    const document = await openDocument(OTHER_TAB);
    const live = panel.sessionId();
    await ask(panel, { kind: 'rename', sessionId: live, name: 'live' });
    document.frames(0, 3);
    await browser.settle();
    expect(await session(live)).toMatchObject({ name: 'live' });
  });

  it('can be deleted and restored as it was, by two panels at once, too', async () => {
    const before = await session(stored);
    const other = await openPanel(9);
    const verb: SessionVerb = { kind: 'delete', sessionId: stored };
    void panel.ask({ kind: 'session', requestId: 1001, verb });
    void other.ask({ kind: 'session', requestId: 1002, verb });
    await browser.settle();
    for (const each of [panel, other]) expect(each.latest('sessionAnswered')).toMatchObject({ outcome: 'done' });
    expect(await session(stored)).toBeUndefined();
    await pass(RESTORABLE_MS - 1);
    for (const each of [panel, other]) {
      expect(await ask(each, { kind: 'restore', sessionId: stored })).toMatchObject({ outcome: 'done' });
    }
    await pass(RESTORABLE_MS);
    expect(await session(stored)).toEqual(before);
    expect(await textsOf(stored)).toEqual([['0:0', '0:1']]);
  });

  it('is gone for good after that', async () => {
    await ask(panel, { kind: 'delete', sessionId: stored });
    await pass(RESTORABLE_MS);
    expect(await ask(panel, { kind: 'restore', sessionId: stored })).toMatchObject({ outcome: 'notFound' });
    expect(await (await store.open()).count('chunks')).toBe(0);
    expect(await ask(panel, { kind: 'delete', sessionId: stored })).toMatchObject({ outcome: 'notFound' });
  });

  it('can be restored by the worker after the one that deleted it, and is deleted by it', async () => {
    await ask(panel, { kind: 'delete', sessionId: stored });
    browser.kill(true);
    await pass(RESTORABLE_MS / 2);
    const again = await openPanel(OTHER_TAB);
    expect(await ask(again, { kind: 'restore', sessionId: stored })).toMatchObject({ outcome: 'done' });
    expect(await textsOf(stored)).toEqual([['0:0', '0:1']]);
    await ask(again, { kind: 'delete', sessionId: stored });
    await again.close();
    browser.kill(true);
    // A document that nobody records is enough to wake it.
    await openDocument(55);
    await pass(RESTORABLE_MS);
    expect(await (await store.open()).count('chunks')).toBe(0);
  });

  it('is not deleted while it is recorded', async () => {
    const live = panel.sessionId();
    expect(await ask(panel, { kind: 'delete', sessionId: live })).toEqual({ outcome: 'isRecorded', sessionId: null });
    expect(await session(live)).toBeDefined();
  });
});
