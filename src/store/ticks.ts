/**
 * Keeps what was counted of the frames of sessions that have ended. It is a copy of what is in `chunks`, so whoever has
 * counted may write it, and nothing is lost where it is not.
 */
import type { SessionRecord, TickRecord } from '../protocol/records.ts';
import { tickBytes } from './row-bytes.ts';
import type { Database } from './schema.ts';
import { inTransaction, put } from './transaction.ts';

/**
 * Writes the counts of some connections of a session, over those that were there. Only of a session that has ended: the row of
 * one that is recorded is its writer's. `known` is newer than what is stored. Gives the session's row as it is now; null when
 * there is none, or it has not ended: then nothing was written.
 */
export function writeTicks(
  database: Database,
  sessionId: string,
  rows: readonly TickRecord[],
  known?: SessionRecord,
): Promise<SessionRecord | null> {
  return inTransaction(database, ['sessions', 'connections', 'ticks'], async (transaction) => {
    const [stored, ...before] = await Promise.all([
      transaction.objectStore('sessions').get(sessionId),
      ...rows.map(async ({ connectionId }) => ({
        connection: await transaction.objectStore('connections').get(connectionId),
        ticks: await transaction.objectStore('ticks').get(connectionId),
      })),
    ]);
    const session = stored && (known ?? stored);
    if (!session || session.endedAtMs === null) return null;
    let { storedBytes } = session;
    rows.forEach((row, i) => {
      if (before[i]?.connection?.sessionId !== sessionId) return;
      storedBytes += tickBytes(row) - tickBytes(before[i]?.ticks);
      put(transaction, 'ticks', row);
    });
    const changed = { ...session, storedBytes };
    put(transaction, 'sessions', changed);
    return changed;
  });
}
