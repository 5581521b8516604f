/**
 * Lineages and reconnects of a list of connections that changes all the time: says what `findReconnects` and `lineagesOf`
 * say, but works out anew only what a change can have touched. Of a connection of which just counts have changed, that is
 * its row in its lineage.
 */
import type { ConnectionRecord } from '../protocol/records.ts';
import { endedAtMs } from './connection-state.ts';
import { type Lineage, lineageOf } from './lineage.ts';
import { createPairing, type Paired, type Pairing, predecessorOf, successorOf } from './pairing.ts';
import { inOrderOfCreation, pairingKeyOf, type Reconnect, reconnectTo, unpaired } from './reconnects.ts';

/** What is known of the list that was given last; an object of its own for each list, though earlier ones know the same. */
export interface LiveLineages {
  /** The same object as long as nothing of it has changed. Undefined for a connection that is not in the list. */
  lineageOf(connectionId: string): Lineage | undefined;
  /** In the order of their first connections. */
  all(): readonly Lineage[];
  /** What came after a connection that ended. */
  reconnectOf(connectionId: string): Reconnect | undefined;
}

interface Member extends Paired<Member> {
  record: ConnectionRecord;
  readonly pairing: Pairing<Member>;
  chain: Chain;
}

/** Connections that took each other's place. */
interface Chain {
  readonly members: Member[];
  /** Null: something of it has changed since it was made. */
  lineage: Lineage | null;
}

/** Gives a function that is to be called with each state of the list. */
export function createLiveLineages(): (connections: readonly ConnectionRecord[]) => LiveLineages {
  let known: readonly ConnectionRecord[] = [];
  /** Whether `known` is in the order of creation. */
  let isInOrder = true;
  const chains = new Set<Chain>();
  const members = new Map<string, Member>();
  const pairings = new Map<string, Pairing<Member>>();
  /** In which somebody came or ended. */
  const touched = new Set<Pairing<Member>>();

  /** False: it belongs before others. */
  function add(record: ConnectionRecord): boolean {
    const key = pairingKeyOf(record);
    const pairing = pairings.get(key) ?? createPairing<Member>();
    const last = pairing.members.at(-1);
    if (last && inOrderOfCreation(last.record, record) > 0) return false;
    const member = { ...unpaired<Member>(record, pairing.members.length), record, pairing, chain: NO_CHAIN };
    pairings.set(key, pairing);
    pairing.add(member);
    members.set(record.connectionId, member);
    touched.add(pairing);
    return true;
  }

  /** False: it is not the connection that stood there before. */
  function change(record: ConnectionRecord, before: ConnectionRecord): boolean {
    const member = members.get(record.connectionId);
    if (!member || !isSameConnection(record, before)) return false;
    member.record = record;
    member.chain.lineage = null;
    const atMs = endedAtMs(record);
    if (atMs === member.endedAtMs) return true;
    member.pairing.end(member, atMs);
    touched.add(member.pairing);
    return true;
  }

  /** Takes out all of the list before from a place on. */
  function cut(fromPlace: number): void {
    for (const { connectionId } of known.slice(fromPlace).toReversed()) {
      const member = members.get(connectionId);
      if (!member) continue;
      members.delete(connectionId);
      member.pairing.removeLast();
      touched.add(member.pairing);
      member.chain.members.pop();
      member.chain.lineage = null;
      if (member.chain.members.length === 0) chains.delete(member.chain);
    }
  }

  /** False: the list is not in the order of creation. */
  function follow(connections: readonly ConnectionRecord[]): boolean {
    if (!isInOrder) return false;
    const differsAt = known.findIndex(
      (record, i) => record !== connections[i] && record.connectionId !== connections[i]?.connectionId,
    );
    const kept = differsAt < 0 ? known.length : differsAt;
    cut(kept);
    return connections.every((record, i) => {
      const before = i < kept ? known[i] : undefined;
      if (record === before) return true;
      return before ? change(record, before) : add(record);
    });
  }

  function beginAnew(connections: readonly ConnectionRecord[]): void {
    members.clear();
    chains.clear();
    pairings.clear();
    touched.clear();
    const sorted = [...connections].sort(inOrderOfCreation);
    for (const record of sorted) add(record);
    isInOrder = sorted.every((record, i) => record === connections[i]);
  }

  return (connections) => {
    if (!follow(connections)) beginAnew(connections);
    known = connections;
    for (const pairing of touched) chainFrom(pairing.members, pairing.settle(), chains);
    touched.clear();
    return {
      lineageOf: (connectionId) => madeOf(members.get(connectionId)?.chain),
      all: () =>
        [...chains]
          .map(madeOf)
          .filter((lineage) => lineage !== undefined)
          .sort(({ generations: [a] }, { generations: [b] }) => (a && b ? inOrderOfCreation(a, b) : 0)),
      reconnectOf: (connectionId) => reconnectFrom(members.get(connectionId)),
    };
  };
}

/** Before it is paired. */
const NO_CHAIN: Chain = { members: [], lineage: null };

function isSameConnection(a: ConnectionRecord, b: ConnectionRecord): boolean {
  return (
    a.connectionId === b.connectionId &&
    a.createdAtMs === b.createdAtMs &&
    a.url === b.url &&
    a.documentId === b.documentId &&
    a.connection === b.connection
  );
}

/** Links those from a place on to the chains that they belong to now. */
function chainFrom(members: readonly Member[], fromPlace: number, chains: Set<Chain>): void {
  const changed = members.slice(fromPlace);
  // The last of all first: each is the last of its chain when its turn comes.
  for (const { chain } of changed.toReversed()) {
    chain.members.pop();
    chain.lineage = null;
    if (chain.members.length === 0) chains.delete(chain);
  }
  for (const member of changed) {
    member.chain = predecessorOf(member)?.chain ?? { members: [], lineage: null };
    member.chain.members.push(member);
    chains.add(member.chain);
    member.chain.lineage = null;
  }
}

function madeOf(chain: Chain | undefined): Lineage | undefined {
  const first = chain?.members[0];
  if (!first) return undefined;
  chain.lineage ??= lineageOf(
    first.record,
    chain.members.map(({ record }) => record),
  );
  return chain.lineage;
}

function reconnectFrom(lost: Member | undefined): Reconnect | undefined {
  const attempts: Member[] = [];
  for (let member = lost && successorOf(lost); member; member = successorOf(member)) {
    attempts.push(member);
    // What came after it is no matter of this loss.
    if (member.record.openedAtMs !== null) break;
  }
  return attempts.reduceRight<Reconnect | undefined>((later, attempt) => {
    const from = predecessorOf(attempt);
    return from ? reconnectTo(attempt.record, from.record, later) : undefined;
  }, undefined);
}
