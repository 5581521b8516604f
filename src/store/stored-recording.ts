/**
 * A stored session as exporters read it (`Recording` of src/report): its rows at once, its frames a few chunks at a time, so
 * that a million of them are never in memory together.
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
} from '../protocol/records.ts';
import { connectionFramesRange } from './keys.ts';
import type { Store } from './open.ts';
import { readContext, readHandshakes, readProbes, readSession } from './reader.ts';
import type { Database } from './schema.ts';

/** Payloads take up to about 256 KiB a chunk, unless a single frame is larger. */
export const CHUNKS_PER_READ = 16;

export interface StoredChunk {
  readonly chunk: ChunkRecord;
  /** null: none was kept. */
  readonly payload: PayloadRecord | null;
  /** Late bytes of Blob frames of this chunk. */
  readonly contents: readonly ContentRecord[];
}

export interface StoredRecording {
  readonly session: SessionRecord;
  readonly documents: readonly DocumentRecord[];
  readonly connections: readonly ConnectionRecord[];
  readonly context: readonly ContextRecord[];
  readonly handshakes: readonly HandshakeRecord[];
  readonly probes: readonly ProbeRecord[];
  /** Of one connection, in order, as they are when they are read. Rejects when the store fails. */
  chunks(connectionId: string): AsyncIterable<StoredChunk>;
}

/** Null when there is no such session. Rejects when the store fails. */
export async function openRecording(store: Store, sessionId: string): Promise<StoredRecording | null> {
  const database = await store.open();
  const stored = await readSession(database, sessionId);
  if (!stored) return null;
  const [context, handshakes, probes] = await Promise.all([
    readContext(database, sessionId),
    readHandshakes(database, sessionId),
    readProbes(database, sessionId),
  ]);
  return { ...stored, context, handshakes, probes, chunks: (connectionId) => readInPieces(store, connectionId) };
}

async function* readInPieces(store: Store, connectionId: string): AsyncGenerator<StoredChunk, void> {
  let range = connectionFramesRange(connectionId);
  for (;;) {
    // The database may have had to be closed since the piece before.
    const piece = await readPiece(await store.open(), connectionId, range);
    yield* piece;
    const last = piece.at(-1)?.chunk;
    if (!last || piece.length < CHUNKS_PER_READ) return;
    range = IDBKeyRange.bound([connectionId, last.firstSeq], [connectionId, []], true, true);
  }
}

/** One transaction: what it gives belongs together. */
async function readPiece(
  database: Database,
  connectionId: string,
  range: IDBKeyRange,
): Promise<readonly StoredChunk[]> {
  const transaction = database.transaction(['chunks', 'payloads', 'contents']);
  const chunks = await transaction.objectStore('chunks').getAll(range, CHUNKS_PER_READ);
  const [first, last] = [chunks[0], chunks.at(-1)];
  if (!first || !last) return [];
  const within = IDBKeyRange.bound([connectionId, first.firstSeq], [connectionId, last.firstSeq]);
  const frames = IDBKeyRange.bound(
    [connectionId, first.firstSeq],
    [connectionId, last.firstSeq + last.count],
    false,
    true,
  );
  const [payloads, contents] = await Promise.all([
    transaction.objectStore('payloads').getAll(within),
    transaction.objectStore('contents').getAll(frames),
  ]);
  const payloadOf = new Map(payloads.map((payload) => [payload.firstSeq, payload]));
  return chunks.map((chunk) => ({
    chunk,
    payload: payloadOf.get(chunk.firstSeq) ?? null,
    contents: contents.filter(({ seq }) => seq >= chunk.firstSeq && seq < chunk.firstSeq + chunk.count),
  }));
}
