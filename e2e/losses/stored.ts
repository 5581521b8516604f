/** Reads the database in a page of the extension, and gives of each frame what is needed to know it again. */
import type { DocumentRecord, PayloadRecord, SessionRecord } from '../../src/protocol/records.ts';
import { LAST_WORD_KEY } from '../../src/protocol/relay.ts';
import type { Realm } from '../browsers/browser.ts';
import { type DatabaseRows, readDatabase } from '../extension-database.ts';
import type { StoredConnection, StoredFrame, StoredRun } from './audit.ts';
import { hashOf } from './content.ts';

export interface StoredSession {
  readonly session: SessionRecord | null;
  readonly documents: readonly DocumentRecord[];
  readonly connections: readonly StoredConnection[];
  /** Last words of documents that the background has not taken in yet. */
  readonly lastWords: number;
}

/** Without frames: cheap enough to be asked again and again. */
export function readRows(page: Realm, sessionId: string): Promise<StoredSession> {
  return readSession(page, sessionId, false);
}

export function readFrames(page: Realm, sessionId: string): Promise<StoredSession> {
  return readSession(page, sessionId, true);
}

export async function readSessions(page: Realm): Promise<readonly SessionRecord[]> {
  return (await readDatabase(page, (rows) => rows.all('sessions'))) ?? [];
}

async function readSession(page: Realm, sessionId: string, withFrames: boolean): Promise<StoredSession> {
  const lastWords = await page.evaluate(countLastWords, LAST_WORD_KEY);
  const stored = await readDatabase(page, readInPage, sessionId, withFrames, hashOf);
  return { ...(stored ?? { session: null, documents: [], connections: [] }), lastWords };
}

interface StorageApi {
  readonly storage: { readonly local: { get(keys: null): Promise<Readonly<Record<string, unknown>>> } };
}

/** Runs in the extension's page. */
async function countLastWords(lastWordKey: string): Promise<number> {
  const { chrome, browser } = globalThis as unknown as { chrome: StorageApi; browser?: StorageApi };
  const left = Object.keys(await (browser ?? chrome).storage.local.get(null));
  return left.filter((key) => key.startsWith(lastWordKey)).length;
}

/** Runs in the extension's page. */
async function readInPage(
  rows: DatabaseRows,
  sessionId: string,
  withFrames: boolean,
  hash: typeof hashOf,
): Promise<Omit<StoredSession, 'lastWords'>> {
  const FRAME_OUT = 1;
  const FRAME_BINARY = 2;
  const FRAME_TRUNCATED = 8;
  const session = (await rows.get('sessions', sessionId)) ?? null;
  const documents = await rows.ofSession('documents', sessionId);
  const connections: StoredConnection[] = [];
  for (const row of await rows.ofSession('connections', sessionId)) {
    const runs: StoredRun[] = [];
    if (withFrames) {
      const chunks = await rows.ofConnection('chunks', row.connectionId);
      const contents = await rows.ofConnection('contents', row.connectionId);
      const late = new Map(contents.map(({ seq, bytes }) => [seq, bytes]));
      for (const { firstSeq, count, flags, sizeBytes } of chunks) {
        // One by one: all payloads of a long recording at once would be too much.
        const payload = (await rows.get('payloads', [row.connectionId, firstSeq])) as PayloadRecord;
        const frames: StoredFrame[] = [];
        for (let i = 0; i < count; i++) {
          const flag = flags[i] ?? 0;
          const content =
            late.get(firstSeq + i) ??
            ((flag & FRAME_BINARY) !== 0
              ? payload.bytes.subarray(i === 0 ? 0 : payload.byteEnds[i - 1], payload.byteEnds[i])
              : payload.text.slice(i === 0 ? 0 : payload.textEnds[i - 1], payload.textEnds[i]));
          const direction = (flag & FRAME_OUT) !== 0 ? 'out' : 'in';
          const isEmptied = (flag & FRAME_TRUNCATED) !== 0 && content.length === 0;
          frames.push({ direction, sizeBytes: sizeBytes[i] ?? 0, hash: hash(content), isEmptied });
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
      gaps: row.gaps,
      framesMissed: row.framesMissed,
      closeCode: row.close?.code ?? null,
      closeRequestedCode: row.closeRequested?.code ?? null,
      goneAtMs: row.goneAtMs,
      runs,
    });
  }
  return { session, documents, connections };
}
