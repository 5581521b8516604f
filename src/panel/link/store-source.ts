/** The RecordingSource that reads the database. */
import { isClosedConnection } from '../../store/failure.ts';
import { resetDatabase, type Store } from '../../store/open.ts';
import { readChunks, readContent, readContext, readPayload, readSession } from '../../store/reader.ts';
import type { Database } from '../../store/schema.ts';
import type { RecordingSource } from './recording-source.ts';

export function createStoreSource(store: Store): RecordingSource {
  /** Reading is repeatable: once more when the database was closed under it, because another context upgrades it. */
  async function read<Result>(query: (database: Database) => Promise<Result>): Promise<Result> {
    try {
      return await query(await store.open());
    } catch (error) {
      if (!isClosedConnection(error)) throw error;
      store.close();
      return query(await store.open());
    }
  }

  return {
    session: (sessionId) => read((database) => readSession(database, sessionId)),
    context: (sessionId) => read((database) => readContext(database, sessionId)),
    chunks: (connectionId, fromSeq, toSeq) => read((database) => readChunks(database, connectionId, fromSeq, toSeq)),
    payload: (connectionId, firstSeq) => read((database) => readPayload(database, connectionId, firstSeq)),
    content: (connectionId, seq) => read((database) => readContent(database, connectionId, seq)),
    deleteEverything: async () => {
      store.close();
      await resetDatabase();
    },
  };
}
