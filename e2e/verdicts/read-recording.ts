/** Reads a recording from the extension's database, as the rows that they are, over a page of the extension. */
import type { RecordedConnection } from '../../src/analysis/verdict/from-records.ts';
import type { ChunkRecord, ConnectionRecord, PayloadRecord } from '../../src/protocol/records.ts';
import type { Tab } from '../browsers/browser.ts';
import { chunkOf, type PlainChunk, payloadOf } from '../plain-chunk.ts';

interface PlainConnection {
  readonly record: ConnectionRecord;
  readonly chunks: readonly PlainChunk[];
}

/** Lifecycles of all connections of a session, without frames. */
export async function readConnections(tab: Tab, sessionId: string): Promise<readonly ConnectionRecord[]> {
  return (await tab.evaluate(readInPage, sessionId, false)).map(({ record }) => record);
}

/** All connections of a session with their frames. */
export async function readRecording(tab: Tab, sessionId: string): Promise<readonly RecordedConnection[]> {
  return (await tab.evaluate(readInPage, sessionId, true)).map(({ record, chunks }) => ({
    record,
    chunks: chunks.map(chunkOf),
    payloads: chunks.map(payloadOf),
  }));
}

/** Runs in the extension's page. */
async function readInPage(sessionId: string, withFrames: boolean): Promise<readonly PlainConnection[]> {
  const resultOf = <Result>(request: IDBRequest<Result>) =>
    new Promise<Result>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  // To open what is not there would create it.
  if (!(await indexedDB.databases()).some(({ name }) => name === 'socketscope')) return [];
  const database = await resultOf(indexedDB.open('socketscope'));
  try {
    const rows = database.transaction(['connections', 'chunks', 'payloads']);
    const records: ConnectionRecord[] = await resultOf(
      rows.objectStore('connections').index('session').getAll(sessionId),
    );
    const found: PlainConnection[] = [];
    for (const record of records) {
      const range = IDBKeyRange.bound([record.connectionId], [record.connectionId, []]);
      const chunks: ChunkRecord[] = withFrames ? await resultOf(rows.objectStore('chunks').getAll(range)) : [];
      const payloads: PayloadRecord[] = withFrames ? await resultOf(rows.objectStore('payloads').getAll(range)) : [];
      found.push({
        record,
        chunks: chunks.map(({ firstSeq, count, atMs, flags, sizeBytes }) => {
          const payload = payloads.find((candidate) => candidate.firstSeq === firstSeq);
          return {
            connectionId: record.connectionId,
            firstSeq,
            count,
            atMs: [...atMs],
            flags: [...flags],
            sizeBytes: [...sizeBytes],
            text: payload?.text ?? '',
            textEnds: [...(payload?.textEnds ?? [])],
            bytes: [...(payload?.bytes ?? [])],
            byteEnds: [...(payload?.byteEnds ?? [])],
          };
        }),
      });
    }
    return found;
  } finally {
    database.close();
  }
}
