/**
 * A Chromium for the web-platform-tests: their server's names lead to loopback, their certificates are accepted, pages
 * are not touched. `e2e/browsers` drives the browsers of all other tests.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { createTemporaryFolder, killProcess, onProcessEnd } from '../browsers/leftovers.ts';
import { waitUntil, withTimeout } from '../browsers/wait.ts';
import { createProtocolPipe, type ProtocolPipe } from './protocol-pipe.ts';

const CLOSE_TIMEOUT_MS = 10_000;

const SWITCHES = [
  '--headless=new',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-breakpad',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  // Tests open windows without a click, and several browsers run behind one another.
  '--autoplay-policy=no-user-gesture-required',
  '--disable-popup-blocking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  // The tests' http: pages must stay http:.
  '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,OptimizationHints,MediaRouter',
  '--ignore-certificate-errors',
  // Every *.test name is this machine; every other name is unknown, so nothing leaves it.
  `--host-resolver-rules=${[
    'MAP nonexistent.*.test ^NOTFOUND',
    'MAP *.test 127.0.0.1',
    'MAP *.test. 127.0.0.1',
    'MAP localhost 127.0.0.1',
    'EXCLUDE 127.0.0.1',
    'MAP * ^NOTFOUND',
  ].join(', ')}`,
  '--remote-debugging-pipe',
  // Allows Extensions.loadUnpacked.
  '--enable-unsafe-extension-debugging',
];

export interface BrowserSource {
  readonly executablePath: string;
  /** Folder of the unpacked extension, or null: the bare browser. */
  readonly extensionDir: string | null;
  /** File for the network's own log of this browser, complete when it has ended; null: none is written. */
  readonly netLogPath: string | null;
}

export interface TestPage {
  readonly targetId: string;
  /** Begins to load the address; the text of the network's error, or null. */
  navigate(url: string): Promise<string | null>;
  /** Value of an expression (JSON only), awaited. Rejects with its exception, or when the page is gone. */
  evaluate(expression: string): Promise<unknown>;
  state(): 'open' | 'crashed' | 'closed';
}

export interface TestBrowser {
  /** As in "Chrome/156.0.8078.79". */
  readonly version: string;
  /** `chrome-extension://id`, or null. */
  readonly extensionOrigin: string | null;
  openPage(url: string): Promise<TestPage>;
  /** Closes every page that the tests opened, popups too. One page always stays: Chromium ends with its last. */
  closePagesExcept(kept: readonly TestPage[]): Promise<void>;
  clearCookies(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts Chromium with an empty profile. With an extension, resolves when its content scripts do run in pages; `probeUrl`
 * is the page in which that is tried.
 */
export async function launchTestBrowser(source: BrowserSource, probeUrl: string): Promise<TestBrowser> {
  const profile = createTemporaryFolder('wpt-chromium');
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const netLog = source.netLogPath === null ? [] : [`--log-net-log=${source.netLogPath}`];
  const browser = spawn(
    source.executablePath,
    [...SWITCHES, ...sandbox, ...netLog, `--user-data-dir=${profile.path}`, 'about:blank'],
    // A process group of its own: at the end, all of it is ended.
    { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const forget = onProcessEnd(() => (browser.pid === undefined ? undefined : killProcess(browser.pid)));
  const pipe = connectPipe(browser);
  const ended = new Promise<void>((resolve) => browser.once('exit', () => resolve()));
  const close = async () => {
    try {
      // The answer may not come any more; that the process has ended is what counts.
      pipe.send('Browser.close', {}).catch(() => undefined);
      await withTimeout('Closing Chromium', CLOSE_TIMEOUT_MS, ended);
    } finally {
      forget();
      await ended;
      profile.remove();
    }
  };
  try {
    return { ...(await prepare(pipe, source.extensionDir, probeUrl)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function connectPipe(browser: ChildProcess): ProtocolPipe {
  const [, , , toBrowser, fromBrowser] = browser.stdio;
  if (!(toBrowser instanceof Writable) || !(fromBrowser instanceof Readable)) {
    throw new Error('Chromium was started without its pipe.');
  }
  const pipe = createProtocolPipe(toBrowser, fromBrowser);
  browser.once('error', (error) => pipe.end(error));
  browser.once('exit', () => pipe.end(new Error('Chromium has ended.')));
  return pipe;
}

async function prepare(
  pipe: ProtocolPipe,
  extensionDir: string | null,
  probeUrl: string,
): Promise<Omit<TestBrowser, 'close'>> {
  const { product } = await pipe.send('Browser.getVersion', {});
  const pages = new Map<string, 'open' | 'crashed'>();
  pipe.on('Target.targetCreated', ({ targetInfo }) => pages.set(targetInfo.targetId, 'open'));
  pipe.on('Target.targetCrashed', ({ targetId }) => pages.set(targetId, 'crashed'));
  pipe.on('Target.targetDestroyed', ({ targetId }) => pages.delete(targetId));
  await pipe.send('Target.setDiscoverTargets', { discover: true, filter: [{ type: 'page' }] });

  async function openPage(url: string): Promise<TestPage> {
    const { targetId, sessionId } = await createPage(pipe, url);
    return {
      targetId,
      navigate: async (address) => (await pipe.send('Page.navigate', { url: address }, sessionId)).errorText ?? null,
      evaluate: (expression) => evaluate(pipe, sessionId, expression),
      state: () => pages.get(targetId) ?? 'closed',
    };
  }

  async function closePagesExcept(kept: readonly TestPage[]): Promise<void> {
    const ids = new Set(kept.map(({ targetId }) => targetId));
    const leftovers = [...pages.keys()].filter((targetId) => !ids.has(targetId));
    // A page that closes itself in the meantime is no longer there to be closed.
    await Promise.all(
      leftovers.map((targetId) => pipe.send('Target.closeTarget', { targetId }).catch(() => undefined)),
    );
  }

  let extensionOrigin: string | null = null;
  if (extensionDir !== null) {
    const { id } = await pipe.send('Extensions.loadUnpacked', { path: extensionDir });
    extensionOrigin = `chrome-extension://${id}`;
    await waitForContentScript(pipe, extensionOrigin, probeUrl);
  }
  return {
    version: product,
    extensionOrigin,
    openPage,
    closePagesExcept,
    async clearCookies() {
      await pipe.send('Storage.clearCookies', {});
    },
  };
}

async function createPage(pipe: ProtocolPipe, url: string) {
  const { targetId } = await pipe.send('Target.createTarget', { url });
  const { sessionId } = await pipe.send('Target.attachToTarget', { targetId, flatten: true });
  return { targetId, sessionId };
}

/**
 * Loads a page until a script of the extension runs in it: shortly after the extension was loaded, none does yet, and a
 * broken one never does. Without this, an extension that does nothing would pass every test.
 */
async function waitForContentScript(pipe: ProtocolPipe, extensionOrigin: string, url: string): Promise<void> {
  const { targetId, sessionId } = await createPage(pipe, 'about:blank');
  let seen = false;
  const forget = pipe.on('Runtime.executionContextCreated', ({ context }) => {
    seen ||= context.origin === extensionOrigin;
  });
  await pipe.send('Runtime.enable', {}, sessionId);
  await waitUntil(`a content script of the extension in ${url}`, async () => {
    await pipe.send('Page.navigate', { url }, sessionId);
    // The answer comes before the new document does.
    await waitUntil(`the document of ${url}`, () => evaluate(pipe, sessionId, IS_LOADED));
    return seen;
  });
  forget();
  await pipe.send('Target.closeTarget', { targetId });
}

const IS_LOADED = `location.href !== 'about:blank' && document.readyState === 'complete'`;

async function evaluate(pipe: ProtocolPipe, sessionId: string, expression: string): Promise<unknown> {
  const { result, exceptionDetails } = await pipe.send(
    'Runtime.evaluate',
    { expression, returnByValue: true, awaitPromise: true },
    sessionId,
  );
  if (exceptionDetails !== undefined) {
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }
  return result.value;
}
