/** Drives Chromium with playwright-core: launch, tabs, the background's service worker. DevTools: `chromium-devtools.ts`. */

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BrowserContext, type CDPSession, chromium, type Frame, type Page } from 'playwright-core';
import type { Browser, LaunchOptions, Realm, Tab } from './browser.ts';
import { createDevtools, devtoolsPreferences } from './chromium-devtools.ts';
import { createFrameRealm, createWorkerRealm } from './chromium-realm.ts';
import { createWorkerControl, type WorkerControl } from './chromium-worker.ts';
import { findBrowser } from './find.ts';
import { createTemporaryFolder, killProcess, onProcessEnd } from './leftovers.ts';
import { WAIT_TIMEOUT_MS, waitUntil, withTimeout } from './wait.ts';

const CLOSE_TIMEOUT_MS = 10_000;
/** A hidden page draws nothing: it is not asked at each frame. */
const POLL_MS = 100;

/** Share of the window's height that DevTools takes when docked at the bottom. */
const DEVTOOLS_SHARE = 0.55;

/** Launches Chromium with a new, empty profile. Rejects when it is not installed or the extension cannot be loaded. */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  const executablePath = findBrowser('chromium');
  if (executablePath === null) {
    throw new Error('Chromium was not found.');
  }
  const { colorScheme = 'light', headless = true, width = 1400, height = 900, profileDir } = options;
  const hosts = ['127.0.0.1', 'localhost', ...(options.reachable ?? [])];
  const profile = profileDir === undefined ? createProfile() : useProfile(profileDir);
  writePreferences(profile.path, colorScheme, Math.round(height * DEVTOOLS_SHARE));
  // Read by Playwright at launch: makes pages of targets of type "other", which is what DevTools front-ends are.
  process.env.PW_CHROMIUM_ATTACH_TO_OTHER = '1';
  try {
    const context = await chromium.launchPersistentContext(profile.path, {
      executablePath,
      // Playwright's own headless mode is the old one, without extensions; the new one is a flag of ours.
      headless: false,
      viewport: null,
      colorScheme,
      ...(options.forcedColors ? { forcedColors: 'active' as const } : {}),
      chromiumSandbox: !headless && process.getuid?.() !== 0,
      ignoreDefaultArgs: [
        '--disable-extensions',
        ...(options.backForwardCache ? ['--disable-back-forward-cache'] : []),
        ...(options.throttlesHidden ? UNTHROTTLED : []),
      ],
      // Our own handlers also delete the profile; see leftovers.ts.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      timeout: 60_000,
      args: [
        ...(headless ? ['--headless=new'] : []),
        ...(options.exposesGc ? ['--js-flags=--expose-gc'] : []),
        ...SWITCHES,
        `--disable-features=${FEATURES_OFF.join(',')}`,
        // Even so Chromium looks up accounts.google.com and update.googleapis.com. Nothing leaves the machine.
        `--host-resolver-rules=${['MAP * ~NOTFOUND', ...hosts.map((host) => `EXCLUDE ${host}`)].join(', ')}`,
        ...(options.acceptsAnyCertificate ? ['--ignore-certificate-errors'] : []),
        `--window-size=${width},${height}`,
      ],
    });
    return await createBrowser(context, options, profile.remove);
  } catch (error) {
    profile.remove();
    throw error;
  }
}

const SWITCHES = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-quic',
  '--disable-sync',
  // No bar over the page that warns of the switches above.
  '--test-type',
  // Allows Extensions.loadUnpacked, the one way that Chromium, Chrome (since 137 without --load-extension) and Edge share.
  '--enable-unsafe-extension-debugging',
];

/** The last list counts, so Playwright's own comes first, as the exact version in package.json has it. */
const FEATURES_OFF = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'msForceBrowserSignIn',
  'msEdgeUpdateLaunchServicesPreferredVersion',
  // What drops down from the address bar is a page, loaded again and again though nobody types there: half of the cost of a start.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
];

/** What Playwright passes to let hidden pages keep their pace. */
const UNTHROTTLED = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** The profile, and the folder beside it in which Chromium keeps the socket that a second instance would talk to. */
function createProfile(): { readonly path: string; readonly remove: () => void } {
  const folder = createTemporaryFolder('chromium');
  const removeSocket = onProcessEnd(() => {
    const socketFolder = dirname(readLink(join(folder.path, 'SingletonSocket')));
    if (/^(org\.chromium|com\.google|com\.microsoft)\./.test(basename(socketFolder))) {
      rmSync(socketFolder, { recursive: true, force: true });
    }
  });
  return {
    path: folder.path,
    remove() {
      removeSocket();
      folder.remove();
    },
  };
}

/** A profile of the caller's. Chromium that was killed has left its lock there. */
function useProfile(path: string): ReturnType<typeof createProfile> {
  mkdirSync(path, { recursive: true });
  for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie']) rmSync(join(path, name), { force: true });
  return { path, remove: () => undefined };
}

/** Where the symbolic link points, empty when there is none: Chromium deletes it when it is closed in good order. */
function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function writePreferences(profileDir: string, theme: 'light' | 'dark', devtoolsHeightPx: number): void {
  const path = join(profileDir, 'Default', 'Preferences');
  if (existsSync(path)) return;
  mkdirSync(join(profileDir, 'Default'));
  writeFileSync(
    path,
    JSON.stringify({
      devtools: { preferences: devtoolsPreferences(theme, devtoolsHeightPx) },
      // Without developer mode an unpacked extension stays disabled after runtime.reload().
      extensions: { ui: { developer_mode: true } },
      // No "translate this page?" and "save password?" bubbles over the page.
      translate: { enabled: false },
      credentials_enable_service: false,
    }),
  );
}

async function createBrowser(
  context: BrowserContext,
  { extensionDir, colorScheme = 'light', storageLimitBytes }: LaunchOptions,
  removeProfile: () => void,
): Promise<Browser> {
  const host = context.browser();
  if (host === null) {
    throw new Error('Playwright gave a context without a browser.');
  }
  const session = await host.newBrowserCDPSession();
  const forgetProcess = onProcessEnd(await processKiller(session));
  const ended = new Promise<void>((resolve) => context.once('close', () => resolve()));
  const extensionOrigin = extensionDir === undefined ? null : await loadExtension(session, extensionDir);
  const worker = extensionOrigin === null ? null : createWorkerControl(context, extensionOrigin);
  // A worker that still installs cannot be killed, and the extension's content scripts may not be registered yet.
  await worker?.start();
  if (extensionOrigin !== null && storageLimitBytes !== undefined) {
    await limitStorage(context, extensionOrigin, storageLimitBytes);
  }
  const devtools = createDevtools(context, session);
  const pages = new Map<Tab, Page>();
  /** The empty page that the browser opens by itself becomes the first tab. */
  let unusedPage = context.pages()[0] ?? null;

  function requireWorker(): WorkerControl {
    if (worker === null) {
      throw new Error('The browser was launched without the extension.');
    }
    return worker;
  }

  /** Evaluates in the service worker, which is started if need be. */
  const backgroundRealm = createWorkerRealm(() => requireWorker().start());

  async function newTab(url?: string): Promise<Tab> {
    const page = unusedPage ?? (await context.newPage());
    unusedPage = null;
    const tab = createTab(page, () => findTabId(page, backgroundRealm));
    pages.set(tab, page);
    page.once('close', () => pages.delete(tab));
    if (url !== undefined) {
      await tab.goto(url);
    }
    return tab;
  }

  return {
    kind: 'chromium',
    version: host.version(),
    extensionOrigin,
    newTab,
    async openPanel(tab, { dark = colorScheme === 'dark' } = {}) {
      requireWorker();
      const page = pages.get(tab);
      if (page === undefined) {
        throw new Error('This tab is closed, or belongs to another browser.');
      }
      return devtools.openPanel(page, dark ? 'dark' : 'light');
    },
    killBackground: () => requireWorker().kill(),
    async background() {
      await requireWorker().start();
      return backgroundRealm;
    },
    async reloadExtension() {
      const control = requireWorker();
      await control.start();
      // Loading the folder again is what the "reload" button of chrome://extensions does.
      await loadExtension(session, extensionDir ?? '');
      await control.startAfterReload();
    },
    setOffline: (on) => context.setOffline(on),
    ended,
    async kill() {
      forgetProcess();
      await ended;
    },
    async close() {
      try {
        await withTimeout('Closing Chromium', CLOSE_TIMEOUT_MS, context.close());
      } finally {
        forgetProcess();
        removeProfile();
      }
    },
  };
}

/** A function that ends the browser's main process; its children end with it. */
async function processKiller(session: CDPSession): Promise<() => void> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const pid = processInfo.find(({ type }) => type === 'browser')?.id;
  return () => (pid === undefined ? undefined : killProcess(pid));
}

async function loadExtension(session: CDPSession, path: string): Promise<string> {
  // Newer than the protocol types that playwright-core ships.
  const send: (method: string, params: object) => Promise<unknown> = session.send.bind(session) as never;
  const { id } = (await send('Extensions.loadUnpacked', { path })) as { id: string };
  return `chrome-extension://${id}`;
}

/** Lasts as long as the first page: only a page has a storage partition that the protocol can speak of. */
async function limitStorage(context: BrowserContext, origin: string, quotaSize: number): Promise<void> {
  const session = await context.newCDPSession(context.pages()[0] ?? (await context.newPage()));
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
}

/** What `findTabId` uses of the background's globals. */
interface BackgroundGlobals {
  readonly chrome: { readonly tabs: { query(filter: { title: string }): Promise<readonly { id?: number }[]> } };
}

/**
 * The extension's id of the tab. The DevTools protocol does not know it and the extension does not know the protocol's
 * ids, so for a moment the page's title is one that the extension can ask for.
 */
async function findTabId(page: Page, background: Realm): Promise<number> {
  const marker = `socketscope-${randomUUID()}`;
  const title = await page.evaluate((mark) => {
    const before = document.title;
    document.title = mark;
    return before;
  }, marker);
  try {
    return await background.waitFor(async (wanted) => {
      const { chrome } = globalThis as unknown as BackgroundGlobals;
      const [tab] = await chrome.tabs.query({ title: wanted });
      return tab?.id;
    }, marker);
  } finally {
    await page.evaluate((original) => {
      document.title = original;
    }, title);
  }
}

/**
 * Rejects only when the error page of a failed load is there: it comes later than the failure, and would interrupt the
 * next load.
 */
async function load(page: Page, url: string): Promise<void> {
  let errorPages = 0;
  const countErrorPages = (frame: Frame) => {
    errorPages += frame === page.mainFrame() && frame.url().startsWith('chrome-error:') ? 1 : 0;
  };
  page.on('framenavigated', countErrorPages);
  try {
    await page.goto(url, { waitUntil: 'load', timeout: WAIT_TIMEOUT_MS });
  } catch (error) {
    if (error instanceof Error && /net::ERR_(?!ABORTED)/.test(error.message)) {
      await waitUntil('the error page', () => errorPages > 0);
    }
    throw error;
  } finally {
    page.off('framenavigated', countErrorPages);
  }
}

/** The protocol session in which Playwright lets a page believe that it is seen, as it hides behind its own objects. */
interface PageInside {
  readonly _connection: {
    toImpl(page: Page): {
      readonly delegate: { readonly _mainFrameSession: { readonly _client: Pick<CDPSession, 'send'> } };
    };
  };
}

/** Ends that belief. Only the session that gave it can take it back; hence the exact version in package.json. */
async function believeEyes(page: Page): Promise<void> {
  const { delegate } = (page as unknown as PageInside)._connection.toImpl(page);
  await delegate._mainFrameSession._client.send('Emulation.setFocusEmulationEnabled', { enabled: false });
}

function createTab(page: Page, extensionTabId: () => Promise<number>): Tab {
  const lines: string[] = [];
  page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => lines.push(`error: ${error.name}: ${error.message}`));
  return {
    ...createFrameRealm(page, page.mainFrame()),
    goto: (url) => load(page, url),
    async reload() {
      await page.reload({ waitUntil: 'load', timeout: WAIT_TIMEOUT_MS });
    },
    extensionTabId,
    resize: (width, height) => page.setViewportSize({ width, height }),
    async screenshot(path) {
      await page.screenshot({ path });
    },
    async hide() {
      await believeEyes(page);
      await (await page.context().newPage()).bringToFront();
      await page.waitForFunction(() => document.visibilityState === 'hidden', null, { polling: POLL_MS });
    },
    consoleLines: () => [...lines],
    close: () => page.close(),
  };
}
