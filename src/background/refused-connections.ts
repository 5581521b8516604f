/**
 * Which connections were refused because a scenario had the browser refuse them. Their handshakes fail really, so that
 * the page sees what it always sees; who counts real failures must know them apart. Told by the time and the URL.
 */
import { matchesPattern } from '../faults/resolve.ts';
import type { ConnectionRecord } from '../protocol/records.ts';

/** What happened at the edges of a refusal may be told with another clock. */
const CLOCK_MS = 100;
/** Rows come late when the store is busy. */
const REMEMBERED_MS = 60_000;

interface Refused {
  readonly id: number;
  readonly tabId: number;
  readonly urlPattern: string | null;
  readonly fromMs: number;
  toMs: number | null;
}

export interface RefusedConnections {
  begin(refusal: Omit<Refused, 'toMs'>): void;
  end(ids: readonly number[], atMs: number): void;
  /** Whether the row is of a connection that was refused, and does not say so yet. */
  isNew(tabId: number, row: ConnectionRecord): boolean;
}

export function createRefusedConnections(): RefusedConnections {
  let all: readonly Refused[] = [];
  return {
    begin: (refusal) => {
      const oldestMs = refusal.fromMs - REMEMBERED_MS;
      all = [...all.filter(({ toMs }) => toMs === null || toMs > oldestMs), { ...refusal, toMs: null }];
    },
    end: (ids, atMs) => {
      for (const one of all) if (ids.includes(one.id) && one.toMs === null) one.toMs = atMs;
    },
    isNew: (tabId, { close, openedAtMs, closeRequested, createdAtMs, refusedAtMs, url }) =>
      close !== null &&
      openedAtMs === null &&
      closeRequested === null &&
      refusedAtMs === undefined &&
      all.some(
        (one) =>
          one.tabId === tabId &&
          (one.urlPattern === null || matchesPattern(url, one.urlPattern)) &&
          createdAtMs >= one.fromMs - CLOCK_MS &&
          createdAtMs <= (one.toMs ?? Number.POSITIVE_INFINITY),
      ),
  };
}
