/**
 * A panel without a face: a page of the extension that speaks to the background over the panel's port, comes back when
 * the background has died, and reads the database. What the tests of recording need, and nothing that has to be drawn.
 */
import type { Browser as ExtensionApi } from 'webextension-polyfill';
import { PANEL_PORT, type PanelRequest, type PanelUpdate } from '../../src/protocol/panel-link.ts';
import type { ConnectionRecord, DocumentRecord, SessionRecord } from '../../src/protocol/records.ts';
import type { Browser, Tab } from '../browsers/browser.ts';
import { waitUntil } from '../browsers/wait.ts';
import { type DatabaseRows, readDatabase } from '../extension-database.ts';

/** A connection with the texts of all its frames, in order; '<n bytes>' for binary ones. */
export interface ReadConnection extends Omit<ConnectionRecord, 'gaps'> {
  readonly gaps: readonly { readonly firstSeq: number; readonly count: number; readonly reason: string }[];
  readonly texts: readonly string[];
  readonly frameId: number;
}

export interface ReadSession {
  readonly session: SessionRecord | null;
  readonly documents: readonly DocumentRecord[];
  readonly connections: readonly ReadConnection[];
}

/** Without what is only reckoned from it, and written when somebody has looked: its summary, and the counts of its frames. */
export function whatWasRecorded(read: ReadSession): unknown {
  return { ...read, session: { ...read.session, summary: null, storedBytes: 0 } };
}

const NOTHING: ReadSession = { session: null, documents: [], connections: [] };

export interface PanelClient {
  readonly tab: Tab;
  /** Resolves with the session's id. Rejects when the background says that the store has failed. */
  attach(tabId: number, sessionId?: string | null): Promise<string>;
  ask(request: PanelRequest): Promise<void>;
  /** Closes the port, as a panel that is closed does. */
  detach(): Promise<void>;
  updates(): Promise<readonly PanelUpdate[]>;
  /** How often the port was lost. */
  losses(): Promise<number>;
  read(sessionId: string): Promise<ReadSession>;
  /** Reads until the probe is content; gives what was read last. */
  readUntil(sessionId: string, isEnough: (read: ReadSession) => boolean): Promise<ReadSession>;
}

interface ClientPage {
  readonly chrome: ExtensionApi;
  readonly browser?: ExtensionApi;
  socketscopeClient?: {
    readonly updates: PanelUpdate[];
    losses: number;
    isWanted: boolean;
    sessionId: string | null;
    post(request: unknown): void;
    close(): void;
  };
}

export async function openPanelClient(browser: Browser): Promise<PanelClient> {
  if (!browser.extensionOrigin) throw new Error('The browser was launched without the extension.');
  // A page of the extension that finds no DevTools to work in, and so does nothing.
  const tab = await browser.newTab(`${browser.extensionOrigin}/src/devtools/devtools.html`);

  async function read(sessionId: string): Promise<ReadSession> {
    return (await readDatabase(tab, readRows, sessionId)) ?? { session: null, documents: [], connections: [] };
  }

  return {
    tab,
    read,
    attach: async (tabId, sessionId = null) => {
      await tab.evaluate(attachInPage, PANEL_PORT, tabId, sessionId);
      const update = await tab.waitFor(() => {
        const { socketscopeClient: client } = globalThis as unknown as ClientPage;
        return client?.updates.find(({ kind }) => kind === 'attached' || kind === 'storeFailed');
      });
      if (update.kind === 'attached') return update.sessionId;
      throw new Error(update.kind === 'storeFailed' ? update.failure : update.kind);
    },
    ask: (request) =>
      tab.evaluate((asked) => {
        (globalThis as unknown as ClientPage).socketscopeClient?.post(asked);
      }, request),
    detach: () => tab.evaluate(() => (globalThis as unknown as ClientPage).socketscopeClient?.close()),
    updates: () => tab.evaluate(() => (globalThis as unknown as ClientPage).socketscopeClient?.updates ?? []),
    losses: () => tab.evaluate(() => (globalThis as unknown as ClientPage).socketscopeClient?.losses ?? 0),
    readUntil: async (sessionId, isEnough) => {
      let found = NOTHING;
      try {
        return await waitUntil('what is stored to be enough', async () => {
          found = await read(sessionId);
          return isEnough(found) ? found : null;
        });
      } catch (error) {
        const seen = found.connections.map(({ url, texts, nextSeq, close }) => ({
          url,
          texts: texts.length,
          nextSeq,
          close,
        }));
        throw new Error(`Not stored in time: ${JSON.stringify({ ...found, connections: seen })}`, { cause: error });
      }
    },
  };
}

/** Runs in the extension's page. Replaces an earlier client there. */
function attachInPage(portName: string, tabId: number, sessionId: string | null): void {
  const page = globalThis as unknown as ClientPage;
  const api = page.browser ?? page.chrome;
  page.socketscopeClient?.close();
  type Port = ReturnType<ExtensionApi['runtime']['connect']>;
  let port: Port | null = null;
  const client: NonNullable<ClientPage['socketscopeClient']> = {
    updates: [],
    losses: 0,
    isWanted: true,
    sessionId,
    post: (request) => port?.postMessage(request),
    close: () => {
      client.isWanted = false;
      port?.disconnect();
    },
  };
  page.socketscopeClient = client;
  const connect = () => {
    const mine = api.runtime.connect({ name: portName });
    port = mine;
    mine.onMessage.addListener((message: unknown) => {
      const update = message as PanelUpdate;
      if (update.kind === 'attached') client.sessionId = update.sessionId;
      client.updates.push(update);
    });
    mine.onDisconnect.addListener(() => {
      void api.runtime.lastError;
      if (!client.isWanted) return;
      client.losses++;
      connect();
    });
    mine.postMessage({ kind: 'attach', tabId, sessionId: client.sessionId });
  };
  connect();
}

/** Runs in the extension's page. */
async function readRows(rows: DatabaseRows, sessionId: string): Promise<ReadSession> {
  const session = (await rows.get('sessions', sessionId)) ?? null;
  const documents = await rows.ofSession('documents', sessionId);
  const connections: ReadConnection[] = [];
  for (const row of await rows.ofSession('connections', sessionId)) {
    const chunks = await rows.ofConnection('chunks', row.connectionId);
    const payloads = await rows.ofConnection('payloads', row.connectionId);
    const texts: string[] = [];
    chunks.forEach(({ count, flags, sizeBytes }, at) => {
      const { text = '', textEnds } = payloads[at] ?? {};
      for (let i = 0; i < count; i++) {
        const isBinary = ((flags[i] ?? 0) & 2) !== 0;
        texts.push(isBinary ? `<${sizeBytes[i]} bytes>` : text.slice(i === 0 ? 0 : textEnds?.[i - 1], textEnds?.[i]));
      }
    });
    const document = documents.find(({ documentId }) => documentId === row.documentId);
    connections.push({ ...row, texts, frameId: document?.frameId ?? -1 });
  }
  connections.sort((a, b) => a.createdAtMs - b.createdAtMs || a.connection - b.connection);
  return { session, documents, connections };
}
