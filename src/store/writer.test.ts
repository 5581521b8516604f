import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { captured, closed, columnsOf, created, numberedFrames } from '../protocol/fixtures.ts';
import { textOf } from '../protocol/frame-columns.ts';
import { CHUNK_FRAMES, SESSION_BYTES, SESSION_PAYLOADS_BYTES } from '../protocol/limits.ts';
import type { PageReport } from '../protocol/page-report.ts';
import { storeFailureOf } from './failure.ts';
import { batchOf, beginRecording, identityOf, readChunkIndex, sessionOf, TIME_ORIGIN_MS } from './fixtures.ts';
import { createStore, type Store } from './open.ts';
import { readChunks, readContent, readContext, readPayload, readSession, readSessions } from './reader.ts';
import type { StoreName } from './transaction.ts';
import { createWriter, type Writer } from './writer.ts';

/** Much work for a machine that does other things as well. */
const SLOW_MACHINE_MS = 60_000;

let store: Store;
let writer: Writer;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  ({ store, writer } = await beginRecording());
});
afterEach(() => {
  vi.restoreAllMocks();
  store.close();
});

async function textsOf(connectionId: string): Promise<readonly string[]> {
  const database = await store.open();
  const texts: string[] = [];
  for (const firstSeq of await readChunkIndex(database, connectionId)) {
    const payload = await readPayload(database, connectionId, firstSeq);
    const count = payload?.textEnds.length ?? 0;
    for (let i = 0; payload && i < count; i++) texts.push(textOf(payload, i));
  }
  return texts;
}

const capturedBy = (connection: number, seq: number) => captured(seq, numberedFrames(1, seq), connection);

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `#${i}`);

async function countRows(name: StoreName): Promise<number> {
  return (await store.open()).count(name);
}

describe('rows that an aborted transaction has left behind', () => {
  const framesOf = (texts: readonly string[]) => columnsOf(texts.map((data) => ({ data })));

  /** As Firefox leaves them when its storage becomes full: chunks of frames that the connection's row does not know of. */
  async function leaveOrphan(firstSeq: number, texts: readonly string[]): Promise<void> {
    const columns = framesOf(texts);
    const { count, atMs, flags, sizeBytes, text, textEnds, bytes, byteEnds } = columns;
    const database = await store.open();
    const connectionId = 'doc/0';
    await database.put('chunks', { connectionId, firstSeq, count, atMs, flags, sizeBytes });
    await database.put('payloads', { connectionId, firstSeq, text, textEnds, bytes, byteEnds });
  }

  it('are removed before the frames are written again', async () => {
    await writer.write(identityOf(), [batchOf(1, [created(0), captured(0, framesOf(numbers(3)))])]);
    await leaveOrphan(3, ['orphan', 'orphan']);
    await leaveOrphan(20, ['orphan']);
    const again = createWriter(store);
    await again.write(identityOf(), [batchOf(2, [captured(3, framesOf(['#3', '#4']))])]);
    expect(await textsOf('doc/0')).toEqual(numbers(5));
  });

  it('are cut off where they stand in the last chunk', async () => {
    await writer.write(identityOf(), [batchOf(1, [created(0), captured(0, framesOf(numbers(3)))])]);
    await leaveOrphan(0, [...numbers(3), 'orphan', 'orphan']);
    const again = createWriter(store);
    await again.write(identityOf(), [batchOf(2, [captured(3, framesOf(['#3']))])]);
    expect(await textsOf('doc/0')).toEqual(numbers(4));
  });

  it('are removed of a connection that has no row yet', async () => {
    await leaveOrphan(0, ['orphan', 'orphan']);
    await leaveOrphan(2, ['orphan']);
    await writer.write(identityOf(), [batchOf(1, [created(0), captured(0, framesOf(numbers(1)))])]);
    expect(await textsOf('doc/0')).toEqual(numbers(1));
  });
});

describe('writing', () => {
  it('stores what happened, and says which rows changed', async () => {
    const outcome = await writer.write(identityOf(), [
      batchOf(1, [created(0), created(1), captured(0, numberedFrames(3))]),
    ]);
    expect(outcome).toMatchObject({ kind: 'written', ahead: false, document: { committedBatch: 1, rejected: 0 } });
    const stored = await readSession(await store.open(), 'session');
    expect(outcome).toMatchObject({ document: stored?.documents[0], connections: stored?.connections });
    expect(stored?.session.storedBytes).toBeGreaterThan(0);
    expect(await textsOf('doc/0')).toEqual(numbers(3));
  });

  it('appends to the chunk that has room', async () => {
    await writer.write(identityOf(), [batchOf(1, [created(), captured(0, numberedFrames(3))])]);
    await writer.write(identityOf(), [
      batchOf(2, [captured(3, numberedFrames(2, 3)), captured(5, numberedFrames(1, 5))]),
    ]);
    expect(await readChunkIndex(await store.open(), 'doc/0')).toEqual([0]);
    expect(await textsOf('doc/0')).toEqual(numbers(6));
  });

  it('knows the chunks that it wrote last, and reads those of which it wrote more than it knows', async () => {
    const gets = vi.spyOn(IDBObjectStore.prototype, 'get');
    const chunksRead = () =>
      gets.mock.contexts.filter((context) => (context as IDBObjectStore).name === 'chunks').length;
    const all = Array.from({ length: 600 }, (_, connection) => connection);
    await writer.write(identityOf(), [
      batchOf(1, [
        ...all.map((connection) => created(connection)),
        ...all.map((connection) => capturedBy(connection, 0)),
      ]),
    ]);
    await writer.write(identityOf(), [batchOf(2, [capturedBy(599, 1)])]);
    await writer.write(identityOf(), [batchOf(3, [capturedBy(599, 2)])]);
    expect(chunksRead()).toBe(0);
    await writer.write(identityOf(), [batchOf(4, [capturedBy(0, 1)])]);
    expect(chunksRead()).toBe(1);
    expect([await textsOf('doc/599'), await textsOf('doc/0')]).toEqual([numbers(3), numbers(2)]);
  });

  it('counts rows with long names, once, as what they take', async () => {
    const url = `ws://127.0.0.1/${'u'.repeat(10_000)}`;
    const reports = Array.from({ length: 20 }, (_, number) => ({ ...created(number), url }));
    const storedBytes = async () => (await readSession(await store.open(), 'session'))?.session.storedBytes ?? 0;
    await writer.write(identityOf(), [batchOf(1, reports)]);
    const after = await storedBytes();
    expect(after).toBeGreaterThan(20 * url.length);
    expect(after).toBeLessThan(20 * url.length + 20_000);
    await writer.write(identityOf(), [
      batchOf(2, [{ kind: 'connectionErrored', connection: 0, atMs: 1, simulated: false }]),
    ]);
    expect(await storedBytes()).toBe(after);
  });

  it.each([
    [
      'leaves out payloads',
      SESSION_PAYLOADS_BYTES,
      { framesIn: 2, framesOut: 1, framesMissed: 0, gaps: [] },
      { rejected: 0, payloadsLeftOut: 3 },
    ],
    [
      'counts frames as missed, and refuses new connections',
      SESSION_BYTES,
      { framesIn: 0, framesOut: 0, framesMissed: 3, gaps: [{ firstSeq: 0, count: 3, reason: 'full' }] },
      { rejected: 1, payloadsLeftOut: 0 },
    ],
    [
      'leaves out payloads, where the user wants less of them,',
      1_000_000,
      { framesIn: 2, framesOut: 1, framesMissed: 0, gaps: [] },
      { rejected: 0, payloadsLeftOut: 3 },
      1_000_000,
    ],
  ])('%s in a session that has grown too large', async (_, storedBytes, connection, leftOut, payloadsBytes?) => {
    await writer.write(identityOf(), [batchOf(1, [created()])]);
    await (await store.open()).put('sessions', sessionOf('session', { storedBytes }));
    // The writer's own last look at the session was before it had grown.
    writer = createWriter(store, payloadsBytes === undefined ? undefined : () => payloadsBytes);
    const content: PageReport = { kind: 'frameContent', connection: 0, seq: 0, bytes: Uint8Array.of(1) };
    const outcome = await writer.write(identityOf(), [
      batchOf(2, [captured(0, numberedFrames(3)), content, closed(), created(1)]),
    ]);
    expect(outcome).toMatchObject({ kind: 'written', document: { committedBatch: 2, ...leftOut } });
    const database = await store.open();
    expect(await database.get('connections', 'doc/0')).toMatchObject({
      ...connection,
      nextSeq: 3,
      close: { code: 1006 },
    });
    expect((await textsOf('doc/0')).join('')).toBe('');
    expect(await readContent(database, 'doc/0', 0)).toBeNull();
    expect(await database.get('connections', 'doc/1').then(Boolean)).toBe(leftOut.rejected === 0);
  });

  it('takes each batch once', async () => {
    const first = batchOf(1, [created(), captured(0, numberedFrames(3))], { rejected: 2 });
    const second = batchOf(2, [captured(3, numberedFrames(3, 3))]);
    await writer.write(identityOf(), [first]);
    await writer.write(identityOf(), [first, second]);
    const outcome = await writer.write(identityOf(), [first, second]);
    expect(outcome).toMatchObject({ document: { committedBatch: 2, rejected: 2 }, connections: [], ahead: false });
    expect(await textsOf('doc/0')).toEqual(numbers(6));
  });

  it('takes nothing after a batch that is missing', async () => {
    const outcome = await writer.write(identityOf(), [
      batchOf(1, [created()]),
      batchOf(3, [captured(0, numberedFrames(1))]),
    ]);
    expect(outcome).toMatchObject({ ahead: true, document: { committedBatch: 1 } });
    expect(await textsOf('doc/0')).toEqual([]);
  });

  it('counts what it refuses', async () => {
    const reports: readonly PageReport[] = [closed(5), created(), created(), captured(0, numberedFrames(2), 9)];
    const outcome = await writer.write(identityOf(), [batchOf(1, reports, { rejected: 4 })]);
    expect(outcome).toMatchObject({ document: { rejected: 7 } });
  });

  it('goes on in a new worker', async () => {
    await writer.write(identityOf(), [batchOf(1, [created(), captured(0, numberedFrames(3))])]);
    const next = createWriter(createStore());
    expect(await next.resume(identityOf())).toEqual({ committedBatch: 1, revived: null });
    await next.write(identityOf(), [batchOf(2, [captured(3, numberedFrames(3, 3))])]);
    expect(await textsOf('doc/0')).toEqual(numbers(6));
    expect((await readSession(await store.open(), 'session'))?.connections[0]).toMatchObject({
      nextSeq: 6,
      framesIn: 3,
    });
  });

  it('keeps late content of Blobs, and notes drops', async () => {
    await writer.write(identityOf(), [
      batchOf(1, [
        created(),
        captured(0, numberedFrames(1)),
        { kind: 'frameContent', connection: 0, seq: 0, bytes: Uint8Array.of(1, 2) },
        { kind: 'connectionDropped', connection: 0, atMs: 5 },
      ]),
    ]);
    const database = await store.open();
    expect((await readContent(database, 'doc/0', 0))?.bytes).toEqual(Uint8Array.of(1, 2));
    expect(await readContext(database, 'session')).toMatchObject([
      { kind: 'dropped', connectionId: 'doc/0', atMs: TIME_ORIGIN_MS + 5 },
    ]);
  });

  it.each([
    ['another tab', { tabId: 8 }],
    ['another frame', { frameId: 3 }],
    ['another session', { sessionId: 'other' }],
  ])('does not let %s write into a document', async (_, change) => {
    await writer.beginSession(sessionOf('other'));
    await writer.write(identityOf(), [batchOf(1, [created()])]);
    const foreign = identityOf('doc', change);
    expect((await writer.resume(foreign)).committedBatch).toBeNull();
    expect(await writer.write(foreign, [batchOf(2, [closed()])])).toEqual({ kind: 'foreign' });
    expect((await readSession(await store.open(), 'session'))?.connections[0]?.close).toBeNull();
  });

  it('does not write into a session that is not there', async () => {
    expect(await writer.write(identityOf('doc', { sessionId: 'deleted' }), [batchOf(1, [created()])])).toEqual({
      kind: 'noSession',
    });
    expect(await countRows('documents')).toBe(0);
  });

  it(
    'holds more connections than it caches',
    async () => {
      const reports = Array.from({ length: 2_500 }, (_, i) => created(i));
      await writer.write(identityOf(), [batchOf(1, reports)]);
      await writer.write(identityOf(), [batchOf(2, [closed(0), closed(2_499)])]);
      const connections = (await readSession(await store.open(), 'session'))?.connections ?? [];
      expect(connections).toHaveLength(2_500);
      expect(connections.filter(({ close }) => close).map(({ connection }) => connection)).toEqual([0, 2_499]);
    },
    SLOW_MACHINE_MS,
  );
});

describe('a document that goes', () => {
  const goneAtMs = TIME_ORIGIN_MS + 50;

  it('takes its open connections along', async () => {
    await writer.write(identityOf(), [batchOf(1, [created(0), created(1), closed(1)])]);
    const outcome = await writer.write(identityOf(), [batchOf(2, [created(2)], { goneAtMs })]);
    expect(outcome).toMatchObject({ document: { goneAtMs } });
    const stored = await readSession(await store.open(), 'session');
    expect(stored?.documents[0]?.goneAtMs).toBe(goneAtMs);
    expect(stored?.connections.map((row) => row.goneAtMs)).toEqual([goneAtMs, null, goneAtMs]);
    expect(await writer.livingDocuments('session')).toEqual([]);
    await writer.write(identityOf(), [batchOf(3, [closed(0)], { goneAtMs })]);
    expect((await readContext(await store.open(), 'session')).map(({ kind }) => kind)).toEqual(['documentGone']);
  });

  it('can go without a word, and come back', async () => {
    await writer.write(identityOf(), [batchOf(1, [created(0)])]);
    expect(await writer.livingDocuments('session')).toHaveLength(1);
    const gone = await writer.setGone('doc', goneAtMs);
    expect(gone).toMatchObject({ document: { goneAtMs }, connections: [{ goneAtMs }] });
    expect(await writer.resume(identityOf())).toMatchObject({
      committedBatch: 1,
      revived: { document: { goneAtMs: null }, connections: [{ goneAtMs: null }] },
    });
    expect(await writer.setGone('unknown', goneAtMs)).toBeNull();
    expect((await readContext(await store.open(), 'session')).map(({ kind }) => kind)).toEqual(['documentGone']);
    await writer.write(identityOf(), [batchOf(2, [closed()])]);
    expect((await readSession(await store.open(), 'session'))?.connections[0]).toMatchObject({
      goneAtMs: null,
      close: {},
    });
  });
});

describe('a failure', () => {
  function failPut(onStore: StoreName, error: Error): void {
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      if (this.name === onStore) throw error;
      return put.apply(this, args);
    });
  }
  const quota = new DOMException('The disk is full.', 'QuotaExceededError');

  it.each(['sessions', 'documents', 'connections', 'chunks', 'payloads'] as const)(
    'in %s undoes all of the batch, which can be written again',
    async (name) => {
      const first = batchOf(1, [created(), captured(0, numberedFrames(3))]);
      const second = batchOf(2, [captured(3, numberedFrames(3, 3)), created(1)]);
      await writer.write(identityOf(), [first]);
      failPut(name, quota);
      const error: unknown = await writer.write(identityOf(), [second]).catch((reason: unknown) => reason);
      expect(storeFailureOf(error)).toEqual({ failure: 'full', detail: 'QuotaExceededError: The disk is full.' });
      vi.restoreAllMocks();
      expect((await writer.resume(identityOf())).committedBatch).toBe(1);
      expect(await textsOf('doc/0')).toEqual(numbers(3));
      await writer.write(identityOf(), [second]);
      expect(await textsOf('doc/0')).toEqual(numbers(6));
      expect((await readSession(await store.open(), 'session'))?.connections).toHaveLength(2);
    },
  );

  it('to commit undoes all, too', async () => {
    const transaction = IDBDatabase.prototype.transaction;
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
      const made = transaction.apply(this, args);
      const put = made.objectStore('documents').put;
      vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...values) {
        const request = put.apply(this, values);
        if (this.name === 'documents') request.addEventListener('success', () => made.abort());
        return request;
      });
      return made;
    });
    const write = writer.write(identityOf(), [batchOf(1, [created()])]);
    await expect(write).rejects.toThrow();
    vi.restoreAllMocks();
    expect(await countRows('connections')).toBe(0);
    expect((await writer.resume(identityOf())).committedBatch).toBe(0);
  });

  it('does not hold up what comes after', async () => {
    failPut('connections', quota);
    const failed = writer.write(identityOf('a'), [batchOf(1, [created()])]);
    const context = writer.addContext({
      sessionId: 'session',
      documentId: null,
      connectionId: null,
      atMs: 1,
      kind: 'recordingPaused',
    });
    await expect(failed).rejects.toThrow('The disk is full.');
    await context;
    expect(await countRows('context')).toBe(1);
  });

  it('of the connection to the database is repaired', async () => {
    await writer.write(identityOf(), [batchOf(1, [created()])]);
    (await store.open()).close();
    await writer.write(identityOf(), [batchOf(2, [captured(0, numberedFrames(2))])]);
    expect(await textsOf('doc/0')).toEqual(numbers(2));
  });
});

describe('sessions', () => {
  it('end once', async () => {
    await writer.write(identityOf(), [batchOf(1, [created()])]);
    await writer.endSession('session', 5);
    await writer.endSession('session', 6);
    expect(await readSessions(await store.open())).toMatchObject([{ sessionId: 'session', endedAtMs: 5 }]);
  });

  it('leave nothing when nothing was recorded', async () => {
    await writer.endSession('session', 5);
    expect(await readSessions(await store.open())).toEqual([]);
  });

  it('that nobody knows any more have ended at their last sign of life', async () => {
    await writer.beginSession(sessionOf('live'));
    await writer.write(identityOf(), [batchOf(1, [created(), captured(0, numberedFrames(9))])]);
    await writer.endSessionsExcept(() => new Set(['live']));
    const sessions = await readSessions(await store.open());
    expect(sessions.map(({ sessionId, endedAtMs }) => [sessionId, endedAtMs])).toEqual([
      ['live', null],
      ['session', TIME_ORIGIN_MS + 8],
    ]);
  });

  const limits = { nowMs: TIME_ORIGIN_MS, maxBytes: 1e12, maxAgeMs: 1e12 };

  it(
    'are deleted with all their rows, and no others',
    async () => {
      await writer.beginSession(sessionOf('other'));
      // As many as take some transactions to delete.
      for (const [sessionId, documentId, chunks] of [
        ['session', 'doc', 450],
        ['session', 'doc2', 3],
        ['other', 'doc1', 3],
      ] as const) {
        const frames = captured(0, numberedFrames(chunks * CHUNK_FRAMES));
        const identity = identityOf(documentId, { sessionId });
        await writer.write(identity, [
          batchOf(1, [created(), frames, { kind: 'frameContent', connection: 0, seq: 1, bytes: Uint8Array.of(1) }]),
        ]);
        await writer.setGone(documentId, 1);
      }
      await writer.discardSession('session', 1);
      const database = await store.open();
      expect(await readSession(database, 'session')).toBeNull();
      expect(await writer.write(identityOf(), [batchOf(2, [closed()])])).toEqual({ kind: 'noSession' });
      expect(await countRows('chunks')).toBe(450 + 3 + 3);

      await writer.deleteRest(limits);
      for (const name of ['chunks', 'payloads'] as const) expect(await countRows(name)).toBe(3);
      for (const name of ['sessions', 'documents', 'connections', 'contents', 'context'] as const) {
        expect([name, await countRows(name)]).toEqual([name, 1]);
      }
      expect(await countRows('deletions')).toBe(0);
      expect(await textsOf('doc1/0')).toHaveLength(3 * CHUNK_FRAMES);
    },
    SLOW_MACHINE_MS,
  );

  it('that are pinned are ended, not deleted', async () => {
    await writer.beginSession(sessionOf('pinned', { pinned: true }));
    await writer.write(identityOf('doc', { sessionId: 'pinned' }), [batchOf(1, [created()])]);
    expect(await writer.isOpenSession('pinned')).toBe(true);
    await writer.discardSession('pinned', 5);
    expect(await writer.isOpenSession('pinned')).toBe(false);
    expect((await readSession(await store.open(), 'pinned'))?.session.endedAtMs).toBe(5);
  });

  it('without a name get that of their first page', async () => {
    await writer.beginSession(sessionOf('nameless', { name: '' }));
    const write = (documentId: string, frameId: number, url: string) =>
      writer.write(identityOf(documentId, { sessionId: 'nameless', frameId, url }), [batchOf(1, [created()])]);
    await write('a', 5, 'http://frame/');
    await write('b', 0, 'http://page/');
    await write('c', 0, 'http://next/');
    expect((await readSession(await store.open(), 'nameless'))?.session.name).toBe('http://page/');
  });

  it('go on being deleted in a new worker', async () => {
    await writer.write(identityOf(), [batchOf(1, [created()])]);
    await writer.discardSession('session', 1);
    await createWriter(createStore()).deleteRest(limits);
    expect(await countRows('documents')).toBe(0);
    expect(await countRows('deletions')).toBe(0);
  });

  it('are deleted when they are too old', async () => {
    await writer.write(identityOf(), [batchOf(1, [created()])]);
    await writer.endSession('session', TIME_ORIGIN_MS);
    await writer.deleteRest({ ...limits, nowMs: TIME_ORIGIN_MS + 11, maxAgeMs: 10 });
    expect(await countRows('sessions')).toBe(0);
    expect(await countRows('connections')).toBe(0);
  });
});

describe('reading chunks', () => {
  it('gives those that hold frames of the range', async () => {
    const firsts = async (fromSeq: number, toSeq: number) => {
      const chunks = await readChunks(await store.open(), 'doc/1', fromSeq, toSeq);
      return chunks.map(({ firstSeq }) => firstSeq);
    };
    await writer.write(identityOf(), [
      batchOf(1, [
        ...[0, 1, 2].map((connection) => created(connection)),
        ...[0, 1, 2].map((connection) => captured(0, numberedFrames(600), connection)),
        { kind: 'framesMissed', connection: 1, firstSeq: 600, count: 100, reason: 'overflow' },
        captured(700, numberedFrames(5), 1),
      ]),
    ]);
    expect(await readChunkIndex(await store.open(), 'doc/1')).toEqual([0, 256, 512, 700]);
    expect(await firsts(0, 1)).toEqual([0]);
    expect(await firsts(255, 257)).toEqual([0, 256]);
    expect(await firsts(300, 512)).toEqual([256]);
    expect(await firsts(620, 690)).toEqual([]);
    expect(await firsts(590, 9_999)).toEqual([512, 700]);
    expect(await firsts(705, 9_999)).toEqual([]);
    expect(await firsts(5, 5)).toEqual([]);
  });
});
