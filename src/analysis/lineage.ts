/**
 * The connections of one logical session over its reconnects, as a family: each generation took the place of the one
 * before. Built upon `reconnects.ts`, which says who followed whom.
 */
import type { ConnectionRecord } from '../protocol/records.ts';
import { endedAtMs } from './connection-state.ts';
import { steadyEndpointOf } from './endpoint.ts';
import { findReconnects, inOrderOfCreation, type Reconnect } from './reconnects.ts';

export interface Lineage {
  /** Id of its first connection, so that it stays the same as generations are added. */
  readonly lineageId: string;
  readonly documentId: string;
  /** Without what changes from try to try; of the first connection. */
  readonly endpoint: string;
  /** In the order in which they took each other's place; those that never opened are among them. At least one. */
  readonly generations: readonly ConnectionRecord[];
  /** When nobody was there: from the end of one that had been open to `open` of the next that opened. */
  readonly gaps: readonly LineageGap[];
}

export interface LineageGap {
  readonly fromMs: number;
  /** Null while nobody has come back. */
  readonly toMs: number | null;
  /** Attempts in it, the one that opened among them. */
  readonly attempts: number;
}

/** Every connection in exactly one lineage, these in the order of their first connections. */
export function lineagesOf(
  connections: readonly ConnectionRecord[],
  reconnects: ReadonlyMap<string, Reconnect> = findReconnects(connections),
): readonly Lineage[] {
  const successors = new Set([...reconnects.values()].map(({ firstAttempt }) => firstAttempt.connectionId));
  return connections
    .filter(({ connectionId }) => !successors.has(connectionId))
    .sort(inOrderOfCreation)
    .map((first) => {
      const generations = [first];
      let next = reconnects.get(first.connectionId)?.firstAttempt;
      while (next) {
        generations.push(next);
        next = reconnects.get(next.connectionId)?.firstAttempt;
      }
      return lineageOf(first, generations);
    });
}

/** Of connections that took each other's place, in that order. */
export function lineageOf(
  { connectionId: lineageId, documentId, url }: ConnectionRecord,
  generations: readonly ConnectionRecord[],
): Lineage {
  return { lineageId, documentId, endpoint: steadyEndpointOf(url), generations, gaps: gapsOf(generations) };
}

function gapsOf(generations: readonly ConnectionRecord[]): readonly LineageGap[] {
  const gaps: LineageGap[] = [];
  let lostAtMs: number | null = null;
  let attempts = 0;
  for (const record of generations) {
    if (lostAtMs !== null) attempts++;
    if (record.openedAtMs === null) continue;
    if (lostAtMs !== null) gaps.push({ fromMs: lostAtMs, toMs: record.openedAtMs, attempts });
    lostAtMs = endedAtMs(record);
    attempts = 0;
  }
  if (lostAtMs !== null && attempts > 0) gaps.push({ fromMs: lostAtMs, toMs: null, attempts });
  return gaps;
}

/** Which lineage each connection belongs to, by connectionId. */
export function lineageIndex(lineages: readonly Lineage[]): ReadonlyMap<string, Lineage> {
  return new Map(
    lineages.flatMap((lineage) => lineage.generations.map(({ connectionId }) => [connectionId, lineage] as const)),
  );
}
