/** Connections that no page script sees, in the whole background: what becomes of handshakes, and of what DevTools tell. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HandshakeEvent } from '../browser/handshakes.ts';
import { createFakeDocument, type FakeDocument } from '../content/fake-document.ts';
import { numberedFrames } from '../protocol/fixtures.ts';
import { MAX_HANDSHAKE_CHARS_PER_TAB, MAX_HANDSHAKES_PER_TAB, MAX_URL_CHARS } from '../protocol/limits.ts';
import type { ConnectionRecord, DocumentRecord } from '../protocol/records.ts';
import { LINK_MESSAGE, RELAY_PORT, WAKE_MESSAGE } from '../protocol/relay.ts';
import { createStore, type Store } from '../store/open.ts';
import { readSession } from '../store/reader.ts';
import { createFakeBrowser, type FakeBrowser } from './fake-browser.ts';
import { type FakePanel, openFakePanel } from './fake-panel.ts';
import { handshakeEventOf } from './fixtures.ts';
import { GRACE_MS } from './outside-tab.ts';

const TAB = 7;
const PAGE = 'http://page/';
/** Settling goes in steps. */
const SETTLED_MS = GRACE_MS + 500;

let browser: FakeBrowser;
let store: Store;
let documents: { readonly frameId: number; readonly document: FakeDocument }[];
let panel: FakePanel;
let requests: number;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  browser = createFakeBrowser();
  browser.tabUrls.set(TAB, PAGE);
  store = createStore();
  documents = [];
  requests = 0;
  browser.onTabMessage((_tabId, message, frameId) => {
    for (const one of documents) {
      if (message === WAKE_MESSAGE) one.document.relay.onWake();
      if (message === LINK_MESSAGE && frameId === one.frameId) one.document.relay.onLinkWanted();
    }
  });
});
afterEach(() => store.close());

async function openPanel(sessionId: string | null = null): Promise<void> {
  panel = await openFakePanel(browser, TAB, sessionId);
}

function makeDocument(frameId = 0): FakeDocument {
  const document = createFakeDocument({
    nowMs: browser.nowMs,
    callAfter: browser.callAfter,
    url: () => PAGE,
    timeOriginMs: 0,
    connect: (onMessage, onDisconnect) =>
      browser.connect(RELAY_PORT, { tabId: TAB, frameId, isExtensionPage: false }, onMessage, onDisconnect),
  });
  documents.push({ frameId, document });
  return document;
}

/** The page opens a socket; `url` and time as its own script reports them. */
async function openSocket(document: FakeDocument, url: string, atMs = browser.nowMs(), connection = 0): Promise<void> {
  document.say({ kind: 'socketsExist' });
  await browser.settle();
  document.say({
    kind: 'reports',
    reports: [
      { kind: 'connectionCreated', connection, atMs, url, protocols: [] },
      { kind: 'connectionOpened', connection, atMs: atMs + 5, protocol: '', extensions: '' },
    ],
  });
  await browser.settle();
}

function event(change: Partial<HandshakeEvent> = {}): HandshakeEvent {
  const start = { atMs: browser.nowMs(), tabId: TAB, ownerUrl: PAGE, url: 'ws://host/worker' };
  return handshakeEventOf(start, change);
}

/** A whole handshake that succeeds. */
async function handshake(change: Partial<HandshakeEvent> = {}): Promise<void> {
  const requestId = change.requestId ?? String(++requests);
  browser.handshake(event({ ...change, requestId }));
  browser.handshake(event({ protocol: 'chat', accept: `accept ${requestId}`, ...change, requestId, stage: 'opened' }));
  await browser.settle();
}

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    browser.advance(Math.min(250, ms - passed));
    await browser.settle();
  }
}

function sessionId(): string {
  return panel.sessionId();
}
async function stored(): Promise<{ documents: readonly DocumentRecord[]; connections: readonly ConnectionRecord[] }> {
  return (await readSession(await store.open(), sessionId())) ?? { documents: [], connections: [] };
}
const connections = async () => (await stored()).connections;
/** The id of the only connection that no page script sees. */
async function outsideId(): Promise<string> {
  const outside = (await connections()).filter(({ seenBy }) => seenBy !== 'page');
  expect(outside).toHaveLength(1);
  return outside[0]?.connectionId ?? '';
}

describe('a handshake that no page script reports', () => {
  it('becomes a connection after a while, and panels are told', async () => {
    await openPanel();
    const startedAtMs = browser.nowMs();
    await handshake();
    await pass(GRACE_MS - 500);
    expect(await connections()).toEqual([]);
    await pass(1_000);
    expect(await stored()).toMatchObject({
      documents: [{ frameId: 0, url: PAGE, tabId: TAB, rejected: 0 }],
      connections: [
        {
          url: 'ws://host/worker',
          seenBy: 'network',
          protocol: 'chat',
          createdAtMs: startedAtMs,
          openedAtMs: startedAtMs,
          close: null,
          endSeenAtMs: null,
        },
      ],
    });
    const connectionId = await outsideId();
    expect(panel.latest('outside')).toMatchObject({
      connections: [{ connectionId, accept: 'accept 1' }],
      overlooked: 0,
    });
    await pass(100);
    expect(panel.latest('changed')?.connections).toMatchObject([{ connectionId }]);
  });

  it('becomes one at once where the browser says that it is a worker’s', async () => {
    await openPanel();
    browser.handshake(event({ isWorkers: true }));
    await browser.settle();
    await pass(1);
    expect(await connections()).toMatchObject([{ seenBy: 'network', protocols: [], openedAtMs: null }]);
    browser.handshake(event({ isWorkers: true, stage: 'asked', protocols: ['chat', 'x'] }));
    browser.handshake(event({ stage: 'opened', protocol: 'chat', accept: 'a' }));
    await browser.settle();
    await pass(1);
    expect(await connections()).toMatchObject([
      { protocols: ['chat', 'x'], protocol: 'chat', openedAtMs: browser.nowMs() - 1 },
    ]);
  });

  it('that fails ends without a close code', async () => {
    await openPanel();
    browser.handshake(event());
    browser.advance(40);
    browser.handshake(event({ stage: 'failed' }));
    const failedAtMs = browser.nowMs();
    await pass(SETTLED_MS);
    expect(await connections()).toMatchObject([{ openedAtMs: null, close: null, endSeenAtMs: failedAtMs }]);
    expect(panel.latest('outside')?.connections).toEqual([]);
  });

  it('whose beginning was missed begins with what was seen of it', async () => {
    await openPanel();
    browser.handshake(event({ stage: 'opened', accept: 'a' }));
    await pass(SETTLED_MS);
    expect(await connections()).toMatchObject([{ createdAtMs: expect.any(Number), openedAtMs: expect.any(Number) }]);
  });

  it('in another tab is nobody’s business', async () => {
    await openPanel();
    await handshake({ tabId: 8 });
    await pass(SETTLED_MS);
    expect(await connections()).toEqual([]);
  });

  it('of a shared worker belongs to the tabs of its origin', async () => {
    await openPanel();
    await handshake({ tabId: -1, isWorkers: true, ownerUrl: `${PAGE}shared.js` });
    await handshake({ tabId: -1, isWorkers: true, ownerUrl: 'http://other/shared.js' });
    await pass(250);
    expect(await stored()).toMatchObject({
      documents: [{ frameId: -1, url: `${PAGE}shared.js` }],
      connections: [{ seenBy: 'network' }],
    });
  });

  it('is numbered in its document, one document a frame', async () => {
    await openPanel();
    await handshake();
    await handshake();
    await handshake({ frameId: 3 });
    await pass(SETTLED_MS);
    const { documents: rows, connections: all } = await stored();
    expect(rows.map(({ frameId }) => frameId).sort()).toEqual([0, 3]);
    expect(all.map(({ connectionId }) => connectionId).sort()).toEqual(
      [0, 1].map((number) => `${sessionId()}.outside.0/${number}`).concat(`${sessionId()}.outside.1/0`),
    );
  });

  it('counts when there are too many to look into', async () => {
    await openPanel();
    for (let i = 0; i <= MAX_HANDSHAKES_PER_TAB; i++) browser.handshake(event({ requestId: `r${i}` }));
    await browser.settle();
    expect(panel.latest('outside')?.overlooked).toBe(1);
  }, 20_000);

  it('remembers no more of long URLs than fits', async () => {
    await openPanel();
    const url = `ws://host/${'x'.repeat(2 * MAX_URL_CHARS)}`;
    const count = Math.ceil(MAX_HANDSHAKE_CHARS_PER_TAB / MAX_URL_CHARS) + 10;
    for (let i = 0; i < count; i++) browser.handshake(event({ requestId: `r${i}`, url }));
    await pass(SETTLED_MS);
    const recorded = await connections();
    expect(recorded.length + (panel.latest('outside')?.overlooked ?? 0)).toBe(count);
    expect(recorded.length).toBeLessThan(count);
    expect(recorded[0]?.url).toHaveLength(MAX_URL_CHARS);
  });
});

describe('a handshake of the page’s own', () => {
  it.each([
    [
      'that is reported first',
      async (document: FakeDocument) => {
        await openSocket(document, 'ws://host/page');
        await handshake({ url: 'ws://host/page' });
      },
    ],
    [
      'that is reported later',
      async (document: FakeDocument) => {
        const atMs = browser.nowMs();
        await handshake({ url: 'ws://host/page' });
        await pass(GRACE_MS - 500);
        await openSocket(document, 'ws://host/page', atMs);
      },
    ],
  ] as const)('%s is no second connection', async (_, happen) => {
    await openPanel();
    await happen(makeDocument());
    await pass(SETTLED_MS);
    expect(await connections()).toMatchObject([{ url: 'ws://host/page', seenBy: 'page' }]);
  });

  it('that is reported too late is taken back', async () => {
    await openPanel();
    const document = makeDocument();
    const atMs = browser.nowMs();
    await handshake({ url: 'ws://host/page' });
    await pass(30_000);
    const connectionId = await outsideId();
    await openSocket(document, 'ws://host/page', atMs);
    await pass(500);
    expect(await connections()).toMatchObject([{ seenBy: 'page' }]);
    expect(panel.latest('removed')).toEqual({ kind: 'removed', sessionId: sessionId(), connectionIds: [connectionId] });
    expect(panel.latest('outside')?.connections).toEqual([]);
  });

  it('is recognised though its page’s clock stood still while the machine slept', async () => {
    await openPanel();
    const behindMs = 9 * 3_600_000;
    const document = createFakeDocument({
      nowMs: browser.nowMs,
      documentNowMs: () => browser.nowMs() - behindMs,
      callAfter: browser.callAfter,
      timeOriginMs: 0,
      connect: (onMessage, onDisconnect) =>
        browser.connect(RELAY_PORT, { tabId: TAB, frameId: 0, isExtensionPage: false }, onMessage, onDisconnect),
    });
    await handshake({ url: 'ws://host/page' });
    await openSocket(document, 'ws://host/page', browser.nowMs() - behindMs);
    await pass(SETTLED_MS);
    expect(await connections()).toMatchObject([{ seenBy: 'page' }]);
  });

  it('and its worker’s to the same URL are two', async () => {
    await openPanel();
    const document = makeDocument();
    await handshake({ url: 'ws://host/same' });
    await handshake({ url: 'ws://host/same' });
    await openSocket(document, 'ws://host/same');
    await pass(SETTLED_MS);
    expect((await connections()).map(({ seenBy }) => seenBy).sort()).toEqual(['network', 'page']);
  });

  it('waits for the end of a pause', async () => {
    await openPanel();
    const document = makeDocument();
    await panel.ask({ kind: 'setRecording', on: false });
    await handshake({ url: 'ws://host/page' });
    await handshake();
    await pass(60_000);
    expect(await connections()).toEqual([]);
    await panel.ask({ kind: 'setRecording', on: true });
    await openSocket(document, 'ws://host/page', browser.nowMs() - 60_000);
    await pass(SETTLED_MS);
    expect((await connections()).map(({ seenBy, url }) => [seenBy, url]).sort()).toEqual([
      ['network', 'ws://host/worker'],
      ['page', 'ws://host/page'],
    ]);
  });
});

it('whatever comes in the midst of writing is written, too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(60), { minLength: 2, maxLength: 2 }), async (turns) => {
      globalThis.indexedDB = new IDBFactory();
      browser = createFakeBrowser();
      browser.tabUrls.set(TAB, PAGE);
      store.close();
      store = createStore();
      await openPanel();
      const [first = 0, second = 0] = turns;
      const wait = async (count: number) => {
        for (let i = 0; i < count; i++) {
          browser.advance(i % 7 === 0 ? 1 : 0);
          await new Promise((resolve) => (i % 3 === 0 ? setImmediate(resolve) : queueMicrotask(() => resolve(null))));
        }
      };
      browser.handshake(event({ isWorkers: true }));
      await wait(first);
      browser.handshake(event({ stage: 'asked', protocols: ['chat'] }));
      await wait(second);
      browser.handshake(event({ stage: 'opened', protocol: 'chat', accept: 'a' }));
      await pass(500);
      expect(await connections()).toMatchObject([
        { protocols: ['chat'], protocol: 'chat', openedAtMs: expect.any(Number) },
      ]);
    }),
    { numRuns: 60 },
  );
}, 30_000);

it('a store that fails for a while is written to afterwards', async () => {
  await openPanel();
  await handshake();
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('No space left.', 'QuotaExceededError');
  });
  await pass(SETTLED_MS);
  expect(panel.latest('storeFailed')).toMatchObject({ failure: 'full' });
  put.mockRestore();
  await pass(6_000);
  expect(await connections()).toMatchObject([{ url: 'ws://host/worker', openedAtMs: expect.any(Number) }]);
});

describe('the death of the background', () => {
  it.each([600, GRACE_MS + 600])(
    '%d ms after a handshake neither loses nor doubles its connection',
    async (afterMs) => {
      await openPanel();
      const before = sessionId();
      await handshake();
      await pass(afterMs); // it is saved after half a second
      browser.kill(true);
      await browser.settle();
      await openPanel(before);
      await pass(2 * SETTLED_MS);
      expect(await connections()).toMatchObject([{ url: 'ws://host/worker', protocol: 'chat' }]);
      expect((await stored()).documents).toMatchObject([{ rejected: 0 }]);
    },
  );

  it('does not hide a handshake that comes while it is dead', async () => {
    await openPanel();
    const before = sessionId();
    await pass(1_000);
    browser.kill(true);
    expect(browser.isRunning).toBe(false);
    await handshake();
    expect(browser.isRunning).toBe(true);
    await openPanel(before);
    await pass(2 * SETTLED_MS);
    expect(await connections()).toMatchObject([{ seenBy: 'network' }]);
  });

  it('keeps the page’s own from being doubled', async () => {
    await openPanel();
    const before = sessionId();
    await openSocket(makeDocument(), 'ws://host/page');
    await handshake({ url: 'ws://host/page' });
    await pass(300);
    browser.kill(false);
    await browser.settle();
    await openPanel(before);
    await pass(2 * SETTLED_MS);
    expect(await connections()).toMatchObject([{ seenBy: 'page' }]);
  });
});

it('nobody’s background is started for a handshake when no tab is recorded', async () => {
  await openPanel();
  await panel.close();
  await pass(10_000);
  browser.kill(true);
  await browser.settle();
  expect(browser.isRunning).toBe(false);
  browser.handshake(event());
  expect(browser.isRunning).toBe(false);
});

describe('the end of the page', () => {
  it('is the end of its workers', async () => {
    await openPanel();
    const document = makeDocument();
    await handshake({ frameId: 3 });
    await handshake();
    await pass(SETTLED_MS);
    // The page script sees no socket here: the document was asked to keep a link.
    document.relay.onPageHide(false);
    await browser.settle();
    expect(await connections()).toMatchObject([{ goneAtMs: browser.nowMs() }, { goneAtMs: browser.nowMs() }]);
    expect(panel.latest('outside')?.connections).toEqual([]);
  });

  it('of one frame is not that of the others', async () => {
    await openPanel();
    const frame = makeDocument(3);
    await handshake({ frameId: 3 });
    await handshake();
    await pass(SETTLED_MS);
    frame.relay.onPageHide(false);
    await browser.settle();
    expect((await connections()).map(({ goneAtMs }) => goneAtMs !== null).sort()).toEqual([false, true]);
  });

  it('before its worker was found out is not missed', async () => {
    await openPanel();
    const document = makeDocument();
    await openSocket(document, 'ws://host/page');
    await handshake();
    document.relay.onPageHide(false);
    const goneAtMs = browser.nowMs();
    await pass(SETTLED_MS);
    const worker = (await connections()).find(({ seenBy }) => seenBy === 'network');
    expect(worker).toMatchObject({ url: 'ws://host/worker', goneAtMs });
  });

  it('does not concern the workers of the next one', async () => {
    await openPanel();
    const document = makeDocument();
    await handshake();
    await pass(SETTLED_MS);
    document.relay.onPageHide(false);
    documents = [];
    await pass(1_000);
    await handshake();
    await pass(SETTLED_MS);
    const all = await connections();
    expect(all.map(({ goneAtMs }) => goneAtMs !== null).sort()).toEqual([false, true]);
    expect(new Set(all.map(({ documentId }) => documentId)).size).toBe(2);
  });
});

describe('a new session', () => {
  it('begins with those that may live', async () => {
    await openPanel();
    await handshake();
    await handshake({ requestId: 'failed' });
    browser.handshake(event({ requestId: 'failed', stage: 'failed' }));
    await pass(SETTLED_MS);
    expect(panel.latest('outside')?.sinceMs).toBe(0);
    await panel.ask({ kind: 'clear' });
    const clearedAtMs = browser.nowMs();
    await pass(500);
    expect(await connections()).toMatchObject([{ seenBy: 'network', url: 'ws://host/worker' }]);
    expect(panel.latest('outside')).toMatchObject({
      sinceMs: clearedAtMs,
      connections: [{ connectionId: await outsideId() }],
    });
  });

  it('after the last one ended knows nothing of it', async () => {
    await openPanel();
    await handshake();
    await pass(SETTLED_MS);
    await panel.close();
    await pass(10_000);
    await openPanel();
    await pass(SETTLED_MS);
    expect(await connections()).toEqual([]);
  });
});

describe('DevTools', () => {
  /** The worker dies when the handshake has begun, and the next one hears nothing of the answer. */
  async function missTheAnswer(url: string): Promise<void> {
    browser.handshake(event({ requestId: 'missed', url }));
    await browser.settle();
    await pass(600); // it is saved after half a second
    const before = sessionId();
    browser.kill(false);
    await browser.settle();
    await openPanel(before);
  }

  const seen = (connection = 0) => ({
    kind: 'connectionSeen',
    connection,
    atMs: browser.nowMs(),
    seenBy: 'devtools',
    protocols: ['chat'],
  });
  const frames = (count: number, from = 0, connection = 0) => {
    const columns = numberedFrames(count, from);
    return {
      kind: 'framesCaptured',
      connection,
      firstSeq: from,
      columns: { ...columns, atMs: columns.atMs.map((at) => browser.nowMs() + at) },
    };
  };
  const logged = (change: object = {}) => ({
    accept: 'logged',
    url: 'ws://host/service',
    protocols: ['chat'],
    protocol: 'chat',
    extensions: '',
    startedAtMs: browser.nowMs(),
    openedAtMs: browser.nowMs() + 3,
    ownerUrl: `${PAGE}service.js`,
    ...change,
  });

  /** The row as the background gives it afterwards. */
  async function report(
    connectionId: string,
    ...reports: readonly object[]
  ): Promise<ConnectionRecord | null | undefined> {
    await panel.ask({ kind: 'devtoolsReports', requestId: ++requests, connectionId, reports });
    return panel.latest('devtoolsWritten')?.connection;
  }

  it('tell the frames and the end, once', async () => {
    await openPanel();
    await handshake();
    await pass(SETTLED_MS);
    const connectionId = await outsideId();
    const atMs = browser.nowMs();
    expect(await report(connectionId)).toMatchObject({ seenBy: 'network', nextSeq: 0 });
    expect(await report(connectionId, seen(), frames(5))).toMatchObject({ nextSeq: 5 });
    expect(await report(connectionId, frames(3, 2), frames(4, 5))).toMatchObject({ nextSeq: 9 });
    expect(await connections()).toMatchObject([
      { seenBy: 'devtools', nextSeq: 9, framesMissed: 0, lastFrameAtMs: atMs + 8, endSeenAtMs: null },
    ]);
    const ended = { kind: 'connectionEnded', connection: 0, atMs: browser.nowMs() };
    expect(await report(connectionId, ended)).toMatchObject({ endSeenAtMs: browser.nowMs() });
    expect(await connections()).toMatchObject([{ endSeenAtMs: browser.nowMs(), close: null }]);
    expect(panel.latest('outside')?.connections).toEqual([]);
    expect((await stored()).documents).toMatchObject([{ rejected: 0 }]);
  });

  it('cannot tell of the page’s own, of other tabs’, or nonsense', async () => {
    await openPanel();
    await openSocket(makeDocument(), 'ws://host/page');
    await handshake();
    await pass(SETTLED_MS);
    const all = await connections();
    const own = all.find(({ seenBy }) => seenBy === 'page')?.connectionId ?? '';
    expect(await report(own, frames(3))).toBeNull();
    expect(await report('nothing/0', frames(3))).toBeNull();
    const outside = all.find(({ seenBy }) => seenBy === 'network')?.connectionId ?? '';
    expect(
      await report(outside, frames(3, 0, 1), { kind: 'connectionClosed' }, { ...frames(1), columns: null }),
    ).toMatchObject({ nextSeq: 0 });
    expect(await connections()).toEqual(all);
  });

  it('find what the network layer does not tell', async () => {
    await openPanel();
    await panel.ask({ kind: 'devtoolsFound', handshakes: [logged(), 'nonsense'] });
    await pass(SETTLED_MS);
    expect(await stored()).toMatchObject({
      documents: [{ frameId: -1, url: `${PAGE}service.js` }],
      connections: [{ url: 'ws://host/service', seenBy: 'devtools', protocols: ['chat'] }],
    });
    expect(panel.latest('outside')?.connections).toEqual([{ connectionId: await outsideId(), accept: 'logged' }]);
    await panel.ask({ kind: 'devtoolsFound', handshakes: [logged()] });
    await pass(SETTLED_MS);
    expect(await connections()).toHaveLength(1);
  });

  it('list the page’s own and those that the network layer told of, too', async () => {
    await openPanel();
    const document = makeDocument();
    await openSocket(document, 'ws://host/page');
    await handshake();
    await pass(SETTLED_MS);
    const before = await connections();
    await panel.ask({
      kind: 'devtoolsFound',
      handshakes: [
        logged({ accept: 'accept 1', url: 'ws://host/worker' }),
        logged({ accept: 'of the page', url: 'ws://host/page', startedAtMs: browser.nowMs() - SETTLED_MS }),
      ],
    });
    await pass(SETTLED_MS);
    expect(await connections()).toEqual(before);
  });

  it.each([0, 2 * SETTLED_MS])('tell %d ms later how a handshake ended while the worker was dead', async (afterMs) => {
    await openPanel();
    const startedAtMs = browser.nowMs();
    await missTheAnswer('ws://host/worker');
    await pass(afterMs);
    await panel.ask({ kind: 'devtoolsFound', handshakes: [logged({ url: 'ws://host/worker', startedAtMs })] });
    await pass(2 * SETTLED_MS);
    expect(await connections()).toMatchObject([
      { url: 'ws://host/worker', protocol: 'chat', protocols: ['chat'], openedAtMs: expect.any(Number) },
    ]);
    expect(panel.latest('outside')?.connections).toEqual([{ connectionId: await outsideId(), accept: 'logged' }]);
    expect(await report(await outsideId(), seen(), frames(3))).toMatchObject({ seenBy: 'devtools', nextSeq: 3 });
  });

  it('do not double the page’s own that was answered while the worker was dead', async () => {
    await openPanel();
    const startedAtMs = browser.nowMs();
    await openSocket(makeDocument(), 'ws://host/page');
    await missTheAnswer('ws://host/page');
    await pass(SETTLED_MS);
    await panel.ask({ kind: 'devtoolsFound', handshakes: [logged({ url: 'ws://host/page', startedAtMs })] });
    await pass(2 * SETTLED_MS);
    expect(await connections()).toMatchObject([{ seenBy: 'page' }]);
    expect(panel.latest('outside')?.connections).toEqual([]);
  });

  it('that are closed leave the end of a connection open', async () => {
    await openPanel();
    await handshake();
    await pass(SETTLED_MS);
    const connectionId = await outsideId();
    await openFakePanel(browser, TAB, sessionId());
    await report(connectionId, seen(), frames(2));
    await panel.close();
    await pass(SETTLED_MS);
    expect(await connections()).toMatchObject([{ seenBy: 'network', nextSeq: 2 }]);
  });
});

it('a drop says that it cannot reach the connection', async () => {
  await openPanel();
  await handshake();
  await pass(SETTLED_MS);
  await panel.ask({ kind: 'drop', requestId: 9, connectionId: await outsideId() });
  expect(panel.latest('dropped')).toEqual({ kind: 'dropped', requestId: 9, outcome: 'outOfReach' });
});
