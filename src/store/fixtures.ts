/** Rows, batches and a database for tests, each right in itself, to be changed where a test needs it otherwise. */
import type { StoredReport } from '../protocol/outside.ts';
import type { SessionRecord } from '../protocol/records.ts';
import type { ParsedBatch } from './apply-batches.ts';
import { connectionFramesRange } from './keys.ts';
import { createStore, type Store } from './open.ts';
import type { Database } from './schema.ts';
import type { DocumentIdentity } from './write-batches.ts';
import { createWriter, type Writer } from './writer.ts';

export const TIME_ORIGIN_MS = 1_700_000_000_000;

export function batchOf(
  batch: number,
  reports: readonly StoredReport[],
  change: Partial<ParsedBatch> = {},
): ParsedBatch {
  return { batch, reports, rejected: 0, goneAtMs: null, ...change };
}

export function identityOf(documentId = 'doc', change: Partial<DocumentIdentity> = {}): DocumentIdentity {
  return {
    documentId,
    sessionId: 'session',
    tabId: 7,
    frameId: 0,
    url: 'http://127.0.0.1/',
    timeOriginMs: TIME_ORIGIN_MS,
    ...change,
  };
}

export function sessionOf(sessionId = 'session', change: Partial<SessionRecord> = {}): SessionRecord {
  return {
    sessionId,
    tabId: 7,
    name: sessionId,
    startedAtMs: TIME_ORIGIN_MS,
    endedAtMs: null,
    pinned: false,
    storedBytes: 0,
    ...change,
  };
}

/** The store of whatever database `indexedDB` has, and a writer that has begun `sessionOf()`. */
export async function beginRecording(): Promise<{ store: Store; writer: Writer }> {
  const store = createStore();
  const writer = createWriter(store);
  await writer.beginSession(sessionOf());
  return { store, writer };
}

/**
 * The first seq of every chunk of a connection, rising. A chunk's frames are consecutive: it ends where the next one
 * begins, or earlier, with a gap between.
 */
export async function readChunkIndex(database: Database, connectionId: string): Promise<readonly number[]> {
  const keys = await database.getAllKeys('chunks', connectionFramesRange(connectionId));
  return keys.map(([, firstSeq]) => firstSeq);
}
