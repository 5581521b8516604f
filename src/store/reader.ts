/**
 * Reads recordings, for the panel. Every function is one transaction, so that what it gives belongs together; every
 * look-up goes by a key or an index. Nothing here writes.
 */
import type { HandshakeRecord, ProbeRecord } from '../protocol/evidence.ts';
import type {
  ChunkRecord,
  ConnectionRecord,
  ContentRecord,
  ContextRecord,
  DocumentRecord,
  PayloadRecord,
  SessionRecord,
  TickRecord,
} from '../protocol/records.ts';
import type { Database } from './schema.ts';

export interface StoredSession {
  readonly session: SessionRecord;
  /** In the order of their opening. */
  readonly documents: readonly DocumentRecord[];
  /** In the order of their creation. */
  readonly connections: readonly ConnectionRecord[];
}

/** All sessions, the latest first. */
export async function readSessions(database: Database): Promise<readonly SessionRecord[]> {
  const sessions = await database.getAll('sessions');
  return sessions.sort((a, b) => b.startedAtMs - a.startedAtMs);
}

/** A session with everything but its frames, or null when there is none of this id. */
export async function readSession(database: Database, sessionId: string): Promise<StoredSession | null> {
  const transaction = database.transaction(['sessions', 'documents', 'connections']);
  const [session, documents, connections] = await Promise.all([
    transaction.objectStore('sessions').get(sessionId),
    transaction.objectStore('documents').index('session').getAll(sessionId),
    transaction.objectStore('connections').index('session').getAll(sessionId),
  ]);
  if (!session) return null;
  return {
    session,
    documents: documents.sort((a, b) => a.openedAtMs - b.openedAtMs),
    connections: connections.sort((a, b) => a.createdAtMs - b.createdAtMs || a.connection - b.connection),
  };
}

/** A session's own row, or null. */
export async function readSessionRecord(database: Database, sessionId: string): Promise<SessionRecord | null> {
  return (await database.get('sessions', sessionId)) ?? null;
}

/** One document, or null. */
export async function readDocument(database: Database, documentId: string): Promise<DocumentRecord | null> {
  return (await database.get('documents', documentId)) ?? null;
}

/** One connection, or null. */
export async function readConnection(database: Database, connectionId: string): Promise<ConnectionRecord | null> {
  return (await database.get('connections', connectionId)) ?? null;
}

/** What happened beside the connections, in order. */
export function readContext(database: Database, sessionId: string): Promise<readonly ContextRecord[]> {
  return database.getAllFromIndex('context', 'session', sessionId);
}

/** What others than the page told of a session's handshakes, in the order of their beginning. */
export async function readHandshakes(database: Database, sessionId: string): Promise<readonly HandshakeRecord[]> {
  const rows = await database.getAllFromIndex('handshakes', 'session', sessionId);
  return rows.sort((a, b) => a.startedAtMs - b.startedAtMs);
}

/** What endpoints of a session answered to Socketscope's own requests, in the order of asking. */
export async function readProbes(database: Database, sessionId: string): Promise<readonly ProbeRecord[]> {
  const rows = await database.getAllFromIndex('probes', 'session', sessionId);
  return rows.sort((a, b) => a.askedAtMs - b.askedAtMs);
}

/** When the frames of a session came, summed up, of those connections for which that has been done. */
export function readTicks(database: Database, sessionId: string): Promise<readonly TickRecord[]> {
  return database.getAllFromIndex('ticks', 'session', sessionId);
}

/** All chunks that hold frames with fromSeq <= seq < toSeq, rising. */
export async function readChunks(
  database: Database,
  connectionId: string,
  fromSeq: number,
  toSeq: number,
): Promise<readonly ChunkRecord[]> {
  if (fromSeq >= toSeq) return [];
  const chunks = database.transaction('chunks').store;
  // What begins at the first frame needs no looking for the chunk that holds it.
  const before = IDBKeyRange.bound([connectionId], [connectionId, fromSeq]);
  const holder = fromSeq === 0 ? null : await chunks.openKeyCursor(before, 'prev');
  const first = holder?.key ?? [connectionId, fromSeq];
  const found = await chunks.getAll(IDBKeyRange.bound(first, [connectionId, toSeq], false, true));
  return found.filter(({ firstSeq, count }) => firstSeq + count > fromSeq);
}

/** The payloads of the chunk that begins at `firstSeq`, or null. */
export async function readPayload(
  database: Database,
  connectionId: string,
  firstSeq: number,
): Promise<PayloadRecord | null> {
  return (await database.get('payloads', [connectionId, firstSeq])) ?? null;
}

/** The payloads of all chunks with fromSeq <= firstSeq <= toSeq, rising. */
export function readPayloads(
  database: Database,
  connectionId: string,
  fromSeq: number,
  toSeq: number,
): Promise<readonly PayloadRecord[]> {
  return database.getAll('payloads', IDBKeyRange.bound([connectionId, fromSeq], [connectionId, toSeq]));
}

/** The late bytes of all Blob frames with fromSeq <= seq < toSeq, rising. */
export function readContents(
  database: Database,
  connectionId: string,
  fromSeq: number,
  toSeq: number,
): Promise<readonly ContentRecord[]> {
  return database.getAll('contents', IDBKeyRange.bound([connectionId, fromSeq], [connectionId, toSeq], false, true));
}

/** The late bytes of a Blob frame, or null when they did not come (yet). */
export async function readContent(
  database: Database,
  connectionId: string,
  seq: number,
): Promise<ContentRecord | null> {
  return (await database.get('contents', [connectionId, seq])) ?? null;
}
