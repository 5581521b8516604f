/** Reads from the extension's database what it has recorded. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ChunkRecord, ConnectionRecord, DocumentRecord } from '../../src/protocol/records.ts';
import type { Realm } from '../browsers/browser.ts';
import type { Traffic } from './net-log.ts';

/** One connection as it was recorded. */
export interface RecordedConnection {
  readonly url: string;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
  readonly received: Traffic;
  /** Without what the page sent to a socket that was closing or closed: no browser puts that on the wire. */
  readonly sent: Traffic;
  /** Frames that the recording itself says are missing. */
  readonly missed: number;
  readonly close: { readonly code: number; readonly reasonBytes: number; readonly wasClean: boolean } | null;
}

interface Rows {
  /** Addresses of documents that have not been seen to end. */
  readonly living: readonly string[];
  readonly connections: readonly (ConnectionRecord & { readonly frames: readonly (readonly [number, number])[] })[];
}

/** Bits of a frame's flags: src/protocol/frame-columns.ts. */
const OUT = 1;
const BINARY = 2;
const SIMULATED = 16;
const DISCARDED = 32;

/** An extension that has told nothing new for so long has told everything. */
const SILENCE_MS = 3000;
const LOOK_INTERVAL_MS = 250;

/**
 * The connections of each session that the page script told of. Their pages must be closed. Waits until every document
 * has been seen to end; of those that never are, until nothing more comes, and names them to `log`.
 */
export async function readRecordings(
  evaluate: Realm['evaluate'],
  sessionIds: readonly string[],
  log: (line: string) => void,
): Promise<ReadonlyMap<string, readonly RecordedConnection[]>> {
  let last = await evaluate(readRows, sessionIds);
  let newsAtMs = performance.now();
  while (last.living.length > 0 && performance.now() - newsAtMs < SILENCE_MS) {
    await delay(LOOK_INTERVAL_MS);
    const next = await evaluate(readRows, sessionIds);
    if (JSON.stringify(next) !== JSON.stringify(last)) newsAtMs = performance.now();
    last = next;
  }
  for (const url of last.living) log(`  not seen to end: ${url}`);
  const rows = last.connections;
  return new Map(
    sessionIds.map((id) => [
      id,
      rows.filter(({ sessionId, seenBy }) => sessionId === id && seenBy === 'page').map(recordedOf),
    ]),
  );
}

function recordedOf({
  url,
  createdAtMs,
  frames,
  framesMissed,
  close,
}: Rows['connections'][number]): RecordedConnection {
  const real = frames.filter(([flags]) => (flags & (SIMULATED | DISCARDED)) === 0);
  return {
    url,
    createdAtMs,
    received: trafficOf(real.filter(([flags]) => (flags & OUT) === 0)),
    sent: trafficOf(real.filter(([flags]) => (flags & OUT) !== 0)),
    missed: framesMissed,
    close:
      close === null
        ? null
        : { code: close.code, reasonBytes: Buffer.byteLength(close.reason), wasClean: close.wasClean },
  };
}

function trafficOf(frames: readonly (readonly [number, number])[]): Traffic {
  const binary = frames.filter(([flags]) => (flags & BINARY) !== 0).length;
  return { text: frames.length - binary, binary, bytes: frames.reduce((sum, [, sizeBytes]) => sum + sizeBytes, 0) };
}

/** Runs in the extension's page. */
async function readRows(sessionIds: readonly string[]): Promise<Rows> {
  const answer = <Value>(request: IDBRequest<Value>) =>
    new Promise<Value>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const database = await answer(indexedDB.open('socketscope'));
  try {
    const transaction = database.transaction(['documents', 'connections', 'chunks']);
    const bySession = async <Row>(store: string) => {
      const rows = await Promise.all(
        sessionIds.map((id) => answer(transaction.objectStore(store).index('session').getAll(id) as IDBRequest<Row[]>)),
      );
      return rows.flat();
    };
    const [documents, connections, chunks] = await Promise.all([
      bySession<DocumentRecord>('documents'),
      bySession<ConnectionRecord>('connections'),
      answer(transaction.objectStore('chunks').getAll() as IDBRequest<ChunkRecord[]>),
    ]);
    const framesOf = (id: string) =>
      chunks
        .filter(({ connectionId }) => connectionId === id)
        .flatMap(({ count, flags, sizeBytes }) =>
          Array.from({ length: count }, (_, i) => [flags[i] ?? 0, sizeBytes[i] ?? 0] as const),
        );
    return {
      living: documents.filter(({ goneAtMs }) => goneAtMs === null).map(({ url }) => url),
      connections: connections.map((row) => ({ ...row, frames: framesOf(row.connectionId) })),
    };
  } finally {
    database.close();
  }
}
