/**
 * Ids of a file as ids of a store: new ones where wanted, so that nothing that exists can be touched, whatever a file says.
 * A connection's id begins with its document's; ranges of keys rely on that.
 */

export interface Ids {
  session(id: unknown): string;
  document(id: unknown): string;
  /** `documentId`: as it is in the store. */
  connection(id: unknown, documentId: string, connection: unknown): string;
  /** Of handshakes and probes. */
  other(id: unknown): string;
  /** What an id that came before has become; null: none did. */
  documentOrNull(id: unknown): string | null;
  connectionOrNull(id: unknown): string | null;
}

/** Without `newId` ids stay as they are, but for those of connections that do not begin with their document's. */
export function createIds(newId?: () => string): Ids {
  const documents = new Map<unknown, string>();
  const connections = new Map<unknown, string>();
  const fresh = (id: unknown) => newId?.() ?? String(id);

  return {
    session: fresh,
    document(id) {
      const known = documents.get(id) ?? fresh(id);
      documents.set(id, known);
      return known;
    },
    connection(id, documentId, connection) {
      const known = connections.get(id) ?? `${documentId}/${String(connection)}`;
      connections.set(id, known);
      return known;
    },
    other: fresh,
    documentOrNull: (id) => documents.get(id) ?? null,
    connectionOrNull: (id) => connections.get(id) ?? null,
  };
}
