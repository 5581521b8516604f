/**
 * Which connection came back for which. A connection is the successor of an earlier one when both were made by the same
 * document for the same endpoint and the earlier had ended before the later was made (`pairing.ts`). For a list that
 * changes all the time there is `live-lineages.ts`.
 */
import type { ConnectionRecord } from '../protocol/records.ts';
import { endedAtMs } from './connection-state.ts';
import { endpointOf, steadyEndpointOf } from './endpoint.ts';
import { createPairing, type Paired, predecessorOf } from './pairing.ts';

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

interface Member extends Paired<Member> {
  readonly record: ConnectionRecord;
}

/** For every connection that ended and was followed by another to the same endpoint: what came after. Keyed by connectionId. */
export function findReconnects(connections: readonly ConnectionRecord[]): ReadonlyMap<string, Reconnect> {
  const groups = new Map<string, ConnectionRecord[]>();
  for (const record of [...connections].sort(inOrderOfCreation)) {
    const key = pairingKeyOf(record);
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  const found = new Map<string, Reconnect>();
  for (const group of groups.values()) {
    if (group.length === 1) continue;
    const pairing = createPairing<Member>();
    for (const [place, record] of group.entries()) pairing.add({ record, ...unpaired(record, place) });
    pairing.settle();
    follow(pairing.members, found);
  }
  return found;
}

export function inOrderOfCreation(a: ConnectionRecord, b: ConnectionRecord): number {
  return a.createdAtMs - b.createdAtMs || a.connection - b.connection;
}

/** Connections with another key never take each other's place. */
export function pairingKeyOf({ documentId, url }: ConnectionRecord): string {
  return `${documentId} ${endpointOf(url)}`;
}

/** A connection before it is paired. */
export function unpaired<Member>(record: ConnectionRecord, place: number): Paired<Member> {
  return {
    place,
    createdAtMs: record.createdAtMs,
    steadyName: steadyEndpointOf(record.url),
    endedAtMs: endedAtMs(record),
    from: { steady: null, path: null },
    to: { steady: null, path: null },
  };
}

/** Attempts go on from one to the next until one has opened: counted from the last backwards, each once. */
function follow(members: readonly Member[], found: Map<string, Reconnect>): void {
  for (const successor of members.toReversed()) {
    const from = predecessorOf(successor)?.record;
    if (from)
      found.set(from.connectionId, reconnectTo(successor.record, from, found.get(successor.record.connectionId)));
  }
}

/** `later`: what came after the first attempt; undefined where nothing did. */
export function reconnectTo(
  firstAttempt: ConnectionRecord,
  from: ConnectionRecord,
  later: Reconnect | undefined,
): Reconnect {
  const hasOpened = firstAttempt.openedAtMs !== null;
  const next = hasOpened ? undefined : later;
  const reopened = hasOpened ? firstAttempt : (next?.reopened ?? null);
  return {
    from,
    firstAttempt,
    reopened,
    attempts: 1 + (next?.attempts ?? 0),
    downMs: reopened?.openedAtMs != null ? reopened.openedAtMs - (endedAtMs(from) ?? 0) : null,
  };
}
