/** What the extension has stored about one tab, read from its own database in its own background. */
import type { Realm } from '../browsers/browser.ts';
import { type DatabaseRows, readDatabase } from '../extension-database.ts';

export interface StoredFrame {
  readonly seq: number;
  readonly flags: number;
  readonly atMs: number;
  readonly sizeBytes: number;
  readonly text: string;
  readonly bytes: number;
}

export interface StoredConnection {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly protocol: string | null;
  readonly documentId: string;
  readonly connection: number;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly framesMissed: number;
  readonly gaps: number;
  readonly nextSeq: number;
  readonly opened: boolean;
  readonly dropped: boolean;
  readonly close: { readonly code: number; readonly reason: string; readonly simulated: boolean } | null;
  /** The first 200. */
  readonly frames: readonly StoredFrame[];
}

export interface StoredDocument {
  readonly documentId: string;
  readonly url: string;
  readonly frameId: number;
  readonly rejected: number;
}

export interface ExtensionState {
  /** A session of the tab has begun and has not ended. */
  readonly isRecorded: boolean;
  readonly documents: readonly StoredDocument[];
  readonly connections: readonly StoredConnection[];
  /** Over all of the tab's sessions. */
  readonly storedBytes: number;
}

const NOTHING: ExtensionState = { isRecorded: false, documents: [], connections: [], storedBytes: 0 };

export async function readExtensionState(background: Realm, tabId: number): Promise<ExtensionState> {
  return (await readDatabase(background, readRows, tabId)) ?? NOTHING;
}

/** Runs in the background; uses nothing from here. */
async function readRows(rows: DatabaseRows, tabId: number): Promise<ExtensionState> {
  const FRAMES_READ = 200;
  const ROWS_READ = 5_000;
  const sessions = (await rows.all('sessions', ROWS_READ)).filter((row) => row.tabId === tabId);
  // Other tabs' rows are not even read: a flood that was stored would cost every later look a second.
  const ofSessions = async <Name extends 'documents' | 'connections'>(name: Name) =>
    (await Promise.all(sessions.map(({ sessionId }) => rows.ofSession(name, sessionId, ROWS_READ)))).flat();
  const documents = (await ofSessions('documents')).filter((row) => row.tabId === tabId);
  const owned = new Set(documents.map(({ documentId }) => documentId));
  const connections: StoredConnection[] = [];
  for (const row of await ofSessions('connections')) {
    if (!owned.has(row.documentId)) continue;
    const chunks = await rows.ofConnection('chunks', row.connectionId, ROWS_READ);
    const payloads = await rows.ofConnection('payloads', row.connectionId, ROWS_READ);
    const frames = chunks.flatMap((chunk, at) =>
      Array.from({ length: chunk.count }, (_, i) => {
        const { text = '', textEnds, byteEnds } = payloads[at] ?? {};
        return {
          seq: chunk.firstSeq + i,
          flags: chunk.flags[i] ?? -1,
          atMs: chunk.atMs[i] ?? -1,
          sizeBytes: chunk.sizeBytes[i] ?? -1,
          text: text.slice(textEnds?.[i - 1] ?? 0, textEnds?.[i]),
          bytes: (byteEnds?.[i] ?? 0) - (byteEnds?.[i - 1] ?? 0),
        };
      }),
    );
    connections.push({
      url: row.url,
      protocols: row.protocols,
      protocol: row.protocol,
      documentId: row.documentId,
      connection: row.connection,
      framesIn: row.framesIn,
      framesOut: row.framesOut,
      framesMissed: row.framesMissed,
      gaps: row.gaps.length,
      nextSeq: row.nextSeq,
      opened: row.openedAtMs !== null,
      dropped: row.droppedAtMs !== null,
      close: row.close && { code: row.close.code, reason: row.close.reason, simulated: row.close.simulated },
      frames: frames.slice(0, FRAMES_READ),
    });
  }
  return {
    isRecorded: sessions.some(({ endedAtMs }) => endedAtMs === null),
    documents: documents.map(({ documentId, url, frameId, rejected }) => ({ documentId, url, frameId, rejected })),
    connections,
    storedBytes: sessions.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
  };
}

/** Messages and reports of the tab that were refused. */
export function rejectedIn(state: ExtensionState): number {
  return state.documents.reduce((sum, { rejected }) => sum + rejected, 0);
}

/** The connections whose URL holds `part`. */
export function connectionsTo(state: ExtensionState, part: string): readonly StoredConnection[] {
  return state.connections.filter(({ url }) => url.includes(part));
}
