import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { captured, closed, columnsOf, created } from '../protocol/fixtures.ts';
import type { PageReport } from '../protocol/page-report.ts';
import { type Batch, LAST_WORD_KEY } from '../protocol/relay.ts';
import { createStore, type Store } from '../store/open.ts';
import { readDocument, readSession } from '../store/reader.ts';
import type { DocumentIdentity } from '../store/write-batches.ts';
import { createWriter, type Writer } from '../store/writer.ts';
import { createLastWords, type LastWords } from './last-words.ts';

const DOCUMENT: DocumentIdentity = {
  documentId: 'd1',
  sessionId: 's1',
  tabId: 7,
  frameId: 0,
  url: 'http://page/',
  timeOriginMs: 1_000,
};

let store: Store;
let writer: Writer;
let left: Map<string, unknown>;
let lastWords: LastWords;
let collected: () => Promise<void>;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  store = createStore();
  writer = createWriter(store);
  left = new Map();
  let soon = (): void => undefined;
  lastWords = createLastWords({
    leftBehind: {
      all: async () => Object.fromEntries(left),
      remove: async (keys) => {
        for (const key of keys) left.delete(key);
      },
    },
    writer,
    readDocument: async (documentId) => readDocument(await store.open(), documentId),
    onChanged: () => undefined,
    callAfter: (_, callback) => {
      soon = callback;
    },
  });
  collected = async () => {
    lastWords.collectSoon();
    soon();
    // Removed last of all.
    for (let turns = 0; turns < 1_000 && [...left.keys()].some((key) => key.startsWith(LAST_WORD_KEY)); turns++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const session = {
    sessionId: 's1',
    tabId: 7,
    name: '',
    startedAtMs: 0,
    endedAtMs: null,
    pinned: false,
    storedBytes: 0,
  };
  await writer.beginSession(session);
  await writer.write(DOCUMENT, [batchOf(1, [created(), captured(0, columnsOf([{ data: '0' }]))])] as never);
});

afterEach(() => store.close());

function batchOf(batch: number, reports: readonly PageReport[], goneAtMs: number | null = null): Batch {
  return {
    kind: 'batch',
    documentId: 'd1',
    sessionId: 's1',
    batch,
    reports,
    rejected: 0,
    payloadsLeftOut: 0,
    goneAtMs,
  };
}

const missed: PageReport = { kind: 'framesMissed', connection: 0, firstSeq: 1, count: 5, reason: 'ended' };

function leave(batches: readonly unknown[], documentId = 'd1'): void {
  left.set(LAST_WORD_KEY + documentId, { documentId, sessionId: 's1', batches });
}

const rows = async () => readSession(await store.open(), 's1');

it('counts what never came, and knows the end', async () => {
  leave([batchOf(2, [missed]), batchOf(3, [closed()], 9_000)]);
  await collected();
  const read = await rows();
  expect(read?.connections).toMatchObject([
    { framesIn: 1, framesMissed: 5, gaps: [{ firstSeq: 1, count: 5, reason: 'ended' }], close: { code: 1006 } },
  ]);
  expect(read?.documents).toMatchObject([{ goneAtMs: 9_000, committedBatch: 3 }]);
  expect(left.size).toBe(0);
});

it('passes over what has come all the same', async () => {
  await writer.write(DOCUMENT, [batchOf(2, [captured(1, columnsOf([{ data: '1' }]))])] as never);
  leave([batchOf(2, [{ ...missed, count: 1 }]), batchOf(3, [], 9_000)]);
  await collected();
  expect((await rows())?.connections).toMatchObject([{ framesIn: 2, framesMissed: 0 }]);
  expect((await rows())?.documents).toMatchObject([{ goneAtMs: 9_000 }]);
});

it.each<[string, () => void]>([
  ['of a document that nobody knows', () => leave([{ ...batchOf(2, [missed]), documentId: 'd2' }], 'd2')],
  ['for another document', () => leave([{ ...batchOf(2, [missed]), documentId: 'd2' }])],
  ['that leaves out a batch', () => leave([batchOf(3, [missed])])],
  ['that is nonsense', () => leave(['nonsense'])],
  ['that is nothing', () => left.set(`${LAST_WORD_KEY}d1`, null)],
])('takes nothing from a word %s, and forgets it', async (_, say) => {
  say();
  await collected();
  expect((await rows())?.connections).toMatchObject([{ framesMissed: 0 }]);
  expect(left.size).toBe(0);
});

it('leaves alone what is not a last word', async () => {
  left.set('preferences', 1);
  leave([]);
  await collected();
  expect([...left.keys()]).toEqual(['preferences']);
});
