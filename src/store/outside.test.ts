/** Connections that no page script sees: rows that the background makes of what others tell, possibly twice. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { captured, created, numberedFrames } from '../protocol/fixtures.ts';
import { columnsFrom, parseFrameColumns, textOf } from '../protocol/frame-columns.ts';
import { isOutsideDocument, outsideDocumentId, type StoredReport } from '../protocol/outside.ts';
import type { ConnectionRecord } from '../protocol/records.ts';
import { batchOf, beginRecording, identityOf, TIME_ORIGIN_MS } from './fixtures.ts';
import type { Store } from './open.ts';
import { readChunks, readPayload, readSession } from './reader.ts';
import type { Writer } from './writer.ts';

const DOCUMENT = outsideDocumentId('session', 0);
let store: Store;
let writer: Writer;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  ({ store, writer } = await beginRecording());
});
afterEach(() => store.close());

const found = (connection = 0): StoredReport => ({
  kind: 'connectionFound',
  connection,
  atMs: 1,
  url: 'ws://127.0.0.1/worker',
  protocols: ['chat'],
  seenBy: 'network',
});
const opened: StoredReport = { kind: 'connectionOpened', connection: 0, atMs: 2, protocol: 'chat', extensions: '' };
const seen: StoredReport = { kind: 'connectionSeen', connection: 0, atMs: 3, seenBy: 'devtools', protocols: ['late'] };
const ended: StoredReport = { kind: 'connectionEnded', connection: 0, atMs: 9 };

async function append(...reports: readonly StoredReport[]): Promise<void> {
  const outcome = await writer.write(identityOf(DOCUMENT), [{ ...batchOf(0, reports), batch: 'next' }]);
  expect(outcome.kind).toBe('written');
}

async function connections(): Promise<readonly ConnectionRecord[]> {
  return (await readSession(await store.open(), 'session'))?.connections ?? [];
}

async function textsOf(connectionId: string): Promise<readonly string[]> {
  const database = await store.open();
  const texts: string[] = [];
  for (const { firstSeq, count } of await readChunks(database, connectionId, 0, 1e6)) {
    const payload = await readPayload(database, connectionId, firstSeq);
    for (let i = 0; payload && i < count; i++) texts.push(textOf(payload, i));
  }
  return texts;
}

it('are recorded with their source, and with an end without a code', async () => {
  await append(found(), opened);
  expect(await connections()).toMatchObject([
    { connectionId: `${DOCUMENT}/0`, seenBy: 'network', protocols: ['chat'], openedAtMs: TIME_ORIGIN_MS + 2 },
  ]);
  await append(seen, captured(0, numberedFrames(3)), ended);
  expect(await connections()).toMatchObject([
    { seenBy: 'devtools', nextSeq: 3, framesIn: 2, framesOut: 1, close: null, endSeenAtMs: TIME_ORIGIN_MS + 9 },
  ]);
});

it('have the protocols of whoever knows them first', async () => {
  await append({ ...found(), protocols: [] } as StoredReport);
  await append(seen);
  await append(found());
  expect(await connections()).toMatchObject([{ protocols: ['late'], seenBy: 'devtools' }]);
});

it('may be told twice, and nothing is refused for that', async () => {
  const all = [found(), opened, seen, captured(0, numberedFrames(3)), ended];
  await append(...all);
  const before = await connections();
  await append(...all);
  expect(await connections()).toEqual(before);
  expect((await readSession(await store.open(), 'session'))?.documents).toMatchObject([
    { documentId: DOCUMENT, committedBatch: 2, rejected: 0 },
  ]);
});

it('go with their document, unless their end was seen', async () => {
  await append(found(0), found(1), ended);
  const rows = await writer.setGone(DOCUMENT, TIME_ORIGIN_MS + 50);
  expect(rows?.connections).toMatchObject([{ connection: 1, goneAtMs: TIME_ORIGIN_MS + 50 }]);
  expect(await connections()).toMatchObject([{ goneAtMs: null }, { goneAtMs: TIME_ORIGIN_MS + 50 }]);
});

it('have each frame once, however often and however cut it is told', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 30 })), { maxLength: 12 }),
      async (pieces) => {
        globalThis.indexedDB = new IDBFactory();
        store.close();
        ({ store, writer } = await beginRecording());
        await append(found());
        let known = 0;
        for (const [from, count] of pieces) {
          // As a reader of the network log tells them: never beyond a hole.
          const first = Math.min(from, known);
          await append(captured(first, numberedFrames(count, first)));
          known = Math.max(known, first + count);
        }
        expect(await textsOf(`${DOCUMENT}/0`)).toEqual(Array.from({ length: known }, (_, i) => `#${i}`));
        expect(await connections()).toMatchObject([{ nextSeq: known, framesMissed: 0 }]);
      },
    ),
    { numRuns: 30 },
  );
});

it('columns without their first frames are whole columns', () => {
  const all = numberedFrames(12);
  for (let count = 1; count < 12; count++) {
    const rest = columnsFrom(all, count);
    expect(parseFrameColumns(rest)).toEqual(rest);
    expect(textOf(rest, 0)).toBe(`#${count}`);
    expect(textOf(rest, rest.count - 1)).toBe('#11');
  }
});

it('can be taken back with everything that belongs to them, and nothing else', async () => {
  await append(found(0), found(1), captured(0, numberedFrames(600)), captured(0, numberedFrames(2), 1));
  await writer.write(identityOf('page'), [batchOf(1, [created(), captured(0, numberedFrames(4))])]);
  await writer.removeConnection(DOCUMENT, `${DOCUMENT}/0`);
  expect((await connections()).map(({ connectionId }) => connectionId).sort()).toEqual(['page/0', `${DOCUMENT}/1`]);
  expect(await textsOf(`${DOCUMENT}/0`)).toEqual([]);
  expect(await textsOf(`${DOCUMENT}/1`)).toHaveLength(2);
  expect(await textsOf('page/0')).toHaveLength(4);

  await writer.removeConnection(DOCUMENT, `${DOCUMENT}/1`);
  const stored = await readSession(await store.open(), 'session');
  expect(stored?.documents.map(({ documentId }) => documentId)).toEqual(['page']);
  // and may come back
  await append(found(0));
  expect(await connections()).toHaveLength(2);
});

it('have documents that no content script can name', () => {
  const id = outsideDocumentId('6b1f2a0e-9c5d-4f57-8a53-50c4e7509e0b', 0);
  expect(isOutsideDocument(id)).toBe(true);
  expect(isOutsideDocument('6b1f2a0e-9c5d-4f57-8a53-50c4e7509e0b')).toBe(false);
});
