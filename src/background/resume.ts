/**
 * What a worker that has just been started has to see to: panels, documents and tabs that went while there was none, and
 * scenarios that died with the one before.
 */
import { openRunOf } from '../analysis/scenario-runs.ts';
import { isOutsideDocument } from '../protocol/outside.ts';
import type { ScenarioRun } from '../protocol/panel-link.ts';
import type { ContextRecord } from '../protocol/records.ts';
import type { ChangedRows } from '../store/gone.ts';
import type { Writer } from '../store/writer.ts';
import type { RecordedTabs } from './recorded-tabs.ts';
import { RESTART_GRACE_MS, type Sessions } from './sessions.ts';
import type { StandingOrders } from './standing-orders.ts';

export interface ResumeEdges {
  readonly tabs: RecordedTabs;
  readonly standing: StandingOrders;
  readonly sessions: Sessions;
  readonly writer: Writer;
  isLinked(documentId: string): boolean;
  readContext(sessionId: string): Promise<readonly ContextRecord[]>;
  /** The id of what is being played in the tab; null: nothing. */
  playingId(tabId: number): string | null;
  onInterrupted(tabId: number, sessionId: string, run: ScenarioRun): void;
  onChanged(tabId: number, rows: ChangedRows): void;
  onStoreFailed(tabId: number, error: unknown): void;
  /** It is known what is recorded. */
  onLoaded(): void;
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): void;
}

export async function resume(edges: ResumeEdges): Promise<void> {
  const { tabs, standing, sessions } = edges;
  await Promise.all([tabs.loaded, standing.loaded]);
  edges.onLoaded();
  const known = tabs.tabIds();
  if (known.length === 0 && !standing.areAny()) return;
  const startedAtMs = edges.nowMs();
  for (const tabId of known) void endInterruptedRun(edges, tabId, startedAtMs);
  edges.callAfter(RESTART_GRACE_MS, () => {
    for (const tabId of tabs.tabIds()) {
      sessions.endUnlessWatched(tabId, 0);
      void sessions.leaveIfClosed(tabId).catch((error: unknown) => edges.onStoreFailed(tabId, error));
    }
    for (const sessionId of sessions.liveIds()) void markLostDocuments(edges, sessionId, new Set(known), startedAtMs);
  });
}

/** The worker before this one may have died in the middle of a scenario; what it did to the page has ended with it. */
async function endInterruptedRun(edges: ResumeEdges, tabId: number, diedAtMs: number): Promise<void> {
  const sessionId = edges.tabs.get(tabId)?.sessionId;
  if (sessionId === undefined) return;
  try {
    const context = await edges.readContext(sessionId);
    const open = openRunOf(context, { playingId: edges.playingId(tabId), lastSeenMs: diedAtMs });
    if (open) edges.onInterrupted(tabId, sessionId, open);
  } catch (error) {
    edges.onStoreFailed(tabId, error);
  }
}

/** A document of a tab that this worker did not find recorded went with an earlier run of the browser. */
async function markLostDocuments(
  { writer, ...edges }: ResumeEdges,
  sessionId: string,
  known: ReadonlySet<number>,
  startedAtMs: number,
): Promise<void> {
  for (const { documentId, tabId } of await writer.livingDocuments(sessionId).catch(() => [])) {
    // Those of the background have no link; they go with the page's.
    if (edges.isLinked(documentId) || (isOutsideDocument(documentId) && known.has(tabId))) continue;
    try {
      const lostAtMs = known.has(tabId) ? startedAtMs : await writer.lastSeenMs(documentId);
      const rows = await writer.setGone(documentId, lostAtMs ?? startedAtMs);
      if (rows) edges.onChanged(tabId, rows);
    } catch (error) {
      edges.onStoreFailed(tabId, error);
    }
  }
}
