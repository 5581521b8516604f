/** The FactsSource that reads the database. */
import type { Store } from '../../store/open.ts';
import {
  readChunks,
  readContext,
  readHandshakes,
  readPayload,
  readProbes,
  readSession,
  readSessions,
} from '../../store/reader.ts';
import { rereading } from '../link/store-source.ts';
import type { FactsSource } from './analyst.ts';

export function createStoreFacts(store: Store): FactsSource {
  const read = rereading(store);
  return {
    rows: (sessionId) =>
      read(async (database) => {
        const session = await readSession(database, sessionId);
        if (!session) return null;
        const [context, handshakes, probes] = await Promise.all([
          readContext(database, sessionId),
          readHandshakes(database, sessionId),
          readProbes(database, sessionId),
        ]);
        return { connections: session.connections, documents: session.documents, context, handshakes, probes };
      }),
    sessions: () => read(readSessions),
    chunks: (connectionId, fromSeq, toSeq) => read((database) => readChunks(database, connectionId, fromSeq, toSeq)),
    payload: (connectionId, firstSeq) => read((database) => readPayload(database, connectionId, firstSeq)),
  };
}
