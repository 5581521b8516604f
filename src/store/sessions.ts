/** How sessions end. */
import type { ConnectionRecord, DocumentRecord, SessionRecord } from '../protocol/records.ts';
import type { Database } from './schema.ts';
import { inTransaction, put, remove } from './transaction.ts';

/** Marks a session as ended, if it is not; one without documents is to be deleted, for there is nothing to see in it. */
export function endSession(database: Database, sessionId: string, endedAtMs: number): Promise<void> {
  return inTransaction(database, ['sessions', 'documents', 'deletions'], async (transaction) => {
    const sessions = transaction.objectStore('sessions');
    const [session, documents] = await Promise.all([
      sessions.get(sessionId),
      transaction.objectStore('documents').index('session').count(sessionId),
    ]);
    if (!session || session.endedAtMs !== null) return;
    if (documents > 0) {
      put(transaction, 'sessions', { ...session, endedAtMs });
      return;
    }
    remove(transaction, 'sessions', sessionId);
    put(transaction, 'deletions', { sessionId });
  });
}

/** Ends all sessions that have not ended, but for those in `live`: at their last sign of life. */
export async function endOpenSessions(database: Database, live: ReadonlySet<string>): Promise<void> {
  const sessions = await database.getAll('sessions');
  for (const session of sessions) {
    if (session.endedAtMs !== null || live.has(session.sessionId)) continue;
    const [documents, connections] = await Promise.all([
      database.getAllFromIndex('documents', 'session', session.sessionId),
      database.getAllFromIndex('connections', 'session', session.sessionId),
    ]);
    await endSession(database, session.sessionId, lastSignOfLife(session, documents, connections));
  }
}

function lastSignOfLife(
  { startedAtMs }: SessionRecord,
  documents: readonly DocumentRecord[],
  connections: readonly ConnectionRecord[],
): number {
  const times = [
    startedAtMs,
    ...documents.map(({ goneAtMs }) => goneAtMs ?? 0),
    ...connections.map(({ createdAtMs, lastFrameAtMs, close, endSeenAtMs }) =>
      Math.max(createdAtMs, lastFrameAtMs ?? 0, close?.atMs ?? 0, endSeenAtMs ?? 0),
    ),
  ];
  return times.reduce((latest, at) => Math.max(latest, at));
}
