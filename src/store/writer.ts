/**
 * The one writer of the database; the background has it. Everything goes through one queue, in order: there is never
 * more than one transaction of ours under way, so that rows in the cache are as the last commit left them. When a
 * promise rejects, nothing of that call was written (see `storeFailureOf`).
 */
import type { ConnectionRecord, ContextRecord, DocumentRecord, SessionRecord } from '../protocol/records.ts';
import type { ParsedBatch } from './apply-batches.ts';
import { deleteSomeRows, hideSession, unfinishedDeletions } from './deletion.ts';
import { isClosedConnection } from './failure.ts';
import { goneConnections } from './gone.ts';
import type { Store } from './open.ts';
import { chooseSessionsToDelete, type RetentionLimits } from './retention.ts';
import { createRowCache } from './row-cache.ts';
import type { Database } from './schema.ts';
import { endOpenSessions, endSession } from './sessions.ts';
import { add, inTransaction, put } from './transaction.ts';
import { belongsTo, type DocumentIdentity, type WriteOutcome, writeBatches } from './write-batches.ts';

export interface ChangedRows {
  readonly document: DocumentRecord;
  readonly connections: readonly ConnectionRecord[];
}

export interface Writer {
  /** Writes consecutive batches of one document in one transaction. */
  write(identity: DocumentIdentity, batches: readonly ParsedBatch[]): Promise<WriteOutcome>;
  /** The last batch of a document that is committed; 0 when it has none; null when the document is not this one. */
  committedBatch(identity: DocumentIdentity): Promise<number | null>;
  /** Marks a document and its open connections as gone, or as back (null). Null when there is no such document. */
  setGone(documentId: string, goneAtMs: number | null): Promise<ChangedRows | null>;
  beginSession(session: SessionRecord): Promise<void>;
  /** Ends a session, if it has not ended; one in which nothing was recorded is deleted. */
  endSession(sessionId: string, endedAtMs: number): Promise<void>;
  /** Ends sessions that no browser session knows any more. `live` is asked when it is this call's turn. */
  endSessionsExcept(live: () => ReadonlySet<string>): Promise<void>;
  addContext(row: ContextRecord): Promise<void>;
  /** Documents of a session that have not gone. */
  livingDocuments(sessionId: string): Promise<readonly DocumentRecord[]>;
  /** Resolves when the session cannot be read any more; its rows are deleted bit by bit, by `deleteRest`. */
  deleteSession(sessionId: string): Promise<void>;
  /** Deletes what the limits demand and what earlier deletions have left, in small transactions between the others. */
  deleteRest(limits: RetentionLimits): Promise<void>;
}

export function createWriter(store: Store): Writer {
  const cache = createRowCache();
  let last: Promise<unknown> = Promise.resolve();

  /** Runs `job` when all earlier ones have ended. */
  function enqueue<Result>(job: (database: Database) => Promise<Result>): Promise<Result> {
    const result = last.then(() => withDatabase(job));
    last = result.catch(() => undefined);
    return result;
  }

  async function withDatabase<Result>(job: (database: Database) => Promise<Result>): Promise<Result> {
    try {
      return await job(await store.open());
    } catch (error) {
      cache.forgetAll();
      if (!isClosedConnection(error)) throw error;
      // It was closed between two of our transactions, so nothing of the job was done.
      store.close();
      return await job(await store.open());
    }
  }

  return {
    write: (identity, batches) => enqueue((database) => writeBatches(database, cache, identity, batches)),

    committedBatch: (identity) =>
      enqueue(async (database) => {
        const row = await database.get('documents', identity.documentId);
        if (!row) return 0;
        return belongsTo(row, identity) ? row.committedBatch : null;
      }),

    setGone: (documentId, goneAtMs) =>
      enqueue(async (database) => {
        cache.forgetDocument(documentId);
        return await inTransaction(database, ['documents', 'connections', 'context'], async (transaction) => {
          const known = await transaction.objectStore('documents').get(documentId);
          if (!known) return null;
          const document = { ...known, goneAtMs };
          const connections = await goneConnections(transaction, document, new Map());
          const { sessionId } = document;
          put(transaction, 'documents', document);
          for (const row of connections) put(transaction, 'connections', row);
          if (goneAtMs !== null) {
            add(transaction, 'context', {
              sessionId,
              documentId,
              connectionId: null,
              atMs: goneAtMs,
              kind: 'documentGone',
            });
          }
          return { document, connections };
        });
      }),

    beginSession: (session) =>
      enqueue((database) =>
        inTransaction(database, ['sessions'], (transaction) => add(transaction, 'sessions', session)),
      ),

    endSession: (sessionId, endedAtMs) =>
      enqueue((database) => {
        cache.forgetAll();
        return endSession(database, sessionId, endedAtMs);
      }),

    endSessionsExcept: (live) =>
      enqueue((database) => {
        cache.forgetAll();
        return endOpenSessions(database, live());
      }),

    addContext: (row) =>
      enqueue((database) => inTransaction(database, ['context'], (transaction) => add(transaction, 'context', row))),

    livingDocuments: (sessionId) =>
      enqueue(async (database) => {
        const rows = await database.getAllFromIndex('documents', 'session', sessionId);
        return rows.filter(({ goneAtMs }) => goneAtMs === null);
      }),

    deleteSession: (sessionId) =>
      enqueue((database) => {
        cache.forgetAll();
        return hideSession(database, sessionId);
      }),

    deleteRest: async (limits) => {
      const unfinished = await enqueue(async (database) => {
        const chosen = chooseSessionsToDelete(await database.getAll('sessions'), limits);
        for (const sessionId of chosen) await hideSession(database, sessionId);
        return await unfinishedDeletions(database);
      });
      for (const sessionId of unfinished) {
        let more = true;
        while (more) more = await enqueue((database) => deleteSomeRows(database, sessionId));
      }
    },
  };
}
