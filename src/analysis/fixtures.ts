/** Rows for tests: a connection as it is when a test does not care. */
import { type ConnectionRecord, UNTOUCHED } from '../protocol/records.ts';

let nextConnection = 0;

export function connectionOf(fields: Partial<ConnectionRecord>): ConnectionRecord {
  const number = nextConnection++;
  return {
    connectionId: `doc/${number}`,
    sessionId: 'session',
    documentId: 'doc',
    connection: number,
    url: 'ws://127.0.0.1/live',
    createdAtMs: 0,
    ...UNTOUCHED,
    ...fields,
  };
}
