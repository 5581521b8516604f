/**
 * Drives Firefox by Marionette. Everything runs in the browser's own privileged context (`firefox-remote.js`), where the
 * toolbox, extension processes and any number of tabs can be reached alike; WebDriver's own notion of a current window
 * is not used.
 */

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, LaunchOptions, Realm, Tab } from './browser.ts';
import { createEvaluation, noDocument } from './evaluation.ts';
import { createInput, type FirefoxInput } from './firefox-input.ts';
import { type FirefoxProcess, startFirefox } from './firefox-process.ts';
import { createRemote, type Remote, type Target } from './firefox-remote.ts';
import type { Marionette } from './marionette.ts';

/** Share of the window's height that DevTools takes. */
const DEVTOOLS_SHARE = 0.55;

/** Launches Firefox with a new profile. Rejects when it is not installed or the extension cannot be loaded. */
export async function launchFirefox(options: LaunchOptions = {}): Promise<Browser> {
  const firefox = await startFirefox(options);
  try {
    return await createBrowser(firefox, options);
  } catch (error) {
    await firefox.quit();
    throw error;
  }
}

async function createBrowser(firefox: FirefoxProcess, options: LaunchOptions): Promise<Browser> {
  const { extensionDir, colorScheme = 'light', height = 900 } = options;
  const { marionette } = firefox;
  const wanted = { acceptInsecureCerts: options.acceptsAnyCertificate === true };
  const session = (await marionette.send('WebDriver:NewSession', wanted)) as {
    capabilities: { browserVersion: string };
  };
  const linesOfTabs = new Map<number, string[]>();
  const remote = await createRemote(marionette, (browserId, line) => linesOfTabs.get(browserId)?.push(line));
  const input = createInput(marionette, remote);
  const extensionOrigin = extensionDir === undefined ? null : await loadExtension(marionette, remote, extensionDir);
  const browserIds = new Map<Tab, number>();
  /** The empty tab that the browser opens by itself becomes the first one. */
  let reuseFirst = true;

  return {
    kind: 'firefox',
    version: session.capabilities.browserVersion,
    extensionOrigin,
    async newTab(url) {
      const creating = remote.call('newTab', reuseFirst);
      reuseFirst = false;
      const browserId = await creating;
      const lines: string[] = [];
      linesOfTabs.set(browserId, lines);
      const tab = createTab(remote, input, browserId, lines);
      browserIds.set(tab, browserId);
      if (url !== undefined) {
        await tab.goto(url);
      }
      return tab;
    },
    async openPanel(tab, { dark = colorScheme === 'dark' } = {}) {
      const browserId = browserIds.get(tab);
      if (browserId === undefined) {
        throw new Error('This tab belongs to another browser.');
      }
      await remote.call('openPanel', browserId, dark ? 'dark' : 'light', Math.round(height * DEVTOOLS_SHARE));
      const realm = createRealm(remote, input, { panel: browserId });
      await realm.waitFor(() => document.readyState === 'complete' && location.protocol === 'moz-extension:');
      return {
        ...realm,
        async screenshot(path) {
          await remote.call('focus', { panel: browserId });
          await screenshotOfWindow(marionette, path);
        },
        close: () => remote.call('closeDevtools', browserId),
      };
    },
    killBackground: () => remote.call('killBackground'),
    async background() {
      await remote.call('startBackground');
      return createBackgroundRealm(remote);
    },
    reloadExtension: () => remote.call('reloadExtension'),
    setOffline: (on) => remote.call('setOffline', on),
    ended: firefox.ended,
    kill: firefox.kill,
    close: () => firefox.quit(),
  };
}

async function loadExtension(marionette: Marionette, remote: Remote, folder: string): Promise<string> {
  const installed = await marionette.send('Addon:Install', { path: resolve(folder), temporary: true });
  return remote.call('useExtension', (installed as { value: string }).value);
}

function createRealm(remote: Remote, input: FirefoxInput, target: Target): Realm {
  return {
    ...createEvaluation((expression) => remote.call('evaluate', target, expression)),
    click: (selector) => input.click(target, selector),
    type: (text) => input.type(target, text),
    press: (chord) => input.press(target, chord),
  };
}

function createBackgroundRealm(remote: Remote): Realm {
  async function run(expression: string): Promise<unknown> {
    await remote.call('startBackground');
    return remote.call('evaluate', { background: true }, expression);
  }
  return { ...createEvaluation(run), click: noDocument, type: noDocument, press: noDocument };
}

function createTab(remote: Remote, input: FirefoxInput, browserId: number, lines: readonly string[]): Tab {
  const target: Target = { tab: browserId };
  const realm = createRealm(remote, input, target);

  async function loaded(): Promise<void> {
    await remote.call('loaded', browserId);
  }

  return {
    ...realm,
    async goto(url) {
      await remote.call('goto', browserId, url);
      await loaded();
    },
    async reload() {
      await remote.call('reload', browserId);
      await loaded();
    },
    extensionTabId: () => remote.call('extensionTabId', browserId),
    async resize(widthPx, heightPx) {
      await remote.call('resize', browserId, widthPx, heightPx);
      await realm.waitFor(
        (width: number, height: number) => innerWidth === width && innerHeight === height,
        widthPx,
        heightPx,
      );
    },
    async screenshot(path) {
      writeFileSync(path, Buffer.from(await remote.call('snapshot', target), 'base64'));
    },
    async hide() {
      await remote.call('newTab', false);
      await realm.waitFor(() => document.visibilityState === 'hidden');
    },
    consoleLines: () => [...lines],
    close: () => remote.call('closeTab', browserId),
  };
}

/** In the privileged context WebDriver's screenshot is that of the whole window: tabs, page and docked toolbox. */
async function screenshotOfWindow(marionette: Marionette, path: string): Promise<void> {
  const picture = (await marionette.send('WebDriver:TakeScreenshot', { full: false })) as { value: string };
  writeFileSync(path, Buffer.from(picture.value, 'base64'));
}
