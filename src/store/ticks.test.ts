import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it } from 'vitest';
import { captured, columnsOf, created } from '../protocol/fixtures.ts';
import type { TickRecord } from '../protocol/records.ts';
import { batchOf, beginRecording, identityOf } from './fixtures.ts';
import { readSessionRecord, readTicks } from './reader.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

async function recorded() {
  const { store, writer } = await beginRecording();
  await writer.write(identityOf(), [batchOf(1, [created(), captured(0, columnsOf([{ data: 'hello' }]))])]);
  const [connectionId = ''] = await (await store.open()).getAllKeys('connections');
  const row = (length: number): TickRecord => ({
    connectionId,
    sessionId: 'session',
    readTo: 1,
    originMs: 0,
    bucketMs: 1,
    length,
    columns: new Uint32Array(4 * length),
    beats: null,
  });
  const bytes = async () => (await readSessionRecord(await store.open(), 'session'))?.storedBytes ?? 0;
  return { store, writer, row, bytes, ticks: async () => readTicks(await store.open(), 'session') };
}

describe('counts of frames', () => {
  it('are kept of a session that has ended, count as stored, and take the place of earlier ones', async () => {
    const { writer, row, bytes, ticks } = await recorded();
    await writer.keepTicks('session', [row(10)]);
    expect(await ticks()).toEqual([]);
    await writer.endSession('session', 5);
    const before = await bytes();
    await writer.keepTicks('session', [row(10), { ...row(10), connectionId: 'doc/of another' }]);
    expect(await ticks()).toEqual([row(10)]);
    const once = (await bytes()) - before;
    expect(once).toBeGreaterThan(160);
    await writer.keepTicks('session', [row(20)]);
    expect(await ticks()).toEqual([row(20)]);
    expect((await bytes()) - before).toBe(once + 160);
  });

  it('are gone with their session, whichever way it goes', async () => {
    for (const isAtOnce of [true, false]) {
      const { store, writer, row, ticks } = await recorded();
      await writer.endSession('session', 5);
      await writer.keepTicks('session', [row(10)]);
      if (isAtOnce) await writer.deleteOldestSession(() => new Set());
      else {
        await writer.deleteForNow('session', 1);
        await writer.keepTicks('session', [row(20)]);
        expect(await ticks()).toEqual([row(10)]);
        await writer.deleteRest({ nowMs: 2, maxBytes: 1e9, maxAgeMs: 1e12 });
      }
      expect(await ticks()).toEqual([]);
      store.close();
      globalThis.indexedDB = new IDBFactory();
    }
  });
});
