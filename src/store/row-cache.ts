/**
 * Rows that the writer has just written, so that it need not read them again for every batch. The truth is in the
 * database: forgetting any of it costs a read and nothing else.
 */
import { REWRITTEN_PAYLOAD_BYTES } from '../protocol/limits.ts';
import type { ChunkTail, ConnectionRecord, DocumentRecord, SessionRecord } from '../protocol/records.ts';
import type { ChunkRows } from './chunks.ts';

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
  /** The connection's last chunk, if it is known and is what its row says of it. */
  tail(connectionId: string, is: ChunkTail): ChunkRows | undefined;
  /** Takes those that will be read again: the small ones. */
  keepTails(rows: Iterable<ChunkRows>): void;
  forgetDocument(documentId: string): void;
  forgetAll(): void;
}

/** A page that opens connections without end must not fill the worker's memory; beyond this a document is forgotten. */
const CACHED_CONNECTIONS_PER_DOCUMENT = 2_000;
const CACHED_DOCUMENTS = 100;
/** Of all documents, those written last: about 10 MB at most, and seldom a tenth of that. */
const CACHED_TAILS = 512;

export function createRowCache(): RowCache {
  const sessions = new Map<string, SessionRecord>();
  const documents = new Map<string, { document: DocumentRecord; connections: Map<number, ConnectionRecord> }>();
  /** By connectionId, those written last at its end. */
  const tails = new Map<string, ChunkRows>();

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
    tail: (connectionId, { firstSeq, count }) => {
      const rows = tails.get(connectionId);
      return rows?.chunk.firstSeq === firstSeq && rows.chunk.count === count ? rows : undefined;
    },
    keepTails: (all) => {
      for (const rows of all) {
        const { connectionId } = rows.chunk;
        tails.delete(connectionId);
        if (payloadUnitsOf(rows) <= REWRITTEN_PAYLOAD_BYTES) tails.set(connectionId, rows);
      }
      for (const oldest of tails.keys()) {
        if (tails.size <= CACHED_TAILS) break;
        tails.delete(oldest);
      }
    },
    forgetDocument: (documentId) => {
      documents.delete(documentId);
      for (const connectionId of tails.keys())
        if (connectionId.startsWith(`${documentId}/`)) tails.delete(connectionId);
    },
    forgetAll: () => {
      tails.clear();
      sessions.clear();
      documents.clear();
    },
  };
}

function payloadUnitsOf({ payload }: ChunkRows): number {
  return payload.text.length + payload.bytes.length;
}
