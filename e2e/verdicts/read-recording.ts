/** Reads a recording from the extension's database, as the rows that they are, over a page of the extension. */
import type { RecordedConnection } from '../../src/analysis/verdict/from-records.ts';
import type { ChunkRecord, ConnectionRecord, PayloadRecord } from '../../src/protocol/records.ts';
import type { Tab } from '../browsers/browser.ts';

/** Typed arrays do not survive the way out of a browser: they travel as plain ones. */
interface PlainChunk {
  readonly firstSeq: number;
  readonly count: number;
  readonly atMs: readonly number[];
  readonly flags: readonly number[];
  readonly sizeBytes: readonly number[];
  readonly text: string;
  readonly textEnds: readonly number[];
  readonly bytes: readonly number[];
  readonly byteEnds: readonly number[];
}

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
    chunks: chunks.map((chunk) => chunkOf(record.connectionId, chunk)),
    payloads: chunks.map((chunk) => payloadOf(record.connectionId, chunk)),
  }));
}

function chunkOf(connectionId: string, { firstSeq, count, atMs, flags, sizeBytes }: PlainChunk): ChunkRecord {
  return {
    connectionId,
    firstSeq,
    count,
    atMs: Float64Array.from(atMs),
    flags: Uint8Array.from(flags),
    sizeBytes: Float64Array.from(sizeBytes),
  };
}

function payloadOf(connectionId: string, { firstSeq, text, textEnds, bytes, byteEnds }: PlainChunk): PayloadRecord {
  return {
    connectionId,
    firstSeq,
    text,
    textEnds: Uint32Array.from(textEnds),
    bytes: Uint8Array.from(bytes),
    byteEnds: Uint32Array.from(byteEnds),
  };
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
