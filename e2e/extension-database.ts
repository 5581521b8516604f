/**
 * Reads the extension's database in a realm that shares it: a page of the extension, the panel, the background. Never
 * writes, and never makes the database: one that is opened before the extension has made it would be made empty.
 */
import type { PayloadRecord } from '../src/protocol/records.ts';
import type { StoreSchema } from '../src/store/schema.ts';
import type { StoreName } from '../src/store/transaction.ts';
import type { Realm } from './browsers/browser.ts';
import type { PlainChunk } from './plain-chunk.ts';

type Row<Name extends StoreName> = StoreSchema[Name]['value'];
type StoreOfSession = 'documents' | 'connections' | 'context' | 'handshakes' | 'probes';
type StoreOfConnection = 'chunks' | 'payloads' | 'contents';

/** All that is read of one database at one moment. Await nothing else between two readings: the moment would be over. */
export interface DatabaseRows {
  /** In the order of their keys; at most so many. */
  all<Name extends StoreName>(name: Name, most?: number): Promise<readonly Row<Name>[]>;
  get<Name extends StoreName>(name: Name, key: StoreSchema[Name]['key']): Promise<Row<Name> | undefined>;
  /** At most so many. */
  ofSession<Name extends StoreOfSession>(name: Name, sessionId: string, most?: number): Promise<readonly Row<Name>[]>;
  /** In the order of the frames; at most so many. */
  ofConnection<Name extends StoreOfConnection>(
    name: Name,
    connectionId: string,
    most?: number,
  ): Promise<readonly Row<Name>[]>;
  /** Chunks of a connection with their payloads, as they can travel. */
  plainChunks(connectionId: string): Promise<readonly PlainChunk[]>;
  /** The session that was begun last; '' when there is none. */
  newestSession(): Promise<string>;
}

/**
 * Runs `read` in the realm, over the rows and with JSON `args` or functions, and gives its JSON result; null: there is no
 * database yet. `read` is sent as source text, as by `Realm.evaluate`.
 */
export function readDatabase<Args extends readonly unknown[], Result>(
  realm: Pick<Realm, 'evaluate'>,
  read: (rows: DatabaseRows, ...args: Args) => Promise<Result>,
  ...args: Args
): Promise<Result | null> {
  return realm.evaluate(readInRealm<Args, Result>, read, ...args) as Promise<Result | null>;
}

/** Runs in the realm; uses nothing from here. */
async function readInRealm<Args extends readonly unknown[], Result>(
  read: (rows: DatabaseRows, ...args: Args) => Promise<Result>,
  ...args: Args
): Promise<Result | null> {
  if (!(await indexedDB.databases()).some(({ name }) => name === 'socketscope')) return null;
  const resultOf = <Value>(request: IDBRequest<Value>) =>
    new Promise<Value>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const database = await resultOf(indexedDB.open('socketscope'));
  try {
    const stores = database.transaction([...database.objectStoreNames]);
    const rows: DatabaseRows = {
      all: (name, most) => resultOf(stores.objectStore(name).getAll(null, most)),
      get: (name, key) => resultOf(stores.objectStore(name).get(key)),
      ofSession: (name, sessionId, most) => resultOf(stores.objectStore(name).index('session').getAll(sessionId, most)),
      ofConnection: (name, connectionId, most) =>
        resultOf(stores.objectStore(name).getAll(IDBKeyRange.bound([connectionId], [connectionId, []]), most)),
      plainChunks: async (connectionId) => {
        const chunks = await rows.ofConnection('chunks', connectionId);
        const payloads = new Map<number, PayloadRecord>();
        for (const payload of await rows.ofConnection('payloads', connectionId))
          payloads.set(payload.firstSeq, payload);
        return chunks.map(({ firstSeq, count, atMs, flags, sizeBytes }) => {
          const payload = payloads.get(firstSeq);
          return {
            connectionId,
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
        });
      },
      newestSession: async () => {
        const sessions = [...(await rows.all('sessions'))];
        return sessions.sort((a, b) => b.startedAtMs - a.startedAtMs)[0]?.sessionId ?? '';
      },
    };
    return await read(rows, ...args);
  } finally {
    database.close();
  }
}
