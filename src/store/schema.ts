/**
 * The database: its stores, and the table of migrations that leads from any earlier version to the present one.
 * A migration is never edited once it has been released; a change of the schema is a new line at the end of the table.
 */
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
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

export const DATABASE_NAME = 'socketscope';

export interface StoreSchema extends DBSchema {
  sessions: { key: string; value: SessionRecord };
  documents: { key: string; value: DocumentRecord; indexes: { session: string } };
  connections: { key: string; value: ConnectionRecord; indexes: { session: string } };
  /** Key: [connectionId, firstSeq], here and in `payloads`. */
  chunks: { key: [string, number]; value: ChunkRecord };
  payloads: { key: [string, number]; value: PayloadRecord };
  /** Key: [connectionId, seq]. */
  contents: { key: [string, number]; value: ContentRecord };
  context: { key: number; value: ContextRecord; indexes: { session: string } };
  handshakes: { key: string; value: HandshakeRecord; indexes: { session: string } };
  probes: { key: string; value: ProbeRecord; indexes: { session: string } };
  /** Can be made of `chunks` again. */
  ticks: { key: string; value: TickRecord; indexes: { session: string } };
  /** Sessions that are gone for the reader, but whose rows are still being deleted. */
  deletions: { key: string; value: DeletionRecord };
}

export interface DeletionRecord {
  readonly sessionId: string;
  /** Not before then are its rows deleted, epoch milliseconds. */
  readonly dueAtMs: number;
  /** Its row, with which it can be restored as long as all the others are there; null: it cannot, or never had one. */
  readonly session: SessionRecord | null;
}

export type Database = IDBPDatabase<StoreSchema>;
export type UpgradeTransaction = IDBPTransaction<StoreSchema, StoreNames<StoreSchema>[], 'versionchange'>;

/** May await requests of the transaction and nothing else: it commits when it has nothing to do. */
type Migration = (database: Database, transaction: UpgradeTransaction) => void | Promise<void>;

/** MIGRATIONS[n] leads from version n to n + 1. */
const MIGRATIONS: readonly Migration[] = [
  createRecordings,
  addSessions,
  addSources,
  addLeftOut,
  addEvidence,
  addUndo,
  addTicks,
];

export const DATABASE_VERSION = MIGRATIONS.length;

/** Brings a database from one version to another; a migration that fails aborts the upgrade and changes nothing. */
export async function migrate(
  database: Database,
  transaction: UpgradeTransaction,
  fromVersion: number,
  toVersion: number,
): Promise<void> {
  // Whoever looks for the database before it was made (with a debugger, say) leaves an empty one, of version 1.
  const isNew = database.objectStoreNames.length === 0;
  try {
    for (const migration of MIGRATIONS.slice(isNew ? 0 : fromVersion, toVersion))
      await migration(database, transaction);
  } catch (error) {
    abortUnlessEnded(transaction);
    throw error;
  }
}

function abortUnlessEnded(transaction: UpgradeTransaction): void {
  try {
    transaction.abort();
  } catch {
    // A request of it failed, which has aborted it already.
  }
}

/** Version 1: what pages did. */
function createRecordings(database: Database): void {
  const documents = database.createObjectStore('documents', { keyPath: 'documentId' });
  documents.createIndex('session', 'sessionId');
  const connections = database.createObjectStore('connections', { keyPath: 'connectionId' });
  connections.createIndex('session', 'sessionId');
  database.createObjectStore('chunks', { keyPath: ['connectionId', 'firstSeq'] });
  database.createObjectStore('payloads', { keyPath: ['connectionId', 'firstSeq'] });
  database.createObjectStore('contents', { keyPath: ['connectionId', 'seq'] });
}

/** Bytes that the columns of a frame take beside its payload. */
export const COLUMN_BYTES_PER_FRAME = 8 + 1 + 8 + 4 + 4;

/**
 * Version 2: sessions have a row of their own, things happen beside the connections, and deletions are resumed.
 * Sessions that were only a name in their documents get a row: they lasted from their first document to their last sign
 * of life. Their size is estimated, for reading all payloads would hold up the upgrade.
 */
async function addSessions(database: Database, transaction: UpgradeTransaction): Promise<void> {
  const sessions = database.createObjectStore('sessions', { keyPath: 'sessionId' });
  const context = database.createObjectStore('context', { keyPath: 'contextId', autoIncrement: true });
  context.createIndex('session', 'sessionId');
  database.createObjectStore('deletions', { keyPath: 'sessionId' });

  const found = new Map<string, SessionRecord>();
  for await (const { value: document } of transaction.objectStore('documents')) {
    const { sessionId, tabId, url, openedAtMs, goneAtMs } = document;
    const known = found.get(sessionId);
    const endedAtMs = Math.max(known?.endedAtMs ?? 0, openedAtMs, goneAtMs ?? 0);
    found.set(
      sessionId,
      known
        ? { ...known, startedAtMs: Math.min(known.startedAtMs, openedAtMs), endedAtMs }
        : { sessionId, tabId, name: url, startedAtMs: openedAtMs, endedAtMs, pinned: false, storedBytes: 0 },
    );
  }
  for await (const { value: connection } of transaction.objectStore('connections')) {
    const session = found.get(connection.sessionId);
    if (!session) continue;
    const { framesIn, framesOut, bytesIn, bytesOut, lastFrameAtMs, close } = connection;
    found.set(connection.sessionId, {
      ...session,
      endedAtMs: Math.max(session.endedAtMs ?? 0, lastFrameAtMs ?? 0, close?.atMs ?? 0),
      storedBytes: session.storedBytes + bytesIn + bytesOut + (framesIn + framesOut) * COLUMN_BYTES_PER_FRAME,
    });
  }
  await Promise.all([...found.values()].map((session) => sessions.put(session)));
}

/** Version 3: a connection says who told of it. Until then it was the page script, always. */
async function addSources(_database: Database, transaction: UpgradeTransaction): Promise<void> {
  let cursor = await transaction.objectStore('connections').openCursor();
  while (cursor) {
    await cursor.update({ ...cursor.value, seenBy: 'page', endSeenAtMs: null });
    cursor = await cursor.continue();
  }
}

/** Version 4: a document counts the payloads that were left out. Until then nobody did. */
async function addLeftOut(_database: Database, transaction: UpgradeTransaction): Promise<void> {
  let cursor = await transaction.objectStore('documents').openCursor();
  while (cursor) {
    await cursor.update({ ...cursor.value, payloadsLeftOut: 0 });
    cursor = await cursor.continue();
  }
}

/** Version 5: what others than the page told of its connections. Of what was recorded before, nobody did. */
function addEvidence(database: Database): void {
  for (const [name, keyPath] of [
    ['handshakes', 'handshakeId'],
    ['probes', 'probeId'],
  ] as const) {
    database.createObjectStore(name, { keyPath }).createIndex('session', 'sessionId');
  }
}

/**
 * Version 6: a deletion can wait, and be undone until then. Those that had begun before can not. An earlier version must
 * not open the database any more: it would delete at once what can still be restored, and end sessions that go on.
 */
async function addUndo(_database: Database, transaction: UpgradeTransaction): Promise<void> {
  let cursor = await transaction.objectStore('deletions').openCursor();
  while (cursor) {
    await cursor.update({ ...cursor.value, dueAtMs: 0, session: null });
    cursor = await cursor.continue();
  }
}

/** Version 7: when frames came, summed up. Of what was recorded before it is made when somebody looks at it. */
function addTicks(database: Database): void {
  database.createObjectStore('ticks', { keyPath: 'connectionId' }).createIndex('session', 'sessionId');
}
