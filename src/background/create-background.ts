/**
 * Puts the parts of the background together. It may be killed at any moment and keeps nothing that it cannot lose: which
 * tabs are recorded is in the browser's session storage, what was recorded in the database, what was not yet in the
 * content scripts; and both ends of every port connect again.
 */
import { type CountSessionEdges, countSession } from '../analysis/ticks/count-session.ts';
import type { Badge } from '../browser/badge.ts';
import type { EndpointAnswer } from '../browser/endpoint.ts';
import type { BrowserEnvironment } from '../browser/environment.ts';
import type { ExtensionPort, KeyValueStorage, LeftBehind, RowStorage } from '../browser/extension.ts';
import type { HandshakeEvent, HandshakeObserver } from '../browser/handshakes.ts';
import type { Refusals } from '../browser/refusals.ts';
import { PANEL_PORT, type PanelUpdate } from '../protocol/panel-link.ts';
import type { ContextRecord } from '../protocol/records.ts';
import { LINK_MESSAGE, RELAY_PORT, WAKE_MESSAGE } from '../protocol/relay.ts';
import type { Settings } from '../protocol/settings.ts';
import type { EvidenceRows } from '../store/evidence.ts';
import { storeFailureOf } from '../store/failure.ts';
import type { ChangedRows } from '../store/gone.ts';
import type { Store } from '../store/open.ts';
import { readChunks, readConnection, readContext, readDocument, readSession, readTicks } from '../store/reader.ts';
import type { RetentionLimits } from '../store/retention.ts';
import { createWriter } from '../store/writer.ts';
import { createBadges } from './badges.ts';
import { createChanges } from './changes.ts';
import { createConnectionOrders } from './connection-orders.ts';
import { createHandshakeRecords } from './handshake-records.ts';
import { createLastWords } from './last-words.ts';
import { createNotices } from './notices.ts';
import { createOutsideConnections } from './outside-connections.ts';
import { createPanelLinks } from './panel-links.ts';
import { createProbes } from './probes.ts';
import { createRecordedTabs } from './recorded-tabs.ts';
import { createRelayLinks, DOCUMENT_GRACE_MS } from './relay-links.ts';
import { resume } from './resume.ts';
import { createRoom } from './room.ts';
import { createScenarioRuns } from './scenario-runs.ts';
import { createSessionLives } from './session-lives.ts';
import { createSessionVerbs } from './session-verbs.ts';
import { createSessions, PANEL_GRACE_MS } from './sessions.ts';
import { createStandingOrders } from './standing-orders.ts';
import { createStoredSettings } from './stored-settings.ts';

export interface BackgroundEdges {
  readonly store: Store;
  readonly storage: RowStorage;
  /** Outlives the browser. */
  readonly lastingStorage: KeyValueStorage;
  readonly leftBehind: LeftBehind;
  sendToTab(tabId: number, message: unknown): void;
  sendToFrame(tabId: number, frameId: number, message: unknown): void;
  /** '' when it cannot be told. */
  tabUrl(tabId: number): Promise<string>;
  tabExists(tabId: number): Promise<boolean>;
  tabsOfOrigin(origin: string): Promise<readonly number[]>;
  /** Never rejects. */
  environment(): Promise<BrowserEnvironment>;
  setBadge(tabId: number | null, badge: Badge | null): void;
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
  const standing = createStandingOrders(edges.lastingStorage);
  const notices = createNotices(edges.lastingStorage, () => panels.tellAll(noticesNews()));
  const areAnyStanding = () => standing.areAny();
  const badges = createBadges({ tabs, areAnyStanding, setBadge: edges.setBadge });
  let environment: Promise<BrowserEnvironment> | null = null;
  const writer = createWriter(store, () => settings.get().sessionPayloadsBytes);
  const changes = createChanges((tabId, changed) => panels.tell(tabId, changed), callAfter);
  const onSessionsChanged = () => {
    badges.onStandingChanged();
    panels.tellAll({ kind: 'sessionsChanged' });
  };

  const room = createRoom({
    storage: edges.lastingStorage,
    writer,
    notices,
    liveSessionIds: () => sessions.liveIds(),
    retention,
    onSessionsChanged,
    nowMs,
    callAfter,
  });

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
    onArrival: (tabId, arrival) => {
      if (arrival.frameId === 0) badges.onTabChanged(tabId);
      return sessions.onArrival(tabId, arrival);
    },
    onWritten: (tabId, sessionId, storedBytes) => {
      room.onGrown(sessionId, storedBytes);
      sessions.onWritten(tabId, storedBytes);
    },
    onLinkClosed: (tabId) => {
      lastWords.collectSoon();
      if (tabs.get(tabId)?.kind) callAfter(DOCUMENT_GRACE_MS, () => leaveIfClosed(tabId));
    },
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

  const counting: CountSessionEdges = {
    session: async (sessionId) => readSession(await store.open(), sessionId),
    ticks: async (sessionId) => readTicks(await store.open(), sessionId),
    chunks: async (...frames) => readChunks(await store.open(), ...frames),
    keepTicks: writer.keepTicks,
  };

  const livesEdges = {
    tabs,
    standing,
    writer,
    newId,
    nowMs,
    callAfter,
    onStoreFailed,
    onSessionsChanged,
    isWatched: (tabId: number) => panels.isWatched(tabId),
    onTabChanged: (tabId: number) => {
      // Another session: what is being played belongs to the one before.
      if (scenarios.sessionOf(tabId) !== tabs.get(tabId)?.sessionId) scenarios.stop(tabId);
      observe();
      badges.onTabChanged(tabId);
      relays.tellTab(tabId);
      outside.onTabChanged(tabId);
    },
    onSessionTaken: (tabId: number) => panels.tellTaken(tabId, tabs.get(tabId) ?? null),
    // Who dies in the middle of it, or does not come to it: a timeline counts by itself what has not been counted.
    onSessionEnded: (sessionId: string) => void countSession(sessionId, counting).catch(() => undefined),
    applyRetention: room.apply,
    wake: (tabId: number) => edges.sendToTab(tabId, WAKE_MESSAGE),
    tabUrl: edges.tabUrl,
    tabExists: edges.tabExists,
    environment: () => {
      environment ??= edges.environment();
      return environment;
    },
  };
  const sessions = createSessions({
    ...livesEdges,
    lives: createSessionLives(livesEdges),
    onContext: (tabId, row) => onEvidence(tabId, row.sessionId, { context: [row] }),
    deleteForNow: room.deleteForNow,
    retentionBytes: () => settings.get().retentionBytes,
  });

  const obeyVerb = createSessionVerbs({
    sessions,
    writer,
    tabs,
    room,
    notices,
    readConnection: async (connectionId) => readConnection(await store.open(), connectionId),
    tabsOfOrigin: edges.tabsOfOrigin,
    tellAll: (update) => panels.tellAll(update),
    onSessionChanged: (sessionId) => {
      panels.tellAll({ kind: 'sessionsChanged' });
      for (const tabId of tabs.tabsOf(sessionId)) panels.tellSession(tabId);
    },
    onAlwaysOnChanged: (areSaved) => {
      observe();
      badges.onStandingChanged();
      panels.tellAll({ kind: 'alwaysOn', origins: standing.origins(), areSaved });
    },
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
    partOf: (tabId) => tabs.get(tabId)?.part ?? '',
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

  const orders = createConnectionOrders({
    tabs,
    relays,
    readDocument: async (documentId) => readDocument(await store.open(), documentId),
    onStoreFailed,
    newId,
  });

  const scenarios = createScenarioRuns({
    refusals: edges.refusals,
    sessionOf: (tabId) => tabs.get(tabId)?.sessionId,
    connectionsOf: async (tabId, sessionId) => {
      const { documents = [], connections = [] } = (await readSession(await store.open(), sessionId)) ?? {};
      const own = new Set(documents.filter((one) => one.tabId === tabId).map(({ documentId }) => documentId));
      return connections.filter(({ documentId }) => own.has(documentId));
    },
    obstacleOf: orders.obstacleOf,
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
    obey: obeyVerb,
    sessionNews,
    standingNews,
    drop: orders.drop,
    orderFrame: orders.orderFrame,
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

  function observe(): void {
    observer.setOn(tabs.tabIds().length > 0);
  }

  function leaveIfClosed(tabId: number): void {
    sessions.leaveIfClosed(tabId).catch((error: unknown) => onStoreFailed(tabId, error));
  }

  function noticesNews(): PanelUpdate {
    return { kind: 'notices', notices: notices.all() };
  }

  async function standingNews(): Promise<readonly PanelUpdate[]> {
    await Promise.all([standing.loaded, notices.loaded]);
    return [{ kind: 'alwaysOn', origins: standing.origins(), areSaved: true }, noticesNews()];
  }

  async function sessionNews(tabId: number): Promise<PanelUpdate | null> {
    const sessionId = tabs.get(tabId)?.sessionId;
    if (sessionId === undefined) return null;
    // Of the writer: its row is newer than any that can be read.
    const session = await writer.changeSession(sessionId, () => null).catch(() => null);
    return session && { kind: 'session', session, tabIds: tabs.tabsOf(sessionId) };
  }

  function onChanged(tabId: number, rows: ChangedRows): void {
    const { document, connections, context } = rows;
    // The last rows of a session that has just ended are nothing to those who look at the next.
    if (tabs.get(tabId)?.sessionId === document.sessionId) {
      // Who looks at another tab of the session sees them, too.
      for (const each of tabs.tabsOf(document.sessionId)) changes.add(each, document, connections);
      onEvidence(tabId, document.sessionId, { context });
      scenarios.onRowsChanged(tabId, connections);
      probes.onRowsChanged(tabId, connections);
    }
    outside.onRowsChanged(tabId, rows);
  }

  function onEvidence(tabId: number, sessionId: string, rows: Partial<EvidenceRows>): void {
    if (tabs.get(tabId)?.sessionId !== sessionId) return;
    for (const each of tabs.tabsOf(sessionId)) changes.addEvidence(each, sessionId, rows);
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
    room.apply();
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
    if (failed.failure === 'full') room.make();
  }

  lastWords.collectSoon();
  void resume({
    tabs,
    standing,
    sessions,
    writer,
    isLinked: relays.isLinked,
    readContext: async (sessionId) => readContext(await store.open(), sessionId),
    playingId: (tabId) => scenarios.runOf(tabId)?.runId ?? null,
    onInterrupted: scenarios.onInterrupted,
    onChanged,
    onStoreFailed,
    onLoaded: () => {
      observe();
      badges.onStandingChanged();
      room.resume();
    },
    nowMs,
    callAfter,
  });

  return {
    onPortOpened: (port) => {
      if (port.name === RELAY_PORT) relays.accept(port);
      // A content script may be in a bad page's power and name its port as it likes.
      else if (port.name === PANEL_PORT && port.sender.isExtensionPage) panels.accept(port);
      else port.disconnect();
    },
  };
}
