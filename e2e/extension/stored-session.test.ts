/** The panel over a session in the real database, in each browser: `panel.html?session=ID`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserKind } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled, launchBrowser } from '../browsers/launch.ts';
import { distOf, TARGET_OF } from '../cli/extension-build.ts';
import { installSession } from '../lab/sessions/install.ts';
import { clickRow, readGrid, rowsOf } from './panel-page.ts';

for (const kind of BROWSER_KINDS) describe.skipIf(!isInstalled(kind))(`a stored session in ${kind}`, () => suite(kind));

function suite(kind: BrowserKind): void {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser(kind, { extensionDir: distOf(TARGET_OF[kind]), width: 1200, height: 900 });
  });
  afterAll(() => browser?.close());

  it('shows its connections, their frames and what was found in them', async () => {
    const url = await installSession(browser, { frames: 5_000, connections: 20, sessionId: 'stored' });
    const panel = await browser.newTab(url);
    await rowsOf(panel, 'Connections', 3);
    expect((await readGrid(panel, 'Connections')).rowCount).toBe(21);
    await clickRow(panel, 'Connections', 'quotes');
    expect((await rowsOf(panel, 'Frames', 3)).length).toBeGreaterThanOrEqual(3);
    expect(await panel.evaluate(() => document.querySelector('.toolbar-session')?.textContent)).toContain(
      '5000 frames',
    );
    // The analysis has read it through: the tab of findings counts them.
    await panel.waitFor(() => /\d/.test(document.querySelector('#view-findings')?.textContent ?? ''));
    expect(panel.consoleLines()).toEqual([]);
    await panel.close();
  });

  it('is said not to be there when it is not', async () => {
    const panel = await browser.newTab(`${browser.extensionOrigin}/src/panel/panel.html?session=nobody`);
    await panel.waitFor(() => document.querySelector('h1')?.textContent === 'This session is not stored here');
    await panel.close();
  });
}
