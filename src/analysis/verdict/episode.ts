/**
 * What followed a drop: the attempts at the same endpoint, up to the one that opened. Pure.
 *
 * A document may have several sockets to one endpoint. Each new one is taken to stand in for the earliest that had ended
 * and still waited for a successor, as in `reconnects.ts`; but a dropped connection has ended from the drop on, and an
 * attempt from its first sign of failure, because applications reconnect in `onerror` as well as in `onclose`.
 *
 * Nothing tells which of several sockets to one endpoint an attempt belongs to. Where they wait for random times, the waits
 * that come out of this are more alike than the true ones: jitter looks smaller than it is.
 */
import { endpointOf } from '../endpoint.ts';
import type { Drop, VerdictConnection, VerdictInput } from './input.ts';

export interface Attempt {
  readonly connection: VerdictConnection;
  /** From the end of the attempt before, or from the drop, to its construction. */
  readonly gapMs: number;
  readonly outcome: 'opened' | 'failed' | 'abandoned' | 'pending';
}

export interface Episode {
  readonly drop: Drop;
  readonly dropped: VerdictConnection;
  readonly attempts: readonly Attempt[];
  readonly reopened: VerdictConnection | null;
  /** When watching ended for this drop: the next drop of what came back, the end of the input, or an interruption. */
  readonly untilMs: number;
  readonly isInterrupted: boolean;
  /** More may be seen of it. */
  readonly isWatched: boolean;
  /** All connections to the same endpoint, in the order of their creation. */
  readonly endpoint: readonly VerdictConnection[];
}

/** When a connection ended for its application; Infinity while it lives. */
export function endMs({ openedAtMs, erroredAtMs, closeRequestedAtMs, close, goneAtMs }: VerdictConnection): number {
  const failedAtMs = openedAtMs === null ? erroredAtMs : null;
  const ends = [failedAtMs, closeRequestedAtMs, close?.atMs, goneAtMs].filter((atMs) => typeof atMs === 'number');
  return Math.min(Number.POSITIVE_INFINITY, ...ends);
}

export function episodesOf(input: VerdictInput): readonly Episode[] {
  const droppedAt = new Map(input.drops.map(({ connectionId, atMs }) => [connectionId, atMs]));
  const endOf = (connection: VerdictConnection) =>
    Math.min(droppedAt.get(connection.id) ?? Number.POSITIVE_INFINITY, endMs(connection));
  const endpoints = new Map<string, VerdictConnection[]>();
  for (const connection of input.connections) {
    const name = endpointOf(connection.url);
    const group = endpoints.get(name);
    if (group) group.push(connection);
    else endpoints.set(name, [connection]);
  }
  const successors = new Map<VerdictConnection, VerdictConnection>();
  for (const group of endpoints.values()) pair(group, endOf, successors);
  return input.drops.flatMap((drop) => {
    const dropped = input.connections.find(({ id }) => id === drop.connectionId);
    if (!dropped) return [];
    const endpoint = endpoints.get(endpointOf(dropped.url)) ?? [];
    return [follow(input, drop, dropped, endpoint, successors, endOf)];
  });
}

function pair(
  group: readonly VerdictConnection[],
  endOf: (connection: VerdictConnection) => number,
  successors: Map<VerdictConnection, VerdictConnection>,
): void {
  const ended = [...group].sort((a, b) => endOf(a) - endOf(b));
  let next = 0;
  for (const connection of group) {
    const candidate = ended[next];
    if (!candidate || candidate === connection || endOf(candidate) > connection.createdAtMs) continue;
    successors.set(candidate, connection);
    next++;
  }
}

function follow(
  input: VerdictInput,
  drop: Drop,
  dropped: VerdictConnection,
  endpoint: readonly VerdictConnection[],
  successors: ReadonlyMap<VerdictConnection, VerdictConnection>,
  endOf: (connection: VerdictConnection) => number,
): Episode {
  const attempts: Attempt[] = [];
  let before = dropped;
  let reopened: VerdictConnection | null = null;
  while (!reopened) {
    const connection = successors.get(before);
    if (!connection) break;
    attempts.push({ connection, gapMs: connection.createdAtMs - endOf(before), outcome: outcomeOf(connection) });
    if (connection.openedAtMs !== null) reopened = connection;
    before = connection;
  }
  const nextDrop = input.drops.find(({ connectionId }) => connectionId === before.id && before !== dropped);
  const untilMs = Math.min(
    nextDrop?.atMs ?? Number.POSITIVE_INFINITY,
    input.interruptedAtMs ?? Number.POSITIVE_INFINITY,
    drop.passedByMs ?? Number.POSITIVE_INFINITY,
    input.watchedUntilMs,
  );
  const isInterrupted = input.interruptedAtMs !== null && input.interruptedAtMs <= untilMs;
  const isWatched = input.isWatching === true && untilMs === input.watchedUntilMs;
  return { drop, dropped, attempts, reopened, untilMs, isInterrupted, isWatched, endpoint };
}

function outcomeOf({ openedAtMs, closeRequestedAtMs, close, erroredAtMs }: VerdictConnection): Attempt['outcome'] {
  if (openedAtMs !== null) return 'opened';
  if (closeRequestedAtMs !== null) return 'abandoned';
  return close !== null || erroredAtMs !== null ? 'failed' : 'pending';
}

/** When the page could have noticed: nothing passes any more. */
export function silentFromMs({ drop }: Episode): number {
  return drop.silentFromMs ?? drop.atMs;
}

/** A silence that the page was not told of, and did nothing about. */
export function isUnnoticed({ drop, dropped, attempts }: Episode): boolean {
  return drop.silentFromMs === drop.atMs && attempts.length === 0 && dropped.closeRequestedAtMs === null;
}

/** When the last sign of life of a reconnect was seen: the drop, or the end or beginning of the last attempt. */
export function lastActMs({ drop, attempts, untilMs }: Episode): number {
  const last = attempts.at(-1)?.connection;
  if (!last) return drop.atMs;
  const end = endMs(last);
  return end <= untilMs ? Math.max(end, last.createdAtMs) : Math.max(last.createdAtMs, drop.atMs);
}
