/**
 * Puts the parts of the background together. It may be killed at any moment and keeps nothing that it cannot lose: which
 * tabs are recorded is in the browser's session storage, what was recorded in the database, what was not yet in the
 * content scripts; and both ends of every port connect again.
 */
import type { ExtensionPort, SessionStorage } from '../browser/extension.ts';
import { type DropOutcome, PANEL_PORT } from '../protocol/panel-link.ts';
import { RELAY_PORT, WAKE_MESSAGE } from '../protocol/relay.ts';
import { storeFailureOf } from '../store/failure.ts';
import type { ChangedRows } from '../store/gone.ts';
import type { Store } from '../store/open.ts';
import { readDocument } from '../store/reader.ts';
import { createWriter } from '../store/writer.ts';
import { createChanges } from './changes.ts';
import { createPanelLinks } from './panel-links.ts';
import { createRecordedTabs } from './recorded-tabs.ts';
import { createRelayLinks } from './relay-links.ts';
import { createSessions, PANEL_GRACE_MS, RESTART_GRACE_MS } from './sessions.ts';

export interface BackgroundEdges {
  readonly store: Store;
  readonly storage: SessionStorage;
  sendToTab(tabId: number, message: unknown): void;
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
    onTabChanged: relays.tellTab,
    wake: (tabId) => edges.sendToTab(tabId, WAKE_MESSAGE),
  });

  const panels = createPanelLinks({
    sessions,
    drop,
    onStoreFailed,
    onPanelGone: (tabId) => sessions.endUnlessWatched(tabId, PANEL_GRACE_MS),
  });

  function onChanged(tabId: number, { document, connections }: ChangedRows): void {
    // The last rows of a session that has just ended are nothing to those who look at the next.
    if (tabs.get(tabId)?.sessionId === document.sessionId) changes.add(tabId, document, connections);
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
    }
    const linkedTabId = relays.tabOf(documentId);
    if (linkedTabId !== null && linkedTabId !== tabId) return 'notAllowed';
    return (await relays.drop(documentId, connection)) ?? 'unanswered';
  }

  /** What a worker that has just been started has to see to: panels and documents that went while there was none. */
  async function resume(): Promise<void> {
    await tabs.loaded;
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
        if (relays.isLinked(documentId)) continue;
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
