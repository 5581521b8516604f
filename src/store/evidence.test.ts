import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HandshakeRecord, ProbeRecord } from '../protocol/evidence.ts';
import { created } from '../protocol/fixtures.ts';
import { SESSION_BYTES } from '../protocol/limits.ts';
import type { ContextRecord } from '../protocol/records.ts';
import { NO_EVIDENCE } from './evidence.ts';
import { batchOf, beginRecording, identityOf, sessionOf, TIME_ORIGIN_MS } from './fixtures.ts';
import type { Store } from './open.ts';
import { readContext, readHandshakes, readProbes, readSession } from './reader.ts';
import { createWriter, type Writer } from './writer.ts';

let store: Store;
let writer: Writer;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  ({ store, writer } = await beginRecording());
});
afterEach(() => store.close());

const handshake = (handshakeId: string, change: Partial<HandshakeRecord> = {}): HandshakeRecord => ({
  handshakeId,
  sessionId: 'session',
  connectionId: null,
  url: 'ws://127.0.0.1/',
  startedAtMs: TIME_ORIGIN_MS,
  endedAtMs: null,
  outcome: 'pending',
  status: null,
  headers: [],
  networkError: null,
  toldBy: 'network',
  ...change,
});
const probe = (probeId: string): ProbeRecord => ({
  probeId,
  sessionId: 'session',
  connectionId: 'doc/0',
  url: 'http://127.0.0.1/',
  askedAtMs: TIME_ORIGIN_MS,
  answeredAtMs: null,
  status: null,
  headers: [],
  networkError: null,
  isAutomatic: false,
});
const context: ContextRecord = {
  sessionId: 'session',
  documentId: 'doc',
  connectionId: null,
  atMs: TIME_ORIGIN_MS,
  kind: 'longTask',
  durationMs: 300,
};

async function storedBytes(): Promise<number> {
  return (await readSession(await store.open(), 'session'))?.session.storedBytes ?? 0;
}

it('is read in the order of time, each row as it was written last', async () => {
  await writer.writeEvidence('session', {
    handshakes: [handshake('late', { startedAtMs: TIME_ORIGIN_MS + 5 }), handshake('early')],
    probes: [probe('p')],
    context: [context],
  });
  const answered = handshake('late', { startedAtMs: TIME_ORIGIN_MS + 5, outcome: 'answered', status: 502 });
  await writer.writeEvidence('session', { ...NO_EVIDENCE, handshakes: [answered] });
  const database = await store.open();
  expect(await readHandshakes(database, 'session')).toEqual([handshake('early'), answered]);
  expect(await readProbes(database, 'session')).toEqual([probe('p')]);
  expect(await readContext(database, 'session')).toMatchObject([context]);
});

it('has what a document told of its surroundings, on the clock of its frames', async () => {
  const surroundings = [{ kind: 'offline', atMs: 5, detail: 'wifi' } as const];
  const outcome = await writer.write(identityOf(), [batchOf(1, [created()], { surroundings })]);
  const row = {
    sessionId: 'session',
    documentId: 'doc',
    connectionId: null,
    atMs: TIME_ORIGIN_MS + 5,
    kind: 'offline',
    detail: 'wifi',
  };
  expect(outcome).toMatchObject({ context: [row] });
  expect(await readContext(await store.open(), 'session')).toMatchObject([row]);
  // The same batch again is nothing new.
  await writer.write(identityOf(), [batchOf(1, [created()], { surroundings })]);
  expect(await readContext(await store.open(), 'session')).toHaveLength(1);
});

it('counts to the size of its session, once', async () => {
  const first = { ...NO_EVIDENCE, handshakes: [handshake('one')] };
  await writer.writeEvidence('session', first);
  const bytes = await storedBytes();
  expect(bytes).toBeGreaterThan(0);
  await writer.writeEvidence('session', first);
  expect(await storedBytes()).toBe(bytes);
  const grown = handshake('one', { headers: [['server', 'x'.repeat(1_000)]] });
  await writer.writeEvidence('session', { ...NO_EVIDENCE, handshakes: [grown] });
  expect(await storedBytes()).toBeGreaterThanOrEqual(bytes + 1_000);
  // What pages report is counted on top of it.
  const before = await storedBytes();
  await writer.write(identityOf(), [batchOf(1, [created()])]);
  expect(await storedBytes()).toBeGreaterThan(before);
});

it('is not taken by a session that is full, but for what it has already', async () => {
  await writer.writeEvidence('session', { ...NO_EVIDENCE, handshakes: [handshake('known')] });
  const database = await store.open();
  await database.put('sessions', sessionOf('session', { storedBytes: SESSION_BYTES }));
  const fresh = createWriter(store);
  const opened = handshake('known', { outcome: 'opened', status: 101 });
  expect(
    await fresh.writeEvidence('session', {
      handshakes: [opened, handshake('new')],
      probes: [probe('p')],
      context: [context],
    }),
  ).toEqual({ ...NO_EVIDENCE, handshakes: [opened] });
  expect(await readHandshakes(database, 'session')).toEqual([opened]);
});

it('is not written into a session that is not there', async () => {
  expect(await writer.writeEvidence('other', { ...NO_EVIDENCE, probes: [probe('p')] })).toEqual(NO_EVIDENCE);
  expect(await readProbes(await store.open(), 'session')).toEqual([]);
});

it.each([
  [
    'bit by bit',
    () =>
      writer.discardSession('session', 1).then(() => writer.deleteRest({ nowMs: 0, maxBytes: 1e12, maxAgeMs: 1e12 })),
  ],
  ['at once', () => writer.deleteOldestSession(() => new Set())],
])('goes with its session: %s', async (_, remove) => {
  await writer.beginSession(sessionOf('other', { startedAtMs: TIME_ORIGIN_MS + 1 }));
  const many = Array.from({ length: 450 }, (_, i) => handshake(`h${i}`));
  await writer.writeEvidence('session', { handshakes: many, probes: [probe('p')], context: [context] });
  await writer.writeEvidence('other', { ...NO_EVIDENCE, handshakes: [handshake('kept', { sessionId: 'other' })] });
  await writer.write(identityOf(), [batchOf(1, [created()])]);
  await writer.endSession('session', TIME_ORIGIN_MS);
  await remove();
  const database = await store.open();
  expect(await database.getAllKeys('handshakes')).toEqual(['kept']);
  expect(await database.count('probes')).toBe(0);
  expect(await database.count('context')).toBe(0);
});

it('goes with a session in which no page did anything', async () => {
  await writer.writeEvidence('session', { ...NO_EVIDENCE, handshakes: [handshake('stray')], context: [context] });
  await writer.endSession('session', 1);
  const database = await store.open();
  expect(await database.count('sessions')).toBe(0);
  await writer.deleteRest({ nowMs: 0, maxBytes: 1e12, maxAgeMs: 1e12 });
  for (const name of ['handshakes', 'context', 'deletions'] as const) expect(await database.count(name)).toBe(0);
});
