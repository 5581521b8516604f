/** Rows for tests: what a connection or a document is when a test does not care. */
import { type CloseRecord, type ConnectionRecord, type DocumentRecord, UNTOUCHED } from '../../protocol/records.ts';

let nextConnection = 0;

export function connectionFixture(fields: Partial<ConnectionRecord> = {}): ConnectionRecord {
  const connection = fields.connection ?? nextConnection++;
  return {
    connectionId: `doc/${connection}`,
    sessionId: 'session',
    documentId: 'doc',
    connection,
    url: 'wss://api.example.test/live',
    createdAtMs: 0,
    ...UNTOUCHED,
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
