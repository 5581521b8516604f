import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PortSender } from '../browser/extension.ts';
import { createFakeDocument, type FakeDocument } from '../content/fake-document.ts';
import { CATALOGUE } from '../faults/catalogue.ts';
import { readScenario } from '../faults/scenario.ts';
import { textOf } from '../protocol/frame-columns.ts';
import { COMMAND_TIMEOUT_MS } from '../protocol/limits.ts';
import { PANEL_PORT } from '../protocol/panel-link.ts';
import type { ConnectionRecord, SessionRecord } from '../protocol/records.ts';
import { RELAY_PORT, type RelayMessage, type RelayReply, WAKE_MESSAGE } from '../protocol/relay.ts';
import { DEFAULT_SETTINGS } from '../protocol/settings.ts';
import { readChunkIndex } from '../store/fixtures.ts';
import { createStore, resetDatabase, type Store } from '../store/open.ts';
import { readContext, readPayload, readSession, readSessions } from '../store/reader.ts';
import { DATABASE_NAME, DATABASE_VERSION } from '../store/schema.ts';
import { CHANGES_MS } from './changes.ts';
import { createFakeBrowser, type FakeBrowser } from './fake-browser.ts';
import { type FakePanel, openFakePanel } from './fake-panel.ts';
import { DOCUMENT_GRACE_MS } from './relay-links.ts';
import { PANEL_GRACE_MS, RESTART_GRACE_MS } from './sessions.ts';

const TAB = 7;
const panelSender: PortSender = { tabId: null, frameId: null, isExtensionPage: true };
const contentSender = (tabId = TAB, frameId = 0): PortSender => ({ tabId, frameId, isExtensionPage: false });

let browser: FakeBrowser;
let store: Store;
let documents: { readonly tabId: number; readonly document: FakeDocument }[];

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  browser = createFakeBrowser();
  store = createStore();
  documents = [];
  browser.onTabMessage((tabId, message) => {
    expect(message).toBe(WAKE_MESSAGE);
    for (const one of documents) if (one.tabId === tabId) one.document.relay.onWake();
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  store.close();
});

const openPanel = (tabId = TAB, sessionId: string | null = null) => openFakePanel(browser, tabId, sessionId);

async function openDocument(tabId = TAB, frameId = 0): Promise<FakeDocument> {
  const document = createFakeDocument({
    nowMs: browser.nowMs,
    callAfter: browser.callAfter,
    connect: (onMessage, onDisconnect) =>
      browser.connect(RELAY_PORT, contentSender(tabId, frameId), onMessage, onDisconnect),
  });
  documents.push({ tabId, document });
  document.open();
  await browser.settle();
  return document;
}

async function pass(ms: number): Promise<void> {
  browser.advance(ms);
  await browser.settle();
}

async function sessions(): Promise<readonly SessionRecord[]> {
  return readSessions(await store.open());
}

async function connectionsOf(sessionId: string): Promise<readonly ConnectionRecord[]> {
  return (await readSession(await store.open(), sessionId))?.connections ?? [];
}

async function textsOf(connectionId: string): Promise<readonly string[]> {
  const database = await store.open();
  const texts: string[] = [];
  for (const firstSeq of await readChunkIndex(database, connectionId)) {
    const payload = await readPayload(database, connectionId, firstSeq);
    for (let i = 0; payload && i < payload.textEnds.length; i++) texts.push(textOf(payload, i));
  }
  return texts;
}

const texts = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `0:${from + i}`);

/** The id of the only connection of the session. */
async function onlyConnection(sessionId: string): Promise<string> {
  const connections = await connectionsOf(sessionId);
  expect(connections).toHaveLength(1);
  return connections[0]?.connectionId ?? '';
}

describe('a tab without a panel', () => {
  it('is not recorded, and the database is not touched', async () => {
    const open = vi.spyOn(IDBFactory.prototype, 'open');
    const document = await openDocument();
    document.frames(0, 3);
    await browser.settle();
    expect(document.commands).toEqual([]);
    expect(open).not.toHaveBeenCalled();
  });
});

describe('a panel', () => {
  it('begins a session with what documents remember', async () => {
    const document = await openDocument();
    document.frames(0, 3);
    const panel = await openPanel();
    expect(panel.latest('attached')).toEqual({ kind: 'attached', sessionId: panel.sessionId(), recording: true });
    expect(await textsOf(await onlyConnection(panel.sessionId()))).toEqual(texts(3));
    expect(await sessions()).toMatchObject([
      { sessionId: panel.sessionId(), tabId: TAB, endedAtMs: null, name: 'http://page/' },
    ]);
  });

  it('is told what changed as it was written, at once and then a few times a second', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    const changes = () => panel.updates.filter((update) => update.kind === 'changed');
    expect(changes()).toHaveLength(1);
    for (let i = 0; i < 10; i++) {
      document.frames(0, 1);
      await browser.settle();
    }
    expect(changes()).toHaveLength(1);
    await pass(CHANGES_MS);
    expect(changes()).toHaveLength(2);
    const stored = await readSession(await store.open(), panel.sessionId());
    expect(changes()[1]).toEqual({
      kind: 'changed',
      sessionId: panel.sessionId(),
      documents: stored?.documents,
      connections: stored?.connections,
    });
    await pass(10 * CHANGES_MS);
    expect(changes()).toHaveLength(2);
  });

  it('that is closed ends the session a moment later', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    await panel.close();
    expect(await sessions()).toMatchObject([{ endedAtMs: null }]);
    await pass(PANEL_GRACE_MS);
    expect(await sessions()).toMatchObject([{ endedAtMs: browser.nowMs() }]);
    expect(document.commands.at(-1)).toEqual({ kind: 'stop' });
    document.frames(0, 1);
    await browser.settle();
    expect(await connectionsOf(panel.sessionId())).toMatchObject([{ nextSeq: 0 }]);
  });

  it('that was closed without having seen anything leaves nothing', async () => {
    const panel = await openPanel();
    await panel.close();
    await pass(PANEL_GRACE_MS);
    expect(await sessions()).toEqual([]);
  });

  it('that comes back in time goes on', async () => {
    const panel = await openPanel();
    await openDocument();
    await panel.close();
    const again = await openPanel(TAB, panel.sessionId());
    await pass(2 * PANEL_GRACE_MS);
    expect(again.sessionId()).toBe(panel.sessionId());
    expect(await sessions()).toMatchObject([{ endedAtMs: null }]);
  });

  it('that is opened anew begins anew', async () => {
    const document = await openDocument();
    document.frames(0, 2);
    const first = await openPanel();
    await first.close();
    const second = await openPanel();
    expect(second.sessionId()).not.toBe(first.sessionId());
    for (const panel of [first, second]) {
      expect(await textsOf(await onlyConnection(panel.sessionId()))).toEqual(texts(2));
    }
  });

  it('shares the session with another of the same tab', async () => {
    const first = await openPanel();
    const second = await openPanel();
    expect(second.sessionId()).toBe(first.sessionId());
    await first.close();
    await pass(PANEL_GRACE_MS);
    expect(await sessions()).toMatchObject([{ endedAtMs: null }]);
    await second.ask({ kind: 'setRecording', on: false });
    expect(second.latest('attached')?.recording).toBe(false);
  });

  it('sees its own tab only', async () => {
    const mine = await openPanel(1);
    const other = await openPanel(2);
    expect(mine.sessionId()).not.toBe(other.sessionId());
    const document = await openDocument(1);
    document.frames(0, 1);
    await pass(CHANGES_MS);
    expect(mine.latest('changed')).toBeDefined();
    expect(other.latest('changed')).toBeUndefined();
  });

  it('must be a page of the extension', async () => {
    const disconnected = vi.fn();
    browser.connect(PANEL_PORT, contentSender(), () => undefined, disconnected);
    browser.connect('unheard-of', panelSender, () => undefined, disconnected);
    browser.connect(RELAY_PORT, panelSender, () => undefined, disconnected);
    await browser.settle();
    expect(disconnected).toHaveBeenCalledTimes(3);
  });
});

describe('a pause', () => {
  it('keeps session and document, and what came before it', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    document.frames(0, 2);
    await panel.ask({ kind: 'setRecording', on: false });
    expect(panel.latest('attached')).toEqual({ kind: 'attached', sessionId: panel.sessionId(), recording: false });
    document.frames(0, 2);
    await browser.settle();
    const connectionId = await onlyConnection(panel.sessionId());
    expect(await textsOf(connectionId)).toEqual(texts(2));
    await panel.ask({ kind: 'setRecording', on: true });
    expect(await textsOf(connectionId)).toEqual(texts(4));
    expect(document.commands.map((command) => ('history' in command ? command.history : command.kind))).toEqual([
      'ring',
      'stop',
      'unsent',
    ]);
    const context = await readContext(await store.open(), panel.sessionId());
    expect(context.map(({ kind }) => kind)).toEqual(['recordingPaused', 'recordingResumed']);
  });

  it('survives the death of the background', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    await panel.ask({ kind: 'setRecording', on: false });
    browser.kill(true);
    await browser.settle();
    const again = await openPanel(TAB, panel.sessionId());
    expect(again.latest('attached')).toEqual({ kind: 'attached', sessionId: panel.sessionId(), recording: false });
    await again.ask({ kind: 'setRecording', on: true });
    document.frames(0, 1);
    await browser.settle();
    expect(await textsOf(await onlyConnection(panel.sessionId()))).toEqual(texts(1));
  });
});

describe('clearing', () => {
  it('begins a session with the open connections and without their frames', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    document.frames(0, 2);
    document.close(document.open());
    const before = panel.sessionId();
    await panel.ask({ kind: 'clear' });
    expect(panel.sessionId()).not.toBe(before);
    document.frames(0, 1);
    await browser.settle();
    expect(await sessions()).toHaveLength(1);
    const connectionId = await onlyConnection(panel.sessionId());
    expect(await textsOf(connectionId)).toEqual(texts(1, 2));
    expect(await connectionsOf(panel.sessionId())).toMatchObject([{ gaps: [{ firstSeq: 0, count: 2 }] }]);
    const database = await store.open();
    for (const name of ['documents', 'connections', 'chunks', 'payloads'] as const) {
      expect([name, await database.count(name)]).toEqual([name, 1]);
    }
  });

  it('lets later documents tell all', async () => {
    const panel = await openPanel();
    await panel.ask({ kind: 'clear' });
    const document = await openDocument();
    expect(document.commands).toEqual([{ kind: 'record', history: 'ring' }]);
  });

  it('counts for a document whose link was lost meanwhile', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    document.relay.onPageHide(true);
    await browser.settle();
    await panel.ask({ kind: 'clear' });
    document.relay.onPageShow();
    await browser.settle();
    expect(document.commands.filter(({ kind }) => kind === 'record').at(-1)).toEqual({
      kind: 'record',
      history: 'open',
    });
  });

  it('stays paused', async () => {
    const panel = await openPanel();
    await panel.ask({ kind: 'setRecording', on: false });
    await panel.ask({ kind: 'clear' });
    expect(panel.latest('attached')?.recording).toBe(false);
  });
});

describe('the death of the background', () => {
  it('ends sessions whose panels do not come back', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    browser.kill(true);
    await browser.settle(); // the document connects, which starts it again
    expect(browser.isRunning).toBe(true);
    await pass(RESTART_GRACE_MS - 1);
    expect(await sessions()).toMatchObject([{ sessionId: panel.sessionId(), endedAtMs: null }]);
    await pass(1);
    expect(await sessions()).toMatchObject([{ endedAtMs: browser.nowMs() }]);
    expect(document.commands.at(-1)).toEqual({ kind: 'stop' });
  });

  it('is nothing to a panel that comes back', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    browser.kill(true);
    const again = await openPanel(TAB, panel.sessionId());
    document.frames(0, 4);
    await pass(2 * RESTART_GRACE_MS);
    expect(again.sessionId()).toBe(panel.sessionId());
    expect(await textsOf(await onlyConnection(panel.sessionId()))).toEqual(texts(4));
    expect(document.commands).toEqual([{ kind: 'record', history: 'ring' }]);
  });

  it('hides no document that went meanwhile', async () => {
    const panel = await openPanel();
    const gone = await openDocument(TAB, 3);
    browser.kill(true);
    gone.relay.onPageHide(true); // and its tab is closed: it never comes back
    await openPanel(TAB, panel.sessionId());
    const deadSinceMs = browser.nowMs();
    await pass(RESTART_GRACE_MS);
    const stored = await readSession(await store.open(), panel.sessionId());
    expect(stored?.documents).toMatchObject([{ frameId: 3, goneAtMs: deadSinceMs }]);
    expect(stored?.connections).toMatchObject([{ goneAtMs: deadSinceMs }]);
  });

  it('with the whole browser ends all sessions', async () => {
    const before = await openPanel();
    await openDocument();
    browser.kill(true);
    browser = createFakeBrowser();
    documents = [];
    const after = await openPanel(TAB, before.sessionId());
    expect(after.sessionId()).not.toBe(before.sessionId());
    const [ended] = (await sessions()).filter(({ sessionId }) => sessionId === before.sessionId());
    expect(ended?.endedAtMs).not.toBeNull();
  });
});

describe('a document', () => {
  it('that says farewell is gone', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    document.frames(0, 1);
    document.relay.onPageHide(false);
    await browser.settle();
    const stored = await readSession(await store.open(), panel.sessionId());
    expect(stored?.documents).toMatchObject([{ goneAtMs: browser.nowMs() }]);
    expect(stored?.connections).toMatchObject([{ goneAtMs: browser.nowMs(), framesIn: 1, close: null }]);
  });

  it('that says hello, everything and farewell in one breath is heard', async () => {
    const panel = await openPanel();
    let hangUp = (): void => undefined;
    const document = createFakeDocument({
      nowMs: browser.nowMs,
      callAfter: browser.callAfter,
      connect: (onMessage, onDisconnect) => {
        const port = browser.connect(RELAY_PORT, contentSender(), onMessage, onDisconnect);
        hangUp = port.disconnect;
        return port;
      },
    });
    document.open();
    await browser.settle();
    browser.kill(true);
    while (!browser.isRunning) browser.deliver(); // until the document has connected again
    document.frames(0, 3);
    document.relay.onPageHide(false);
    hangUp();
    await browser.settle();
    expect(await textsOf(await onlyConnection(panel.sessionId()))).toEqual(texts(3));
    const stored = await readSession(await store.open(), panel.sessionId());
    expect(stored?.documents).toMatchObject([{ goneAtMs: browser.nowMs() }]);
  });

  it('that says nothing is gone a little later, and back when it comes back', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    document.relay.onPageHide(true);
    await browser.settle();
    const lostAtMs = browser.nowMs();
    const goneAtMs = async () => (await readSession(await store.open(), panel.sessionId()))?.documents[0]?.goneAtMs;
    await pass(DOCUMENT_GRACE_MS - 1);
    expect(await goneAtMs()).toBeNull();
    await pass(1);
    expect(await goneAtMs()).toBe(lostAtMs);
    await pass(CHANGES_MS);
    expect(panel.latest('changed')?.documents).toMatchObject([{ goneAtMs: lostAtMs }]);
    document.relay.onPageShow();
    await browser.settle();
    expect(await goneAtMs()).toBeNull();
    document.frames(0, 1);
    await browser.settle();
    expect(await textsOf(await onlyConnection(panel.sessionId()))).toEqual(texts(1));
  });

  it('tells how much of what its page said was refused', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    document.say({
      kind: 'reports',
      reports: [{ kind: 'connectionOpened', connection: 99, atMs: 1, protocol: '', extensions: '' }, 5],
    });
    document.say('nonsense');
    await pass(1_000);
    const stored = await readSession(await store.open(), panel.sessionId());
    expect(stored?.documents).toMatchObject([{ rejected: 3 }]);
  });
});

describe('a content script that lies', () => {
  function connectAs(tabId: number, frameId = 0) {
    const replies: RelayReply[] = [];
    const disconnected = vi.fn();
    const port = browser.connect(
      RELAY_PORT,
      contentSender(tabId, frameId),
      (message) => replies.push(message as RelayReply),
      disconnected,
    );
    const say = async (message: RelayMessage) => {
      port.post(message);
      await browser.settle();
    };
    return { say, replies, disconnected };
  }
  const hello = (documentId: string, sessionId: string): RelayMessage => ({
    kind: 'hello',
    documentId,
    sessionId,
    url: 'http://evil/',
    timeOriginMs: 1,
    isLeaving: false,
  });
  const close = (documentId: string, sessionId: string, batch: number): RelayMessage => ({
    kind: 'batch',
    documentId,
    sessionId,
    batch,
    reports: [
      { kind: 'connectionClosed', connection: 0, atMs: 1, code: 1000, reason: '', wasClean: true, simulated: false },
    ],
    rejected: 0,
    payloadsLeftOut: 0,
    goneAtMs: null,
  });

  it.each([
    ['tab', 8, 0],
    ['frame', TAB, 5],
  ])('cannot write into a document of another %s', async (_, tabId, frameId) => {
    const panel = await openPanel();
    await openPanel(8);
    await openDocument();
    const [connection] = await connectionsOf(panel.sessionId());
    const documentId = connection?.documentId ?? '';
    const liar = connectAs(tabId, frameId);
    await liar.say(hello(documentId, panel.sessionId()));
    if (tabId === TAB) expect(liar.replies).toMatchObject([{ kind: 'state', committedBatch: null }]);
    await liar.say(close(documentId, panel.sessionId(), 2));
    expect(await connectionsOf(panel.sessionId())).toEqual([connection]);
    // nor take its place
    await panel.ask({ kind: 'drop', requestId: 1, connectionId: connection?.connectionId ?? '' });
    expect(panel.latest('dropped')).toEqual({ kind: 'dropped', requestId: 1, outcome: 'done' });
  });

  it('is cut off when it says what no content script says', async () => {
    const liar = connectAs(TAB);
    await liar.say({ kind: 'attach', tabId: 7 } as never);
    expect(liar.disconnected).toHaveBeenCalled();
  });

  it('that leaves before it was told its session is recorded in the one of its tab', async () => {
    const panel = await openPanel();
    const document = connectAs(TAB);
    await document.say({
      kind: 'hello',
      documentId: 'd',
      sessionId: null,
      url: 'http://page/',
      timeOriginMs: 1,
      isLeaving: true,
    });
    const created = { kind: 'connectionCreated', connection: 0, atMs: 1, url: 'ws://host/', protocols: [] };
    await document.say({ ...close('d', 's', 1), sessionId: null, reports: [created], goneAtMs: 2 } as RelayMessage);
    expect(document.replies).toEqual([]);
    expect(await connectionsOf(panel.sessionId())).toMatchObject([{ documentId: 'd', url: 'ws://host/' }]);
    // A tab that is not recorded, or pauses, has no session for anybody.
    const other = connectAs(8);
    await other.say({
      kind: 'hello',
      documentId: 'e',
      sessionId: null,
      url: 'http://page/',
      timeOriginMs: 1,
      isLeaving: true,
    });
    await other.say({ ...close('e', 's', 1), sessionId: null, reports: [created], goneAtMs: 2 } as RelayMessage);
    expect(await (await store.open()).count('documents')).toBe(1);
  });

  it('cannot write without a session', async () => {
    const liar = connectAs(TAB);
    await liar.say(close('d', 's', 1));
    await liar.say(hello('d', 's'));
    await liar.say(close('d', 's', 1));
    expect(liar.replies).toEqual([{ kind: 'notRecorded' }]);
    expect(await (await store.open()).count('documents')).toBe(0);
  });

  it('is cut off when it leaves out a batch, and goes on where it was', async () => {
    const panel = await openPanel();
    const liar = connectAs(TAB);
    await liar.say(hello('d', panel.sessionId()));
    await liar.say({ ...close('d', panel.sessionId(), 1), reports: [] } as RelayMessage);
    await liar.say(close('d', panel.sessionId(), 3));
    expect(liar.replies).toMatchObject([
      { kind: 'state', committedBatch: 0 },
      { kind: 'committed', batch: 1 },
    ]);
    expect(liar.disconnected).toHaveBeenCalled();
    const again = connectAs(TAB);
    await again.say(hello('d', panel.sessionId()));
    expect(again.replies).toMatchObject([{ kind: 'state', committedBatch: 1 }]);
  });
});

describe('a scenario', () => {
  async function play(panel: FakePanel): Promise<FakeDocument> {
    const document = await openDocument();
    const scenario = CATALOGUE.find(({ name }) => name === 'Server crashes');
    await panel.ask({ kind: 'playScenario', requestId: 5, scenario, target: { kind: 'tab' } });
    expect(panel.latest('scenarioAnswered')).toEqual({
      kind: 'scenarioAnswered',
      requestId: 5,
      outcome: 'done',
      detail: '',
    });
    return document;
  }

  it('refuses handshakes and reaches the page; the recording holds when it was', async () => {
    const panel = await openPanel();
    const document = await play(panel);
    expect([...browser.refusals.values()]).toEqual([{ id: 1, tabId: TAB, urlPattern: null }]);
    expect(document.commands.at(-1)).toMatchObject({
      kind: 'fault',
      fault: { where: { kind: 'all', later: false }, what: { kind: 'end', code: 1006, lostBy: 'end' } },
    });
    await panel.ask({ kind: 'stopScenario' });
    expect(document.commands.at(-1)).toEqual({ kind: 'stopAllFaults' });
    expect(panel.latest('scenarioRun')?.run).toMatchObject({ name: 'Server crashes', state: 'stopped' });
    const context = await readContext(await store.open(), panel.sessionId());
    expect(context.map(({ kind, run }) => [kind, run?.state])).toEqual([
      ['faultStarted', 'playing'],
      ['faultEnded', 'stopped'],
    ]);
  });

  it('ends with the last panel of the tab', async () => {
    const panel = await openPanel();
    const other = await openPanel();
    const document = await play(panel);
    await panel.close();
    expect(browser.refusals.size).toBe(1);
    await other.close();
    expect(browser.refusals.size).toBe(0);
    expect(document.commands.at(-1)).toEqual({ kind: 'stopAllFaults' });
  });

  it('ends with the recording that it belongs to', async () => {
    const panel = await openPanel();
    await play(panel);
    await panel.ask({ kind: 'clear' });
    expect(browser.refusals.size).toBe(0);
    expect(panel.latest('scenarioRun')?.run?.state).toBe('stopped');
  });

  it('does not outlive its background: the page is told by its content script, the rules go with the next start', async () => {
    const panel = await openPanel();
    const document = await play(panel);
    browser.kill(true);
    await browser.settle();
    expect(document.commands).toContainEqual({ kind: 'stopAllFaults' });
    const again = await openPanel(TAB, panel.sessionId());
    expect(browser.refusals.size).toBe(0);
    expect(again.latest('scenarioRun')?.run).toMatchObject({ name: 'Server crashes', state: 'interrupted' });
    const context = await readContext(await store.open(), panel.sessionId());
    expect(context.filter(({ run }) => run).map(({ kind, run }) => [kind, run?.state])).toEqual([
      ['faultStarted', 'playing'],
      ['faultEnded', 'interrupted'],
    ]);
    expect(readScenario(context.find(({ scenario }) => scenario)?.scenario)).toMatchObject({ ok: true });
  });

  it("is not played on another tab's connection", async () => {
    const owner = await openPanel(1);
    const other = await openPanel(2);
    const document = await openDocument(1);
    const connectionId = await onlyConnection(owner.sessionId());
    await other.ask({
      kind: 'playScenario',
      requestId: 1,
      scenario: CATALOGUE[0],
      target: { kind: 'connection', connectionId },
    });
    expect(other.latest('scenarioAnswered')?.outcome).toBe('notAllowed');
    expect(document.commands.map(({ kind }) => kind)).not.toContain('fault');
  });
});

describe('an order for a frame', () => {
  const order = { kind: 'release', heldId: 4, payload: null, isLost: true } as const;

  it('reaches the page that has the connection, as what a page can execute', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    const connectionId = await onlyConnection(panel.sessionId());
    const payload = { kind: 'text', text: 'once more' } as const;
    const inject = { kind: 'inject', direction: 'out', payload } as const;
    await panel.ask({ kind: 'orderFrame', requestId: 5, connectionId, order: inject });
    expect(document.commands.at(-1)).toMatchObject({
      kind: 'fault',
      fault: { where: { kind: 'connection', connection: 0 }, when: { kind: 'now' }, what: inject, times: 1 },
    });
    await panel.ask({ kind: 'orderFrame', requestId: 6, connectionId, order });
    expect(document.commands.at(-1)).toMatchObject({ kind: 'releaseFrame', heldId: 4, payload: null, isLost: true });
    await pass(COMMAND_TIMEOUT_MS);
    expect(panel.latest('frameOrdered')?.requestId).toBe(6);
  });

  it("is not allowed for another tab's, and answered when there is nobody", async () => {
    const owner = await openPanel(1);
    const other = await openPanel(2);
    const document = await openDocument(1);
    const connectionId = await onlyConnection(owner.sessionId());
    await other.ask({ kind: 'orderFrame', requestId: 1, connectionId, order });
    expect(other.latest('frameOrdered')).toMatchObject({ requestId: 1, outcome: 'notAllowed' });
    await other.ask({ kind: 'orderFrame', requestId: 2, connectionId: 'nobody/0', order });
    expect(other.latest('frameOrdered')).toMatchObject({ requestId: 2, outcome: 'notFound' });
    expect(document.commands.map(({ kind }) => kind)).not.toContain('releaseFrame');
  });
});

describe('a drop', () => {
  async function drop(panel: FakePanel, connectionId: string): Promise<string | undefined> {
    await panel.ask({ kind: 'drop', requestId: 5, connectionId });
    await pass(COMMAND_TIMEOUT_MS);
    return panel.latest('dropped')?.outcome;
  }

  it('reaches the page that has the connection', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    expect(await drop(panel, await onlyConnection(panel.sessionId()))).toBe('done');
    expect(document.commands.at(-1)).toMatchObject({ kind: 'drop', connection: 0 });
    expect(await connectionsOf(panel.sessionId())).toMatchObject([{ close: { code: 1006 } }]);
  });

  it("is not allowed in another panel's tab", async () => {
    const owner = await openPanel(1);
    const other = await openPanel(2);
    const document = await openDocument(1);
    const connectionId = await onlyConnection(owner.sessionId());
    expect(await drop(other, connectionId)).toBe('notAllowed');
    browser.kill(true);
    document.relay.onPageHide(true);
    expect(await drop(await openPanel(2, other.sessionId()), connectionId)).toBe('notAllowed');
    expect(document.commands.map(({ kind }) => kind)).not.toContain('drop');
  });

  it.each(['nonsense', '', '/', 'unknown/0', 'unknown/-1'])('of %j finds nothing', async (connectionId) => {
    expect(await drop(await openPanel(), connectionId)).toBe('notFound');
  });

  it('in a document that is gone finds nothing', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    document.relay.onPageHide(false);
    document.relay.onPageHide(true); // it is silent from now on, as a document is that does not exist any more
    await pass(DOCUMENT_GRACE_MS);
    const [connection] = await connectionsOf(panel.sessionId());
    documents = [];
    browser.kill(true);
    const again = await openPanel(TAB, panel.sessionId());
    expect(await drop(again, connection?.connectionId ?? '')).toBe('notFound');
  });

  it('waits for a document that is just connecting again', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    const connectionId = await onlyConnection(panel.sessionId());
    document.relay.onPageHide(true);
    await browser.settle();
    await panel.ask({ kind: 'drop', requestId: 1, connectionId });
    expect(panel.latest('dropped')).toBeUndefined();
    document.relay.onPageShow();
    await browser.settle();
    expect(panel.latest('dropped')?.outcome).toBe('done');
  });

  it('that nobody answers is told so', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    const connectionId = await onlyConnection(panel.sessionId());
    document.relay.onPageHide(true);
    await browser.settle();
    expect(await drop(panel, connectionId)).toBe('unanswered');
  });
});

describe('a database that fails', () => {
  it('because it is newer is told to the panel, nothing is recorded, and nothing is changed', async () => {
    const later = await openDB(DATABASE_NAME, DATABASE_VERSION + 1);
    later.close();
    const document = await openDocument();
    const panel = await openPanel();
    expect(panel.updates).toMatchObject([
      { kind: 'settings' },
      { kind: 'alwaysOn' },
      { kind: 'notices' },
      { kind: 'storeFailed', failure: 'newer' },
    ]);
    expect(document.commands).toEqual([]);
    expect((await openDB(DATABASE_NAME)).version).toBe(DATABASE_VERSION + 1);
  });

  it('can be reset, and then everything works', async () => {
    const later = await openDB(DATABASE_NAME, DATABASE_VERSION + 1);
    later.close();
    const document = await openDocument();
    document.frames(0, 2);
    const panel = await openPanel();
    await resetDatabase();
    await panel.ask({ kind: 'attach', tabId: TAB, sessionId: null });
    expect(await textsOf(await onlyConnection(panel.sessionId()))).toEqual(texts(2));
  });

  it('by being deleted under a session ends it; a new one begins with the next request', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    await resetDatabase();
    document.frames(0, 2);
    await browser.settle();
    expect(panel.latest('storeFailed')).toMatchObject({ failure: 'broken' });
    const before = panel.sessionId();
    await panel.ask({ kind: 'attach', tabId: TAB, sessionId: before });
    expect(panel.sessionId()).not.toBe(before);
    expect(await textsOf(await onlyConnection(panel.sessionId()))).toEqual(texts(2));
  });

  it('because it is full gives up the oldest session that has ended, and goes on', async () => {
    const earlier: string[] = [];
    for (const tabId of [TAB + 1, TAB + 2]) {
      const panel = await openPanel(tabId);
      const document = await openDocument(tabId);
      document.frames(0, 1);
      await browser.settle();
      earlier.push(panel.sessionId());
      await panel.close();
      await pass(PANEL_GRACE_MS);
    }
    const panel = await openPanel();
    const document = await openDocument();
    const [oldest, newer] = earlier;
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('No space left.', 'QuotaExceededError');
    });
    document.frames(0, 1);
    await browser.settle();
    const fullAtMs = browser.nowMs();
    // Only what has been written is in the way: once it is gone, there is room.
    const left = (await sessions()).map(({ sessionId }) => sessionId);
    expect(left).not.toContain(oldest);
    expect(left).toContain(newer);
    put.mockRestore();
    await pass(10_000);
    expect(await textsOf(await onlyConnection(panel.sessionId()))).toEqual(texts(1));
    // It says so, to those who look and, until somebody has seen it, to those who come.
    const notice = { kind: 'deletedForRoom', sessionId: oldest, name: 'http://page/', atMs: fullAtMs };
    expect(panel.latest('notices')?.notices).toMatchObject([notice]);
    browser.kill(false);
    const late = await openPanel(TAB + 3);
    expect(late.latest('notices')?.notices).toMatchObject([notice]);
    const dismissed = { kind: 'dismissNotices', untilMs: browser.nowMs() } as const;
    await late.ask({ kind: 'session', requestId: 1, verb: dismissed });
    expect(late.latest('notices')?.notices).toEqual([]);
    expect((await openPanel(TAB + 4)).latest('notices')?.notices).toEqual([]);
  });

  it('because it is full loses nothing that fits into the content script', async () => {
    const panel = await openPanel();
    const document = await openDocument();
    document.frames(0, 2);
    await browser.settle();
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('No space left.', 'QuotaExceededError');
    });
    for (let i = 0; i < 20; i++) {
      document.frames(0, 1);
      await pass(100);
    }
    expect(panel.latest('storeFailed')).toMatchObject({ failure: 'full' });
    expect(put.mock.calls.length).toBeLessThan(10);
    put.mockRestore();
    await pass(10_000);
    expect(await textsOf(await onlyConnection(panel.sessionId()))).toEqual(texts(22));
    await pass(CHANGES_MS);
    expect(panel.updates.findLast(({ kind }) => kind !== 'evidence')?.kind).toBe('changed');
  });
});

describe('settings', () => {
  const settings = { ...DEFAULT_SETTINGS, keptPayloadBytes: 2 };

  it('are told to every panel, hold at once for all documents, and are known to the next worker', async () => {
    const panel = await openPanel();
    const other = await openPanel(TAB + 1);
    expect(panel.updates[0]).toEqual({ kind: 'settings', settings: DEFAULT_SETTINGS, areSaved: true });
    const document = await openDocument();
    document.frames(0, 1);
    await browser.settle();
    await other.ask({ kind: 'setSettings', settings });
    expect(panel.latest('settings')).toEqual({ kind: 'settings', settings, areSaved: true });
    document.frames(0, 1);
    await browser.settle();
    browser.kill(true);
    document.frames(0, 1);
    await pass(10_000);
    const again = await openPanel(TAB, panel.sessionId());
    expect(again.updates[0]).toEqual({ kind: 'settings', settings, areSaved: true });
    expect(await textsOf(await onlyConnection(panel.sessionId()))).toEqual(['0:0', '0:', '0:']);
  });

  it('are parsed before they count', async () => {
    const panel = await openPanel();
    await panel.ask({ kind: 'setSettings', settings: { ...settings, retentionBytes: -5 } });
    expect(panel.latest('settings')?.settings).toEqual(settings);
    expect(browser.lasting.get('settings')).toEqual(settings);
  });

  it('decide at once what is kept of ended recordings', async () => {
    const first = await openPanel();
    const document = await openDocument();
    document.frames(0, 1);
    await browser.settle();
    await first.close();
    await pass(PANEL_GRACE_MS);
    const second = await openPanel();
    await pass(2 * 24 * 60 * 60 * 1000);
    expect(await sessions()).toHaveLength(2);
    await second.ask({ kind: 'setSettings', settings: { ...settings, retentionAgeMs: 24 * 60 * 60 * 1000 } });
    await browser.settle();
    expect((await sessions()).map(({ sessionId }) => sessionId)).toEqual([second.sessionId()]);
  });
});

describe('what a document holds back', () => {
  it('is told to its tab, and forgotten with its link', async () => {
    const panel = await openPanel();
    const other = await openPanel(TAB + 1);
    const port = browser.connect(
      RELAY_PORT,
      contentSender(TAB, 0),
      () => undefined,
      () => undefined,
    );
    port.post({ kind: 'pressure', heldBackBytes: 500_000, leftOut: 'payloads' });
    await browser.settle();
    expect(panel.latest('pressure')).toEqual({ kind: 'pressure', heldBackBytes: 500_000, leftOut: 'payloads' });
    expect(other.latest('pressure')).toMatchObject({ heldBackBytes: 0 });
    port.disconnect();
    await browser.settle();
    expect(panel.latest('pressure')).toEqual({ kind: 'pressure', heldBackBytes: 0, leftOut: 'nothing' });
  });
});
