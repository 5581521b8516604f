/** Reads from the extension's database what it has recorded. */
import type { ChunkRecord, ConnectionRecord, DocumentRecord } from '../../src/protocol/records.ts';
import type { Realm } from '../browsers/browser.ts';
import { waitUntil } from '../browsers/wait.ts';
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
  /** Documents that have not been seen to end. */
  readonly living: number;
  readonly connections: readonly (ConnectionRecord & { readonly frames: readonly (readonly [number, number])[] })[];
}

/** Bits of a frame's flags: src/protocol/frame-columns.ts. */
const OUT = 1;
const BINARY = 2;
const SIMULATED = 16;
const DISCARDED = 32;

const SETTLE_TIMEOUT_MS = 30_000;

/**
 * The connections of each session that the page script told of. Waits until every document of them has been seen to end:
 * their pages must be closed, and then nothing more can come.
 */
export async function readRecordings(
  evaluate: Realm['evaluate'],
  sessionIds: readonly string[],
): Promise<ReadonlyMap<string, readonly RecordedConnection[]>> {
  const rows = await waitUntil(
    'the end of all recorded documents',
    async () => {
      const { living, connections } = await evaluate(readRows, sessionIds);
      return living === 0 ? connections : null;
    },
    { timeoutMs: SETTLE_TIMEOUT_MS },
  );
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
      living: documents.filter(({ goneAtMs }) => goneAtMs === null).length,
      connections: connections.map((row) => ({ ...row, frames: framesOf(row.connectionId) })),
    };
  } finally {
    database.close();
  }
}
