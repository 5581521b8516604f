/** What every case of the loss tests works with: a browser, pages that are recorded, and what is stored of them. */
import type { Browser, BrowserKind, LaunchOptions, Realm, Tab } from '../browsers/browser.ts';
import { launchBrowser } from '../browsers/launch.ts';
import { waitUntil } from '../browsers/wait.ts';
import { openPanelClient, type PanelClient } from '../extension/panel-client.ts';
import { type Audit, auditConnection, type Direction, faultsOf, NOTHING, plus, type SeenConnection } from './audit.ts';
import { contentOf, hashOf } from './content.ts';
import type { LossPage, OpenOptions } from './page-script.ts';
import type { LossSite, SeenSocket, SeenSockets } from './site.ts';
import { readFrames, readRows, type StoredSession } from './stored.ts';

export interface LossContext {
  readonly kind: BrowserKind;
  readonly site: LossSite;
  /** The long form. */
  readonly isLong: boolean;
  /** In [0, 1), the same in every run. */
  readonly random: () => number;
  /** The extension as it is built. */
  readonly extensionDir: string;
  /** Where a browser may keep a profile over several lives. Deleted at the end. */
  readonly scratchDir: string;
  /** A browser with the extension; closed at the end of the case. */
  launch(options?: LaunchOptions): Promise<Browser>;
}

/** What a case has found, for the table. */
export interface Outcome {
  readonly audit: Audit;
  readonly kills: number;
  readonly faults: readonly string[];
  /** Figures that are no faults. */
  readonly notes: readonly string[];
}

/** `required`: what must be without fault, where losses are known that docs/limits.md tells of. */
export function outcomeOf(audit: Audit, more: Partial<Omit<Outcome, 'audit'>> = {}, required: Audit = audit): Outcome {
  const { kills = 0, faults = [], notes = [] } = more;
  return { audit, kills, faults: [...faultsOf(required), ...faults], notes };
}

const DEFAULT_BYTES = 40;
/** How long everything that was seen may take to be stored, once nothing new comes. */
const STORED_TIMEOUT_MS = 60_000;

/** A page of the site in a tab that is recorded. */
export interface RecordedPage {
  readonly tab: Tab;
  readonly panel: PanelClient;
  readonly sessionId: string;
  open(stream: string, options?: OpenOptions): Promise<void>;
  /** Resolves with what the page has seen once it has seen so many frames of the stream. */
  received(stream: string, count: number): Promise<SeenSockets>;
  seen(): Promise<SeenSockets>;
  /** Not the tab, which a case may have closed. */
  closePanel(): Promise<void>;
}

export async function recordPage(browser: Browser, site: LossSite, doc: string): Promise<RecordedPage> {
  const panel = await openPanelClient(browser);
  const tab = await browser.newTab(`${site.origin}/page?doc=${doc}`);
  const sessionId = await panel.attach(await tab.extensionTabId());
  return {
    tab,
    panel,
    sessionId,
    open: async (stream, options = {}) => {
      await openIn(tab, stream, options);
      await site.stream(stream);
    },
    received: (stream, count) => receivedIn(tab, stream, count),
    seen: () => tab.evaluate(() => (globalThis as unknown as { losses: LossPage }).losses.seen),
    closePanel: async () => {
      await panel.detach();
      await panel.tab.close();
    },
  };
}

export function openIn(tab: Realm, stream: string, options: OpenOptions = {}): Promise<void> {
  return tab.evaluate(
    (name, how) => (globalThis as unknown as { losses: LossPage }).losses.open(name, how as OpenOptions),
    stream,
    options as { bytes?: number },
  );
}

export function receivedIn(tab: Realm, stream: string, count: number): Promise<SeenSockets> {
  return tab.waitFor(
    (name, wanted) => {
      const { seen } = (globalThis as unknown as { losses: LossPage }).losses;
      return (seen[name]?.received ?? 0) >= wanted ? seen : null;
    },
    stream,
    count,
  );
}

/**
 * Resolves when all that was seen is stored, or the documents have gone, or nothing has changed for long. `isLiving`: they
 * have not, even if they were taken for gone, as those are that cannot be written for a while.
 */
export async function settled(
  page: Realm,
  sessionId: string,
  seen: readonly SeenConnection[],
  isLiving = false,
): Promise<StoredSession> {
  let last = '';
  let changedAtMs = performance.now();
  await waitUntil(
    'what is stored',
    async () => {
      const rows = await readRows(page, sessionId);
      const isDone = seen.every((one) => {
        const row = rows.connections.find(({ stream }) => stream === one.stream);
        if (!row) return false;
        const hasClose = one.closeCode === null || row.closeCode === one.closeCode;
        const isWhole = row.nextSeq >= one.received + one.sent && hasClose;
        return isWhole || (!isLiving && row.goneAtMs !== null && rows.lastWords === 0);
      });
      const now = JSON.stringify(rows.connections.map(({ nextSeq, closeCode }) => [nextSeq, closeCode]));
      if (now !== last) changedAtMs = performance.now();
      last = now;
      return isDone || performance.now() - changedAtMs > STORED_TIMEOUT_MS;
    },
    { timeoutMs: 10 * STORED_TIMEOUT_MS },
  );
  return await readFrames(page, sessionId);
}

/** A stream of numbered texts as the page saw it. */
function seenStream(stream: string, socket: SeenSocket, offered: number, bytes = DEFAULT_BYTES): SeenConnection {
  const { received, sent, closeCode, closeRequestedCode } = socket;
  return {
    stream,
    received,
    sent,
    offered,
    closeCode,
    closeRequestedCode,
    frameAt: (direction: Direction, index: number) => {
      const text = contentOf(direction === 'in' ? stream : `${stream}>`, index, bytes);
      return { sizeBytes: text.length, hash: hashOf(text) };
    },
  };
}

/** All streams that a document saw. */
export async function seenStreams(
  site: LossSite,
  sockets: SeenSockets,
  bytes = DEFAULT_BYTES,
): Promise<readonly SeenConnection[]> {
  return await Promise.all(
    Object.entries(sockets).map(async ([stream, socket]) =>
      seenStream(stream, socket, (await site.stream(stream)).offered(), bytes),
    ),
  );
}

/** What the page itself found wrong with what came: it must be undisturbed. */
export function disturbances(sockets: SeenSockets, tab?: Tab): readonly string[] {
  const wrong = Object.values(sockets).reduce((sum, socket) => sum + socket.wrong, 0);
  return [
    ...(wrong > 0 ? [`the page saw ${wrong} wrong frames`] : []),
    ...(tab?.consoleLines() ?? []).map((line) => `in the page's console: ${line}`),
  ];
}

/** Every connection that was seen, against what is stored of it; one that is stored twice is a fault of its own. */
export function auditSession(seen: readonly SeenConnection[], { connections }: StoredSession): Audit {
  return seen.reduce((sum, one) => {
    const rows = connections.filter(({ stream }) => stream === one.stream);
    const audit = plus(sum, auditConnection(one, rows[0] ?? null));
    const again = rows
      .slice(1)
      .reduce((count, row) => count + row.runs.reduce((n, { frames }) => n + frames.length, 0), 0);
    return { ...audit, doubled: audit.doubled + again };
  }, NOTHING);
}

/** Audits what pages saw in one session. */
export async function auditAll(
  page: Realm,
  sessionId: string,
  seen: readonly SeenConnection[],
  isLiving = false,
): Promise<Audit> {
  return auditSession(seen, await settled(page, sessionId, seen, isLiving));
}

export async function launchWithExtension(
  kind: BrowserKind,
  extensionDir: string,
  headless: boolean,
  options: LaunchOptions = {},
): Promise<Browser> {
  return await launchBrowser(kind, { extensionDir, headless, ...options });
}
