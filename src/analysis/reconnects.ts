/**
 * Which connection came back for which: the first, simple form of lineage. A connection is the successor of an earlier
 * one when both were made by the same document for the same endpoint and the earlier had ended before the later was
 * made. Query strings are left out of the comparison, because tokens and session ids change from try to try.
 */
import type { ConnectionRecord } from '../protocol/records.ts';
import { endedAtMs } from './connection-state.ts';

/** A new connection this long after the end of the last one is a new beginning rather than a reconnect. */
const RECONNECT_WITHIN_MS = 5 * 60_000;

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
    pairWithin(group, found);
  }
  return found;
}

/**
 * Several sockets of one endpoint may live side by side, so each new one takes the place of the earliest ended one that
 * still waits for its successor.
 */
function pairWithin(group: readonly ConnectionRecord[], found: Map<string, Reconnect>): void {
  const successorOf = new Map<ConnectionRecord, ConnectionRecord>();
  const waiting: ConnectionRecord[] = [];
  const living: ConnectionRecord[] = [];
  for (const record of group) {
    for (let i = living.length - 1; i >= 0; i--) {
      const candidate = living[i];
      const ended = candidate ? endedAtMs(candidate) : null;
      if (candidate && ended !== null && ended <= record.createdAtMs) {
        living.splice(i, 1);
        waiting.push(candidate);
      }
    }
    waiting.sort((a, b) => (endedAtMs(a) ?? 0) - (endedAtMs(b) ?? 0));
    while (waiting[0] && record.createdAtMs - (endedAtMs(waiting[0]) ?? 0) > RECONNECT_WITHIN_MS) waiting.shift();
    const from = waiting.shift();
    if (from) successorOf.set(from, record);
    living.push(record);
  }
  for (const [from, firstAttempt] of successorOf) found.set(from.connectionId, follow(from, firstAttempt, successorOf));
}

/** Goes from attempt to attempt until one has opened. */
function follow(
  from: ConnectionRecord,
  firstAttempt: ConnectionRecord,
  successorOf: ReadonlyMap<ConnectionRecord, ConnectionRecord>,
): Reconnect {
  let attempts = 1;
  let attempt: ConnectionRecord | undefined = firstAttempt;
  while (attempt && attempt.openedAtMs === null) {
    attempt = successorOf.get(attempt);
    if (attempt) attempts++;
  }
  const reopened = attempt ?? null;
  const ended = endedAtMs(from);
  return {
    from,
    firstAttempt,
    reopened,
    attempts,
    downMs: reopened?.openedAtMs != null && ended !== null ? reopened.openedAtMs - ended : null,
  };
}
