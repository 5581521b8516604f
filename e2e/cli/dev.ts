/**
 * `npm run dev`: builds on every change, with source maps, and reloads the extension in a browser that shows the lab;
 * the page is loaded anew and the panel opened again. `-- --firefox` for Firefox.
 */
import { parseArgs } from 'node:util';
import { build } from 'vite';
import type { Browser, BrowserKind, Tab } from '../browsers/browser.ts';
import { ensureBrowser } from '../browsers/install.ts';
import { launchBrowser } from '../browsers/launch.ts';
import { startLab } from '../lab/server.ts';
import { hasDisplay } from './display.ts';
import { distOf, TARGET_OF } from './extension-build.ts';
import { endWithCtrlC, say } from './run.ts';

const { values } = parseArgs({ options: { firefox: { type: 'boolean' }, headless: { type: 'boolean' } } });
const kind: BrowserKind = values.firefox ? 'firefox' : 'chromium';
const target = TARGET_OF[kind];
// vite.config.ts reads it
process.env.TARGET = target;

interface Shown {
  readonly browser: Browser;
  readonly tab: Tab;
}

endWithCtrlC();
ensureBrowser(kind, say);
const lab = await startLab();
let shown: Shown | null = null;
/** Builds that end while the browser is still busy with the one before wait for their turn. */
let last: Promise<void> = Promise.resolve();

const watcher = await build({ logLevel: 'warn', build: { watch: {}, sourcemap: true } });
if (!('on' in watcher)) throw new Error('vite did not start to watch.');
watcher.on('event', (event) => {
  if (event.code === 'ERROR') say(`build failed: ${event.error.message}\nWaiting for the next change.`);
  if (event.code === 'END') last = last.then(show).catch((error: Error) => say(`reload failed: ${error.message}`));
});

/** The first time starts the browser; from then on only what has changed is loaded anew. */
async function show(): Promise<void> {
  if (shown === null) {
    const headless = values.headless === true || !hasDisplay();
    const browser = await launchBrowser(kind, { extensionDir: distOf(target), headless });
    const tab = await browser.newTab(lab.origin);
    shown = { browser, tab };
    void browser.ended.then(end);
    say(`${kind} shows ${lab.origin}; edit a file in src. Close the browser, or press Ctrl+C, to end.`);
  } else {
    await shown.browser.reloadExtension();
    await shown.tab.reload();
    say(`reloaded ${new Date().toLocaleTimeString()}`);
  }
  await shown.browser.openPanel(shown.tab);
}

async function end(): Promise<void> {
  if ('close' in watcher) await watcher.close();
  await lab.close();
  process.exit(0);
}
