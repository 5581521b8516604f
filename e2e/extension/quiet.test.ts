/** The content script leaves no traces in what is numbered per window: a page could count what it did not number itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserKind } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled, launchBrowser } from '../browsers/launch.ts';
import { distOf, TARGET_OF } from '../cli/extension-build.ts';
import { openPanelClient } from './panel-client.ts';
import { type PreparedPage, prepareChild } from './prepared-child.ts';
import { type Site, startSite } from './site.ts';

for (const kind of BROWSER_KINDS)
  describe.skipIf(!isInstalled(kind))(`the content script in ${kind}`, () => suite(kind));

function suite(kind: BrowserKind): void {
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launchBrowser(kind, { extensionDir: distOf(TARGET_OF[kind]) }), startSite()]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), site?.close()]);
  });

  it('uses no timer ids while it is recorded, not even when it has something to delay', async () => {
    const panel = await openPanelClient(browser);
    const tab = await browser.newTab(`${site.origin}/page`);
    const sessionId = await panel.attach(await tab.extensionTabId());
    const hasPort = await prepareChild(tab, site.origin, `${site.wsOrigin}/echo`);
    await panel.readUntil(sessionId, ({ connections }) => connections[0]?.openedAtMs != null);
    expect(hasPort).toBe(true);
    const between = await tab.evaluate(async () => {
      const { child, socket, port } = window as unknown as PreparedPage;
      const first = Number(child.setTimeout(() => undefined, 0));
      socket.send('x');
      await new Promise((resolve) => socket.addEventListener('message', resolve));
      // Refused; its count is told after a while, and a delay is what it takes.
      port?.dispatchEvent(new child.MessageEvent('page-message', { data: 'nonsense' }));
      return Number(child.setTimeout(() => undefined, 0)) - first;
    });
    expect(between).toBe(1);
    await panel.readUntil(sessionId, ({ documents }) => documents.some(({ rejected }) => rejected === 1));
    await panel.detach();
    await Promise.all([panel.tab.close(), tab.close()]);
  });
}
