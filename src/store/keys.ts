/** Ranges of keys. A connection's id is its document's id, a slash, and a number; '0' comes after '/' in Unicode. */

/** All connections of a document. */
export function documentRange(documentId: string): IDBKeyRange {
  return IDBKeyRange.bound(`${documentId}/`, `${documentId}0`, false, true);
}

/** All chunks, payloads or contents of a document's connections: an array is less than any that it begins. */
export function documentFramesRange(documentId: string): IDBKeyRange {
  return IDBKeyRange.bound([`${documentId}/`], [`${documentId}0`], false, true);
}

/** All chunks, payloads or contents of one connection: an array is greater than any number. */
export function connectionFramesRange(connectionId: string): IDBKeyRange {
  return IDBKeyRange.bound([connectionId], [connectionId, []], false, true);
}

/** The chunks and payloads of one connection that begin at `firstSeq` or later. */
export function framesFromRange(connectionId: string, firstSeq: number): IDBKeyRange {
  return IDBKeyRange.bound([connectionId, firstSeq], [connectionId, []], false, true);
}
