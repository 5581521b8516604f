/** Rows for tests: what a connection or a document is when a test does not care. */
import type { CloseRecord, ConnectionRecord, DocumentRecord } from '../../protocol/records.ts';

let nextConnection = 0;

export function connectionFixture(fields: Partial<ConnectionRecord> = {}): ConnectionRecord {
  const connection = fields.connection ?? nextConnection++;
  return {
    connectionId: `doc/${connection}`,
    sessionId: 'session',
    documentId: 'doc',
    connection,
    url: 'wss://api.example.test/live',
    protocols: [],
    seenBy: 'page',
    protocol: null,
    extensions: null,
    createdAtMs: 0,
    openedAtMs: null,
    erroredAtMs: null,
    closeRequested: null,
    close: null,
    endSeenAtMs: null,
    droppedAtMs: null,
    goneAtMs: null,
    framesIn: 0,
    framesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
    gaps: [],
    framesMissed: 0,
    lastFrameAtMs: null,
    nextSeq: 0,
    tail: null,
    ...fields,
  };
}

export function documentFixture(fields: Partial<DocumentRecord> = {}): DocumentRecord {
  return {
    documentId: 'doc',
    sessionId: 'session',
    tabId: 7,
    frameId: 0,
    url: 'https://example.test/',
    timeOriginMs: fields.openedAtMs ?? 0,
    openedAtMs: 0,
    goneAtMs: null,
    committedBatch: 0,
    rejected: 0,
    payloadsLeftOut: 0,
    ...fields,
  };
}

export function closeFixture(atMs: number, code: number, fields: Partial<CloseRecord> = {}): CloseRecord {
  return { atMs, code, reason: '', wasClean: code !== 1006, simulated: false, ...fields };
}
