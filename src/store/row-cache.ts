/**
 * Rows that the writer has just written, so that it need not read them again for every batch. The truth is in the
 * database: forgetting any of it costs a read and nothing else.
 */
import type { ConnectionRecord, DocumentRecord, SessionRecord } from '../protocol/records.ts';

export interface CachedDocument {
  readonly document: DocumentRecord;
  readonly connections: ReadonlyMap<number, ConnectionRecord>;
}

export interface RowCache {
  session(sessionId: string): SessionRecord | undefined;
  document(documentId: string): CachedDocument | undefined;
  keepSession(session: SessionRecord): void;
  /** Adds what changed to what is known of the document. */
  keepDocument(document: DocumentRecord, changed: ReadonlyMap<number, ConnectionRecord>): void;
  forgetDocument(documentId: string): void;
  forgetAll(): void;
}

/** A page that opens connections without end must not fill the worker's memory; beyond this a document is forgotten. */
const CACHED_CONNECTIONS_PER_DOCUMENT = 2_000;
const CACHED_DOCUMENTS = 100;

export function createRowCache(): RowCache {
  const sessions = new Map<string, SessionRecord>();
  const documents = new Map<string, { document: DocumentRecord; connections: Map<number, ConnectionRecord> }>();

  return {
    session: (sessionId) => sessions.get(sessionId),
    document: (documentId) => documents.get(documentId),
    keepSession: (session) => {
      sessions.set(session.sessionId, session);
    },
    keepDocument: (document, changed) => {
      const connections = documents.get(document.documentId)?.connections ?? new Map<number, ConnectionRecord>();
      for (const [number, connection] of changed) connections.set(number, connection);
      documents.delete(document.documentId); // to the end of the Map: the least recently written is its first
      if (connections.size > CACHED_CONNECTIONS_PER_DOCUMENT) return;
      documents.set(document.documentId, { document, connections });
      const [oldest] = documents.keys();
      if (documents.size > CACHED_DOCUMENTS && oldest !== undefined) documents.delete(oldest);
    },
    forgetDocument: (documentId) => {
      documents.delete(documentId);
    },
    forgetAll: () => {
      sessions.clear();
      documents.clear();
    },
  };
}
