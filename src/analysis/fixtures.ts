/** Rows for tests: a connection as it is when a test does not care. */
import type { ConnectionRecord } from '../protocol/records.ts';

let nextConnection = 0;

export function connectionOf(fields: Partial<ConnectionRecord>): ConnectionRecord {
  const number = nextConnection++;
  return {
    connectionId: `doc/${number}`,
    sessionId: 'session',
    documentId: 'doc',
    connection: number,
    url: 'ws://127.0.0.1/live',
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
