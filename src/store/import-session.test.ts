import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { captured, columnsOf, created } from '../protocol/fixtures.ts';
import { outsideDocumentId } from '../protocol/outside.ts';
import type { RecordedChunk, Recording, RecordingRow } from '../protocol/recording.ts';
import type { ContextRecord, SessionRecord } from '../protocol/records.ts';
import { batchOf, identityOf, sessionOf } from './fixtures.ts';
import { type ImportOptions, LEASE_MS, ROWS_PER_COMMIT, writeImported } from './import-session.ts';
import { createStore, type Store } from './open.ts';
import { readContext, readSession, readSessions } from './reader.ts';
import { readSpace } from './space.ts';
import { CHUNKS_PER_READ, openRecording } from './stored-recording.ts';
import { createWriter, type Writer } from './writer.ts';

let store: Store;
let writer: Writer;
let ids: number;
let nowMs: number;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  store = createStore();
  writer = createWriter(store);
  ids = 0;
  nowMs = 2_000_000_000_000;
});
afterEach(() => {
  vi.restoreAllMocks();
  store.close();
});

const options = (change: Partial<ImportOptions> = {}): ImportOptions => ({
  from: { fileName: 'a.ndjson', format: 'ndjson' },
  refusedByReader: () => 0,
  keepsRest: async () => false,
  newId: () => `new${++ids}`,
  nowMs: () => nowMs,
  ...change,
});

/** A session with so many frames in one connection of one document. */
async function record(sessionId: string, frames: number, documentId = `doc-${sessionId}`): Promise<void> {
  await writer.beginSession(sessionOf(sessionId));
  const identity = identityOf(documentId, { sessionId });
  await writer.write(identity, [batchOf(1, [created(0), { ...opened, connection: 0 }])]);
  for (let from = 0, batch = 2; from < frames; from += 256, batch++) {
    const count = Math.min(256, frames - from);
    const texts = Array.from({ length: count }, (_, i) => ({ data: `frame ${from + i}` }));
    await writer.write(identity, [batchOf(batch, [captured(from, columnsOf(texts))])]);
  }
  await writer.addMark({
    sessionId,
    documentId,
    connectionId: `${documentId}/0`,
    atMs: 7,
    kind: 'marker',
    text: 'here',
    seq: 1,
  });
  await writer.endSession(sessionId, 1_900_000_000_000);
}
const opened = { kind: 'connectionOpened', connection: 0, atMs: 2, protocol: '', extensions: '' } as const;

async function recordingOf(sessionId: string): Promise<Recording> {
  const recording = await openRecording(store, sessionId);
  if (!recording) throw new Error(`There is no ${sessionId}.`);
  return recording;
}

/** The rows of a recording, as the reader of a file gives them. */
async function* rowsOf(recording: Recording): AsyncGenerator<RecordingRow> {
  yield { kind: 'session', row: recording.session };
  for (const row of recording.documents) yield { kind: 'document', row };
  for (const row of recording.connections) yield { kind: 'connection', row };
  for (const { connectionId } of recording.connections) {
    for await (const row of recording.chunks(connectionId)) yield { kind: 'chunk', row };
  }
  for (const row of recording.context) yield { kind: 'context', row };
  for (const row of recording.handshakes) yield { kind: 'handshake', row };
  for (const row of recording.probes) yield { kind: 'probe', row };
}

async function* only(...rows: readonly RecordingRow[]): AsyncGenerator<RecordingRow> {
  yield* rows;
}

async function* breakingAfter(rows: AsyncIterable<RecordingRow>, count: number): AsyncGenerator<RecordingRow> {
  let i = 0;
  for await (const row of rows) {
    if (i++ === count) throw new Error('line 7 is cut off');
    yield row;
  }
}

async function framesOf(sessionId: string): Promise<readonly string[]> {
  const recording = await recordingOf(sessionId);
  const texts: string[] = [];
  for (const { connectionId } of recording.connections) {
    for await (const { payload } of recording.chunks(connectionId)) texts.push(payload?.text ?? '');
  }
  return texts;
}

/** Everything in the database but what is told to be left out. */
async function everything(without: readonly string[] = []): Promise<unknown> {
  const database = await store.open();
  const names = [...database.objectStoreNames].filter((name) => !without.includes(name));
  return Promise.all(names.map(async (name) => [name, await database.getAll(name)]));
}

describe('a stored recording', () => {
  it('is what exporters read', async () => {
    await record('s', 3);
    const recording: Recording = await recordingOf('s');
    expect(recording.session).toMatchObject({ sessionId: 's' });
    expect(recording.context).toMatchObject([{ kind: 'marker' }]);
    expect(await openRecording(store, 'gone')).toBeNull();
  });

  it('gives frames in bounded pieces, all of them and in order', async () => {
    const frames = (CHUNKS_PER_READ * 2 + 1) * 256;
    await record('s', frames);
    const getAll = vi.spyOn(IDBObjectStore.prototype, 'getAll');
    const recording = await recordingOf('s');
    let next = 0;
    for await (const { chunk, payload } of recording.chunks('doc-s/0')) {
      expect(chunk.firstSeq).toBe(next);
      expect(payload?.text.startsWith(`frame ${next}frame`)).toBe(true);
      next += chunk.count;
    }
    expect(next).toBe(frames);
    const limits = getAll.mock.calls.filter(([, count]) => count !== undefined).map(([, count]) => count);
    expect(limits).toEqual([CHUNKS_PER_READ, CHUNKS_PER_READ, CHUNKS_PER_READ]);
  });

  it('brings late bytes with their chunk', async () => {
    await record('s', 300);
    const database = await store.open();
    for (const seq of [0, 255, 256, 299]) {
      await database.put('contents', { connectionId: 'doc-s/0', seq, bytes: Uint8Array.of(seq % 256) });
    }
    const seqs: number[][] = [];
    for await (const { contents } of (await recordingOf('s')).chunks('doc-s/0'))
      seqs.push(contents.map(({ seq }) => seq));
    expect(seqs).toEqual([
      [0, 255],
      [256, 299],
    ]);
  });

  it('goes on after the database had to be closed', async () => {
    await record('s', (CHUNKS_PER_READ + 1) * 256);
    let chunks = 0;
    for await (const _ of (await recordingOf('s')).chunks('doc-s/0')) {
      if (chunks++ === 0) store.close();
    }
    expect(chunks).toBe(CHUNKS_PER_READ + 1);
  });
});

describe('an import', () => {
  it('writes the session anew, with ids of its own, and touches nothing', async () => {
    await record('s', 1_000);
    const before = await everything(['sessions', 'deletions']);
    const outcome = await writeImported(store, rowsOf(await recordingOf('s')), options({ refusedByReader: () => 2 }));
    expect(outcome).toEqual({
      kind: 'written',
      sessionId: 'new1',
      read: { documents: 1, connections: 1, frames: 1_000, refused: 0 },
      error: null,
    });
    expect(await framesOf('new1')).toEqual(await framesOf('s'));
    const [mine, theirs] = [await recordingOf('new1'), await recordingOf('s')];
    expect(mine.session).toEqual({
      ...theirs.session,
      sessionId: 'new1',
      kind: 'imported',
      importedFrom: { fileName: 'a.ndjson', format: 'ndjson', atMs: nowMs, refused: 2 },
      storedBytes: expect.any(Number),
    });
    expect(mine.session.storedBytes / theirs.session.storedBytes).toBeCloseTo(1, 1);
    expect(mine.connections).toMatchObject([{ connectionId: 'new1.0/0', documentId: 'new1.0', tail: null }]);
    expect(mine.context).toMatchObject([{ kind: 'marker', connectionId: 'new1.0/0', seq: 1, text: 'here' }]);
    await writer.deleteForNow('new1', nowMs);
    await writer.deleteRest({ nowMs, maxBytes: 1e12, maxAgeMs: 1e13 });
    expect(await everything(['sessions', 'deletions'])).toEqual(before);
  });

  it('can be done twice, and of what is there already', async () => {
    await record('s', 10);
    for (let i = 0; i < 2; i++) await writeImported(store, rowsOf(await recordingOf('s')), options());
    expect((await readSessions(await store.open())).map(({ sessionId }) => sessionId).sort()).toEqual([
      'new1',
      'new2',
      's',
    ]);
  });

  it('cannot be seen before it is whole', async () => {
    await record('s', 1);
    const seen: number[] = [];
    async function* slowly(): AsyncGenerator<RecordingRow> {
      yield* rowsOf(await recordingOf('s'));
      const { session, documents } = await recordingOf('s');
      const many = Array.from({ length: 3 * ROWS_PER_COMMIT }, (_, i) => ({ ...documents[0], documentId: `d${i}` }));
      for (const row of many) yield { kind: 'document', row: row as (typeof documents)[number] };
      expect(session.sessionId).toBe('s');
      seen.push((await readSessions(await store.open())).length);
      seen.push(await (await store.open()).count('documents'));
    }
    const commits = vi.fn();
    await writeImported(store, slowly(), options({ onProgress: commits }));
    expect(seen[0]).toBe(1);
    expect(seen[1]).toBeGreaterThan(2 * ROWS_PER_COMMIT);
    expect(commits).toHaveBeenCalledTimes(4);
    expect(await readSessions(await store.open())).toHaveLength(2);
  });

  it('that breaks leaves nothing, or what was read before', async () => {
    await record('s', 2_000);
    const before = await everything(['deletions']);
    const broken = async () => breakingAfter(rowsOf(await recordingOf('s')), 5);
    const asked = vi.fn(async () => false);
    const outcome = await writeImported(store, await broken(), options({ keepsRest: asked }));
    expect(outcome).toMatchObject({ kind: 'nothing', error: new Error('line 7 is cut off') });
    expect(asked).toHaveBeenCalledWith(new Error('line 7 is cut off'), {
      documents: 1,
      connections: 1,
      frames: 512,
      refused: 0,
    });
    await writer.deleteRest({ nowMs, maxBytes: 1e12, maxAgeMs: 1e13 });
    expect(await everything(['deletions'])).toEqual(before);

    const kept = await writeImported(store, await broken(), options({ keepsRest: async () => true }));
    expect(kept).toMatchObject({ kind: 'written', error: new Error('line 7 is cut off') });
    expect((await framesOf('new2')).length).toBe(2);
  });

  it('that is ended by its user leaves nothing', async () => {
    await record('s', 2_000);
    const before = await everything(['deletions']);
    const abort = new AbortController();
    const onProgress = () => abort.abort();
    const many = async function* (): AsyncGenerator<RecordingRow> {
      yield* rowsOf(await recordingOf('s'));
      const { documents } = await recordingOf('s');
      for (let i = 0; i < 600; i++) yield { kind: 'document', row: { ...documents[0], documentId: `d${i}` } as never };
    };
    const outcome = await writeImported(
      store,
      many(),
      options({ onProgress, signal: abort.signal, keepsRest: async () => true }),
    );
    expect(outcome.kind).toBe('nothing');
    await writer.deleteRest({ nowMs, maxBytes: 1e12, maxAgeMs: 1e13 });
    expect(await everything(['deletions'])).toEqual(before);
  });

  it('whose writer dies is cleared away when its lease runs out', async () => {
    await record('s', 1);
    const before = await everything(['deletions']);
    async function* dying(): AsyncGenerator<RecordingRow> {
      const { session, documents } = await recordingOf('s');
      yield { kind: 'session', row: session };
      for (let i = 0; i < ROWS_PER_COMMIT + 1; i++) {
        yield { kind: 'document', row: { ...documents[0], documentId: `d${i}` } as never };
      }
      await new Promise(() => undefined);
    }
    void writeImported(store, dying(), options());
    await vi.waitFor(async () => expect(await (await store.open()).count('documents')).toBe(ROWS_PER_COMMIT + 1));
    const limits = { maxBytes: 1e12, maxAgeMs: 1e13 };
    const { nextDueAtMs } = await writer.deleteRest({ nowMs: nowMs + LEASE_MS - 1, ...limits });
    expect(nextDueAtMs).toBe(nowMs + LEASE_MS);
    expect(await (await store.open()).count('documents')).toBe(ROWS_PER_COMMIT + 1);
    // Not even when there is no room is it taken for a session that can be restored.
    await writer.deleteRest({ nowMs: nowMs + LEASE_MS, ...limits });
    expect(await everything(['deletions'])).toEqual(before);
  });

  it('that finds no room leaves nothing and says so', async () => {
    await record('s', 600);
    const before = await everything(['deletions']);
    const add = IDBObjectStore.prototype.add;
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, value, key) {
      if (this.name === 'chunks') throw new DOMException('no room', 'QuotaExceededError');
      return add.call(this, value, key);
    });
    const rows = rowsOf(await recordingOf('s'));
    await expect(writeImported(store, rows, options())).rejects.toMatchObject({ name: 'QuotaExceededError' });
    vi.restoreAllMocks();
    await writer.deleteRest({ nowMs, maxBytes: 1e12, maxAgeMs: 1e13 });
    expect(await everything(['deletions'])).toEqual(before);
  });

  it('of no session is nothing', async () => {
    expect(await writeImported(store, only(), options())).toMatchObject({ kind: 'nothing', error: null });
    expect(await readSessions(await store.open())).toEqual([]);
  });

  it('counts rows that belong to nothing, or come twice, and leaves them out', async () => {
    await record('s', 10);
    const { session, documents, connections, context } = await recordingOf('s');
    const chunks: RecordedChunk[] = [];
    for await (const chunk of (await recordingOf('s')).chunks('doc-s/0')) chunks.push(chunk);
    const [document, connection, chunk, mark] = [documents[0], connections[0], chunks[0], context[0]] as const;
    if (!document || !connection || !chunk || !mark) throw new Error('nothing was recorded');
    const stray = { ...chunk, chunk: { ...chunk.chunk, connectionId: 'nobody/0' } };
    const outcome = await writeImported(
      store,
      only(
        { kind: 'connection', row: connection },
        { kind: 'session', row: session },
        { kind: 'session', row: { ...session, sessionId: 'another' } },
        { kind: 'document', row: document },
        { kind: 'document', row: document },
        { kind: 'connection', row: connection },
        { kind: 'connection', row: { ...connection, connectionId: 'other' } },
        { kind: 'chunk', row: stray },
        { kind: 'chunk', row: chunk },
        { kind: 'chunk', row: chunk },
        { kind: 'context', row: { ...mark, connectionId: 'nobody/0' } },
        { kind: 'context', row: mark as ContextRecord },
      ),
      options({ refusedByReader: () => 1 }),
    );
    expect(outcome.read).toEqual({ documents: 1, connections: 1, frames: 10, refused: 7 });
    expect((await recordingOf('new1')).session.importedFrom?.refused).toBe(8);
    expect(await readContext(await store.open(), 'new1')).toHaveLength(1);
  });

  it('takes a session and a connection that come again as corrected', async () => {
    await record('s', 10);
    const { session, documents, connections } = await recordingOf('s');
    const [document, connection] = [documents[0], connections[0]] as const;
    if (!document || !connection) throw new Error('nothing was recorded');
    const outcome = await writeImported(
      store,
      only(
        { kind: 'session', row: session },
        { kind: 'document', row: document },
        { kind: 'connection', row: { ...connection, framesIn: 0 } },
        { kind: 'connection', row: { ...connection, framesIn: 10 } },
        { kind: 'session', row: { ...session, name: 'At last' } },
      ),
      options(),
    );
    expect(outcome.read).toMatchObject({ connections: 1, refused: 0 });
    const read = await recordingOf('new1');
    expect(read.session.name).toBe('At last');
    expect(read.connections).toMatchObject([{ framesIn: 10 }]);
  });

  it('keeps documents of the background what they are, and ends what never ended', async () => {
    const live: SessionRecord = { ...sessionOf('s', { startedAtMs: 5 }), goesOn: true, pinned: true };
    const { documents } = await (async () => {
      await record('other', 1, outsideDocumentId('other', 0));
      return recordingOf('other');
    })();
    const document = documents[0];
    if (!document) throw new Error('nothing was recorded');
    await writeImported(
      store,
      only({ kind: 'session', row: live }, { kind: 'document', row: { ...document, goneAtMs: 77 } }),
      options(),
    );
    const imported = await readSession(await store.open(), 'new1');
    expect(imported?.documents[0]?.documentId).toBe(outsideDocumentId('new1', 0));
    expect(imported?.session).toMatchObject({ endedAtMs: 77, kind: 'imported', pinned: false });
    expect(imported?.session).not.toHaveProperty('goesOn');
  });

  it('is as old as its import, for the limits', async () => {
    await record('s', 1);
    await writeImported(store, rowsOf(await recordingOf('s')), options());
    await writer.deleteRest({ nowMs: nowMs + 10, maxBytes: 1e12, maxAgeMs: 1_000 });
    expect((await readSessions(await store.open())).map(({ sessionId }) => sessionId)).toEqual(['new1']);
  });
});

describe('the space used', () => {
  it('is told, with what is pinned and what can be restored', async () => {
    await record('a', 10);
    await record('b', 10);
    await record('c', 10);
    await writer.changeSession('b', (session) => ({ ...session, pinned: true }));
    await writer.deleteForNow('c', nowMs);
    const space = await readSpace(await store.open());
    expect(space.pinnedBytes).toBeGreaterThan(0);
    expect(space).toEqual({
      storedBytes: 2 * space.pinnedBytes,
      restorableBytes: space.pinnedBytes,
      pinnedBytes: space.pinnedBytes,
      usageBytes: null,
      quotaBytes: null,
    });
  });
});

describe('what makes room', () => {
  it('is what somebody has deleted, before anything else; never an import that is under way', async () => {
    await record('a', 10);
    await record('b', 10);
    await writer.deleteForNow('b', nowMs + 1_000);
    await (await store.open()).put('deletions', { sessionId: 'import', dueAtMs: nowMs + 1_000, session: null });
    const none = () => new Set<string>();
    expect(await writer.deleteOldestSession(none)).toEqual({ kind: 'restorable' });
    expect(await writer.restoreSession('b')).toBe('notFound');
    expect(await writer.deleteOldestSession(none)).toMatchObject({ kind: 'session', session: { sessionId: 'a' } });
    expect(await writer.deleteOldestSession(none)).toEqual({ kind: 'nothing' });
    expect(await (await store.open()).getAllKeys('deletions')).toEqual(['import']);
  });
});
