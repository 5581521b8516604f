/**
 * Puts the parts of the background together. It may be killed at any moment and keeps nothing that it cannot lose: which
 * tabs are recorded is in the browser's session storage, what was recorded in the database, what was not yet in the
 * content scripts; and both ends of every port connect again.
 */
import type { ExtensionPort, SessionStorage } from '../browser/extension.ts';
import type { HandshakeEvent, HandshakeObserver } from '../browser/handshakes.ts';
import { isOutsideDocument } from '../protocol/outside.ts';
import { type DropOutcome, PANEL_PORT } from '../protocol/panel-link.ts';
import { LINK_MESSAGE, RELAY_PORT, WAKE_MESSAGE } from '../protocol/relay.ts';
import { storeFailureOf } from '../store/failure.ts';
import type { ChangedRows } from '../store/gone.ts';
import type { Store } from '../store/open.ts';
import { readConnection, readDocument, readSession } from '../store/reader.ts';
import { createWriter } from '../store/writer.ts';
import { createChanges } from './changes.ts';
import { createOutsideConnections } from './outside-connections.ts';
import { createPanelLinks } from './panel-links.ts';
import { createRecordedTabs } from './recorded-tabs.ts';
import { createRelayLinks } from './relay-links.ts';
import { createSessions, PANEL_GRACE_MS, RESTART_GRACE_MS } from './sessions.ts';

export interface BackgroundEdges {
  readonly store: Store;
  readonly storage: SessionStorage;
  sendToTab(tabId: number, message: unknown): void;
  sendToFrame(tabId: number, frameId: number, message: unknown): void;
  /** '' when it cannot be told. */
  tabUrl(tabId: number): Promise<string>;
  /** Called in the first turn, as `observeHandshakes` of src/browser wants it. */
  observeHandshakes(listener: (event: HandshakeEvent) => void): HandshakeObserver;
  newId(): string;
  /** Epoch milliseconds. */
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): void;
}

export interface Background {
  onPortOpened(port: ExtensionPort): void;
}

export function createBackground(edges: BackgroundEdges): Background {
  const { store, nowMs, callAfter, newId } = edges;
  const tabs = createRecordedTabs(edges.storage);
  const writer = createWriter(store);
  const changes = createChanges((tabId, changed) => panels.tell(tabId, changed), callAfter);

  const observer = edges.observeHandshakes((event) => outside.onHandshake(event));

  const relays = createRelayLinks({
    tabs,
    writer,
    nowMs,
    callAfter,
    onStoreFailed,
    onChanged,
    onSessionMissing: (tabId, sessionId) => {
      onStoreFailed(tabId, new Error('The session that is being recorded is not in the database any more.'));
      void sessions.abandon(tabId, sessionId);
    },
  });

  const sessions = createSessions({
    tabs,
    writer,
    newId,
    nowMs,
    callAfter,
    onStoreFailed,
    isWatched: (tabId) => panels.isWatched(tabId),
    onTabChanged: (tabId) => {
      observer.setOn(tabs.tabIds().length > 0);
      relays.tellTab(tabId);
      outside.onTabChanged(tabId);
    },
    wake: (tabId) => edges.sendToTab(tabId, WAKE_MESSAGE),
  });

  const outside = createOutsideConnections({
    tabs,
    writer,
    storage: edges.storage,
    readSession: async (sessionId) =>
      (await readSession(await store.open(), sessionId)) ?? { documents: [], connections: [] },
    readConnection: async (connectionId) => readConnection(await store.open(), connectionId),
    clockAheadMs: relays.clockAheadMs,
    tabUrl: edges.tabUrl,
    linkFrame: (tabId, frameId) => edges.sendToFrame(tabId, frameId, LINK_MESSAGE),
    onChanged,
    onStoreFailed,
    tell: (tabId, update) => panels.tell(tabId, update),
    nowMs,
    callAfter,
  });

  const panels = createPanelLinks({
    sessions,
    drop,
    onStoreFailed,
    onDevtoolsFound: outside.onFound,
    onDevtoolsReports: outside.report,
    onDevtoolsClosed: outside.onDevtoolsClosed,
    describeOutside: outside.describe,
    onPanelGone: (tabId) => sessions.endUnlessWatched(tabId, PANEL_GRACE_MS),
  });

  function onChanged(tabId: number, rows: ChangedRows): void {
    const { document, connections } = rows;
    // The last rows of a session that has just ended are nothing to those who look at the next.
    if (tabs.get(tabId)?.sessionId === document.sessionId) changes.add(tabId, document, connections);
    outside.onRowsChanged(tabId, rows);
  }

  function onStoreFailed(tabId: number, error: unknown): void {
    panels.tell(tabId, { kind: 'storeFailed', ...storeFailureOf(error) });
  }

  /** Only the tab that a panel was opened for, whatever id it names. */
  async function drop(tabId: number, connectionId: string): Promise<DropOutcome> {
    try {
      return await dropWithin(tabId, connectionId);
    } catch (error) {
      onStoreFailed(tabId, error);
      return 'failed';
    }
  }

  async function dropWithin(tabId: number, connectionId: string): Promise<DropOutcome> {
    const slash = connectionId.lastIndexOf('/');
    const documentId = connectionId.slice(0, slash);
    const connection = Number(connectionId.slice(slash + 1));
    if (slash < 0 || !Number.isSafeInteger(connection) || connection < 0) return 'notFound';
    if (!relays.isLinked(documentId)) {
      const document = await readDocument(await store.open(), documentId);
      if (document && document.tabId !== tabId) return 'notAllowed';
      if (!document || document.goneAtMs !== null) return 'notFound';
      if (isOutsideDocument(documentId)) return 'outOfReach';
    }
    const linkedTabId = relays.tabOf(documentId);
    if (linkedTabId !== null && linkedTabId !== tabId) return 'notAllowed';
    return (await relays.drop(documentId, connection)) ?? 'unanswered';
  }

  /** What a worker that has just been started has to see to: panels and documents that went while there was none. */
  async function resume(): Promise<void> {
    await tabs.loaded;
    observer.setOn(tabs.tabIds().length > 0);
    if (tabs.tabIds().length === 0) return;
    const startedAtMs = nowMs();
    callAfter(RESTART_GRACE_MS, () => {
      for (const tabId of tabs.tabIds()) {
        if (panels.isWatched(tabId)) void markLostDocuments(tabId, startedAtMs);
        else sessions.endUnlessWatched(tabId, 0);
      }
    });
  }

  async function markLostDocuments(tabId: number, lostAtMs: number): Promise<void> {
    const sessionId = tabs.get(tabId)?.sessionId;
    if (sessionId === undefined) return;
    try {
      for (const { documentId } of await writer.livingDocuments(sessionId)) {
        // Those of the background have no link; they go with the page's.
        if (relays.isLinked(documentId) || isOutsideDocument(documentId)) continue;
        const rows = await writer.setGone(documentId, lostAtMs);
        if (rows) onChanged(tabId, rows);
      }
    } catch (error) {
      onStoreFailed(tabId, error);
    }
  }

  void resume();

  return {
    onPortOpened: (port) => {
      if (port.name === RELAY_PORT) relays.accept(port);
      // A content script may be in a bad page's power and name its port as it likes.
      else if (port.name === PANEL_PORT && port.sender.isExtensionPage) panels.accept(port);
      else port.disconnect();
    },
  };
}
