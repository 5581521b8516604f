/**
 * Connections that no page script sees. Watches the handshakes of recorded tabs, finds out which are nobody's, and writes
 * these as connections of documents of its own; takes from DevTools what they know beyond the handshake. What it must not
 * forget when the worker dies is kept by `outside-tabs.ts`, saved before anything is written of it.
 */
import type { HandshakeEvent } from '../browser/handshakes.ts';
import { keepPayloadsOf } from '../protocol/kept-payload.ts';
import {
  isOutsideDocument,
  type OutsideReport,
  parseDevtoolsReport,
  parseList,
  parseLoggedHandshake,
} from '../protocol/outside.ts';
import type { PanelUpdate } from '../protocol/panel-link.ts';
import type { ConnectionRecord } from '../protocol/records.ts';
import type { ChangedRows } from '../store/gone.ts';
import type { Writer } from '../store/writer.ts';
import type { NamedHandshake } from './handshake-records.ts';
import { mayBeFound, namesOf } from './handshake-reports.ts';
import { createOutsideRows } from './outside-rows.ts';
import {
  carriedOver,
  connectionIdOf,
  documentOf,
  GRACE_MS,
  handshakeOf,
  idOf,
  isAlive,
  keyOf,
  NO_FRAME,
  newOutsideTab,
  type OutsideTab,
  settle,
  withEnd,
  withEvent,
  withFrameGone,
  withLogged,
} from './outside-tab.ts';
import { createKeptTabs, type KeptTabsEdges } from './outside-tabs.ts';
import type { RecordedTab } from './recorded-tabs.ts';
import {
  createReportedConnections,
  type ReportedConnections,
  type ReportedConnectionsEdges,
} from './reported-connections.ts';
import type { StoredSettings } from './stored-settings.ts';

export interface OutsideConnectionsEdges extends ReportedConnectionsEdges, KeptTabsEdges {
  readonly writer: Writer;
  readonly settings: Pick<StoredSettings, 'get'>;
  /** Null when there is none. */
  readConnection(connectionId: string): Promise<ConnectionRecord | null>;
  /** '' when it cannot be told. */
  tabUrl(tabId: number): Promise<string>;
  /** Asks the document in the frame to keep a link, so that its end is noticed. */
  linkFrame(tabId: number, frameId: number): void;
  onChanged(tabId: number, rows: ChangedRows): void;
  onStoreFailed(tabId: number, error: unknown): void;
  tell(tabId: number, update: PanelUpdate): void;
  /** A stage of a handshake, and the connection that it is of, if that is known. */
  onSighted(tabId: number, sessionId: string, key: string, event: HandshakeEvent, connectionId: string | null): void;
  /** It is known now of which connections these are. */
  onNamed(tabId: number, sessionId: string, handshakes: readonly NamedHandshake[]): void;
  nowMs(): number;
}

export interface OutsideConnections {
  onHandshake(event: HandshakeEvent): void;
  /** The tab's session or its recording has changed, or ended. */
  onTabChanged(tabId: number): void;
  /** Rows were written, by whomever. */
  onRowsChanged(tabId: number, rows: ChangedRows): void;
  /** DevTools list connections. */
  onFound(tabId: number, handshakes: readonly unknown[]): void;
  /** What DevTools tell of a connection. Gives its row, or null when it is none of the tab's or could not be written. */
  report(tabId: number, connectionId: string, reports: readonly unknown[]): Promise<ConnectionRecord | null>;
  /** The DevTools that told of connections are closed: nobody tells of them any more. */
  onDevtoolsClosed(tabId: number): void;
  /** What panels of the tab must know; null when it is not recorded. */
  describe(tabId: number): Extract<PanelUpdate, { kind: 'outside' }> | null;
  /** Connections of the session that the page script reported. */
  reportedOf: ReportedConnections['of'];
}

/** Handshakes and late reports come in crowds: they are looked into together. */
const STEP_MS = 250;
/** After the store has failed. */
const RETRY_MS = 5_000;

export function createOutsideConnections(edges: OutsideConnectionsEdges): OutsideConnections {
  const { tabs, writer, nowMs, callAfter } = edges;
  const kept = createKeptTabs(edges);
  const reported = createReportedConnections(edges);
  const rows = createOutsideRows(edges);
  /** Connections that DevTools told of in this worker's life. */
  const watched = new Map<number, Set<string>>();
  /** What panels were told last. */
  const lastTold = new Map<number, string>();
  /** Since when the page scripts of a tab can report. */
  const waitingSince = new Map<number, number>();
  const startedAtMs = nowMs();
  const queues = new Map<number, Promise<unknown>>();
  /** Moments at which a tab will be settled. */
  const planned = new Map<number, Set<number>>();

  const loaded = kept.loaded.then((found) => {
    for (const [tabId, tab] of found) {
      // Written or not, nobody knows; writing it again does nothing.
      rows.mark(tabId, tab.handshakes);
      settleAfter(tabId, GRACE_MS);
    }
  });

  /** One after the other: each begins with what the one before has saved and written. */
  function inTurn<Result>(tabId: number, action: () => Promise<Result>): Promise<Result> {
    const result = (queues.get(tabId) ?? loaded).then(action);
    queues.set(
      tabId,
      result.catch((error: unknown) => edges.onStoreFailed(tabId, error)),
    );
    return result;
  }

  function run(tabId: number, action: () => Promise<void>): void {
    inTurn(tabId, action).catch(() => undefined); // the panels have been told
  }

  /** The tab's state in its present session; null when it is not recorded. */
  function stateOf(tabId: number): { readonly tab: RecordedTab; readonly state: OutsideTab } | null {
    const tab = tabs.get(tabId);
    if (!tab) return null;
    const known = kept.get(tabId) ?? newOutsideTab(tab.sessionId, nowMs(), tab.part);
    const state = known.sessionId === tab.sessionId ? known : carriedOver(known, tab.sessionId, nowMs(), tab.part);
    kept.set(tabId, state);
    return { tab, state };
  }

  function settleAfter(tabId: number, delayMs: number): void {
    const atMs = delayMs === 0 ? nowMs() : Math.ceil((nowMs() + delayMs) / STEP_MS) * STEP_MS;
    const moments = planned.get(tabId) ?? new Set();
    if (moments.has(atMs)) return;
    planned.set(tabId, moments.add(atMs));
    callAfter(atMs - nowMs(), () => {
      moments.delete(atMs);
      run(tabId, () => settleTab(tabId));
    });
  }

  async function settleTab(tabId: number): Promise<void> {
    const known = stateOf(tabId);
    if (!known?.tab.recording) return;
    const { sessionId } = known.tab;
    const [reports, urlOfTab] = await Promise.all([reported.of(tabId, sessionId), edges.tabUrl(tabId)]);
    const current = stateOf(tabId);
    if (current?.tab.sessionId !== sessionId) return settleTab(tabId);
    const waitingSinceMs = waitingSince.get(tabId) ?? startedAtMs;
    const settled = settle(current.state, reports, nowMs(), waitingSinceMs, urlOfTab);
    const { tab: next, takenBack, born, found, named } = settled;
    kept.set(tabId, next);
    rows.mark(tabId, [...born, ...named]);
    // That handshakes were the page's own can be found out again; everything else is saved before it is acted upon.
    if (takenBack.length > 0 || next.handshakes.some(({ pairedWith }) => pairedWith === null)) await kept.save();
    else kept.saveSoon();
    edges.onNamed(tabId, sessionId, namesOf([...found, ...born]));
    for (const recordedAs of takenBack) {
      await writer.removeConnection(recordedAs.documentId, idOf(recordedAs));
      edges.tell(tabId, { kind: 'removed', sessionId, connectionIds: [idOf(recordedAs)] });
    }
    await writeMarked(tabId);
    for (const frameId of new Set(born.map((handshake) => handshake.frameId ?? NO_FRAME))) {
      if (frameId !== NO_FRAME) edges.linkFrame(tabId, frameId);
    }
    tellPanels(tabId);
  }

  async function writeMarked(tabId: number): Promise<void> {
    const state = kept.get(tabId);
    if (!state) return;
    try {
      await rows.writeMarked(tabId, state);
    } catch (error) {
      settleAfter(tabId, RETRY_MS);
      throw error;
    }
  }

  async function setGone(tabId: number, frameId: number, atMs: number): Promise<void> {
    const known = stateOf(tabId);
    if (!known) return;
    const next = withFrameGone(known.state, frameId, atMs);
    const gone = next.documents.filter((document, i) => document.goneAtMs !== known.state.documents[i]?.goneAtMs);
    kept.set(tabId, next);
    if (known.state.handshakes.length > 0) await kept.save();
    if (gone.length === 0) return;
    for (const { documentId } of gone) {
      const changed = await writer.setGone(documentId, atMs);
      if (changed) edges.onChanged(tabId, changed);
    }
    tellPanels(tabId);
  }

  async function tabsOf({ tabId, ownerUrl }: HandshakeEvent): Promise<readonly number[]> {
    if (tabId >= 0) return tabs.get(tabId) ? [tabId] : [];
    // A shared or service worker: all tabs of its origin may be using it.
    const origin = originOf(ownerUrl);
    const urls = await Promise.all(tabs.tabIds().map(async (id) => [id, await edges.tabUrl(id)] as const));
    return urls.filter(([, url]) => origin !== null && originOf(url) === origin).map(([id]) => id);
  }

  function notice(tabId: number, event: HandshakeEvent): void {
    const known = stateOf(tabId);
    if (!known) return;
    const next = withEvent(known.state, event, nowMs());
    if (next === known.state) return;
    kept.set(tabId, next);
    kept.saveSoon();
    if (next.overlooked !== known.state.overlooked) {
      tellPanels(tabId);
      return;
    }
    const eventKey = keyOf(event);
    const handshake = next.handshakes.findLast(({ key }) => key === eventKey);
    if (!handshake) return;
    edges.onSighted(tabId, next.sessionId, handshake.key, event, connectionIdOf(handshake));
    if (event.stage === 'answered') return;
    rows.mark(tabId, [handshake]);
    settleAfter(tabId, handshake.isOutside || handshake.recordedAs ? 0 : GRACE_MS);
  }

  function describe(tabId: number): Extract<PanelUpdate, { kind: 'outside' }> | null {
    const known = stateOf(tabId);
    if (!known) return null;
    const { tab, state } = known;
    return {
      kind: 'outside',
      sessionId: tab.sessionId,
      sinceMs: tab.startedBy === 'clear' ? state.startedAtMs : 0,
      connections: state.handshakes.flatMap((handshake) =>
        handshake.recordedAs && isAlive(state, handshake)
          ? [{ connectionId: idOf(handshake.recordedAs), accept: handshake.accept }]
          : [],
      ),
      overlooked: state.overlooked,
    };
  }

  /** When there is news. */
  function tellPanels(tabId: number): void {
    const update = describe(tabId);
    const text = JSON.stringify(update);
    if (!update || text === lastTold.get(tabId)) return;
    lastTold.set(tabId, text);
    edges.tell(tabId, update);
  }

  function withKeptPayloads(report: OutsideReport): OutsideReport {
    return report.kind === 'framesCaptured'
      ? { ...report, columns: keepPayloadsOf(report.columns, edges.settings.get().keptPayloadBytes) }
      : report;
  }

  async function takeReports(
    tabId: number,
    connectionId: string,
    values: readonly unknown[],
  ): Promise<ConnectionRecord | null> {
    const known = stateOf(tabId);
    const handshake = known && handshakeOf(known.state, connectionId);
    const document = known && handshake?.recordedAs && documentOf(known.state, handshake.recordedAs.documentId);
    const reports = parseList(values, parseDevtoolsReport);
    if (!known?.tab.recording || !handshake?.recordedAs || !document || !reports) return null;
    const { connection } = handshake.recordedAs;
    const own = reports.filter((report) => report.connection === connection).map(withKeptPayloads);
    if (own.length > 0) {
      watched.set(tabId, (watched.get(tabId) ?? new Set()).add(connectionId));
      await rows.write(tabId, known.state, document, own);
    }
    const end = own.find((report) => report.kind === 'connectionEnded');
    const current = stateOf(tabId);
    if (end && current) {
      kept.set(tabId, withEnd(current.state, handshake, end.atMs));
      await kept.save();
      tellPanels(tabId);
    }
    return await edges.readConnection(connectionId);
  }

  return {
    onHandshake: (event) => {
      void loaded.then(async () => {
        for (const tabId of await tabsOf(event)) notice(tabId, event);
      });
    },

    onTabChanged: (tabId) => {
      const tab = tabs.get(tabId);
      if (!tab) {
        if (!kept.delete(tabId)) return;
        for (const known of [watched, waitingSince, lastTold]) known.delete(tabId);
        rows.forget(tabId);
        reported.forget(tabId);
        void kept.save();
        return;
      }
      if (!tab.recording) return;
      waitingSince.set(tabId, nowMs());
      run(tabId, async () => {
        const known = stateOf(tabId);
        if (known && known.state.handshakes.length > 0) settleAfter(tabId, GRACE_MS);
        await settleTab(tabId);
      });
    },

    onRowsChanged: (tabId, changed) => {
      const { document } = changed;
      if (isOutsideDocument(document.documentId)) return;
      const hasNews = reported.onRowsChanged(tabId, changed);
      if (document.goneAtMs !== null) {
        const atMs = document.goneAtMs + edges.clockAheadMs(document.documentId);
        run(tabId, () => setGone(tabId, document.frameId, atMs));
      }
      if (hasNews && kept.get(tabId)?.handshakes.some(mayBeFound)) settleAfter(tabId, STEP_MS);
    },

    onFound: (tabId, values) => {
      run(tabId, async () => {
        const known = stateOf(tabId);
        const handshakes = parseList(values, parseLoggedHandshake);
        if (!known || !handshakes) return;
        const next = handshakes.reduce((state, logged) => withLogged(state, logged, nowMs()), known.state);
        if (next === known.state) return;
        kept.set(tabId, next);
        await kept.save();
        settleAfter(tabId, GRACE_MS);
      });
    },

    report: (tabId, connectionId, reports) =>
      inTurn(tabId, () => takeReports(tabId, connectionId, reports)).catch(() => null),

    onDevtoolsClosed: (tabId) => {
      run(tabId, async () => {
        const known = stateOf(tabId);
        const ids = watched.get(tabId);
        watched.delete(tabId);
        if (!known || !ids) return;
        for (const handshake of known.state.handshakes) {
          const { recordedAs } = handshake;
          if (!recordedAs || !ids.has(idOf(recordedAs)) || !isAlive(known.state, handshake)) continue;
          const document = documentOf(known.state, recordedAs.documentId);
          const { connection } = recordedAs;
          const unseen = {
            kind: 'connectionSeen',
            connection,
            atMs: nowMs(),
            seenBy: 'network',
            protocols: [],
          } as const;
          if (document) await rows.write(tabId, known.state, document, [unseen]);
        }
      });
    },

    describe,
    reportedOf: reported.of,
  };
}

function originOf(url: string): string | null {
  try {
    const { origin } = new URL(url);
    return origin === 'null' ? null : origin;
  } catch {
    return null;
  }
}
