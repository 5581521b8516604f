/**
 * Which connection took the place of which, among those of one document to one origin and path. First those are paired
 * whose URLs agree but for tokens, session ids and the like; what is left, by origin and path alone, because nobody knows
 * all the things that change from try to try.
 *
 * Several sockets of one endpoint may live side by side, so each new one takes the place of the one that ended earliest and
 * has no successor yet; of several that ended at once, the one that was made first. What a new end or a new connection can
 * change lies behind it in time: only from there on it is paired anew, which may cost no more than n log n for n of those.
 */
import { createHeap } from './heap.ts';

/** A new connection this long after the end of the last one is a new beginning rather than a reconnect. */
export const RECONNECT_WITHIN_MS = 5 * 60_000;

/** `steady`: by URL, without what changes from try to try. `path`: by origin and path. */
export type Pass = 'steady' | 'path';

/** A connection as far as pairing goes. Changed by `Pairing` alone. */
export interface Paired<Member> {
  /** Among all of the group, in the order of their creation. */
  readonly place: number;
  readonly createdAtMs: number;
  /** What of its URL stays the same. */
  readonly steadyName: string;
  endedAtMs: number | null;
  /** Whose place it took. */
  readonly from: Record<Pass, Member | null>;
  /** Who took its place. */
  readonly to: Record<Pass, Member | null>;
}

export interface Pairing<Member extends Paired<Member>> {
  /** In the order of their creation. */
  readonly members: readonly Member[];
  /** Behind all others. */
  add(member: Member): void;
  /** Takes the last one out again. */
  removeLast(): void;
  /** It has ended, or at another time than was known. */
  end(member: Member, atMs: number | null): void;
  /** Pairs them after changes. Gives the place of the first whose pair may be another now; infinite where there is none. */
  settle(): number;
}

/** Connections that may take each other's place in one pass. */
interface Line<Member> {
  readonly members: Member[];
  /** Have ended, be it later than the one that is looked at, and nobody has taken their place. */
  waiting: readonly Member[];
  /** Those for whom it became too late, in the order in which that was noticed. */
  readonly expired: { readonly member: Member; readonly atPlace: number }[];
}

export function predecessorOf<Member extends Paired<Member>>({ from }: Member): Member | null {
  return from.steady ?? from.path;
}

export function successorOf<Member extends Paired<Member>>({ to }: Member): Member | null {
  return to.steady ?? to.path;
}

export function createPairing<Member extends Paired<Member>>(): Pairing<Member> {
  const all = createLine<Member>();
  const { members } = all;
  const byName = new Map<string, Line<Member>>();
  /** Nothing before it has changed. */
  let staleFrom = Number.POSITIVE_INFINITY;
  /** Whose ends have changed, or their successors have gone. */
  const ended = new Set<Member>();
  let hasSecondPass = false;

  function lineOf({ steadyName }: Member): Line<Member> {
    const line = byName.get(steadyName) ?? createLine<Member>();
    byName.set(steadyName, line);
    return line;
  }

  /** The first that was made at a moment or later. */
  function placeFrom(atMs: number): number {
    return lowerBound(members, ({ createdAtMs }) => createdAtMs >= atMs);
  }

  return {
    members,
    add: (member) => {
      members.push(member);
      lineOf(member).members.push(member);
      staleFrom = Math.min(staleFrom, member.place);
    },
    removeLast: () => {
      const member = members.pop();
      if (!member) return;
      lineOf(member).members.pop();
      for (const pass of ['steady', 'path'] as const) {
        const predecessor = member.from[pass];
        if (!predecessor) continue;
        predecessor.to[pass] = null;
        ended.add(predecessor);
      }
      // Its line is gone through again, without it.
      ended.add(member);
      staleFrom = Math.min(staleFrom, member.place);
    },
    end: (member, atMs) => {
      const earliestMs = Math.min(atMs ?? Number.POSITIVE_INFINITY, member.endedAtMs ?? Number.POSITIVE_INFINITY);
      member.endedAtMs = atMs;
      ended.add(member);
      staleFrom = Math.min(staleFrom, placeFrom(earliestMs));
    },
    settle: () => {
      let from = staleFrom;
      const lines = new Set([...members.slice(from), ...ended].map(lineOf));
      const changed = new Set<Member>(ended);
      for (const line of lines) for (const member of pairFrom(line, 'steady', from, ended)) changed.add(member);
      // With one name, whoever found nobody in the first pass finds nobody in the second.
      if (byName.size > 1) {
        if (!hasSecondPass) from = 0;
        // From the end of one that is left over now, or is no longer, others may find another.
        for (const { endedAtMs } of changed) if (endedAtMs !== null) from = Math.min(from, placeFrom(endedAtMs));
        hasSecondPass = true;
        pairFrom(all, 'path', from, changed);
      }
      staleFrom = Number.POSITIVE_INFINITY;
      ended.clear();
      return from;
    },
  };
}

function createLine<Member>(): Line<Member> {
  return { members: [], waiting: [], expired: [] };
}

/** Pairs those of the line from a place on. Gives those before it and behind it who have lost or found a successor. */
function pairFrom<Member extends Paired<Member>>(
  line: Line<Member>,
  pass: Pass,
  fromPlace: number,
  changed: Iterable<Member>,
): ReadonlySet<Member> {
  const first = lowerBound(line.members, ({ place }) => place >= fromPlace);
  const lost = new Set<Member>();
  for (const member of line.members.slice(first)) {
    const predecessor = member.from[pass];
    if (!predecessor) continue;
    lost.add(predecessor);
    predecessor.to[pass] = null;
    member.from[pass] = null;
  }
  const back = new Set([...line.waiting, ...lost, ...changed]);
  for (let last = line.expired.at(-1); last && last.atPlace >= fromPlace; last = line.expired.at(-1)) {
    back.add(last.member);
    line.expired.pop();
  }
  const waiting = createHeap<Member>((a, b) => (a.endedAtMs ?? 0) - (b.endedAtMs ?? 0) || a.place - b.place);
  const isInLine = ({ steadyName }: Member) => pass === 'path' || steadyName === line.members[0]?.steadyName;
  for (const member of back) {
    if (member.place < fromPlace && isInLine(member) && isWaiting(member, pass)) waiting.add(member);
  }
  const found = new Set<Member>();
  for (const member of line.members.slice(first)) {
    let earliest = waiting.first();
    while (earliest && (earliest.endedAtMs ?? 0) < member.createdAtMs - RECONNECT_WITHIN_MS) {
      line.expired.push({ member: earliest, atPlace: member.place });
      waiting.takeFirst();
      earliest = waiting.first();
    }
    const isTaken = pass === 'path' && member.from.steady !== null;
    if (earliest && (earliest.endedAtMs ?? 0) <= member.createdAtMs && !isTaken) {
      waiting.takeFirst();
      earliest.to[pass] = member;
      member.from[pass] = earliest;
      if (!lost.delete(earliest)) found.add(earliest);
    }
    if (isWaiting(member, pass)) waiting.add(member);
  }
  line.waiting = waiting.all();
  return new Set([...lost, ...found]);
}

function isWaiting<Member extends Paired<Member>>({ endedAtMs, to }: Member, pass: Pass): boolean {
  return endedAtMs !== null && to[pass] === null && (pass === 'steady' || to.steady === null);
}

/** The first index at which it holds; it holds for all behind that. */
function lowerBound<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
