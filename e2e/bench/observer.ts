/**
 * Looks at the recording from a page of the extension: attaches to a tab as a panel does, empties the recording, and
 * tells what the database holds. It sees the extension from outside: port messages and rows, as src/protocol names them.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { PanelRequest, PanelUpdate } from '../../src/protocol/panel-link.ts';
import type { ChunkRecord, ConnectionRecord, DocumentRecord } from '../../src/protocol/records.ts';
import type { Realm } from '../browsers/browser.ts';

export type ExtensionPage = Pick<Realm, 'evaluate' | 'waitFor'>;

/** What is recorded of the connections whose URL names the group. */
export interface Recorded {
  readonly connections: number;
  readonly framesIn: number;
  readonly framesOut: number;
  /** Frames in gaps. */
  readonly missed: number;
  /** Of all documents: what was refused. */
  readonly rejected: number;
  readonly atEpochMs: number;
}

export interface Observer {
  /** Opens a panel port for the tab: recording begins. */
  attach(tabId: number): Promise<void>;
  /** Begins a new session and waits until what was recorded before has been deleted. Only while attached. */
  clear(): Promise<void>;
  recorded(group: string): Promise<Recorded>;
  /** Waits until that many frames (or gaps for them) are in the database. Rejects after half a minute. */
  waitForFrames(group: string, frames: number): Promise<Recorded>;
  /** Frames in the chunks of the group's connections. Rejects when one is stored twice. */
  countStoredFrames(group: string): Promise<number>;
}

const POLL_MS = 5;
const TIMEOUT_MS = 30_000;

/** What `install` leaves in the page, and what is there of the browser's. */
interface Globals {
  readonly chrome: ExtensionApi;
  bench: Bench;
}
interface Bench {
  port: Port | null;
  sessionId: string | null;
  attach(tabId: number): void;
  rows<Row>(store: string, range?: IDBKeyRange): Promise<readonly Row[]>;
  connections(group: string): Promise<readonly ConnectionRecord[]>;
}
interface Port {
  postMessage(message: PanelRequest): void;
  readonly onMessage: { addListener(listener: (update: PanelUpdate) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
}
interface ExtensionApi {
  readonly runtime: { connect(options: { name: string }): Port };
  readonly tabs: { query(filter: object): Promise<readonly { id?: number; url?: string }[]> };
}

/** The extension's id of the tab that shows the URL. */
export function findTabId(page: ExtensionPage, url: string): Promise<number> {
  return page.waitFor(async (wanted) => {
    const { chrome } = globalThis as unknown as Globals;
    return (await chrome.tabs.query({})).find((tab) => tab.url === wanted)?.id;
  }, url);
}

export async function createObserver(page: ExtensionPage): Promise<Observer> {
  await page.evaluate(install);
  return {
    async attach(tabId) {
      await page.evaluate((id) => (globalThis as unknown as Globals).bench.attach(id), tabId);
      await page.waitFor(() => (globalThis as unknown as Globals).bench.sessionId);
    },
    async clear() {
      const before = await page.evaluate(() => {
        const { bench } = globalThis as unknown as Globals;
        bench.port?.postMessage({ kind: 'clear' });
        return bench.sessionId;
      });
      await page.waitFor(async (old) => {
        const { bench } = globalThis as unknown as Globals;
        return bench.sessionId !== old && (await bench.rows('deletions')).length === 0;
      }, before);
    },
    recorded: (group) => page.evaluate(readRecorded, group),
    async waitForFrames(group, frames) {
      const deadline = performance.now() + TIMEOUT_MS;
      for (;;) {
        const found = await page.evaluate(readRecorded, group);
        if (found.framesIn + found.framesOut + found.missed >= frames) return found;
        if (performance.now() > deadline) throw new Error(`Waited for ${frames} frames: ${JSON.stringify(found)}`);
        await delay(POLL_MS);
      }
    },
    countStoredFrames: (group) => page.evaluate(countStoredFrames, group),
  };
}

/** Runs in the extension's page, as do the functions below. */
function install(): void {
  const globals = globalThis as unknown as Globals;
  let database: Promise<IDBDatabase> | undefined;
  const resultOf = <Result>(request: IDBRequest<Result>) =>
    new Promise<Result>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const bench: Bench = {
    port: null,
    sessionId: null,
    attach(tabId) {
      const port = globals.chrome.runtime.connect({ name: 'panel' });
      port.onMessage.addListener((update) => {
        if (update.kind === 'attached') bench.sessionId = update.sessionId;
      });
      // An idle background is ended; who attaches again goes on with the same session.
      port.onDisconnect.addListener(() => bench.attach(tabId));
      port.postMessage({ kind: 'attach', tabId, sessionId: bench.sessionId });
      bench.port = port;
    },
    async rows(store, range) {
      database ??= resultOf(indexedDB.open('socketscope'));
      return resultOf((await database).transaction(store).objectStore(store).getAll(range));
    },
    async connections(group) {
      const rows = await bench.rows<ConnectionRecord>('connections');
      return rows.filter(({ url }) => url.endsWith(`group=${group}`));
    },
  };
  globals.bench = bench;
}

async function readRecorded(group: string): Promise<Recorded> {
  const { bench } = globalThis as unknown as Globals;
  const connections = await bench.connections(group);
  const documents = await bench.rows<DocumentRecord>('documents');
  return {
    connections: connections.length,
    framesIn: connections.reduce((sum, { framesIn }) => sum + framesIn, 0),
    framesOut: connections.reduce((sum, { framesOut }) => sum + framesOut, 0),
    missed: connections.reduce((sum, { framesMissed }) => sum + framesMissed, 0),
    rejected: documents.reduce((sum, { rejected }) => sum + rejected, 0),
    atEpochMs: performance.timeOrigin + performance.now(),
  };
}

async function countStoredFrames(group: string): Promise<number> {
  const { bench } = globalThis as unknown as Globals;
  let frames = 0;
  for (const { connectionId } of await bench.connections(group)) {
    let next = 0;
    for (const chunk of await bench.rows<ChunkRecord>(
      'chunks',
      IDBKeyRange.bound([connectionId], [connectionId, []]),
    )) {
      if (chunk.firstSeq < next) throw new Error(`Frame ${chunk.firstSeq} of ${connectionId} is stored twice.`);
      next = chunk.firstSeq + chunk.count;
      frames += chunk.count;
    }
  }
  return frames;
}
