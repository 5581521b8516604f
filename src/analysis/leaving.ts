/**
 * Which connections a browser closed because their page was being left. Firefox closes a page's sockets when a navigation
 * begins, with code 1001 and no reason, and the page sees that as if the server had sent it (bug 896666); its document
 * goes away a little later, when the new one is there. Chromium lets them go with the document, unseen.
 */
import type { ConnectionRecord, DocumentRecord, SessionRecord } from '../protocol/records.ts';

/** How long after such a close its document may still be there: as long as the next page takes to answer. */
export const LEAVING_MS = 10_000;
/** RFC 6455 section 7.4.1: "going away", such as a browser having navigated away from a page. */
const GOING_AWAY = 1001;

/**
 * Whether the browser that a session was recorded in closes connections that way, whichever reads it now. Null: the session
 * does not say what it was recorded in.
 */
export function recordedClosesWhenLeaving({ environment }: Pick<SessionRecord, 'environment'>): boolean | null {
  return environment?.browser ? environment.browser.name === 'Firefox' : null;
}

/** When the connection was closed by its document's going away: then. Null when anything speaks against it. */
function leftAtMs({ close, closeRequested }: ConnectionRecord, document: DocumentRecord | undefined): number | null {
  if (!close || closeRequested || close.simulated || close.code !== GOING_AWAY || close.reason !== '') return null;
  const goneAtMs = document?.goneAtMs ?? null;
  return goneAtMs !== null && goneAtMs >= close.atMs && goneAtMs - close.atMs <= LEAVING_MS ? goneAtMs : null;
}

/**
 * Gives a function that sets `goneAtMs` of the connections that were closed because their document was left, for
 * `closedBy` to see. Rows that stay as they are give the same row every time.
 */
export function createLeaving(): (
  connections: readonly ConnectionRecord[],
  documents: ReadonlyMap<string, DocumentRecord>,
) => readonly ConnectionRecord[] {
  const left = new WeakMap<ConnectionRecord, ConnectionRecord>();

  function withLeaving(record: ConnectionRecord, document: DocumentRecord | undefined): ConnectionRecord {
    const goneAtMs = leftAtMs(record, document);
    if (goneAtMs === null) return record;
    const known = left.get(record);
    if (known?.goneAtMs === goneAtMs) return known;
    const changed = { ...record, goneAtMs };
    left.set(record, changed);
    return changed;
  }

  return (connections, documents) => connections.map((record) => withLeaving(record, documents.get(record.documentId)));
}
