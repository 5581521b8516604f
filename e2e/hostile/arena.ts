/**
 * Where attacks take place: one browser with the extension and one without. Each attack gets a fresh tab in both; in the
 * first its tab is recorded by a real panel, and a bystander in a tab of its own lives through all of them.
 */
import { fileURLToPath } from 'node:url';
import { HANDOFF_EVENT, PAGE_COMMAND, PAGE_MESSAGE } from '../../src/protocol/handoff.ts';
import type { Browser, BrowserKind, Realm, Tab } from '../browsers/browser.ts';
import { launchBrowser } from '../browsers/launch.ts';
import { WAIT_TIMEOUT_MS, waitUntil } from '../browsers/wait.ts';
import type { Attack, Findings } from './attack.ts';
import { connectionsTo, type ExtensionState, readExtensionState, rejectedIn } from './extension-state.ts';
import { attackDocument, childDocument, type PageConfig } from './page-tools.ts';
import { type HostileServer, startHostileServer } from './server.ts';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const EXTENSION_DIR: Readonly<Record<BrowserKind, string>> = {
  chromium: `${DIST}/chrome`,
  firefox: `${DIST}/firefox`,
};
/** What Firefox says of a page whose script asks for a size before all has come: which run that is depends on the machine. */
const LATE_LAYOUT = /^warning: Layout was forced before the page was fully loaded/;
/** What Chromium says when its own channel to a connection breaks, seldom and on a busy machine: without any extension, too. */
const CHANNEL_BROKE = /^error: WebSocket connection to '[^']*' failed: $/;
const MACHINE_LINES = [LATE_LAYOUT, CHANNEL_BROKE];

/** What came back from a page, in one of the two browsers. */
export interface Outcome extends Findings {
  /** The attack's own code threw: the test is wrong, or the extension changed something. */
  readonly failed?: string;
  /** Uncaught errors and rejections in the page. */
  readonly errors: readonly string[];
  /** Connections that `tools.end` opened. */
  readonly ends: number;
}

export interface Run {
  readonly outcome: Outcome;
  readonly console: readonly string[];
}

export interface RecordedRun extends Run {
  readonly state: ExtensionState;
  readonly panel: Tab;
  /** Closes the attacking tab. Call when nothing more is to be looked at. */
  dismiss(): Promise<void>;
}

export interface Arena {
  readonly kind: BrowserKind;
  /** Runs the attack in the bare browser. */
  runNatively(attack: Attack): Promise<Run>;
  /** Runs the attack in the browser with the extension, while its tab is recorded. */
  runRecorded(attack: Attack): Promise<RecordedRun>;
  /** What the extension knows of the bystander, after one more exchange of frames. */
  bystander(): Promise<{ readonly state: ExtensionState; readonly exchanges: number }>;
  /** Uncaught errors in the background since the start. */
  backgroundErrors(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openArena(kind: BrowserKind): Promise<Arena> {
  const server = await startHostileServer();
  const [bare, equipped] = await Promise.all([
    launchBrowser(kind),
    launchBrowser(kind, { extensionDir: EXTENSION_DIR[kind] }),
  ]);
  const background = await equipped.background();
  await background.evaluate(listenForErrors);
  const panel = await equipped.newTab();
  const bystander = await startBystander(server, equipped);
  const emptyUrl = server.serve('empty', { html: '<!doctype html><title>empty</title>' });
  let runs = 0;

  function serve(attack: Attack): { readonly run: string; readonly url: string } {
    const run = `run-${++runs}`;
    const config: PageConfig = {
      run,
      origin: server.origin,
      otherOrigin: server.otherOrigin,
      wsOrigin: server.wsOrigin,
      extensionOrigin: equipped.extensionOrigin ?? '',
      names: { handoff: HANDOFF_EVENT, message: PAGE_MESSAGE, command: PAGE_COMMAND },
    };
    server.serve(`${run}-child`, { html: childDocument(config), headers: attack.headers ?? {} });
    return {
      run,
      url: server.serve(run, { html: attackDocument(config, attack.page), headers: attack.headers ?? {} }),
    };
  }

  async function play(tab: Tab, run: string, url: string): Promise<Run> {
    await tab.goto(url);
    const text = await server.outcome(run, WAIT_TIMEOUT_MS);
    // The lines of the console are complete up to the last that was asked of the page; one that was poisoned may not answer.
    await tab.evaluate(() => null).catch(() => null);
    // Each run has a name of its own, which pages may well see.
    return {
      outcome: JSON.parse(text.replaceAll(run, 'RUN')) as Outcome,
      console: tab.consoleLines().filter((line) => !MACHINE_LINES.some((pattern) => pattern.test(line))),
    };
  }

  return {
    kind,
    async runNatively(attack) {
      const { run, url } = serve(attack);
      const tab = await bare.newTab(emptyUrl);
      const result = await play(tab, run, url);
      await tab.close();
      return result;
    },
    async runRecorded(attack) {
      const { run, url } = serve(attack);
      const tab = await equipped.newTab(emptyUrl);
      const tabId = await record(equipped, panel, tab);
      const result = await play(tab, run, url);
      const state = await settledState(background, tabId, (now) => {
        const ends = connectionsTo(now, `end=${run}`);
        const isOver = ends.length === result.outcome.ends && ends.every(({ close }) => close !== null);
        return isOver && rejectedIn(now) >= fewestRejections(attack) && attack.settled?.(now) !== false;
      });
      return { ...result, state, panel, dismiss: () => tab.close() };
    },
    bystander: () => bystander.exchange(background),
    backgroundErrors: () => background.evaluate(readErrors),
    async close() {
      await Promise.all([bare.close(), equipped.close()]);
      await server.close();
    },
  };
}

/** Refusals are counted at leisure: they arrive a moment after what was refused. */
function fewestRejections({ rejected = 0 }: Attack): number {
  return typeof rejected === 'number' ? rejected : rejected.atLeast;
}

/** Shows the tab in the panel, which begins to record it; gives the extension's id of the tab. */
async function record(browser: Browser, panel: Tab, tab: Tab): Promise<number> {
  const tabId = await tab.extensionTabId();
  const background = await browser.background();
  await panel.goto(`${browser.extensionOrigin}/src/panel/panel.html?tab=${tabId}`);
  await settledState(background, tabId, ({ isRecorded }) => isRecorded);
  return tabId;
}

/** The first state that passes; rejects with the last one. */
async function settledState(
  background: Realm,
  tabId: number,
  test: (state: ExtensionState) => boolean,
): Promise<ExtensionState> {
  let state: ExtensionState | null = null;
  try {
    await waitUntil('the state of the extension', async () => {
      state = await readExtensionState(background, tabId);
      return test(state);
    });
  } catch (error) {
    throw new Error(
      `The extension did not come to the state that was expected: ${JSON.stringify(state).slice(0, 4_000)}`,
      {
        cause: error,
      },
    );
  }
  return state as unknown as ExtensionState;
}

interface Bystander {
  exchange(background: Realm): Promise<{ readonly state: ExtensionState; readonly exchanges: number }>;
}

/** A tab that does no harm: one connection, one frame each way per exchange, recorded by a panel of its own. */
async function startBystander(server: HostileServer, browser: Browser): Promise<Bystander> {
  const tab = await browser.newTab(server.serve('bystander', { html: '<!doctype html><title>bystander</title>' }));
  const tabId = await record(browser, await browser.newTab(), tab);
  await tab.evaluate(async (url) => {
    const socket = new WebSocket(url);
    Object.assign(window, { socket });
    await new Promise((resolve) => socket.addEventListener('open', resolve));
  }, `${server.wsOrigin}/echo`);
  let exchanges = 0;
  return {
    async exchange(background) {
      exchanges += 1;
      await tab.evaluate(async (text) => {
        const { socket } = window as unknown as { socket: WebSocket };
        const echoed = new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
        socket.send(text);
        await echoed;
      }, `exchange ${exchanges}`);
      const state = await settledState(
        background,
        tabId,
        ({ connections }) => connections.reduce((sum, { framesIn }) => sum + framesIn, 0) >= exchanges,
      );
      return { state, exchanges };
    },
  };
}

/** Runs in the background. */
function listenForErrors(): void {
  const errors: string[] = [];
  Object.assign(globalThis, { uncaughtErrors: errors });
  addEventListener('error', ({ message }) => void errors.push(message));
  addEventListener('unhandledrejection', ({ reason }) => void errors.push(String(reason)));
}

/** Runs in the background. A background that died since forgot its listener, and counts as an error. */
function readErrors(): readonly string[] {
  return (globalThis as { uncaughtErrors?: string[] }).uncaughtErrors ?? ['the background was started anew'];
}
