/**
 * Markers: rows of context that people write, change and take away, in sessions that are recorded, paused or ended. A session
 * that is full takes them, too: the page writes none.
 */
import type { ContextRecord, SessionRecord } from '../protocol/records.ts';
import { contextBytes } from './row-bytes.ts';
import type { RowCache } from './row-cache.ts';
import type { Database } from './schema.ts';
import { inTransaction, put, remove } from './transaction.ts';

/** A marker as it is stored. */
export type MarkRecord = ContextRecord & { readonly contextId: number };
export type NewMarkRecord = Omit<ContextRecord, 'contextId'>;

/** Gives the marker with its number; null when there is no such session. */
export async function addMark(database: Database, cache: RowCache, row: NewMarkRecord): Promise<MarkRecord | null> {
  const { sessionId } = row;
  const written = await inTransaction(database, ['sessions', 'context'], async (transaction) => {
    const stored = await transaction.objectStore('sessions').get(sessionId);
    if (!stored) return null;
    const contextId = await transaction.objectStore('context').add(row);
    const session = grown(cache.session(sessionId) ?? stored, contextBytes(row));
    put(transaction, 'sessions', session);
    return { session, mark: { ...row, contextId } };
  });
  if (written) cache.keepSession(written.session);
  return written?.mark ?? null;
}

/** Changes a marker (`change` gives null to take it away). Gives what it was; null when there is no such marker. */
export async function changeMark(
  database: Database,
  cache: RowCache,
  contextId: number,
  change: (mark: MarkRecord) => MarkRecord | null,
): Promise<MarkRecord | null> {
  const written = await inTransaction(database, ['sessions', 'context'], async (transaction) => {
    const row = await transaction.objectStore('context').get(contextId);
    if (row?.kind !== 'marker') return null;
    const stored = await transaction.objectStore('sessions').get(row.sessionId);
    if (!stored) return null;
    const before = { ...row, contextId };
    const after = change(before);
    const bytes = (after ? contextBytes(after) : 0) - contextBytes(before);
    const session = grown(cache.session(row.sessionId) ?? stored, bytes);
    if (after) put(transaction, 'context', after);
    else remove(transaction, 'context', contextId);
    put(transaction, 'sessions', session);
    return { session, before };
  });
  if (written) cache.keepSession(written.session);
  return written?.before ?? null;
}

function grown(session: SessionRecord, bytes: number): SessionRecord {
  return { ...session, storedBytes: Math.max(0, session.storedBytes + bytes) };
}
