/** Which connections belong to the page that the tab shows now. */
import { isOutsideDocument } from '../../protocol/outside.ts';
import type { ConnectionRecord, DocumentRecord } from '../../protocol/records.ts';

/** The worlds of a page may round its time origin differently. No two pages of a tab begin this close together. */
const CLOCK_TOLERANCE_MS = 2;

/**
 * When the present page began, as far as its documents tell: the latest of the top frame. Null when no top-frame
 * document is known, and so nothing can be said to be from before. For the panel in a tab, where no DevTools tell it.
 */
export function newestPageStartMs(documents: Iterable<DocumentRecord>): number | null {
  let newest: number | null = null;
  for (const { documentId, frameId, timeOriginMs } of documents) {
    // The background's own begin with their first connection, not with a page.
    if (isOutsideDocument(documentId)) continue;
    if (frameId === 0 && (newest === null || timeOriginMs > newest)) newest = timeOriginMs;
  }
  return newest;
}

/** The connections of documents that were opened since the page began; all when that is not known. */
export function connectionsSince(
  connections: readonly ConnectionRecord[],
  documents: ReadonlyMap<string, DocumentRecord>,
  pageStartMs: number | null,
): readonly ConnectionRecord[] {
  if (pageStartMs === null) return connections;
  return connections.filter(({ documentId, createdAtMs }) => {
    // A page's workers begin after it.
    if (isOutsideDocument(documentId)) return createdAtMs >= pageStartMs - CLOCK_TOLERANCE_MS;
    const document = documents.get(documentId);
    // A connection whose document has not been told yet has just been made.
    return document === undefined || document.openedAtMs >= pageStartMs - CLOCK_TOLERANCE_MS;
  });
}
