/** What becomes of a document and its connections when it goes away, and when it comes back from the back/forward cache; and of
 * a connection that was refused on purpose. */
import type { ConnectionRecord, ContextRecord, DocumentRecord } from '../protocol/records.ts';
import { documentRange } from './keys.ts';
import type { Database } from './schema.ts';
import { add, inTransaction, put } from './transaction.ts';

export interface ChangedRows {
  readonly document: DocumentRecord;
  readonly connections: readonly ConnectionRecord[];
  /** New rows of what happened beside them. */
  readonly context: readonly ContextRecord[];
}

/** Marks a document and its open connections as gone, or as back (null). Null when there is no such document. */
export function markGone(database: Database, documentId: string, goneAtMs: number | null): Promise<ChangedRows | null> {
  return inTransaction(database, ['documents', 'connections', 'context'], async (transaction) => {
    const known = await transaction.objectStore('documents').get(documentId);
    if (!known) return null;
    const document = { ...known, goneAtMs };
    const connections = await goneConnections(transaction.objectStore('connections'), document, new Map());
    put(transaction, 'documents', document);
    for (const row of connections) put(transaction, 'connections', row);
    const context = goneAtMs === null ? [] : [documentGone(document, goneAtMs)];
    for (const row of context) add(transaction, 'context', row);
    return { document, connections, context };
  });
}

/** Says of a connection that its handshake was refused on purpose. Null when there is no such connection. */
export function markRefused(
  database: Database,
  documentId: string,
  connectionId: string,
  refusedAtMs: number,
): Promise<ChangedRows | null> {
  return inTransaction(database, ['documents', 'connections'], async (transaction) => {
    const document = await transaction.objectStore('documents').get(documentId);
    const known = await transaction.objectStore('connections').get(connectionId);
    if (!document || !known) return null;
    const connection = { ...known, refusedAtMs };
    put(transaction, 'connections', connection);
    return { document, connections: [connection], context: [] };
  });
}

/** The store of connections, in a transaction of the caller's. */
interface ConnectionRows {
  getAll(range: IDBKeyRange): Promise<ConnectionRecord[]>;
}

/** Open connections of a document that is gone, as they must be stored. `changed` are newer than what is stored. */
export async function goneConnections(
  stored: ConnectionRows,
  { documentId, goneAtMs }: DocumentRecord,
  changed: ReadonlyMap<number, ConnectionRecord>,
): Promise<readonly ConnectionRecord[]> {
  const rows = await stored.getAll(documentRange(documentId));
  const newest = new Map(rows.map((row) => [row.connection, row]));
  for (const [number, row] of changed) newest.set(number, row);
  return [...newest.values()]
    .filter(({ close, endSeenAtMs }) => close === null && endSeenAtMs === null)
    .map((row) => ({ ...row, goneAtMs }));
}

export function documentGone({ sessionId, documentId }: DocumentRecord, atMs: number): ContextRecord {
  return { sessionId, documentId, connectionId: null, atMs, kind: 'documentGone' };
}
