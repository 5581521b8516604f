/**
 * Puts the parts of the background together. It may be killed at any moment and keeps nothing that it cannot lose: which
 * tabs are recorded is in the browser's session storage, what was recorded in the database, what was not yet in the
 * content scripts; and both ends of every port connect again.
 */
import { openRunOf } from '../analysis/scenario-runs.ts';
import type { EndpointAnswer } from '../browser/endpoint.ts';
import type { ExtensionPort, KeyValueStorage, LeftBehind } from '../browser/extension.ts';
import type { HandshakeEvent, HandshakeObserver } from '../browser/handshakes.ts';
import type { Refusals } from '../browser/refusals.ts';
import { isOutsideDocument } from '../protocol/outside.ts';
import type { CommandOutcome } from '../protocol/page-report.ts';
import { type DropOutcome, type FrameOrder, PANEL_PORT, type PanelUpdate } from '../protocol/panel-link.ts';
import type { ContextRecord } from '../protocol/records.ts';
import { LINK_MESSAGE, RELAY_PORT, WAKE_MESSAGE } from '../protocol/relay.ts';
import type { Settings } from '../protocol/settings.ts';
import type { EvidenceRows } from '../store/evidence.ts';
import { storeFailureOf } from '../store/failure.ts';
import type { ChangedRows } from '../store/gone.ts';
import type { Store } from '../store/open.ts';
import { readConnection, readContext, readDocument, readSession } from '../store/reader.ts';
import type { RetentionLimits } from '../store/retention.ts';
import { createWriter } from '../store/writer.ts';
import { createChanges } from './changes.ts';
import { createHandshakeRecords } from './handshake-records.ts';
import { createLastWords } from './last-words.ts';
import { createOutsideConnections } from './outside-connections.ts';
import { createPanelLinks } from './panel-links.ts';
import { createProbes } from './probes.ts';
import { createRecordedTabs } from './recorded-tabs.ts';
import { createRelayLinks, type FaultOrder } from './relay-links.ts';
import { createScenarioRuns } from './scenario-runs.ts';
import { createSessions, PANEL_GRACE_MS, RESTART_GRACE_MS } from './sessions.ts';
import { createStoredSettings } from './stored-settings.ts';

export interface BackgroundEdges {
  readonly store: Store;
  readonly storage: KeyValueStorage;
  /** Outlives the browser. */
  readonly lastingStorage: KeyValueStorage;
  readonly leftBehind: LeftBehind;
  sendToTab(tabId: number, message: unknown): void;
  sendToFrame(tabId: number, frameId: number, message: unknown): void;
  /** '' when it cannot be told. */
  tabUrl(tabId: number): Promise<string>;
  /** Called in the first turn, as `observeHandshakes` of src/browser wants it. */
  observeHandshakes(listener: (event: HandshakeEvent) => void): HandshakeObserver;
  readonly refusals: Refusals;
  askEndpoint(url: string, timeoutMs: number): Promise<EndpointAnswer>;
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
  const settings = createStoredSettings(edges.lastingStorage);
  const tabs = createRecordedTabs(edges.storage);
  const writer = createWriter(store);
  const changes = createChanges((tabId, changed) => panels.tell(tabId, changed), callAfter);

  const observer = edges.observeHandshakes((event) => {
    outside.onHandshake(event);
    if (event.stage === 'failed') scenarios.onHandshakeFailed(event.tabId, event.url);
  });

  const relays = createRelayLinks({
    tabs,
    writer,
    nowMs,
    callAfter,
    onStoreFailed,
    onChanged,
    settings,
    onPressure: (tabId) => panels.tell(tabId, { kind: 'pressure', ...relays.pressureOf(tabId) }),
    onLinked: (tabId, documentId) => scenarios.onLinked(tabId, documentId),
    onUnlinked: (tabId, documentId) => scenarios.onUnlinked(tabId, documentId),
    onFaultOver: (tabId, documentId, faultId) => scenarios.onFaultOver(tabId, documentId, faultId),
    onLinkClosed: () => lastWords.collectSoon(),
    onSessionMissing: (tabId, sessionId) => {
      onStoreFailed(tabId, new Error('The session that is being recorded is not in the database any more.'));
      void sessions.abandon(tabId, sessionId);
    },
  });

  const lastWords = createLastWords({
    leftBehind: edges.leftBehind,
    writer,
    readDocument: async (documentId) => readDocument(await store.open(), documentId),
    onChanged,
    callAfter,
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
      // Another session: what is being played belongs to the one before.
      if (scenarios.sessionOf(tabId) !== tabs.get(tabId)?.sessionId) scenarios.stop(tabId);
      observer.setOn(tabs.tabIds().length > 0);
      relays.tellTab(tabId);
      outside.onTabChanged(tabId);
    },
    wake: (tabId) => edges.sendToTab(tabId, WAKE_MESSAGE),
    onContext: (tabId, row) => onEvidence(tabId, row.sessionId, { context: [row] }),
    retention,
  });

  const outside = createOutsideConnections({
    tabs,
    writer,
    storage: edges.storage,
    readSession: async (sessionId) =>
      (await readSession(await store.open(), sessionId)) ?? { documents: [], connections: [] },
    readConnection: async (connectionId) => readConnection(await store.open(), connectionId),
    clockAheadMs: relays.clockAheadMs,
    settings,
    tabUrl: edges.tabUrl,
    linkFrame: (tabId, frameId) => edges.sendToFrame(tabId, frameId, LINK_MESSAGE),
    onChanged,
    onStoreFailed,
    tell: (tabId, update) => panels.tell(tabId, update),
    onSighted: (...sighted) => handshakes.onSighted(...sighted),
    onNamed: (...named) => handshakes.onNamed(...named),
    nowMs,
    callAfter,
  });

  const handshakes = createHandshakeRecords({
    writer,
    sessionOf: (tabId) => tabs.get(tabId)?.sessionId,
    reportedOf: outside.reportedOf,
    isRefusing: (tabId, url) => scenarios.isRefusing(tabId, url),
    onEvidence,
    onStoreFailed,
    callAfter,
  });

  const probes = createProbes({
    writer,
    sessionOf: (tabId) => tabs.get(tabId)?.sessionId,
    readConnection: async (connectionId) => readConnection(await store.open(), connectionId),
    askEndpoint: edges.askEndpoint,
    isAutomatic: () => settings.get().probesAutomatically,
    onEvidence,
    onStoreFailed,
    newId,
    nowMs,
  });

  const scenarios = createScenarioRuns({
    refusals: edges.refusals,
    sessionOf: (tabId) => tabs.get(tabId)?.sessionId,
    connectionsOf: async (sessionId) => (await readSession(await store.open(), sessionId))?.connections ?? [],
    obstacleOf,
    documentsOf: relays.documentsOf,
    command: relays.faultCommand,
    stopAllFaults: relays.stopAllFaults,
    tell: (tabId, run) => panels.tell(tabId, { kind: 'scenarioRun', run }),
    note: (tabId, sessionId, run, scenario) => {
      const base = { sessionId, documentId: null, connectionId: null, atMs: nowMs(), run };
      const row: ContextRecord = scenario
        ? { ...base, kind: 'faultStarted', scenario }
        : { ...base, kind: 'faultEnded' };
      writer.addContext(row).then(
        () => onEvidence(tabId, sessionId, { context: [row] }),
        (error: unknown) => onStoreFailed(tabId, error),
      );
    },
    keepAlive: () => void edges.storage.get('recordedTabs'),
    onRefused: (tabId, { documentId, connectionId, close }) => {
      writer.setRefused(documentId, connectionId, close?.atMs ?? nowMs()).then(
        (rows) => rows && onChanged(tabId, rows),
        (error: unknown) => onStoreFailed(tabId, error),
      );
    },
    onFailed: onStoreFailed,
    newId,
    nowMs,
    callAfter,
  });

  const panels = createPanelLinks({
    sessions,
    drop: (tabId, connectionId) => reach(tabId, connectionId, (at) => relays.drop(at.documentId, at.connection)),
    orderFrame: (tabId, connectionId, order) =>
      reach(tabId, connectionId, (at) =>
        relays.faultCommand(at.documentId, faultOrderOf(order, at.connection, newId())),
      ),
    playScenario: scenarios.play,
    stopScenario: scenarios.stop,
    onStoreFailed,
    probe: probes.probe,
    onDevtoolsFound: outside.onFound,
    onDevtoolsFailed: handshakes.onDevtoolsFailed,
    onDevtoolsReports: outside.report,
    onDevtoolsClosed: outside.onDevtoolsClosed,
    describe,
    settings: async () => {
      await settings.loaded;
      return settings.get();
    },
    setSettings,
    onPanelGone: (tabId) => {
      // At once: a page must not be left broken by somebody who has gone.
      if (!panels.isWatched(tabId)) scenarios.stop(tabId);
      sessions.endUnlessWatched(tabId, PANEL_GRACE_MS);
    },
  });

  function onChanged(tabId: number, rows: ChangedRows): void {
    const { document, connections, context } = rows;
    // The last rows of a session that has just ended are nothing to those who look at the next.
    if (tabs.get(tabId)?.sessionId === document.sessionId) {
      changes.add(tabId, document, connections);
      onEvidence(tabId, document.sessionId, { context });
      scenarios.onRowsChanged(tabId, connections);
      probes.onRowsChanged(tabId, connections);
    }
    outside.onRowsChanged(tabId, rows);
  }

  function onEvidence(tabId: number, sessionId: string, rows: Partial<EvidenceRows>): void {
    if (tabs.get(tabId)?.sessionId === sessionId) changes.addEvidence(tabId, sessionId, rows);
  }

  async function retention(): Promise<Omit<RetentionLimits, 'nowMs'> | null> {
    await settings.loaded;
    const { retentionBytes, retentionAgeMs } = settings.get();
    return settings.areKnown() ? { maxBytes: retentionBytes, maxAgeMs: retentionAgeMs } : null;
  }

  /** They hold for what comes from now on, in all tabs, and for what is kept already. */
  async function setSettings(next: Settings): Promise<boolean> {
    const areSaved = await settings.set(next);
    for (const tabId of tabs.tabIds()) relays.tellTab(tabId);
    sessions.applyRetention();
    return areSaved;
  }

  function describe(tabId: number): readonly PanelUpdate[] {
    const seenOutside = outside.describe(tabId);
    const pressure: PanelUpdate = { kind: 'pressure', ...relays.pressureOf(tabId) };
    const run: PanelUpdate = { kind: 'scenarioRun', run: scenarios.runOf(tabId) };
    return seenOutside ? [seenOutside, pressure, run] : [pressure, run];
  }

  function onStoreFailed(tabId: number, error: unknown): void {
    const failed = storeFailureOf(error);
    panels.tell(tabId, { kind: 'storeFailed', ...failed });
    if (failed.failure === 'full') sessions.makeRoom();
  }

  /** Gives a command to the page of a connection: only of the tab that a panel was opened for, whatever id it names. */
  async function reach(
    tabId: number,
    connectionId: string,
    command: (place: Place) => Promise<CommandOutcome | null>,
  ): Promise<DropOutcome> {
    try {
      const obstacle = await obstacleOf(tabId, connectionId);
      const place = placeOf(connectionId);
      if (obstacle || !place) return obstacle ?? 'notFound';
      return (await command(place)) ?? 'unanswered';
    } catch (error) {
      onStoreFailed(tabId, error);
      return 'failed';
    }
  }

  /** Why nothing can be done to a connection, as far as it is known here; null: it can be tried. */
  async function obstacleOf(tabId: number, connectionId: string): Promise<DropOutcome | null> {
    const place = placeOf(connectionId);
    if (!place) return 'notFound';
    const { documentId } = place;
    if (!relays.isLinked(documentId)) {
      const document = await readDocument(await store.open(), documentId);
      if (document && document.tabId !== tabId) return 'notAllowed';
      if (!document || document.goneAtMs !== null) return 'notFound';
      if (isOutsideDocument(documentId)) return 'outOfReach';
    }
    const linkedTabId = relays.tabOf(documentId);
    return linkedTabId !== null && linkedTabId !== tabId ? 'notAllowed' : null;
  }

  /** What a worker that has just been started has to see to: panels and documents that went while there was none. */
  async function resume(): Promise<void> {
    lastWords.collectSoon();
    await tabs.loaded;
    observer.setOn(tabs.tabIds().length > 0);
    if (tabs.tabIds().length === 0) return;
    const startedAtMs = nowMs();
    for (const tabId of tabs.tabIds()) void endInterruptedRun(tabId, startedAtMs);
    callAfter(RESTART_GRACE_MS, () => {
      for (const tabId of tabs.tabIds()) {
        if (panels.isWatched(tabId)) void markLostDocuments(tabId, startedAtMs);
        else sessions.endUnlessWatched(tabId, 0);
      }
    });
  }

  /** The worker before this one may have died in the middle of a scenario; what it did to the page has ended with it. */
  async function endInterruptedRun(tabId: number, diedAtMs: number): Promise<void> {
    const sessionId = tabs.get(tabId)?.sessionId;
    if (sessionId === undefined) return;
    try {
      const context = await readContext(await store.open(), sessionId);
      const playingId = scenarios.runOf(tabId)?.runId ?? null;
      const open = openRunOf(context, { playingId, lastSeenMs: diedAtMs });
      if (open) scenarios.onInterrupted(tabId, sessionId, open);
    } catch (error) {
      onStoreFailed(tabId, error);
    }
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

interface Place {
  readonly documentId: string;
  readonly connection: number;
}

function placeOf(connectionId: string): Place | null {
  const slash = connectionId.lastIndexOf('/');
  const connection = Number(connectionId.slice(slash + 1));
  return slash < 0 || !Number.isSafeInteger(connection) || connection < 0
    ? null
    : { documentId: connectionId.slice(0, slash), connection };
}

function faultOrderOf(order: FrameOrder, connection: number, id: string): FaultOrder {
  if (order.kind === 'release') return { ...order, kind: 'releaseFrame' };
  const where = { kind: 'connection', connection } as const;
  return { kind: 'fault', fault: { id, where, when: { kind: 'now' }, what: order, times: 1, seed: 0 } };
}
