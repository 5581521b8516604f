/**
 * Records many tabs at once over one page of the extension, with a port to the background for each, and reads what is
 * stored of them.
 */

import type { Browser as ExtensionApi } from 'webextension-polyfill';
import { PANEL_PORT, type PanelRequest, type PanelUpdate } from '../../src/protocol/panel-link.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src/protocol/settings.ts';
import type { Browser, Tab } from '../browsers/browser.ts';
import { type DatabaseRows, readDatabase } from '../extension-database.ts';
import type { PlainChunk } from '../plain-chunk.ts';
import type { PlainRows } from './recording.ts';

export interface Recorder {
  /** Begins to record the tab; resolves with the session's id. */
  attach(tab: Tab): Promise<string>;
  ask(sessionId: string, request: PanelRequest): Promise<void>;
  updates(sessionId: string): Promise<readonly PanelUpdate[]>;
  detach(sessionId: string): Promise<void>;
  /** `withFrames`: else `chunks` is empty, and reading is cheap. */
  read(sessionId: string, withFrames: boolean): Promise<PlainRows>;
}

interface Link {
  readonly updates: PanelUpdate[];
  sessionId: string | null;
  post(request: unknown): void;
  close(): void;
}

interface RecorderPage {
  readonly chrome: ExtensionApi;
  readonly browser?: ExtensionApi;
  links?: Record<number, Link>;
}

export async function createRecorder(browser: Browser): Promise<Recorder> {
  if (!browser.extensionOrigin) throw new Error('The browser was launched without the extension.');
  // A page of the extension that finds no DevTools to work in, and so does nothing.
  const page = await browser.newTab(`${browser.extensionOrigin}/src/devtools/devtools.html`);
  const tabIds = new Map<string, number>();
  const tabIdOf = (sessionId: string) => tabIds.get(sessionId) ?? -1;
  return {
    async attach(tab) {
      const tabId = await tab.extensionTabId();
      await page.evaluate(attachInPage, PANEL_PORT, tabId, SETTINGS);
      const told = await page.waitFor((id) => {
        const { updates } = (globalThis as unknown as RecorderPage).links?.[id] ?? { updates: [] };
        return updates.find(({ kind }) => kind === 'attached' || kind === 'storeFailed');
      }, tabId);
      if (told.kind !== 'attached') throw new Error(`The tab is not recorded: ${JSON.stringify(told)}`);
      tabIds.set(told.sessionId, tabId);
      return told.sessionId;
    },
    ask: (sessionId, request) =>
      page.evaluate(
        (id, asked) => (globalThis as unknown as RecorderPage).links?.[id]?.post(asked),
        tabIdOf(sessionId),
        request,
      ),
    updates: (sessionId) =>
      page.evaluate((id) => (globalThis as unknown as RecorderPage).links?.[id]?.updates ?? [], tabIdOf(sessionId)),
    detach: (sessionId) =>
      page.evaluate((id) => (globalThis as unknown as RecorderPage).links?.[id]?.close(), tabIdOf(sessionId)),
    async read(sessionId, withFrames) {
      const rows = await readDatabase(page, readRows, sessionId, withFrames);
      if (!rows) throw new Error('The extension has no database.');
      return rows;
    },
  };
}

/** What a user can switch on to be told more by the page itself. */
const SETTINGS: Settings = { ...DEFAULT_SETTINGS, watchListeners: true };

/** Runs in the extension's page. Comes back when the background has died. */
function attachInPage(portName: string, tabId: number, settings: Settings): void {
  const page = globalThis as unknown as RecorderPage;
  const api = page.browser ?? page.chrome;
  type Port = ReturnType<ExtensionApi['runtime']['connect']>;
  let port: Port | null = null;
  let isWanted = true;
  const link: Link = {
    updates: [],
    sessionId: null,
    post: (request) => port?.postMessage(request),
    close: () => {
      isWanted = false;
      port?.disconnect();
    },
  };
  page.links = { ...page.links, [tabId]: link };
  const connect = () => {
    const mine = api.runtime.connect({ name: portName });
    port = mine;
    mine.onMessage.addListener((message: unknown) => {
      const update = message as PanelUpdate;
      if (update.kind === 'attached') link.sessionId = update.sessionId;
      // Rows are read from the database.
      if (update.kind !== 'changed') link.updates.push(update);
    });
    mine.onDisconnect.addListener(() => {
      void api.runtime.lastError;
      if (isWanted) connect();
    });
    mine.postMessage({ kind: 'attach', tabId, sessionId: link.sessionId });
    mine.postMessage({ kind: 'setSettings', settings });
  };
  connect();
}

/** Runs in the extension's page. */
async function readRows(rows: DatabaseRows, sessionId: string, withFrames: boolean): Promise<PlainRows> {
  const connections = [...(await rows.ofSession('connections', sessionId))];
  connections.sort((a, b) => a.createdAtMs - b.createdAtMs || a.connection - b.connection);
  const chunks: PlainChunk[] = [];
  for (const { connectionId } of withFrames ? connections : []) chunks.push(...(await rows.plainChunks(connectionId)));
  return {
    session: (await rows.get('sessions', sessionId)) as PlainRows['session'],
    documents: await rows.ofSession('documents', sessionId),
    connections,
    context: await rows.ofSession('context', sessionId),
    handshakes: await rows.ofSession('handshakes', sessionId),
    probes: await rows.ofSession('probes', sessionId),
    chunks,
    untilMs: Date.now(),
  };
}
