/**
 * The results of a search in their order: connection by connection, frame by frame, each connection under a row that names
 * it. Numbers of hits are from 0. Pure; the lists may grow, what is made of them here does not.
 */
import type { SeqList } from './seq-list.ts';

/** One frame. */
export interface FramePlace {
  readonly connectionId: string;
  readonly seq: number;
}

export interface FindGroup {
  readonly connectionId: string;
  readonly matches: SeqList;
}

export type FindRow =
  | { readonly kind: 'connection'; readonly connectionId: string; readonly hits: number }
  | ({ readonly kind: 'hit' } & FramePlace);

export interface FindRows {
  readonly rowCount: number;
  readonly hitCount: number;
  at(row: number): FindRow | null;
  hitAt(number: number): FramePlace | null;
  /** -1 where it is none. */
  numberOf(place: FramePlace): number;
  /** -1 where it is none. */
  rowOf(place: FramePlace): number;
  /** The number of the first hit at or behind a frame, in the order of the groups; `hitCount` where there is none. */
  numberFrom(place: FramePlace): number;
}

interface Placed extends FindGroup {
  readonly length: number;
  /** Number of its first hit. */
  readonly first: number;
  /** Its place among those that have hits. */
  readonly index: number;
}

/** Groups without hits have no rows. */
export function createFindRows(groups: readonly FindGroup[]): FindRows {
  const placed: Placed[] = [];
  const byId = new Map<string, Placed>();
  /** For a connection without hits: the number of the next hit behind it. */
  const behind = new Map<string, number>();
  let hitCount = 0;
  for (const { connectionId, matches } of groups) {
    behind.set(connectionId, hitCount);
    const { length } = matches;
    if (length === 0) continue;
    const one = { connectionId, matches, length, first: hitCount, index: placed.length };
    placed.push(one);
    byId.set(connectionId, one);
    hitCount += length;
  }

  /** The last group whose first number, or first row, is at most this. */
  function groupAt(wanted: number, firstOf: (group: Placed) => number): Placed | undefined {
    let low = 0;
    let high = placed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const group = placed[middle];
      if (group && firstOf(group) <= wanted) low = middle + 1;
      else high = middle;
    }
    return placed[low - 1];
  }

  const headRow = ({ first, index }: Placed) => first + index;

  function numberOf({ connectionId, seq }: FramePlace): number {
    const group = byId.get(connectionId);
    const at = group?.matches.indexOf(seq) ?? -1;
    return !group || at < 0 || at >= group.length ? -1 : group.first + at;
  }

  return {
    rowCount: hitCount + placed.length,
    hitCount,
    at: (row) => {
      if (row < 0 || row >= hitCount + placed.length) return null;
      const group = groupAt(row, headRow);
      if (!group) return null;
      const { connectionId, length, matches } = group;
      const at = row - headRow(group) - 1;
      return at < 0
        ? { kind: 'connection', connectionId, hits: length }
        : { kind: 'hit', connectionId, seq: matches.seqAt(at) };
    },
    hitAt: (number) => {
      if (number < 0 || number >= hitCount) return null;
      const group = groupAt(number, ({ first }) => first);
      return group ? { connectionId: group.connectionId, seq: group.matches.seqAt(number - group.first) } : null;
    },
    numberOf,
    rowOf: (place) => {
      const number = numberOf(place);
      const group = byId.get(place.connectionId);
      return number < 0 || !group ? -1 : number + group.index + 1;
    },
    numberFrom: ({ connectionId, seq }) => {
      const group = byId.get(connectionId);
      if (!group) return behind.get(connectionId) ?? hitCount;
      return group.first + Math.min(group.length, group.matches.indexFrom(seq));
    },
  };
}
