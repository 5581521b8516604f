/**
 * The lanes of the timeline: one per logical session. Connections that took each other's place follow each other in one
 * lane; those that lived side by side, even to the same endpoint, have lanes of their own and are numbered.
 *
 *     /live      ▓▓▓▓✕  ▓▓▓▓▓▓▓▓      three connections, one lineage
 *     /feed ·1   ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
 *     /feed ·2      ▓▓▓▓▓▓▓▓▓▓▓▓      a second tab's worth of the same endpoint
 */
import { endedAtMs } from '../../analysis/connection-state.ts';
import type { Lineage } from '../../analysis/lineage.ts';
import { inOrderOfCreation } from '../../analysis/reconnects.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { isSameList } from './same-list.ts';
import { shortNameOf } from './url-name.ts';

export interface Lane {
  /** Stays the same as generations are added. */
  readonly laneId: string;
  readonly name: string;
  /** From 1, among lanes of the same name; null where there is but one. */
  readonly ordinal: number | null;
  /** At least one, each made after the one before had ended. */
  readonly generations: readonly ConnectionRecord[];
}

/** Connections that follow each other in one lane, by its id. */
type LaneContents = Iterable<readonly [laneId: string, generations: readonly ConnectionRecord[]]>;

/** Gives a function that makes lanes of a list that changes: those of which nothing has changed are the same objects as before. */
export function createLanes(): (contents: LaneContents) => readonly Lane[] {
  let before: ReadonlyMap<string, Lane> = new Map();
  return (contents) => {
    const lanes = new Map<string, Lane>();
    const named = new Map<string, number>();
    for (const [laneId, generations] of contents) {
      const url = generations[0]?.url ?? '';
      const known = before.get(laneId);
      const name = known?.generations[0]?.url === url ? known.name : shortNameOf(url);
      named.set(name, (named.get(name) ?? 0) + 1);
      lanes.set(laneId, { laneId, name, ordinal: named.get(name) ?? null, generations });
    }
    for (const lane of lanes.values()) {
      const { laneId, name } = lane;
      const numbered = named.get(name) === 1 ? { ...lane, ordinal: null } : lane;
      const known = before.get(laneId);
      lanes.set(laneId, known && isSameLane(known, numbered) ? known : numbered);
    }
    before = lanes;
    return [...lanes.values()];
  };
}

/** Each lineage as a lane of its own, in their order. */
export function lanesOfLineages(lineages: readonly Lineage[]): LaneContents {
  return lineages.map(({ lineageId, generations }) => [lineageId, generations] as const);
}

/** Of a part of all connections, in the order in which the first of each lane stands in it. */
export function lanesOfListed(
  listed: readonly ConnectionRecord[],
  lineageOf: (connectionId: string) => Pick<Lineage, 'lineageId'> | undefined,
): LaneContents {
  const lanes = new Map<string, ConnectionRecord[]>();
  for (const record of listed) {
    const laneId = lineageOf(record.connectionId)?.lineageId ?? record.connectionId;
    const generations = lanes.get(laneId);
    if (!generations) lanes.set(laneId, [record]);
    // Nearly always behind all others.
    else generations.splice(placeIn(generations, record), 0, record);
  }
  return lanes;
}

function placeIn(generations: readonly ConnectionRecord[], record: ConnectionRecord): number {
  let place = generations.length;
  for (; place > 0; place--) {
    const before = generations[place - 1];
    if (!before || inOrderOfCreation(before, record) <= 0) break;
  }
  return place;
}

function isSameLane(a: Lane, b: Lane): boolean {
  return a.ordinal === b.ordinal && a.name === b.name && isSameList(a.generations, b.generations);
}

/** Index of the first generation that had not ended at a moment; the number of generations when all had. */
export function firstAlive({ generations }: Lane, atMs: number): number {
  let low = 0;
  let high = generations.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const record = generations[middle];
    if (record && (endedAtMs(record) ?? Number.POSITIVE_INFINITY) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The connection that lived at a moment, or the one whose life was nearest to it. */
export function generationAt(lane: Lane, atMs: number): ConnectionRecord | null {
  const at = firstAlive(lane, atMs);
  const [before, after] = [lane.generations[at - 1], lane.generations[at]];
  if (!before || !after || after.createdAtMs <= atMs) return after ?? before ?? null;
  return atMs - (endedAtMs(before) ?? 0) < after.createdAtMs - atMs ? before : after;
}

/** The lane that holds a connection; -1 when none does. */
export function laneIndexOf(lanes: readonly Lane[], connectionId: string): number {
  return lanes.findIndex(({ generations }) => generations.some((record) => record.connectionId === connectionId));
}
