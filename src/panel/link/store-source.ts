/** The RecordingSource that reads the database. */
import { isClosedConnection } from '../../store/failure.ts';
import { resetDatabase, type Store } from '../../store/open.ts';
import { readChunks, readContent, readContext, readPayload, readSession, readTicks } from '../../store/reader.ts';
import type { Database } from '../../store/schema.ts';
import { writeTicks } from '../../store/ticks.ts';
import type { RecordingSource } from './recording-source.ts';

/** Reading is repeatable: gives what reads once more when the database was closed under it, because another context upgrades it. */
export function rereading(store: Store): <Result>(query: (database: Database) => Promise<Result>) => Promise<Result> {
  return async (query) => {
    try {
      return await query(await store.open());
    } catch (error) {
      if (!isClosedConnection(error)) throw error;
      store.close();
      return query(await store.open());
    }
  };
}

export function createStoreSource(store: Store): RecordingSource {
  const read = rereading(store);

  return {
    session: (sessionId) => read((database) => readSession(database, sessionId)),
    context: (sessionId) => read((database) => readContext(database, sessionId)),
    chunks: (connectionId, fromSeq, toSeq) => read((database) => readChunks(database, connectionId, fromSeq, toSeq)),
    ticks: (sessionId) => read((database) => readTicks(database, sessionId)),
    // Once more is the same.
    keepTicks: async (sessionId, rows) => {
      await read((database) => writeTicks(database, sessionId, rows));
    },
    payload: (connectionId, firstSeq) => read((database) => readPayload(database, connectionId, firstSeq)),
    content: (connectionId, seq) => read((database) => readContent(database, connectionId, seq)),
    deleteEverything: async () => {
      store.close();
      await resetDatabase();
    },
  };
}
