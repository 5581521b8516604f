/**
 * The connections of a tab while a scenario is played in it: which of them are in its reach, which it has cost, and
 * whether as many are open again. Plain data that grows with what the store says; decides nothing about time.
 */
import { endedAtMs } from '../analysis/connection-state.ts';
import { matchesPattern, patternOf, type TargetedConnection } from '../faults/resolve.ts';
import type { ScenarioTarget } from '../protocol/panel-link.ts';
import type { ConnectionRecord } from '../protocol/records.ts';

export interface RoundConnections {
  /** Rows as they are now. */
  update(rows: readonly ConnectionRecord[]): void;
  beginRound(atMs: number): void;
  /** Living, open or on the way there, and where a page script can do something about it. */
  reachable(): readonly ConnectionRecord[];
  /** The one of a scenario for one connection, or the newest that has taken its place; null: it has none. */
  current(): TargetedConnection | null;
  /** Open when the round began, ended since. */
  lost(): number;
  /** When as many as were lost had opened again since; null: not yet, or none was lost. */
  reopenedAtMs(): number | null;
}

export function createRoundConnections(target: ScenarioTarget, first: ConnectionRecord | null): RoundConnections {
  const rows = new Map<string, ConnectionRecord>();
  const pattern = patternOf(target, first?.url ?? null);
  let roundAtMs = 0;
  let openAtStart: ReadonlySet<string> = new Set();

  const isInReach = (row: ConnectionRecord) =>
    row.seenBy === 'page' && (pattern === null || matchesPattern(row.url, pattern));
  const living = () => [...rows.values()].filter((row) => isInReach(row) && endedAtMs(row) === null);

  function lost(): number {
    return [...openAtStart].filter((id) => {
      const row = rows.get(id);
      return row !== undefined && endedAtMs(row) !== null;
    }).length;
  }

  function current(): ConnectionRecord | null {
    if (target.kind !== 'connection') return null;
    const own = rows.get(target.connectionId) ?? first;
    if (own && endedAtMs(own) === null) return own;
    const open = living().filter(({ openedAtMs }) => openedAtMs !== null);
    return open.sort((a, b) => b.createdAtMs - a.createdAtMs)[0] ?? null;
  }

  return {
    update: (changed) => {
      for (const row of changed) rows.set(row.connectionId, row);
    },
    beginRound: (atMs) => {
      roundAtMs = atMs;
      const one = target.kind === 'connection' ? current() : null;
      const all = target.kind === 'connection' ? (one ? [one] : []) : living();
      openAtStart = new Set(all.filter((row) => row.openedAtMs !== null).map(({ connectionId }) => connectionId));
    },
    reachable: living,
    current,
    lost,
    reopenedAtMs: () => {
      const wanted = lost();
      const opened = living()
        .map(({ openedAtMs }) => openedAtMs ?? 0)
        .filter((atMs) => atMs >= roundAtMs)
        .sort((a, b) => a - b);
      return wanted === 0 ? null : (opened[wanted - 1] ?? null);
    },
  };
}
