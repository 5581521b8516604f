/** Puts a generated session into the database, as it is left there when its recording has ended. Runs in an extension page. */
import { countSession } from '../../../src/analysis/ticks/count-session.ts';
import { openDatabase } from '../../../src/store/open.ts';
import { readChunks, readSession } from '../../../src/store/reader.ts';
import { writeTicks } from '../../../src/store/ticks.ts';
import { inTransaction, put } from '../../../src/store/transaction.ts';
import type { GeneratedSession } from './generate.ts';

/** Payload and columns in one transaction. */
const CHUNKS_PER_TRANSACTION = 400;

/** Writes it whole, in place of one of the same id. Gives the number of chunks. */
export async function writeSession(generated: GeneratedSession): Promise<number> {
  const { session, documents, connections, context } = generated;
  const database = await openDatabase(() => undefined);
  let written = 0;
  try {
    await inTransaction(database, ['sessions', 'documents', 'connections', 'context'], (transaction) => {
      put(transaction, 'sessions', session);
      for (const row of documents) put(transaction, 'documents', row);
      for (const row of connections) put(transaction, 'connections', row);
      for (const row of context) put(transaction, 'context', row);
    });
    const all = chunksOf(generated);
    for (let more = true; more; ) {
      await inTransaction(database, ['chunks', 'payloads'], (transaction) => {
        for (let i = 0; i < CHUNKS_PER_TRANSACTION && more; i++) {
          const next = all.next();
          if (next.done) {
            more = false;
            break;
          }
          put(transaction, 'chunks', next.value.chunk);
          put(transaction, 'payloads', next.value.payload);
          written++;
        }
      });
    }
    await countSession(session.sessionId, {
      session: (id) => readSession(database, id),
      ticks: async () => [],
      chunks: (...frames) => readChunks(database, ...frames),
      keepTicks: async (id, rows) => void (await writeTicks(database, id, rows)),
    });
  } finally {
    database.close();
  }
  return written;
}

function* chunksOf({ connections, chunks }: GeneratedSession) {
  for (let connection = 0; connection < connections.length; connection++) yield* chunks(connection);
}
