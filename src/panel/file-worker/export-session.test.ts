/** Sessions as files: each goes through the redactor, the reports are of what is left, and files are sessions again. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { STANDARD_BUDGETS } from '../../analysis/verdict/budgets.ts';
import type { Recording } from '../../protocol/recording.ts';
import { chunksOf, connectionFixture, documentFixture, sessionFixture } from '../../report/fixtures.ts';
import { recordingInMemory } from '../../report/recording.ts';
import { createStore } from '../../store/open.ts';
import { readTicks } from '../../store/reader.ts';
import { EXPORT_FORMAT_NAMES, type ExportFormat } from '../models/export-formats.ts';
import { exportSession } from './export-session.ts';
import { importSession } from './import-session.ts';

const SECRET = 'hunter2hunter2hunter2';

function recordingWithSecret(): Recording {
  const connection = connectionFixture({
    url: `wss://shop.example.test/live?token=${SECRET}`,
    nextSeq: 1,
    framesIn: 1,
  });
  return recordingInMemory(
    {
      session: sessionFixture({ name: 'Cart', notes: `token=${SECRET}` }),
      documents: [documentFixture()],
      connections: [connection],
      context: [],
      handshakes: [],
      probes: [],
    },
    new Map([[connection.connectionId, chunksOf(connection.connectionId, [{ text: `{"token":"${SECRET}"}` }])]]),
  );
}

async function written(format: ExportFormat): Promise<string> {
  const redaction = { mode: 'secrets', patterns: [], keepKinds: [] } as const;
  const { content } = await exportSession(
    recordingWithSecret(),
    { kind: 'export', sessionId: 's', redaction, format, budgets: STANDARD_BUDGETS, version: '0.0.0', nowMs: 0 },
    () => {},
  );
  return await content.text();
}

describe('an exported session', () => {
  it.each(EXPORT_FORMAT_NAMES.map((format) => ({ format })))('as $format holds no secret', async ({ format }) => {
    const file = await written(format);
    expect(file.length).toBeGreaterThan(50);
    expect(file).not.toContain(SECRET);
  });

  it('is a report that runs nothing', async () => {
    const file = await written('html');
    expect(file).toContain('<h1>Cart</h1>');
    expect(file).not.toMatch(/<script/i);
  });

  it('is a summary for a ticket', async () => {
    expect(await written('markdown')).toMatch(/^# Cart\n/);
  });
});

describe('an exported session that is imported', () => {
  it('has its frames counted', async () => {
    globalThis.indexedDB = new IDBFactory();
    const store = createStore();
    const result = await importSession(new File([await written('ndjson')], 'cart.ndjson'), {
      store,
      signal: new AbortController().signal,
      keepsRest: async () => false,
      onProgress: () => undefined,
      newId: () => 'imported',
      nowMs: () => 1,
    });
    expect(result.kind).toBe('imported');
    const ticks = await readTicks(await store.open(), 'imported');
    expect(ticks.map(({ readTo }) => readTo)).toEqual([1]);
    store.close();
  });
});
