import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { captured, columnsOf, created } from '../protocol/fixtures.ts';
import type { ConnectionRecord, DocumentRecord, SessionRecord } from '../protocol/records.ts';
import { applyReport } from './apply.ts';
import { storeFailureOf } from './failure.ts';
import { identityOf, sessionOf, TIME_ORIGIN_MS } from './fixtures.ts';
import { createStore, openDatabase, resetDatabase } from './open.ts';
import {
  readChunks,
  readContext,
  readHandshakes,
  readPayload,
  readProbes,
  readSession,
  readSessions,
  readTicks,
} from './reader.ts';
import { COLUMN_BYTES_PER_FRAME, DATABASE_NAME, DATABASE_VERSION, type DeletionRecord } from './schema.ts';
import { newDocument } from './write-batches.ts';
import { createWriter } from './writer.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

const ignore = () => undefined;

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('did not reject');
}

describe('opening', () => {
  it('makes all stores', async () => {
    const database = await openDatabase(ignore);
    expect(database.version).toBe(DATABASE_VERSION);
    expect([...database.objectStoreNames]).toEqual([
      'chunks',
      'connections',
      'contents',
      'context',
      'deletions',
      'documents',
      'handshakes',
      'payloads',
      'probes',
      'sessions',
      'ticks',
    ]);
  });

  it('makes them also where somebody has opened the database before it was there', async () => {
    (await openDB(DATABASE_NAME)).close();
    const database = await openDatabase(ignore);
    expect(database.objectStoreNames).toHaveLength(11);
  });

  it('fails on a database of a later version, and leaves it as it is', async () => {
    const later = await openDB(DATABASE_NAME, DATABASE_VERSION + 1, {
      upgrade: (database) => void database.createObjectStore('of the future').put('kept', 1),
    });
    later.close();
    const failure = storeFailureOf(await rejection(openDatabase(ignore)));
    expect(failure.failure).toBe('newer');
    expect(failure.detail).toContain('VersionError');
    const again = await openDB(DATABASE_NAME);
    expect(await again.get('of the future', 1)).toBe('kept');
  });

  it('gives way to a later version, and fails afterwards', async () => {
    const store = createStore();
    const database = await store.open();
    await (await openDB(DATABASE_NAME, DATABASE_VERSION + 1)).close();
    expect(() => database.transaction('sessions')).toThrow();
    expect(storeFailureOf(await rejection(store.open())).failure).toBe('newer');
  });

  it('fails when another context does not give way', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const stubborn = await openDB(DATABASE_NAME, 1);
      const opening = rejection(openDatabase(ignore));
      const opened = vi.fn();
      void opening.then(opened);
      // `blocked` comes some turns of the event loop later
      await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1), { interval: 1 });
      vi.advanceTimersByTime(2_999);
      expect(opened).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      expect(storeFailureOf(await opening).failure).toBe('blocked');
      stubborn.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('is done once for all who ask, and again after a failure', async () => {
    const store = createStore();
    const [one, other] = await Promise.all([store.open(), store.open()]);
    expect(one).toBe(other);
    store.close();
    expect(await store.open()).not.toBe(one);
  });
});

describe('resetting', () => {
  it('deletes everything, though the background has it open', async () => {
    const store = createStore();
    const writer = createWriter(store);
    await writer.beginSession(sessionOf());
    await resetDatabase();
    expect(await readSessions(await store.open())).toEqual([]);
    await writer.beginSession(sessionOf());
    expect(await readSessions(await store.open())).toHaveLength(1);
  });
});

describe('upgrading from version 1', () => {
  const session = 'old session';
  const identity = identityOf('d1', { sessionId: session, url: 'http://shop/', timeOriginMs: TIME_ORIGIN_MS });
  const document: DocumentRecord = { ...newDocument(identity), committedBatch: 3, rejected: 1 };
  const later: DocumentRecord = {
    ...newDocument({ ...identity, documentId: 'd2', timeOriginMs: TIME_ORIGIN_MS + 500 }),
    goneAtMs: TIME_ORIGIN_MS + 9_000,
  };
  const other: DocumentRecord = newDocument(identityOf('d3', { sessionId: 'other', tabId: 8, url: 'http://news/' }));
  const columns = columnsOf([{ data: 'hello', atMs: 20_000 }, { data: [1, 2, 3] }]);
  const connection = [created(), captured(0, columns)].reduce<ConnectionRecord | null>(
    (known, report) => applyReport(known, report, identity)?.connection ?? null,
    null,
  ) as ConnectionRecord;
  const { count, atMs, flags, sizeBytes, text, textEnds, bytes, byteEnds } = columns;
  const key = { connectionId: connection.connectionId, firstSeq: 0 };

  beforeEach(async () => {
    const database = await openDatabase(ignore, 1);
    expect([...database.objectStoreNames]).toEqual(['chunks', 'connections', 'contents', 'documents', 'payloads']);
    await Promise.all([
      ...[document, later, other].map((row) => database.put('documents', row)),
      database.put('connections', connection),
      database.put('chunks', { ...key, count, atMs, flags, sizeBytes }),
      database.put('payloads', { ...key, text, textEnds, bytes, byteEnds }),
      database.put('contents', { connectionId: connection.connectionId, seq: 1, bytes: Uint8Array.of(7) }),
    ]);
    database.close();
  });

  it('keeps every row', async () => {
    const database = await openDatabase(ignore);
    expect(await database.getAll('documents')).toEqual([document, later, other]);
    expect(await database.getAll('connections')).toEqual([connection]);
    expect(await readChunks(database, connection.connectionId, 0, 2)).toEqual([
      { ...key, count, atMs, flags, sizeBytes },
    ]);
    expect(await readPayload(database, connection.connectionId, 0)).toEqual({
      ...key,
      text,
      textEnds,
      bytes,
      byteEnds,
    });
    expect(await database.getAll('contents')).toHaveLength(1);
  });

  it('gives every session a row of its own', async () => {
    const database = await openDatabase(ignore);
    expect((await readSession(database, session))?.session).toEqual({
      sessionId: session,
      tabId: 7,
      name: 'http://shop/',
      startedAtMs: TIME_ORIGIN_MS,
      endedAtMs: TIME_ORIGIN_MS + 20_000,
      pinned: false,
      storedBytes: 8 + 2 * COLUMN_BYTES_PER_FRAME,
    });
    expect((await readSession(database, 'other'))?.session).toMatchObject({ tabId: 8, endedAtMs: TIME_ORIGIN_MS });
    expect(await readSession(database, session)).toMatchObject({
      documents: [document, later],
      connections: [connection],
    });
    expect(await readContext(database, session)).toEqual([]);
  });

  it('changes nothing when it fails', async () => {
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new Error('no such luck');
    });
    const failure = storeFailureOf(await rejection(openDatabase(ignore)));
    put.mockRestore();
    expect(failure).toEqual({ failure: 'broken', detail: 'Error: no such luck' });
    const database = await openDB(DATABASE_NAME);
    expect(database.version).toBe(1);
    expect(await database.getAll('documents')).toEqual([document, later, other]);
  });
});

describe('upgrading from version 2', () => {
  it('says of every connection that the page script saw it', async () => {
    const before = await openDatabase(ignore, 2);
    const rows = Array.from({ length: 300 }, (_, connection) => {
      const row = { ...applyReport(null, created(connection), identityOf())?.connection } as Partial<ConnectionRecord>;
      const { seenBy: _seenBy, endSeenAtMs: _endSeenAtMs, ...earlier } = row;
      return earlier;
    });
    const transaction = before.transaction('connections', 'readwrite');
    for (const row of rows) void transaction.store.put(row as ConnectionRecord);
    await transaction.done;
    before.close();

    const database = await openDatabase(ignore);
    const upgraded = await database.getAll('connections');
    expect(upgraded).toHaveLength(300);
    expect(upgraded).toEqual(
      rows
        .map((row) => ({ ...row, seenBy: 'page', endSeenAtMs: null }))
        .sort((a, b) => ((a.connectionId ?? '') < (b.connectionId ?? '') ? -1 : 1)),
    );
  });
});

describe('upgrading from version 3', () => {
  it('says of every document that no payload is known to be left out', async () => {
    const before = await openDatabase(ignore, 3);
    const { payloadsLeftOut: _payloadsLeftOut, ...earlier } = newDocument(identityOf());
    await before.put('documents', earlier as DocumentRecord);
    before.close();
    const database = await openDatabase(ignore);
    expect(await database.getAll('documents')).toEqual([{ ...earlier, payloadsLeftOut: 0 }]);
  });
});

describe('upgrading from version 4', () => {
  it('makes room for evidence, and keeps what is there', async () => {
    const before = await openDatabase(ignore, 4);
    expect([...before.objectStoreNames]).not.toContain('handshakes');
    await before.put('documents', newDocument(identityOf()));
    before.close();
    const database = await openDatabase(ignore);
    expect(await database.getAll('documents')).toEqual([newDocument(identityOf())]);
    expect(await readHandshakes(database, 'session')).toEqual([]);
    expect(await readProbes(database, 'session')).toEqual([]);
  });
});

describe('upgrading from version 5', () => {
  it('finishes deletions that had begun, which nobody can undo, and keeps every session', async () => {
    const before = await openDatabase(ignore, 5);
    await before.put('sessions', sessionOf('kept'));
    await before.put('documents', newDocument(identityOf('doc', { sessionId: 'gone' })));
    await before.put('deletions', { sessionId: 'gone' } as DeletionRecord);
    before.close();

    const store = createStore();
    const writer = createWriter(store);
    const database = await store.open();
    expect(await database.getAll('deletions')).toEqual([{ sessionId: 'gone', dueAtMs: 0, session: null }]);
    expect(await database.getAll('sessions')).toEqual([sessionOf('kept')]);
    expect(await writer.restoreSession('gone')).toBe('notFound');
    await writer.deleteRest({ nowMs: 1, maxBytes: 1e9, maxAgeMs: 1e12 });
    expect(await database.count('documents')).toBe(0);
    expect(await database.count('deletions')).toBe(0);
    store.close();
  });
});

describe('upgrading from version 6', () => {
  it('makes room for counts of frames, and keeps every row', async () => {
    const before = await openDatabase(ignore, 6);
    expect([...before.objectStoreNames]).not.toContain('ticks');
    const columns = columnsOf([{ data: 'hello', atMs: 20_000 }]);
    const connection = [created(), captured(0, columns)].reduce<ConnectionRecord | null>(
      (known, report) => applyReport(known, report, identityOf())?.connection ?? null,
      null,
    ) as ConnectionRecord;
    const { count, atMs, flags, sizeBytes, text, textEnds, bytes, byteEnds } = columns;
    const key = { connectionId: connection.connectionId, firstSeq: 0 };
    const rows = {
      sessions: sessionOf(),
      documents: newDocument(identityOf()),
      connections: connection,
      chunks: { ...key, count, atMs, flags, sizeBytes },
      payloads: { ...key, text, textEnds, bytes, byteEnds },
      contents: { ...key, seq: 0, bytes: Uint8Array.of(7) },
      context: { contextId: 1, sessionId: 'session', documentId: null, connectionId: null, atMs: 1, kind: 'dropped' },
      deletions: { sessionId: 'gone', dueAtMs: 5, session: sessionOf('gone') },
    } as const;
    for (const [name, row] of Object.entries(rows)) await before.put(name as 'sessions', row as SessionRecord);
    before.close();

    const database = await openDatabase(ignore);
    for (const [name, row] of Object.entries(rows)) expect(await database.getAll(name as 'sessions')).toEqual([row]);
    expect(await readTicks(database, 'session')).toEqual([]);
  });
});
