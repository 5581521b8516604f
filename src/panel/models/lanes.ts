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
import type { ConnectionRecord } from '../../protocol/records.ts';
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

/** In the order in which their first connections stand in the list. */
export function lanesOf(
  listed: readonly ConnectionRecord[],
  lineages: ReadonlyMap<string, Pick<Lineage, 'lineageId'>>,
): readonly Lane[] {
  const byId = new Map<string, ConnectionRecord[]>();
  for (const record of listed) {
    const laneId = lineages.get(record.connectionId)?.lineageId ?? record.connectionId;
    const generations = byId.get(laneId);
    if (generations) generations.push(record);
    else byId.set(laneId, [record]);
  }
  const names = new Map<string, number>();
  const lanes = [...byId].map(([laneId, generations]) => {
    generations.sort((a, b) => a.createdAtMs - b.createdAtMs || a.connection - b.connection);
    const name = shortNameOf(generations[0]?.url ?? '');
    const ordinal = (names.get(name) ?? 0) + 1;
    names.set(name, ordinal);
    return { laneId, name, ordinal, generations };
  });
  return lanes.map((lane) => (names.get(lane.name) === 1 ? { ...lane, ordinal: null } : lane));
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
