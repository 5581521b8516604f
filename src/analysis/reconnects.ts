/**
 * Which connection came back for which. A connection is the successor of an earlier one when both were made by the same
 * document for the same endpoint and the earlier had ended before the later was made. First those are paired whose URLs
 * agree but for tokens, session ids and the like; what is left, by origin and path alone, because nobody knows all the
 * things that change from try to try.
 *
 * Asked anew with every change of a recording, so it may cost no more than sorting: n log n for n connections.
 */
import type { ConnectionRecord } from '../protocol/records.ts';
import { endedAtMs } from './connection-state.ts';
import { endpointOf, steadyEndpointOf } from './endpoint.ts';
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

/** For every connection that ended and was followed by another to the same endpoint: what came after. Keyed by connectionId. */
export function findReconnects(connections: readonly ConnectionRecord[]): ReadonlyMap<string, Reconnect> {
  const sorted = [...connections].sort(inOrder);
  const places: Places = { left: new Set(), taken: new Set() };
  const pairs = [steadyEndpointOf, endpointOf].flatMap((nameOf) =>
    [...groupsOf(sorted, nameOf).values()].flatMap((group) => pairsWithin(group, places)),
  );
  const found = new Map<string, Reconnect>();
  follow(
    pairs.sort((a, b) => inOrder(a.successor, b.successor)),
    found,
  );
  return found;
}

function inOrder(a: ConnectionRecord, b: ConnectionRecord): number {
  return a.createdAtMs - b.createdAtMs || a.connection - b.connection;
}

function groupsOf(
  connections: readonly ConnectionRecord[],
  nameOf: (url: string) => string,
): ReadonlyMap<string, readonly ConnectionRecord[]> {
  const groups = new Map<string, ConnectionRecord[]>();
  for (const record of connections) {
    const key = `${record.documentId} ${nameOf(record.url)}`;
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  return groups;
}

/** Those who have a successor, and those who are one. */
interface Places {
  readonly left: Set<ConnectionRecord>;
  readonly taken: Set<ConnectionRecord>;
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
function pairsWithin(group: readonly ConnectionRecord[], { left, taken }: Places): readonly Pair[] {
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
    if (first && first.atMs <= record.createdAtMs && !taken.has(record)) {
      earlier.takeFirst();
      left.add(first.record);
      taken.add(record);
      pairs.push({ from: first.record, endedAtMs: first.atMs, successor: record });
    }
    const atMs = endedAtMs(record);
    if (atMs !== null && !left.has(record)) earlier.add({ record, atMs });
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
