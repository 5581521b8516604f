/**
 * Writes a session that comes from a file, row by row, in transactions of bounded size. Until the last of them it cannot be
 * seen: its own row comes at the end. What a writer that dies leaves behind is deleted like any deleted session's rows.
 */
import type { RecordingRow } from '../protocol/recording.ts';
import type { ConnectionRecord, ImportedFrom, SessionRecord } from '../protocol/records.ts';
import { hideSession } from './deletion.ts';
import { createRowMapper } from './import-rows.ts';
import type { Store } from './open.ts';
import { connectionBytes, contextBytes, documentBytes, handshakeBytes, probeBytes } from './row-bytes.ts';
import { COLUMN_BYTES_PER_FRAME } from './schema.ts';
import { add, inTransaction, put, type WriteTransaction } from './transaction.ts';

/** A transaction is committed when it holds one of these. */
export const ROWS_PER_COMMIT = 256;
const BYTES_PER_COMMIT = 4 * 1024 * 1024;
/** So long after its last commit an import counts as dead. */
export const LEASE_MS = 60 * 60 * 1000;

export interface ImportCounts {
  readonly documents: number;
  readonly connections: number;
  readonly frames: number;
  /** Rows that did not belong to what came before them. */
  readonly refused: number;
}

export interface ImportOptions {
  readonly from: Pick<ImportedFrom, 'fileName' | 'format'>;
  /** Records that the reader of the file refused; asked when all has been read. */
  refusedByReader(): number;
  /**
   * The stream has broken in the middle: whether what was read before is to be kept. Asked once, and only where a session's
   * row was read.
   */
  keepsRest(error: unknown, read: ImportCounts): Promise<boolean>;
  /** After every commit. */
  onProgress?(read: ImportCounts): void;
  /** Ends it, and leaves nothing. */
  readonly signal?: AbortSignal;
  newId(): string;
  nowMs(): number;
}

/**
 * `written`: `error` is null, or what broke the stream after what was kept. `nothing`: the stream broke or was ended, or held
 * no session; nothing is left of it.
 */
export type ImportOutcome =
  | { readonly kind: 'written'; readonly sessionId: string; readonly read: ImportCounts; readonly error: unknown }
  | { readonly kind: 'nothing'; readonly read: ImportCounts; readonly error: unknown };

const STORES = [
  'sessions',
  'deletions',
  'documents',
  'connections',
  'chunks',
  'payloads',
  'contents',
  'context',
  'handshakes',
  'probes',
] as const;
type Transaction = WriteTransaction<(typeof STORES)[number]>;

/** Rejects when the store fails, with what `storeFailureOf` knows; then, too, nothing is left of it. */
export async function writeImported(
  store: Store,
  rows: AsyncIterable<RecordingRow>,
  options: ImportOptions,
): Promise<ImportOutcome> {
  const sessionId = options.newId();
  const mapper = createRowMapper(sessionId);
  let session: SessionRecord | null = null;
  let waiting: RecordingRow[] = [];
  let waitingBytes = 0;
  let storedBytes = 0;
  let lastAtMs = 0;
  const seen = new Set<string>();
  let counts: ImportCounts = { documents: 0, connections: 0, frames: 0, refused: 0 };

  function take(imported: RecordingRow): void {
    const mapped = mapper.map(imported);
    if (!mapped) {
      counts = { ...counts, refused: counts.refused + 1 };
      return;
    }
    counts = counted(counts, mapped, seen);
    lastAtMs = Math.max(lastAtMs, lastMomentOf(mapped));
    if (mapped.kind === 'session') {
      session = mapped.row;
      return;
    }
    const bytes = bytesOf(mapped);
    waiting.push(mapped);
    waitingBytes += bytes;
    storedBytes += bytes;
  }

  async function commit(finished: SessionRecord | null): Promise<void> {
    const mine = waiting;
    waiting = [];
    waitingBytes = 0;
    await inTransaction(await store.open(), STORES, (transaction) => {
      for (const imported of mine) write(transaction, imported);
      if (finished) {
        put(transaction, 'sessions', finished);
        transaction
          .objectStore('deletions')
          .delete(sessionId)
          .catch(() => undefined); // aborts the transaction
      } else {
        put(transaction, 'deletions', { sessionId, dueAtMs: options.nowMs() + LEASE_MS, session: null });
      }
    });
    options.onProgress?.(counts);
  }

  async function readAll(): Promise<void> {
    for await (const imported of rows) {
      options.signal?.throwIfAborted();
      take(imported);
      if (waiting.length >= ROWS_PER_COMMIT || waitingBytes >= BYTES_PER_COMMIT) await committing(commit(null));
    }
    options.signal?.throwIfAborted();
  }

  try {
    let broken: { readonly error: unknown } | null = null;
    try {
      await readAll();
    } catch (error) {
      if (error instanceof StoreError) throw error;
      broken = { error };
    }
    const isKept = session && !options.signal?.aborted && (!broken || (await options.keepsRest(broken.error, counts)));
    if (!session || !isKept) {
      await discard(store, sessionId);
      return { kind: 'nothing', read: counts, error: broken?.error ?? null };
    }
    await committing(commit(finishedSession(session, { storedBytes, lastAtMs, counts, options })));
    return { kind: 'written', sessionId, read: counts, error: broken?.error ?? null };
  } catch (error) {
    await discard(store, sessionId).catch(() => undefined); // the lease runs out
    throw error instanceof StoreError ? error.reason : error;
  }
}

/** What the store rejects with, told from what the stream does. */
class StoreError {
  readonly reason: unknown;
  constructor(reason: unknown) {
    this.reason = reason;
  }
}

async function committing(commit: Promise<void>): Promise<void> {
  await commit.catch((error: unknown) => {
    throw new StoreError(error);
  });
}

/** Its rows are deleted bit by bit, by whoever deletes next. */
async function discard(store: Store, sessionId: string): Promise<void> {
  await hideSession(await store.open(), sessionId);
}

function finishedSession(
  session: SessionRecord,
  of: {
    readonly storedBytes: number;
    readonly lastAtMs: number;
    readonly counts: ImportCounts;
    readonly options: ImportOptions;
  },
): SessionRecord {
  const { from, refusedByReader, nowMs } = of.options;
  const { goesOn: _goesOn, ...rest } = session;
  return {
    ...rest,
    kind: 'imported',
    endedAtMs: session.endedAtMs ?? Math.max(session.startedAtMs, of.lastAtMs),
    pinned: false,
    storedBytes: of.storedBytes,
    importedFrom: { ...from, atMs: nowMs(), refused: refusedByReader() + of.counts.refused },
  };
}

function write(transaction: Transaction, imported: RecordingRow): void {
  switch (imported.kind) {
    case 'session':
      return;
    case 'chunk': {
      const { chunk, payload, contents } = imported.row;
      add(transaction, 'chunks', chunk);
      if (payload) add(transaction, 'payloads', payload);
      for (const content of contents) put(transaction, 'contents', content);
      return;
    }
    case 'document':
      add(transaction, 'documents', imported.row);
      return;
    case 'connection':
      // Not `add`: it may come again, corrected.
      put(transaction, 'connections', imported.row);
      return;
    case 'context':
      add(transaction, 'context', imported.row);
      return;
    case 'handshake':
      add(transaction, 'handshakes', imported.row);
      return;
    case 'probe':
      add(transaction, 'probes', imported.row);
      return;
  }
}

function bytesOf(imported: RecordingRow): number {
  switch (imported.kind) {
    case 'session':
      return 0;
    case 'document':
      return documentBytes(imported.row);
    case 'connection':
      return connectionBytes(imported.row);
    case 'chunk': {
      const { chunk, payload, contents } = imported.row;
      const late = contents.reduce((sum, { bytes }) => sum + bytes.length, 0);
      const kept = payload ? payload.text.length + payload.bytes.length : 0;
      return chunk.count * COLUMN_BYTES_PER_FRAME + kept + late;
    }
    case 'context':
      return contextBytes(imported.row);
    case 'handshake':
      return handshakeBytes(imported.row);
    case 'probe':
      return probeBytes(imported.row);
  }
}

/** `seen`: connections that were counted. */
function counted(counts: ImportCounts, imported: RecordingRow, seen: Set<string>): ImportCounts {
  const { documents, connections, frames } = counts;
  if (imported.kind === 'document') return { ...counts, documents: documents + 1 };
  if (imported.kind === 'connection') {
    if (seen.has(imported.row.connectionId)) return counts;
    seen.add(imported.row.connectionId);
    return { ...counts, connections: connections + 1 };
  }
  return imported.kind === 'chunk' ? { ...counts, frames: frames + imported.row.chunk.count } : counts;
}

/** When a session that never said so ended: not before any of this. */
function lastMomentOf(imported: RecordingRow): number {
  if (imported.kind === 'connection') return lastMomentOfConnection(imported.row);
  if (imported.kind === 'document') return imported.row.goneAtMs ?? imported.row.openedAtMs;
  return imported.kind === 'context' ? imported.row.atMs : 0;
}

function lastMomentOfConnection({ createdAtMs, lastFrameAtMs, close, endSeenAtMs }: ConnectionRecord): number {
  return Math.max(createdAtMs, lastFrameAtMs ?? 0, close?.atMs ?? 0, endSeenAtMs ?? 0);
}
