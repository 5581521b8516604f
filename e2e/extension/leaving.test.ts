/** What the panel says of a connection whose page is left, in each browser's own way of leaving. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserKind, Tab } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled, launchBrowser } from '../browsers/launch.ts';
import { distOf, TARGET_OF } from '../cli/extension-build.ts';
import { rowsOf } from './panel-page.ts';
import { type Site, startSite } from './site.ts';

for (const kind of BROWSER_KINDS) describe.skipIf(!isInstalled(kind))(`leaving a page in ${kind}`, () => suite(kind));

function suite(kind: BrowserKind): void {
  let browser: Browser;
  let site: Site;
  let tab: Tab;
  let panel: Tab;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launchBrowser(kind, { extensionDir: distOf(TARGET_OF[kind]) }), startSite()]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), site?.close()]);
  });
  afterEach(async () => {
    await Promise.all([panel?.close(), tab?.close()]);
  });

  it.each(['reload', 'another page'])('says that the page went away, not that the server closed (%s)', async (way) => {
    tab = await browser.newTab(`${site.origin}/page`);
    panel = await browser.newTab(`${browser.extensionOrigin}/src/panel/panel.html?tab=${await tab.extensionTabId()}`);
    await panel.waitFor(() => document.querySelector('.status-recording'));
    await panel.click('.toolbar-check input'); // Preserve log
    await tab.evaluate((url) => {
      Object.assign(window, { socket: new WebSocket(url) });
    }, `${site.wsOrigin}/numbers?name=n&count=100000&burst=5`);
    await panel.waitFor(() =>
      document.querySelector('[aria-label=Connections] [role=row][aria-selected]')?.textContent?.includes('open'),
    );
    if (way === 'reload') await tab.reload();
    else await tab.goto(`${site.otherOrigin}/page`);
    await panel.waitFor(() => {
      const row = document.querySelector('[aria-label=Connections] [role=row][aria-selected]');
      return row?.textContent?.includes('navigation');
    });
    const [row] = await rowsOf(panel, 'Connections', 1);
    expect(row?.['Closed by']).toBe('navigation');
  });
}
