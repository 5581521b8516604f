/** Opens a set-up in Chromium. While something is measured, no debugger is attached to the measured page. */

import { launchMeasuringChromium, type MeasuringChromium, showDevtoolsView, type Target } from './chromium.ts';
import { createObserver, findTabId, type Observer } from './observer.ts';
import { type OpenSetUp, type SetUpContext, watchProcesses } from './open-set-up.ts';
import type { SetUp } from './set-ups.ts';
import { mainFramePid, trace } from './trace.ts';

/** A page of the extension in which nothing of it runs. */
const EMPTY_PAGE = '/manifest.json';

export interface ChromiumSetUp extends OpenSetUp {
  readonly browser: MeasuringChromium;
  readonly page: Target;
  /** Our panel, where the set-up has it as a page of its own. */
  readonly panel: Target | null;
}

export async function openInChromium(
  setUp: SetUp,
  { traffic, extensionDir, headless }: SetUpContext,
): Promise<ChromiumSetUp> {
  const browser = await launchMeasuringChromium({
    headless,
    ...(setUp.extension && { extensionDir }),
  });
  try {
    const url = traffic.pageUrl(setUp.id);
    const { observer, panel, page } = await openWindows(browser, setUp, url);
    await traffic.pageReady(setUp.id);
    const processes = watchProcesses(browser.pid, await findPagePid(page));
    return {
      setUp,
      browserVersion: browser.version,
      browser,
      page,
      panel,
      observer,
      run: (task) => traffic.run(setUp.id, task),
      ...processes,
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

interface Windows {
  readonly page: Target;
  readonly panel: Target | null;
  readonly observer: Observer | null;
}

async function openWindows(browser: MeasuringChromium, { watcher }: SetUp, url: string): Promise<Windows> {
  const { extensionOrigin } = browser;
  if (watcher === 'none' || extensionOrigin === null) {
    const page = await browser.openWindow(url);
    if (watcher === 'devtoolsNetwork') await openDevtools(browser, page, 'network');
    return { page, panel: null, observer: null };
  }
  const extensionPage = await (await browser.openWindow(`${extensionOrigin}${EMPTY_PAGE}`)).attach();
  await extensionPage.waitFor(() => document.readyState === 'complete' && location.protocol === 'chrome-extension:');
  const observer = await createObserver(extensionPage);
  // Last, so that its window is in front.
  const page = await browser.openWindow(url);
  const tabId = await findTabId(extensionPage, url);
  let panel: Target | null = null;
  if (watcher === 'panelPage') {
    panel = await browser.openWindow(`${extensionOrigin}/src/panel/panel.html?tab=${tabId}`);
    const attached = await panel.attach();
    await attached.waitFor(() => document.readyState === 'complete' && document.body.childElementCount > 0);
    await attached.detach();
  }
  if (watcher === 'devtoolsPanel') await openDevtools(browser, page, `${extensionOrigin}Socketscope`);
  // Beside a panel it joins that one's session; it is needed to empty the recording and to read it.
  await observer.attach(tabId);
  return { page, panel, observer };
}

/** The protocol tells no target's process, but a trace does. */
async function findPagePid(page: Target): Promise<number | null> {
  const attached = await page.attach();
  const events = await trace(attached.session, ['disabled-by-default-devtools.timeline'], async () => {});
  await attached.detach();
  return mainFramePid(events);
}

async function openDevtools(browser: MeasuringChromium, page: Target, view: string): Promise<void> {
  const frontEnd = await (await browser.openDevtools(page)).attach();
  await showDevtoolsView(frontEnd, view);
  await frontEnd.detach();
}
