/** Reads a recording from the extension's database, as the rows that they are, over a page of the extension. */
import type { RecordedConnection } from '../../src/analysis/verdict/from-records.ts';
import type { ConnectionRecord } from '../../src/protocol/records.ts';
import type { Tab } from '../browsers/browser.ts';
import { readDatabase } from '../extension-database.ts';
import { chunkOf, type PlainChunk, payloadOf } from '../plain-chunk.ts';

/** Lifecycles of all connections of a session, without frames. */
export async function readConnections(tab: Tab, sessionId: string): Promise<readonly ConnectionRecord[]> {
  return (await readDatabase(tab, (rows, id) => rows.ofSession('connections', id), sessionId)) ?? [];
}

/** All connections of a session with their frames. */
export async function readRecording(tab: Tab, sessionId: string): Promise<readonly RecordedConnection[]> {
  const found = await readDatabase(
    tab,
    async (rows, id) => {
      const connections: { record: ConnectionRecord; chunks: readonly PlainChunk[] }[] = [];
      for (const record of await rows.ofSession('connections', id)) {
        connections.push({ record, chunks: await rows.plainChunks(record.connectionId) });
      }
      return connections;
    },
    sessionId,
  );
  return (found ?? []).map(({ record, chunks }) => ({
    record,
    chunks: chunks.map(chunkOf),
    payloads: chunks.map(payloadOf),
  }));
}
