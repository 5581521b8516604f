/**
 * A stored session as exporters read it: its rows at once, its frames a few chunks at a time. They are as they are when they
 * are read.
 */
import type { RecordedChunk, Recording } from '../protocol/recording.ts';
import { connectionFramesRange } from './keys.ts';
import type { Store } from './open.ts';
import { readContext, readHandshakes, readProbes, readSession } from './reader.ts';
import type { Database } from './schema.ts';

/** Payloads take up to about 256 KiB a chunk, unless a single frame is larger. */
export const CHUNKS_PER_READ = 16;

/** Null when there is no such session. Rejects when the store fails. */
export async function openRecording(store: Store, sessionId: string): Promise<Recording | null> {
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

async function* readInPieces(store: Store, connectionId: string): AsyncGenerator<RecordedChunk, void> {
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
): Promise<readonly RecordedChunk[]> {
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
