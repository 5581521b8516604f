/**
 * Counts the frames of a session that has ended, so that a timeline of it need not read them all. Reads and writes through
 * functions that it is given; who dies in the middle has kept what was counted so far.
 */
import type { ConnectionRecord, SessionRecord, TickRecord } from '../../protocol/records.ts';
import { countConnection, type ReadChunks } from './count-ticks.ts';

/** Connections whose counts are kept at a time. */
const KEPT_AT_ONCE = 16;

export interface CountSessionEdges {
  session(
    sessionId: string,
  ): Promise<{ readonly session: SessionRecord; readonly connections: readonly ConnectionRecord[] } | null>;
  ticks(sessionId: string): Promise<readonly TickRecord[]>;
  readonly chunks: ReadChunks;
  keepTicks(sessionId: string, rows: readonly TickRecord[]): Promise<void>;
}

/** Does nothing where there is no such session, or it has not ended. Rejects when the store fails. */
export async function countSession(sessionId: string, edges: CountSessionEdges): Promise<void> {
  const [found, rows] = await Promise.all([edges.session(sessionId), edges.ticks(sessionId)]);
  if (!found || found.session.endedAtMs === null) return;
  const known = new Map(rows.map((row) => [row.connectionId, row]));
  let counted: TickRecord[] = [];
  for (const connection of found.connections) {
    const before = known.get(connection.connectionId) ?? null;
    if ((before?.readTo ?? 0) >= connection.nextSeq) continue;
    counted.push(await countConnection(connection, before, edges.chunks));
    if (counted.length < KEPT_AT_ONCE) continue;
    await edges.keepTicks(sessionId, counted);
    counted = [];
  }
  if (counted.length > 0) await edges.keepTicks(sessionId, counted);
}
