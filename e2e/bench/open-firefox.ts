/**
 * Opens a set-up in Firefox, through the tests' driver: Marionette watches neither the page nor its traffic, and no
 * DevTools actor is attached to the measured page.
 */

import type { Browser } from '../browsers/browser.ts';
import { launchFirefox } from '../browsers/firefox.ts';
import { createObserver, type Observer } from './observer.ts';
import {
  findBusyProcess,
  type OpenSetUp,
  ownChildren,
  type SetUpContext,
  SPIN_MS,
  watchProcesses,
} from './open-set-up.ts';
import type { SetUp } from './set-ups.ts';

/** A page of the extension's origin in which nothing of it runs. */
const EMPTY_PAGE = '/icons/16.png';

export async function openInFirefox(
  setUp: SetUp,
  { traffic, extensionDir, headless }: SetUpContext,
): Promise<OpenSetUp> {
  const before = ownChildren();
  const browser = await launchFirefox({ headless, ...(setUp.extension && { extensionDir }) });
  const rootPid = ownChildren().find((pid) => !before.includes(pid)) ?? 0;
  try {
    const observer = await openTabs(browser, setUp, traffic.pageUrl(setUp.id));
    await traffic.pageReady(setUp.id);
    const spin = () => traffic.run(setUp.id, { kind: 'spin', durationMs: SPIN_MS });
    return {
      setUp,
      browserVersion: `Firefox/${browser.version}`,
      observer,
      run: (task) => traffic.run(setUp.id, task),
      ...watchProcesses(rootPid, await findBusyProcess(rootPid, spin)),
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

async function openTabs(browser: Browser, { watcher }: SetUp, url: string): Promise<Observer | null> {
  if (watcher === 'none') {
    await browser.newTab(url);
    return null;
  }
  const observer = await createObserver(await browser.newTab(`${browser.extensionOrigin}${EMPTY_PAGE}`));
  // Last, so that it is the one in front.
  const page = await browser.newTab(url);
  const tabId = await page.extensionTabId();
  if (watcher === 'panelPage') await openPanelWindow(browser, tabId);
  if (watcher === 'devtoolsPanel') await browser.openPanel(page);
  await observer.attach(tabId);
  return observer;
}

interface ExtensionGlobals {
  readonly browser: { readonly windows: { create(options: object): Promise<unknown> } };
}

/** In a window of its own, so that panel and page are both visible. */
async function openPanelWindow(browser: Browser, tabId: number): Promise<void> {
  const background = await browser.background();
  await background.evaluate(async (path) => {
    await (globalThis as unknown as ExtensionGlobals).browser.windows.create({ url: path, type: 'popup' });
  }, `/src/panel/panel.html?tab=${tabId}`);
}
