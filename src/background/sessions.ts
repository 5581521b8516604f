/**
 * Begins, pauses, clears and ends sessions. A session lives while a panel looks at its tab. Everything here happens one
 * after the other: two panels that attach at once must not begin two sessions of one tab.
 */
import type { ContextRecord } from '../protocol/records.ts';
import type { RetentionLimits } from '../store/retention.ts';
import type { Writer } from '../store/writer.ts';
import type { RecordedTab, RecordedTabs } from './recorded-tabs.ts';

/** A panel that reconnects does so within a moment; one that was closed does not come back. */
export const PANEL_GRACE_MS = 2_000;
/** After a new start of the worker, panels may still be waiting for their backoff. */
export const RESTART_GRACE_MS = 10_000;

/** Between two sessions that are given up for want of room. Longer than the longest backoff, so that writing was tried. */
export const MAKE_ROOM_MS = 6_000;

export interface SessionsEdges {
  readonly tabs: RecordedTabs;
  readonly writer: Writer;
  isWatched(tabId: number): boolean;
  /** The tab's session or its recording has changed (or ended): its documents have to be told. */
  onTabChanged(tabId: number): void;
  /** Calls all documents of the tab that have sockets. */
  wake(tabId: number): void;
  onStoreFailed(tabId: number, error: unknown): void;
  /** Something that happened was written down. */
  onContext(tabId: number, row: ContextRecord): void;
  /** What may be kept; null when that is not known. */
  retention(): Promise<Omit<RetentionLimits, 'nowMs'> | null>;
  newId(): string;
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): void;
}

export interface Sessions {
  /**
   * The tab's session: the live one, when it is `sessionId` or others look at it, else a new one. Rejects when the store
   * fails, and then nothing is recorded.
   */
  attach(tabId: number, sessionId: string | null): Promise<RecordedTab>;
  /** Null when the tab is not recorded. */
  setRecording(tabId: number, on: boolean): Promise<RecordedTab | null>;
  /** Begins a new session in place of the live one, whose rows are deleted. Null when the tab is not recorded. */
  clear(tabId: number): Promise<RecordedTab | null>;
  /** A panel of the tab has gone: ends the session, unless one comes back within `graceMs`. */
  endUnlessWatched(tabId: number, graceMs: number): void;
  /** There is no storage left: deletes the oldest session that may go. Once in a while, for browsers see the room late. */
  makeRoom(): void;
  /** The session is not in the store any more: nothing can be recorded into it. */
  abandon(tabId: number, sessionId: string): Promise<void>;
  /** What may be kept is less or more than before. */
  applyRetention(): void;
}

export function createSessions(edges: SessionsEdges): Sessions {
  const { tabs, writer } = edges;
  let last: Promise<unknown> = tabs.loaded;
  let cleanedUp: Promise<void> | null = null;
  /** Tabs whose last panel was closed a moment ago. */
  const unwatched = new Set<number>();
  let isMakingRoom = false;

  function inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = last.then(action);
    last = result.catch(() => undefined);
    return result;
  }

  /** Once a worker: sessions that an earlier run of the browser has left open. */
  async function cleanUp(): Promise<void> {
    cleanedUp ??= writer.endSessionsExcept(tabs.sessionIds);
    try {
      await cleanedUp;
    } catch (error) {
      cleanedUp = null;
      throw error;
    }
  }

  async function begin(tabId: number, startedBy: RecordedTab['startedBy'], recording: boolean): Promise<RecordedTab> {
    const sessionId = edges.newId();
    const startedAtMs = edges.nowMs();
    await writer.beginSession({
      sessionId,
      tabId,
      name: '',
      startedAtMs,
      endedAtMs: null,
      pinned: false,
      storedBytes: 0,
    });
    const tab = { sessionId, recording, startedBy };
    await tabs.set(tabId, tab);
    edges.onTabChanged(tabId);
    edges.wake(tabId);
    return tab;
  }

  async function end(tabId: number, { sessionId }: RecordedTab): Promise<void> {
    await tabs.delete(tabId);
    edges.onTabChanged(tabId);
    await telling(tabId, writer.endSession(sessionId, edges.nowMs()));
    deleteRest();
  }

  /** For writing that the caller's success does not depend on: a failure is told to the panels, and that is all. */
  async function telling(tabId: number, writing: Promise<void>): Promise<void> {
    try {
      await writing;
    } catch (error) {
      edges.onStoreFailed(tabId, error);
    }
  }

  /** In the background of the background: a failure shows at the next write, and the next worker goes on. */
  function deleteRest(): void {
    const deletion = async () => {
      const retention = await edges.retention();
      if (retention) await writer.deleteRest({ ...retention, nowMs: edges.nowMs() });
    };
    deletion().catch(() => undefined);
  }

  async function attach(tabId: number, sessionId: string | null): Promise<RecordedTab> {
    await cleanUp();
    const live = tabs.get(tabId);
    const mayJoin = live && (live.sessionId === sessionId || !unwatched.has(tabId));
    if (mayJoin && (await writer.isOpenSession(live.sessionId))) return live;
    if (live) await end(tabId, live);
    const begun = await begin(tabId, 'attach', true);
    deleteRest();
    return begun;
  }

  return {
    attach: (tabId, sessionId) =>
      inTurn(async () => {
        const tab = await attach(tabId, sessionId);
        unwatched.delete(tabId);
        return tab;
      }),

    setRecording: (tabId, on) =>
      inTurn(async () => {
        const live = tabs.get(tabId);
        if (!live || live.recording === on) return live ?? null;
        const tab = { ...live, recording: on };
        await tabs.set(tabId, tab);
        edges.onTabChanged(tabId);
        const { sessionId } = live;
        const kind = on ? 'recordingResumed' : 'recordingPaused';
        const atMs = edges.nowMs();
        const row: ContextRecord = { sessionId, documentId: null, connectionId: null, atMs, kind };
        await telling(
          tabId,
          writer.addContext(row).then(() => edges.onContext(tabId, row)),
        );
        return tab;
      }),

    clear: (tabId) =>
      inTurn(async () => {
        const live = tabs.get(tabId);
        if (!live) return null;
        const begun = await begin(tabId, 'clear', live.recording);
        await telling(tabId, writer.discardSession(live.sessionId, edges.nowMs()));
        deleteRest();
        return begun;
      }),

    endUnlessWatched: (tabId, graceMs) => {
      if (edges.isWatched(tabId)) return;
      if (graceMs === PANEL_GRACE_MS) unwatched.add(tabId);
      edges.callAfter(graceMs, () => {
        void inTurn(async () => {
          const live = tabs.get(tabId);
          if (live && !edges.isWatched(tabId)) await end(tabId, live);
        });
      });
    },

    makeRoom: () => {
      if (isMakingRoom) return;
      isMakingRoom = true;
      // When nothing may go, or the deletion fails, the next failure asks again.
      void writer.deleteOldestSession(tabs.sessionIds).catch(() => false);
      edges.callAfter(MAKE_ROOM_MS, () => {
        isMakingRoom = false;
      });
    },

    abandon: (tabId, sessionId) =>
      inTurn(async () => {
        if (tabs.get(tabId)?.sessionId !== sessionId) return;
        await tabs.delete(tabId);
        edges.onTabChanged(tabId);
      }),

    applyRetention: deleteRest,
  };
}
