import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { captured, columnsOf, created } from '../src/protocol/fixtures.ts';
import { batchOf, beginRecording, identityOf, sessionOf } from '../src/store/fixtures.ts';
import { createEvaluation } from './browsers/evaluation.ts';
import { type DatabaseRows, readDatabase } from './extension-database.ts';

/** This realm, in which functions run as source text as they do in a browser. */
const here = createEvaluation(async (expression) => new Function(`return ${expression}`)());

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

it('where there is no database, none is made', async () => {
  expect(await readDatabase(here, (rows) => rows.all('sessions'))).toBeNull();
  expect(await indexedDB.databases()).toEqual([]);
});

it('rows are read as the extension has stored them', async () => {
  const { store, writer } = await beginRecording();
  await writer.beginSession(sessionOf('newer', { startedAtMs: sessionOf().startedAtMs + 1 }));
  const frames = columnsOf([{ data: 'one' }, { data: 'two' }]);
  await writer.write(identityOf('doc', { sessionId: 'newer' }), [batchOf(1, [created(), captured(0, frames)])]);
  store.close();
  const read = async (rows: DatabaseRows, cut: (text: string) => string) => {
    const newest = await rows.newestSession();
    const [connection] = await rows.ofSession('connections', newest);
    const [chunk] = await rows.plainChunks(connection?.connectionId ?? '');
    return { newest, known: (await rows.get('sessions', newest)) !== undefined, text: cut(chunk?.text ?? ''), chunk };
  };
  expect(await readDatabase(here, read, (text: string) => text.slice(3))).toMatchObject({
    newest: 'newer',
    known: true,
    text: 'two',
    chunk: { count: 2, textEnds: [3, 6] },
  });
});
