/**
 * The connections that page scripts have reported, as far as they are compared with handshakes. Read from the database
 * once, when it is needed, and then kept up to date by what is written.
 */
import type { ConnectionRecord, DocumentRecord } from '../protocol/records.ts';
import type { ChangedRows } from '../store/gone.ts';
import type { Reported } from './pairing.ts';

export interface ReportedConnectionsEdges {
  /** Everything of the session but its frames. */
  readSession(sessionId: string): Promise<{
    readonly documents: readonly DocumentRecord[];
    readonly connections: readonly ConnectionRecord[];
  }>;
  /** How far the browser's clock is ahead of that of the document, in which its times are told. */
  clockAheadMs(documentId: string): number;
}

export interface ReportedConnections {
  of(tabId: number, sessionId: string): Promise<Iterable<Reported>>;
  /** True when a connection is new, or a handshake came to its end. */
  onRowsChanged(tabId: number, rows: ChangedRows): boolean;
  forget(tabId: number): void;
}

/** Older ones were compared long ago. */
const KEPT_PER_TAB = 5_000;

export function createReportedConnections(edges: ReportedConnectionsEdges): ReportedConnections {
  const byTab = new Map<number, { readonly sessionId: string; readonly rows: Map<string, Reported> }>();

  function reportedOf(row: ConnectionRecord, frameId: number): Reported {
    const { connectionId, documentId, url, createdAtMs, openedAtMs, close, goneAtMs } = row;
    const aheadMs = edges.clockAheadMs(documentId);
    const settledAtMs = openedAtMs ?? close?.atMs ?? goneAtMs;
    return {
      connectionId,
      frameId,
      url,
      createdAtMs: createdAtMs + aheadMs,
      settledAtMs: settledAtMs === null ? null : settledAtMs + aheadMs,
    };
  }

  return {
    of: async (tabId, sessionId) => {
      const known = byTab.get(tabId);
      if (known?.sessionId === sessionId) return known.rows.values();
      const rows = new Map<string, Reported>();
      // Before reading: what is written meanwhile is newer.
      byTab.set(tabId, { sessionId, rows });
      const { documents, connections } = await edges.readSession(sessionId).catch((error: unknown) => {
        byTab.delete(tabId);
        throw error;
      });
      // Other tabs of the session have frames of the same numbers.
      const own = documents.filter((document) => document.tabId === tabId);
      const frames = new Map(own.map(({ documentId, frameId }) => [documentId, frameId]));
      for (const row of connections) {
        const frameId = frames.get(row.documentId);
        if (row.seenBy !== 'page' || frameId === undefined || rows.has(row.connectionId)) continue;
        rows.set(row.connectionId, reportedOf(row, frameId));
      }
      return rows.values();
    },

    onRowsChanged: (tabId, { document, connections }) => {
      const known = byTab.get(tabId);
      if (known?.sessionId !== document.sessionId) return true;
      let hasNews = false;
      for (const row of connections) {
        const before = known.rows.get(row.connectionId);
        if (before && before.settledAtMs !== null) continue;
        const reported = reportedOf(row, document.frameId);
        hasNews ||= !before || reported.settledAtMs !== null;
        known.rows.set(row.connectionId, reported);
      }
      for (const id of known.rows.keys()) {
        if (known.rows.size <= KEPT_PER_TAB) break;
        known.rows.delete(id);
      }
      return hasNews;
    },

    forget: (tabId) => {
      byTab.delete(tabId);
    },
  };
}
