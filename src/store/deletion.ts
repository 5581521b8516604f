/**
 * Deletes a session, at once or so that it can be undone for a while. Its own row goes first, in the transaction that notes the deletion, so that no reader sees half a
 * session; the rest follows in small transactions, between which recording goes on, and after a restart where it was.
 */
import { connectionFramesRange, documentFramesRange, documentRange } from './keys.ts';
import type { Database } from './schema.ts';
import { inTransaction, put, remove, type WriteTransaction } from './transaction.ts';

/** Rows per transaction; a chunk with its payload may take 300 kB. */
const ROWS_PER_TRANSACTION = 200;

/** Makes a session unreadable and notes that its rows are to be deleted. */
export function hideSession(database: Database, sessionId: string): Promise<void> {
  return inTransaction(database, ['sessions', 'deletions'], (transaction) => {
    remove(transaction, 'sessions', sessionId);
    put(transaction, 'deletions', { sessionId, dueAtMs: 0, session: null });
  });
}

/** `isRecorded`: it has not ended, and stays. `done` also where somebody else has deleted it just before. */
export type DeleteOutcome = 'done' | 'isRecorded' | 'notFound';

/** Makes a session that has ended unreadable, and keeps all of it until `dueAtMs`. */
export function hideForNow(database: Database, sessionId: string, dueAtMs: number): Promise<DeleteOutcome> {
  return inTransaction(database, ['sessions', 'deletions'], async (transaction) => {
    const [session, deletion] = await Promise.all([
      transaction.objectStore('sessions').get(sessionId),
      transaction.objectStore('deletions').get(sessionId),
    ]);
    if (!session) return deletion ? 'done' : 'notFound';
    if (session.endedAtMs === null) return 'isRecorded';
    remove(transaction, 'sessions', sessionId);
    put(transaction, 'deletions', { sessionId, dueAtMs, session });
    return 'done';
  });
}

/** Undoes `hideForNow`, unless the deletion has begun. `done` also where somebody else has restored it just before. */
export function restoreSession(database: Database, sessionId: string): Promise<'done' | 'notFound'> {
  return inTransaction(database, ['sessions', 'deletions'], async (transaction) => {
    const [session, deletion] = await Promise.all([
      transaction.objectStore('sessions').get(sessionId),
      transaction.objectStore('deletions').get(sessionId),
    ]);
    if (session) return 'done';
    if (!deletion?.session) return 'notFound';
    put(transaction, 'sessions', deletion.session);
    remove(transaction, 'deletions', sessionId);
    return 'done';
  });
}

export interface Deletions {
  /** Whose rows may be deleted now, or are being. */
  readonly due: readonly string[];
  /** When the next of the others may be; null: there are none. */
  readonly nextDueAtMs: number | null;
}

export async function findDeletions(database: Database, nowMs: number): Promise<Deletions> {
  const rows = await database.getAll('deletions');
  const waiting = rows.filter(({ dueAtMs }) => dueAtMs > nowMs).map(({ dueAtMs }) => dueAtMs);
  return {
    due: rows.filter(({ dueAtMs }) => dueAtMs <= nowMs).map(({ sessionId }) => sessionId),
    nextDueAtMs: waiting.length === 0 ? null : Math.min(...waiting),
  };
}

/** Rows that belong to a session and to no document's connections. */
const BESIDE = ['context', 'handshakes', 'probes'] as const;
const STORES = ['documents', 'connections', 'ticks', 'chunks', 'payloads', 'contents', ...BESIDE, 'deletions'] as const;
type Transaction = WriteTransaction<(typeof STORES)[number]>;

/** Deletes some rows of a hidden session, which cannot be restored any more; gives true while there are more. */
export function deleteSomeRows(database: Database, sessionId: string): Promise<boolean> {
  return inTransaction(database, STORES, async (transaction) => {
    const deletion = await transaction.objectStore('deletions').get(sessionId);
    // Somebody has restored it meanwhile.
    if (!deletion) return false;
    if (deletion.session) put(transaction, 'deletions', { ...deletion, dueAtMs: 0, session: null });
    const documentId = await transaction.objectStore('documents').index('session').getKey(sessionId);
    if (documentId !== undefined) {
      if (!(await deleteSomeOfDocument(transaction, documentId))) {
        remove(transaction, 'documents', documentId);
      }
      return true;
    }
    for (const name of BESIDE) {
      const keys = await transaction.objectStore(name).index('session').getAllKeys(sessionId, ROWS_PER_TRANSACTION);
      for (const key of keys) remove(transaction, name, key);
      if (keys.length > 0) return true;
    }
    remove(transaction, 'deletions', sessionId);
    return false;
  });
}

/** Deletes a range of one store; gives true when there was something. Frames go before the rows that lead to them. */
async function deleteSomeOfDocument(transaction: Transaction, documentId: string): Promise<boolean> {
  const ranges = [
    ['chunks', documentFramesRange(documentId)],
    ['payloads', documentFramesRange(documentId)],
    ['contents', documentFramesRange(documentId)],
    ['ticks', documentRange(documentId)],
    ['connections', documentRange(documentId)],
  ] as const;
  for (const [name, range] of ranges) {
    const keys = await transaction.objectStore(name).getAllKeys(range, ROWS_PER_TRANSACTION);
    const [first, last] = [keys[0], keys.at(-1)];
    if (first === undefined || last === undefined) continue;
    remove(transaction, name, IDBKeyRange.bound(first, last));
    return true;
  }
  return false;
}

/**
 * Deletes a session as a whole, in one transaction that writes nothing: browsers allow that when no storage is left, and
 * not the note that a deletion bit by bit begins with.
 */
export function deleteSession(database: Database, sessionId: string): Promise<void> {
  return inTransaction(database, [...STORES, 'sessions'], async (transaction) => {
    const [documentIds, ...beside] = await Promise.all([
      transaction.objectStore('documents').index('session').getAllKeys(sessionId),
      ...BESIDE.map((name) => transaction.objectStore(name).index('session').getAllKeys(sessionId)),
    ]);
    for (const documentId of documentIds) {
      for (const name of ['chunks', 'payloads', 'contents'] as const) {
        remove(transaction, name, documentFramesRange(documentId));
      }
      remove(transaction, 'ticks', documentRange(documentId));
      remove(transaction, 'connections', documentRange(documentId));
      remove(transaction, 'documents', documentId);
    }
    BESIDE.forEach((name, i) => {
      for (const key of beside[i] ?? []) remove(transaction, name, key);
    });
    remove(transaction, 'deletions', sessionId);
    remove(transaction, 'sessions', sessionId);
  });
}

/** Deletes one connection with its frames, and its document when that holds no other. */
export function deleteConnection(database: Database, documentId: string, connectionId: string): Promise<void> {
  const stores = ['documents', 'connections', 'ticks', 'chunks', 'payloads', 'contents'] as const;
  return inTransaction(database, stores, async (transaction) => {
    const keys = await transaction.objectStore('connections').getAllKeys(documentRange(documentId), 2);
    for (const name of ['chunks', 'payloads', 'contents'] as const) {
      remove(transaction, name, connectionFramesRange(connectionId));
    }
    remove(transaction, 'ticks', connectionId);
    remove(transaction, 'connections', connectionId);
    if (keys.every((key) => key === connectionId)) remove(transaction, 'documents', documentId);
  });
}
