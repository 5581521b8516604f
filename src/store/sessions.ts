/** How sessions are changed, and how they end. */
import type { ConnectionRecord, DocumentRecord, SessionRecord } from '../protocol/records.ts';
import { documentRange } from './keys.ts';
import type { Database } from './schema.ts';
import { inTransaction, put, remove } from './transaction.ts';

/**
 * Changes a session's row, wherever it is: `known` is newer than what is stored. Gives the row as it is now; null when there
 * is none. `change` gives null to leave it as it is.
 */
export function changeSession(
  database: Database,
  sessionId: string,
  known: SessionRecord | undefined,
  change: (session: SessionRecord) => SessionRecord | null,
): Promise<SessionRecord | null> {
  return inTransaction(database, ['sessions'], async (transaction) => {
    const stored = await transaction.objectStore('sessions').get(sessionId);
    if (!stored) return null;
    const session = known ?? stored;
    const changed = change(session);
    if (changed) put(transaction, 'sessions', changed);
    return changed ?? session;
  });
}

/**
 * Marks a session as ended, if it is not. One without documents that nobody has named is to be deleted, for there is nothing
 * to see in it.
 */
export function endSession(database: Database, sessionId: string, endedAtMs: number): Promise<void> {
  return inTransaction(database, ['sessions', 'documents', 'deletions'], async (transaction) => {
    const sessions = transaction.objectStore('sessions');
    const [session, documents] = await Promise.all([
      sessions.get(sessionId),
      transaction.objectStore('documents').index('session').count(sessionId),
    ]);
    if (!session || session.endedAtMs !== null) return;
    if (documents > 0 || session.kind === 'named') {
      put(transaction, 'sessions', { ...session, endedAtMs });
      return;
    }
    remove(transaction, 'sessions', sessionId);
    put(transaction, 'deletions', { sessionId, dueAtMs: 0, session: null });
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
    await endSession(database, session.sessionId, lastSignOfLife(session.startedAtMs, documents, connections));
  }
}

/** When a document that nobody has seen since was last heard of. Null when there is no such document. */
export async function lastSeenMs(database: Database, documentId: string): Promise<number | null> {
  const document = await database.get('documents', documentId);
  if (!document) return null;
  const connections = await database.getAll('connections', documentRange(documentId));
  return lastSignOfLife(document.openedAtMs, [document], connections);
}

function lastSignOfLife(
  startedAtMs: number,
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
