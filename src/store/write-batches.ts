/**
 * Writes batches of one document in one transaction: reads the rows that are not cached, lets the pure core decide, and
 * puts the result. (documentId, batch) counts once, whatever is sent twice.
 */
import type { ChunkTail, ConnectionRecord, ContextRecord, DocumentRecord, SessionRecord } from '../protocol/records.ts';
import { connectionIdOf } from './apply.ts';
import { type AppliedBatches, applyBatches, connectionsIn, type ParsedBatch } from './apply-batches.ts';
import { buildChunk, type ChunkPlan, type ChunkRows, planChunks, storedBytesOf, tailAfter } from './chunks.ts';
import { goneConnections } from './gone.ts';
import { framesFromRange } from './keys.ts';
import { connectionBytes, contextBytes, documentBytes } from './row-bytes.ts';
import type { RowCache } from './row-cache.ts';
import type { Database } from './schema.ts';
import { fitIntoSession } from './session-room.ts';
import { add, inTransaction, put, remove, type WriteTransaction } from './transaction.ts';

/** A document as its content script and, for tab and frame, the browser describe it. */
export interface DocumentIdentity {
  readonly documentId: string;
  readonly sessionId: string;
  readonly tabId: number;
  readonly frameId: number;
  readonly url: string;
  readonly timeOriginMs: number;
}

export type WriteOutcome =
  | {
      readonly kind: 'written';
      /** `committedBatch` in it is what may be acknowledged. */
      readonly document: DocumentRecord;
      /** Rows that changed, as they are now. */
      readonly connections: readonly ConnectionRecord[];
      /** What happened beside them. */
      readonly context: readonly ContextRecord[];
      /** What its session takes now. */
      readonly storedBytes: number;
      /** A batch before these is missing; it must be sent again, and what follows it. */
      readonly ahead: boolean;
    }
  /** The document is known, as another tab's, frame's or session's. Nothing was written. */
  | { readonly kind: 'foreign' }
  /** The session has been deleted. Nothing was written. */
  | { readonly kind: 'noSession' };

const STORES = ['sessions', 'documents', 'connections', 'chunks', 'payloads', 'contents', 'context'] as const;
type Transaction = WriteTransaction<(typeof STORES)[number]>;

/** The first row of a document that has not been written yet. */
export function newDocument(identity: DocumentIdentity): DocumentRecord {
  const { timeOriginMs } = identity;
  return { ...identity, openedAtMs: timeOriginMs, goneAtMs: null, committedBatch: 0, rejected: 0, payloadsLeftOut: 0 };
}

/** Whether the row is that of this document in this session; everything in `identity` that the browser vouches for. */
export function belongsTo(row: DocumentRecord, { sessionId, tabId, frameId }: DocumentIdentity): boolean {
  return row.sessionId === sessionId && row.tabId === tabId && row.frameId === frameId;
}

export async function writeBatches(
  database: Database,
  cache: RowCache,
  identity: DocumentIdentity,
  batches: readonly ParsedBatch[],
  payloadsBytes: number,
): Promise<WriteOutcome> {
  const { documentId, sessionId } = identity;
  const written = await inTransaction(database, STORES, async (transaction) => {
    const [session, document] = await Promise.all([
      cache.session(sessionId) ?? transaction.objectStore('sessions').get(sessionId),
      cache.document(documentId)?.document ?? transaction.objectStore('documents').get(documentId),
    ]);
    if (!session) return 'noSession';
    if (document && !belongsTo(document, identity)) return 'foreign';
    const known = await loadConnections(transaction, cache, documentId, connectionsIn(batches));
    const fitting = fitIntoSession(session.storedBytes, batches, payloadsBytes);
    const applied = applyBatches(document ?? newDocument(identity), known, fitting);
    const cached = cache.document(documentId)?.connections;
    const unsure = [...applied.runs.keys()].filter((number) => !cached?.has(number));
    await Promise.all(
      unsure.map((number) => removeOrphans(transaction, documentId, number, known.get(number) ?? null)),
    );
    return await store(transaction, cache, session, known, applied, document === undefined);
  });
  if (typeof written === 'string') return { kind: written };

  const { session, document, connections, context, ahead, tails } = written;
  cache.keepSession(session);
  cache.keepTails(tails);
  if (document.goneAtMs === null) cache.keepDocument(document, connections);
  else cache.forgetDocument(documentId);
  const { storedBytes } = session;
  return { kind: 'written', document, connections: [...connections.values()], context, storedBytes, ahead };
}

interface Written extends Pick<AppliedBatches, 'document' | 'connections' | 'context' | 'ahead'> {
  readonly session: SessionRecord;
  /** Chunks that were written; a connection's last one comes last of its own. */
  readonly tails: readonly ChunkRows[];
}

async function loadConnections(
  transaction: Transaction,
  cache: RowCache,
  documentId: string,
  numbers: ReadonlySet<number>,
): Promise<ReadonlyMap<number, ConnectionRecord>> {
  const cached = cache.document(documentId)?.connections;
  const found = new Map<number, ConnectionRecord>();
  await Promise.all(
    [...numbers].map(async (number) => {
      const row =
        cached?.get(number) ?? (await transaction.objectStore('connections').get(connectionIdOf(documentId, number)));
      if (row) found.set(number, row);
    }),
  );
  return found;
}

/**
 * Removes frames beyond those that the connection's row knows of, which an aborted transaction may have left behind (see
 * `store`). To be asked for where the cache, which is emptied after a failure, does not have the connection.
 */
async function removeOrphans(
  transaction: Transaction,
  documentId: string,
  connection: number,
  row: ConnectionRecord | null,
): Promise<void> {
  const connectionId = connectionIdOf(documentId, connection);
  const beyond = framesFromRange(connectionId, row?.nextSeq ?? 0);
  remove(transaction, 'chunks', beyond);
  remove(transaction, 'payloads', beyond);
  if (!row?.tail) return;
  const { firstSeq, count, payloadBytes } = row.tail;
  const tail = await loadChunk(transaction, connectionId, firstSeq);
  if (tail.chunk.count === count) return;
  const slices = [{ columns: { ...tail.chunk, ...tail.payload }, from: 0, to: count }];
  const { chunk, payload } = buildChunk(
    connectionId,
    { continuesTail: false, firstSeq, count, payloadBytes, slices },
    null,
  );
  put(transaction, 'chunks', chunk);
  put(transaction, 'payloads', payload);
}

/** Writes everything that was applied. All that must be read is read first. */
async function store(
  transaction: Transaction,
  cache: RowCache,
  session: SessionRecord,
  known: ReadonlyMap<number, ConnectionRecord>,
  applied: AppliedBatches,
  isNew: boolean,
): Promise<Written> {
  const connections = new Map(applied.connections);
  let storedBytes = session.storedBytes + applied.contents.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (isNew) storedBytes += documentBytes(applied.document);
  for (const row of applied.context) storedBytes += contextBytes(row);
  for (const [number, row] of applied.connections) {
    storedBytes += connectionBytes(row) - connectionBytes(known.get(number) ?? null);
  }
  const chunks: { readonly connectionId: string; readonly tail: ChunkTail | null; readonly plan: ChunkPlan }[] = [];
  for (const [number, runs] of applied.runs) {
    const connection = connections.get(number);
    if (!connection) continue;
    const tail = known.get(number)?.tail ?? null;
    const plans = planChunks(tail, runs);
    connections.set(number, { ...connection, tail: tailAfter(tail, plans) });
    storedBytes += storedBytesOf(tail, plans);
    for (const plan of plans) chunks.push({ connectionId: connection.connectionId, tail, plan });
  }
  const [rows, gone] = await Promise.all([
    Promise.all(
      chunks.map(({ connectionId, tail, plan }) =>
        plan.continuesTail && tail
          ? (cache.tail(connectionId, tail) ?? loadChunk(transaction, connectionId, tail.firstSeq))
          : null,
      ),
    ),
    applied.document.goneAtMs === null
      ? []
      : goneConnections(transaction.objectStore('connections'), applied.document, connections),
  ]);
  for (const row of gone) connections.set(row.connection, row);
  const written = {
    ...applied,
    connections,
    session: { ...session, name: nameOf(session, applied.document), storedBytes },
  };

  const tails = chunks.map(({ connectionId, plan }, i) => buildChunk(connectionId, plan, rows[i] ?? null));
  for (const { chunk, payload } of tails) {
    put(transaction, 'chunks', chunk);
    put(transaction, 'payloads', payload);
  }
  for (const row of applied.contents) put(transaction, 'contents', row);
  // Firefox, when the storage is full: SQLite has undone everything by itself, and what is put after it, in the same
  // transaction, stays although the transaction is aborted. So the rows that say what there is wait until the rest is in
  // the database; a request is answered after all before it, or not at all.
  if (chunks.length + applied.contents.length > 0) await transaction.objectStore('sessions').getKey(session.sessionId);
  for (const row of applied.context) add(transaction, 'context', row);
  for (const row of connections.values()) put(transaction, 'connections', row);
  put(transaction, 'documents', applied.document);
  put(transaction, 'sessions', written.session);
  return { ...written, tails };
}

/** A session that nobody has named has the name of its first page. */
function nameOf({ name }: SessionRecord, { frameId, url }: DocumentRecord): string {
  return name === '' && frameId === 0 ? url : name;
}

async function loadChunk(transaction: Transaction, connectionId: string, firstSeq: number): Promise<ChunkRows> {
  const key: [string, number] = [connectionId, firstSeq];
  const [chunk, payload] = await Promise.all([
    transaction.objectStore('chunks').get(key),
    transaction.objectStore('payloads').get(key),
  ]);
  if (!chunk || !payload) throw new Error(`The chunk ${key.join('@')} is missing in the database.`);
  return { chunk, payload };
}
