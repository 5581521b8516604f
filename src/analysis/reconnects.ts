/**
 * Which connection came back for which: the first, simple form of lineage. A connection is the successor of an earlier
 * one when both were made by the same document for the same endpoint and the earlier had ended before the later was
 * made. Query strings are left out of the comparison, because tokens and session ids change from try to try.
 *
 * Asked anew with every change of a recording, so it may cost no more than sorting: n log n for n connections.
 */
import type { ConnectionRecord } from '../protocol/records.ts';
import { endedAtMs } from './connection-state.ts';
import { createHeap } from './heap.ts';

/** A new connection this long after the end of the last one is a new beginning rather than a reconnect. */
export const RECONNECT_WITHIN_MS = 5 * 60_000;

export interface Reconnect {
  readonly from: ConnectionRecord;
  /** The first attempt after it, whether or not that attempt succeeded. */
  readonly firstAttempt: ConnectionRecord;
  /** The first that opened; null while none has. */
  readonly reopened: ConnectionRecord | null;
  /** Attempts up to and with the one that opened. */
  readonly attempts: number;
  /** From the end of `from` to `open` of `reopened`. */
  readonly downMs: number | null;
}

/** Origin and path of a URL; the whole text where it is no URL. */
export function endpointOf(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}

/** For every connection that ended and was followed by another to the same endpoint: what came after. Keyed by connectionId. */
export function findReconnects(connections: readonly ConnectionRecord[]): ReadonlyMap<string, Reconnect> {
  const groups = new Map<string, ConnectionRecord[]>();
  for (const record of connections) {
    const key = `${record.documentId} ${endpointOf(record.url)}`;
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  const found = new Map<string, Reconnect>();
  for (const group of groups.values()) {
    group.sort((a, b) => a.createdAtMs - b.createdAtMs || a.connection - b.connection);
    follow(pairsWithin(group), found);
  }
  return found;
}

/** A connection that ended, and the attempt that took its place. */
interface Pair {
  readonly from: ConnectionRecord;
  readonly endedAtMs: number;
  readonly successor: ConnectionRecord;
}

interface Ended {
  readonly record: ConnectionRecord;
  readonly atMs: number;
}

/**
 * Several sockets of one endpoint may live side by side, so each new one takes the place of the one that ended earliest
 * and has no successor yet; of several that ended at once, the one that was made first. In the order of the successors.
 */
function pairsWithin(group: readonly ConnectionRecord[]): readonly Pair[] {
  const pairs: Pair[] = [];
  // Made before the connection that is looked at, and known to end at some time, be it later than that.
  const earlier = createHeap<Ended>(
    (a, b) =>
      a.atMs - b.atMs || a.record.createdAtMs - b.record.createdAtMs || a.record.connection - b.record.connection,
  );
  for (const record of group) {
    const oldestMs = record.createdAtMs - RECONNECT_WITHIN_MS;
    let first = earlier.first();
    while (first && first.atMs < oldestMs) {
      earlier.takeFirst();
      first = earlier.first();
    }
    if (first && first.atMs <= record.createdAtMs) {
      earlier.takeFirst();
      pairs.push({ from: first.record, endedAtMs: first.atMs, successor: record });
    }
    const atMs = endedAtMs(record);
    if (atMs !== null) earlier.add({ record, atMs });
  }
  return pairs;
}

/** Attempts go on from one to the next until one has opened: counted from the last backwards, each once. */
function follow(pairs: readonly Pair[], found: Map<string, Reconnect>): void {
  for (const { from, endedAtMs: lostAtMs, successor } of pairs.toReversed()) {
    const hasOpened = successor.openedAtMs !== null;
    const next = hasOpened ? undefined : found.get(successor.connectionId);
    const reopened = hasOpened ? successor : (next?.reopened ?? null);
    found.set(from.connectionId, {
      from,
      firstAttempt: successor,
      reopened,
      attempts: 1 + (next?.attempts ?? 0),
      downMs: reopened?.openedAtMs != null ? reopened.openedAtMs - lostAtMs : null,
    });
  }
}
