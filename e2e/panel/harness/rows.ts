/** Rows as the background would write them, where a test does not care. */
import {
  type CloseRecord,
  type ConnectionRecord,
  type DocumentRecord,
  type SessionRecord,
  UNTOUCHED,
} from '../../../src/protocol/records.ts';

export const SESSION = 'session-1';

export function sessionRow(fields: Partial<SessionRecord> = {}): SessionRecord {
  return {
    sessionId: SESSION,
    tabId: 7,
    name: 'https://app.example.test/',
    startedAtMs: 0,
    endedAtMs: null,
    pinned: false,
    storedBytes: 0,
    ...fields,
  };
}

export function documentRow(fields: Partial<DocumentRecord> & Pick<DocumentRecord, 'documentId'>): DocumentRecord {
  return {
    sessionId: SESSION,
    tabId: 7,
    frameId: 0,
    url: 'https://app.example.test/',
    timeOriginMs: fields.openedAtMs ?? 0,
    openedAtMs: 0,
    goneAtMs: null,
    committedBatch: 1,
    rejected: 0,
    payloadsLeftOut: 0,
    ...fields,
  };
}

export function connectionRow(
  fields: Partial<ConnectionRecord> & Pick<ConnectionRecord, 'connectionId'>,
): ConnectionRecord {
  return {
    sessionId: SESSION,
    documentId: 'doc',
    connection: 0,
    url: 'wss://api.example.test/live',
    createdAtMs: 0,
    ...UNTOUCHED,
    extensions: '',
    ...fields,
  };
}

export function closeRow(atMs: number, code: number, fields: Partial<CloseRecord> = {}): CloseRecord {
  return { atMs, code, reason: '', wasClean: code !== 1006, simulated: false, ...fields };
}
