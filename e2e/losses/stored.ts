/** Reads the database in a page of the extension, and gives of each frame what is needed to know it again. */
import type { GapReason } from '../../src/protocol/page-report.ts';
import type {
  ChunkRecord,
  ConnectionRecord,
  ContentRecord,
  DocumentRecord,
  PayloadRecord,
  SessionRecord,
} from '../../src/protocol/records.ts';
import { LAST_WORD_KEY } from '../../src/protocol/relay.ts';
import type { Realm } from '../browsers/browser.ts';
import type { StoredConnection } from './audit.ts';

export interface StoredSession {
  readonly session: SessionRecord | null;
  readonly documents: readonly DocumentRecord[];
  readonly connections: readonly StoredConnection[];
  /** Last words of documents that the background has not taken in yet. */
  readonly lastWords: number;
}

/** Without frames: cheap enough to be asked again and again. */
export function readRows(page: Realm, sessionId: string): Promise<StoredSession> {
  return page.evaluate(readInPage, sessionId, LAST_WORD_KEY, false) as Promise<StoredSession>;
}

export function readFrames(page: Realm, sessionId: string): Promise<StoredSession> {
  return page.evaluate(readInPage, sessionId, LAST_WORD_KEY, true) as Promise<StoredSession>;
}

export function readSessions(page: Realm): Promise<readonly SessionRecord[]> {
  return page.evaluate(readSessionsInPage) as Promise<readonly SessionRecord[]>;
}

async function readSessionsInPage(): Promise<readonly unknown[]> {
  const resultOf = <Result>(request: IDBRequest<Result>) =>
    new Promise<Result>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const database = await resultOf(indexedDB.open('socketscope'));
  try {
    return (await resultOf(database.transaction('sessions').objectStore('sessions').getAll())) as unknown[];
  } finally {
    database.close();
  }
}

interface StorageApi {
  readonly storage: { readonly local: { get(keys: null): Promise<Readonly<Record<string, unknown>>> } };
}

async function readInPage(sessionId: string, lastWordKey: string, withFrames: boolean): Promise<unknown> {
  const resultOf = <Result>(request: IDBRequest<Result>) =>
    new Promise<Result>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  /** As `hashOf` of content.ts. */
  const hashOf = (content: string | Uint8Array): number => {
    let a = 0xdeadbeef;
    let b = 0x41c6ce57;
    for (let i = 0; i < content.length; i++) {
      const unit = typeof content === 'string' ? content.charCodeAt(i) : (content[i] ?? 0);
      a = Math.imul(a ^ unit, 2_654_435_761);
      b = Math.imul(b ^ unit, 1_597_334_677);
    }
    a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
    b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
    return 4_294_967_296 * (2_097_151 & b) + (a >>> 0);
  };
  const { chrome, browser } = globalThis as unknown as { chrome: StorageApi; browser?: StorageApi };
  const left = Object.keys(await (browser ?? chrome).storage.local.get(null));
  const lastWords = left.filter((key) => key.startsWith(lastWordKey)).length;

  const FRAME_OUT = 1;
  const FRAME_BINARY = 2;
  const FRAME_TRUNCATED = 8;

  const database = await resultOf(indexedDB.open('socketscope'));
  try {
    const rows = database.transaction(['sessions', 'documents', 'connections', 'chunks', 'payloads', 'contents']);
    const session = (await resultOf(rows.objectStore('sessions').get(sessionId))) as SessionRecord | undefined;
    const ofSession = async <Row>(store: string) =>
      (await resultOf(rows.objectStore(store).index('session').getAll(sessionId))) as Row[];
    const documents = await ofSession<DocumentRecord>('documents');
    const connections: unknown[] = [];
    for (const row of await ofSession<ConnectionRecord>('connections')) {
      const range = IDBKeyRange.bound([row.connectionId], [row.connectionId, []]);
      const runs: unknown[] = [];
      if (withFrames) {
        const chunks = (await resultOf(rows.objectStore('chunks').getAll(range))) as ChunkRecord[];
        const contents = (await resultOf(rows.objectStore('contents').getAll(range))) as ContentRecord[];
        const late = new Map(contents.map(({ seq, bytes }) => [seq, bytes]));
        for (const { firstSeq, count, flags, sizeBytes } of chunks) {
          // One by one: all payloads of a long recording at once would be too much.
          const key = [row.connectionId, firstSeq];
          const payload = (await resultOf(rows.objectStore('payloads').get(key))) as PayloadRecord;
          const frames: unknown[] = [];
          for (let i = 0; i < count; i++) {
            const flag = flags[i] ?? 0;
            const content =
              late.get(firstSeq + i) ??
              ((flag & FRAME_BINARY) !== 0
                ? payload.bytes.subarray(i === 0 ? 0 : payload.byteEnds[i - 1], payload.byteEnds[i])
                : payload.text.slice(i === 0 ? 0 : payload.textEnds[i - 1], payload.textEnds[i]));
            const direction = (flag & FRAME_OUT) !== 0 ? 'out' : 'in';
            const isEmptied = (flag & FRAME_TRUNCATED) !== 0 && content.length === 0;
            frames.push({ direction, sizeBytes: sizeBytes[i], hash: hashOf(content), isEmptied });
          }
          runs.push({ firstSeq, frames });
        }
      }
      connections.push({
        stream: new URL(row.url).searchParams.get('stream') ?? row.url,
        documentId: row.documentId,
        nextSeq: row.nextSeq,
        framesIn: row.framesIn,
        framesOut: row.framesOut,
        gaps: row.gaps as readonly { firstSeq: number; count: number; reason: GapReason }[],
        framesMissed: row.framesMissed,
        closeCode: row.close?.code ?? null,
        closeRequestedCode: row.closeRequested?.code ?? null,
        goneAtMs: row.goneAtMs,
        runs,
      });
    }
    return { session: session ?? null, documents, connections, lastWords };
  } finally {
    database.close();
  }
}
