/**
 * Makes rows of a file into rows of this database: with ids of their own, so that nothing that is there is ever touched, and
 * only such as the rest of the database can be relied on to hold. Values have been validated by whoever read the file; here
 * it is seen to that rows belong together. Pure.
 */
import type { HandshakeRecord, ProbeRecord } from '../protocol/evidence.ts';
import { isOutsideDocument, outsideDocumentId } from '../protocol/outside.ts';
import type { RecordedChunk, RecordingRow } from '../protocol/recording.ts';
import type { ConnectionRecord, ContextRecord, DocumentRecord, SessionRecord } from '../protocol/records.ts';
import { connectionIdOf } from './apply.ts';

export interface RowMapper {
  /**
   * The row as it is to be stored; null when it does not belong to what came before it. A connection may come again,
   * corrected, when all of its frames have come.
   */
  map(imported: RecordingRow): RecordingRow | null;
}

export function createRowMapper(sessionId: string): RowMapper {
  const documents = new Map<string, string>();
  /** By their ids in the file: the new id, and where the next chunk may begin. */
  const connections = new Map<string, { readonly id: string; nextSeq: number }>();
  const taken = new Set<string>();
  /** Of the session in the file, which may come again, corrected. */
  let ownId: string | null = null;
  let rows = 0;

  /** Undefined: it names something that is not there. */
  function connectionOf(id: string | null): string | null | undefined {
    return id === null ? null : connections.get(id)?.id;
  }

  function mapDocument(row: DocumentRecord): DocumentRecord | null {
    if (documents.has(row.documentId)) return null;
    const number = documents.size;
    const isOutside = isOutsideDocument(row.documentId);
    const documentId = isOutside ? outsideDocumentId(sessionId, number) : `${sessionId}.${number}`;
    documents.set(row.documentId, documentId);
    return { ...row, documentId, sessionId };
  }

  function mapConnection({ held: _held, ...row }: ConnectionRecord): ConnectionRecord | null {
    const documentId = documents.get(row.documentId);
    if (documentId === undefined) return null;
    const known = connections.get(row.connectionId);
    if (known) {
      const isSame = known.id === connectionIdOf(documentId, row.connection);
      return isSame ? { ...row, connectionId: known.id, documentId, sessionId, tail: null } : null;
    }
    const connectionId = connectionIdOf(documentId, row.connection);
    // Two rows of one number in one document would become one.
    if (taken.has(connectionId)) return null;
    taken.add(connectionId);
    connections.set(row.connectionId, { id: connectionId, nextSeq: 0 });
    // Nothing will be added to its last chunk.
    return { ...row, connectionId, documentId, sessionId, tail: null };
  }

  function mapChunk({ chunk, payload, contents }: RecordedChunk): RecordedChunk | null {
    const connection = connections.get(chunk.connectionId);
    const endSeq = chunk.firstSeq + chunk.count;
    if (!connection || chunk.count === 0 || chunk.firstSeq < connection.nextSeq) return null;
    if (payload && payload.firstSeq !== chunk.firstSeq) return null;
    connection.nextSeq = endSeq;
    const { id: connectionId } = connection;
    return {
      chunk: { ...chunk, connectionId },
      payload: payload && { ...payload, connectionId },
      contents: contents
        .filter(({ seq }) => seq >= chunk.firstSeq && seq < endSeq)
        .map((content) => ({ ...content, connectionId })),
    };
  }

  function mapContext({ contextId: _contextId, ...row }: ContextRecord): ContextRecord | null {
    const documentId = row.documentId === null ? null : documents.get(row.documentId);
    const connectionId = connectionOf(row.connectionId);
    return documentId === undefined || connectionId === undefined
      ? null
      : { ...row, sessionId, documentId, connectionId };
  }

  function mapHandshake(row: HandshakeRecord): HandshakeRecord | null {
    const connectionId = connectionOf(row.connectionId);
    return connectionId === undefined
      ? null
      : { ...row, sessionId, connectionId, handshakeId: `${sessionId}/${rows++}` };
  }

  function mapProbe(row: ProbeRecord): ProbeRecord | null {
    const connectionId = connectionOf(row.connectionId);
    return connectionId === undefined || connectionId === null
      ? null
      : { ...row, sessionId, connectionId, probeId: `${sessionId}/${rows++}` };
  }

  function mapSession(row: SessionRecord): SessionRecord | null {
    if (ownId !== null && ownId !== row.sessionId) return null;
    ownId = row.sessionId;
    return { ...row, sessionId };
  }

  return {
    map: (imported) => {
      switch (imported.kind) {
        case 'session':
          return withRow(imported, mapSession(imported.row));
        case 'document':
          return withRow(imported, mapDocument(imported.row));
        case 'connection':
          return withRow(imported, mapConnection(imported.row));
        case 'chunk':
          return withRow(imported, mapChunk(imported.row));
        case 'context':
          return withRow(imported, mapContext(imported.row));
        case 'handshake':
          return withRow(imported, mapHandshake(imported.row));
        case 'probe':
          return withRow(imported, mapProbe(imported.row));
      }
    },
  };
}

function withRow<Imported extends RecordingRow>(imported: Imported, row: Imported['row'] | null): Imported | null {
  return row === null ? null : { ...imported, row };
}
