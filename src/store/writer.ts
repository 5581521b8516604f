/**
 * The one writer of the database; the background has it. Everything goes through one queue, in order: there is never
 * more than one transaction of ours under way, so that rows in the cache are as the last commit left them. When a
 * promise rejects, nothing of that call was written (see `storeFailureOf`).
 */
import { SESSION_PAYLOADS_BYTES } from '../protocol/limits.ts';
import type { ContextRecord, DocumentRecord, SessionRecord, TickRecord } from '../protocol/records.ts';
import type { ParsedBatch } from './apply-batches.ts';
import {
  type DeleteOutcome,
  deleteConnection,
  deleteSession,
  deleteSomeRows,
  findDeletions,
  hideForNow,
  hideSession,
  restoreSession,
} from './deletion.ts';
import { changeHandshakes, type EvidenceRows, writeEvidence } from './evidence.ts';
import { isClosedConnection } from './failure.ts';
import { type ChangedRows, markGone, markRefused } from './gone.ts';
import type { HandshakeChange } from './handshake-change.ts';
import { inTurnAfter } from './in-turn.ts';
import { addMark, changeMark, type MarkRecord, type NewMarkRecord } from './marks.ts';
import type { Store } from './open.ts';
import { chooseSessionsToDelete, oldestToDelete, type RetentionLimits } from './retention.ts';
import { createRowCache } from './row-cache.ts';
import type { Database } from './schema.ts';
import { changeSession, endOpenSessions, endSession, lastSeenMs } from './sessions.ts';
import { writeTicks } from './ticks.ts';
import { add, inTransaction } from './transaction.ts';
import { belongsTo, type DocumentIdentity, type WriteOutcome, writeBatches } from './write-batches.ts';

export interface Resumed {
  /** The last batch that is committed; 0 when none is; null when the document is not that of this session and frame. */
  readonly committedBatch: number | null;
  /** Rows that changed, because it is back. */
  readonly revived: ChangedRows | null;
}

export interface Writer {
  /** Writes consecutive batches of one document in one transaction. */
  write(identity: DocumentIdentity, batches: readonly ParsedBatch[]): Promise<WriteOutcome>;
  /** Where a document has to go on after a new link. It lives: when it had been marked as gone, it is back. */
  resume(identity: DocumentIdentity): Promise<Resumed>;
  /** Marks a document and its open connections as gone, or as back (null). Null when there is no such document. */
  setGone(documentId: string, goneAtMs: number | null): Promise<ChangedRows | null>;
  /** Says of a connection that its handshake was refused on purpose. Null when there is no such connection. */
  setRefused(documentId: string, connectionId: string, refusedAtMs: number): Promise<ChangedRows | null>;
  beginSession(session: SessionRecord): Promise<void>;
  /** Ends a session, if it has not ended; one in which nothing was recorded is deleted. */
  endSession(sessionId: string, endedAtMs: number): Promise<void>;
  /** Ends sessions that no browser session knows any more. `live` is asked when it is this call's turn. */
  endSessionsExcept(live: () => ReadonlySet<string>): Promise<void>;
  /** Changes a session's row; gives it as it is now, null when there is none. `change` gives null to leave it as it is. */
  changeSession(
    sessionId: string,
    change: (session: SessionRecord) => SessionRecord | null,
  ): Promise<SessionRecord | null>;
  /** Keeps what was counted of a session that has ended; of others, and those that are gone, it is not kept. */
  keepTicks(sessionId: string, rows: readonly TickRecord[]): Promise<void>;
  addContext(row: ContextRecord): Promise<void>;
  /** Gives the marker with its number; null when there is no such session. */
  addMark(row: NewMarkRecord): Promise<MarkRecord | null>;
  /** Changes a marker, or takes it away (null). Gives what it was; null when there is no such marker. */
  changeMark(contextId: number, change: (mark: MarkRecord) => MarkRecord | null): Promise<MarkRecord | null>;
  /** Gives the rows that were written: none of a session that is not there, no new ones of one that is full. */
  writeEvidence(sessionId: string, rows: EvidenceRows): Promise<EvidenceRows>;
  /** Brings rows of handshakes up to date. Gives those that have changed. */
  changeHandshakes(sessionId: string, changes: readonly HandshakeChange[]): Promise<EvidenceRows>;
  /** Deletes a connection that turned out to be another's second sight. */
  removeConnection(documentId: string, connectionId: string): Promise<void>;
  /** Documents of a session that have not gone. */
  livingDocuments(sessionId: string): Promise<readonly DocumentRecord[]>;
  /** When a document was last heard of; null when there is no such document. */
  lastSeenMs(documentId: string): Promise<number | null>;
  /** Whether there is such a session and it has not ended. */
  isOpenSession(sessionId: string): Promise<boolean>;
  /**
   * Resolves when the session cannot be read any more; its rows are deleted bit by bit, by `deleteRest`. A pinned one is
   * only ended.
   */
  discardSession(sessionId: string, endedAtMs: number): Promise<void>;
  /** Makes a session that has ended unreadable; `restoreSession` undoes it until `dueAtMs` or until there is no room. */
  deleteForNow(sessionId: string, dueAtMs: number): Promise<DeleteOutcome>;
  restoreSession(sessionId: string): Promise<'done' | 'notFound'>;
  /**
   * Makes room at once: deletes a session that could still be restored, or else the oldest that is neither live nor
   * pinned. Gives that, as it was.
   */
  deleteOldestSession(live: () => ReadonlySet<string>): Promise<RoomMade>;
  /** Deletes what the limits demand and what earlier deletions have left, in small transactions between the others. */
  deleteRest(limits: RetentionLimits): Promise<Rest>;
}

export interface Rest {
  /** Sessions that had to go because of the limits. */
  readonly chosen: readonly string[];
  /** When deletions that wait may begin, epoch milliseconds; null: none waits. */
  readonly nextDueAtMs: number | null;
}

/** `restorable`: one that was deleted already; `session`: one that nobody had deleted; `nothing`: all must stay. */
export type RoomMade =
  | { readonly kind: 'restorable' }
  | { readonly kind: 'session'; readonly session: SessionRecord }
  | { readonly kind: 'nothing' };

/** `payloadsBytes`: what a session may take before payloads are left out of it, asked for each time. */
export function createWriter(store: Store, payloadsBytes = () => SESSION_PAYLOADS_BYTES): Writer {
  const cache = createRowCache();
  const inTurn = inTurnAfter();
  let lastDatabase: Database | null = null;

  /** Runs `job` when all earlier ones have ended. */
  function enqueue<Result>(job: (database: Database) => Promise<Result>): Promise<Result> {
    return inTurn(() => withDatabase(job));
  }

  async function withDatabase<Result>(job: (database: Database) => Promise<Result>): Promise<Result> {
    try {
      return await job(await openDatabase());
    } catch (error) {
      cache.forgetAll();
      if (!isClosedConnection(error)) throw error;
      // It was closed between two of our transactions, so nothing of the job was done.
      store.close();
      return await job(await openDatabase());
    }
  }

  async function openDatabase(): Promise<Database> {
    const database = await store.open();
    // It had to be closed meanwhile; it may have been deleted, too.
    if (database !== lastDatabase) cache.forgetAll();
    lastDatabase = database;
    return database;
  }

  function setGone(database: Database, documentId: string, goneAtMs: number | null): Promise<ChangedRows | null> {
    cache.forgetDocument(documentId);
    return markGone(database, documentId, goneAtMs);
  }

  return {
    write: (identity, batches) =>
      enqueue((database) => writeBatches(database, cache, identity, batches, payloadsBytes())),

    resume: (identity) =>
      enqueue(async (database) => {
        const row = await database.get('documents', identity.documentId);
        if (!row) return { committedBatch: 0, revived: null };
        if (!belongsTo(row, identity)) return { committedBatch: null, revived: null };
        const revived = row.goneAtMs === null ? null : await setGone(database, identity.documentId, null);
        return { committedBatch: row.committedBatch, revived };
      }),

    setGone: (documentId, goneAtMs) => enqueue((database) => setGone(database, documentId, goneAtMs)),

    setRefused: (documentId, connectionId, refusedAtMs) =>
      enqueue((database) => {
        cache.forgetDocument(documentId);
        return markRefused(database, documentId, connectionId, refusedAtMs);
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

    changeSession: (sessionId, change) =>
      enqueue(async (database) => {
        const session = await changeSession(database, sessionId, cache.session(sessionId), change);
        if (session) cache.keepSession(session);
        return session;
      }),

    keepTicks: (sessionId, rows) =>
      enqueue(async (database) => {
        const session = await writeTicks(database, sessionId, rows, cache.session(sessionId));
        if (session && cache.session(sessionId)) cache.keepSession(session);
      }),

    addMark: (row) => enqueue((database) => addMark(database, cache, row)),

    changeMark: (contextId, change) => enqueue((database) => changeMark(database, cache, contextId, change)),

    addContext: (row) =>
      enqueue((database) => inTransaction(database, ['context'], (transaction) => add(transaction, 'context', row))),

    writeEvidence: (sessionId, rows) => enqueue((database) => writeEvidence(database, cache, sessionId, rows)),

    changeHandshakes: (sessionId, changes) =>
      enqueue((database) => changeHandshakes(database, cache, sessionId, changes)),

    removeConnection: (documentId, connectionId) =>
      enqueue((database) => {
        cache.forgetDocument(documentId);
        return deleteConnection(database, documentId, connectionId);
      }),

    livingDocuments: (sessionId) =>
      enqueue(async (database) => {
        const rows = await database.getAllFromIndex('documents', 'session', sessionId);
        return rows.filter(({ goneAtMs }) => goneAtMs === null);
      }),

    lastSeenMs: (documentId) => enqueue((database) => lastSeenMs(database, documentId)),

    isOpenSession: (sessionId) =>
      enqueue(async (database) => (await database.get('sessions', sessionId))?.endedAtMs === null),

    discardSession: (sessionId, endedAtMs) =>
      enqueue(async (database) => {
        cache.forgetAll();
        const isPinned = (await database.get('sessions', sessionId))?.pinned === true;
        await (isPinned ? endSession(database, sessionId, endedAtMs) : hideSession(database, sessionId));
      }),

    deleteOldestSession: (live) =>
      enqueue(async (database) => {
        cache.forgetAll();
        // Not those of imports that are under way.
        const restorable = (await database.getAll('deletions')).find((row) => row.session !== null);
        if (restorable) {
          await deleteSession(database, restorable.sessionId);
          return { kind: 'restorable' };
        }
        const sessions = await database.getAll('sessions');
        const oldest = oldestToDelete(sessions, live());
        const session = sessions.find(({ sessionId }) => sessionId === oldest);
        if (!session) return { kind: 'nothing' };
        await deleteSession(database, session.sessionId);
        return { kind: 'session', session };
      }),

    deleteForNow: (sessionId, dueAtMs) =>
      enqueue((database) => {
        cache.forgetAll();
        return hideForNow(database, sessionId, dueAtMs);
      }),

    restoreSession: (sessionId) => enqueue((database) => restoreSession(database, sessionId)),

    deleteRest: async (limits) => {
      const { chosen, due, nextDueAtMs } = await enqueue(async (database) => {
        const chosen = chooseSessionsToDelete(await database.getAll('sessions'), limits);
        for (const sessionId of chosen) await hideSession(database, sessionId);
        return { chosen, ...(await findDeletions(database, limits.nowMs)) };
      });
      for (const sessionId of due) {
        let more = true;
        while (more) more = await enqueue((database) => deleteSomeRows(database, sessionId));
      }
      return { chosen, nextDueAtMs };
    },
  };
}
