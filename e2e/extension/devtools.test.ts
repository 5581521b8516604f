/**
 * The whole product as a user has it: the real extension, the panel in the browser's real DevTools, the lab's real clients
 * and servers. Few tests, each a piece of somebody's day. What is drawn where is tested over a fake link, in e2e/panel.
 */
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, BrowserKind, DevtoolsPanel, Tab } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled } from '../browsers/launch.ts';
import { waitUntil } from '../browsers/wait.ts';
import type { Lab } from '../lab/server.ts';
import { startBrowserAndLab } from './browser-and-lab.ts';
import { clickRow, filterBy, readGrid, rowsOf } from './panel-page.ts';

for (const kind of BROWSER_KINDS) describe.skipIf(!isInstalled(kind))(`Socketscope in ${kind}`, () => suite(kind));

function suite(kind: BrowserKind): void {
  let browser: Browser;
  let lab: Lab;
  let tab: Tab;
  let panel: DevtoolsPanel;

  beforeAll(async () => {
    [browser, lab] = await startBrowserAndLab(kind);
    await lab.ready();
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
  });
  beforeEach(async () => {
    tab = await browser.newTab();
  });
  afterEach(async () => {
    // The inspected page must not hear of us.
    expect(tab.consoleLines().filter((line) => /socketscope|extension/i.test(line))).toEqual([]);
    await panel.close();
    await tab.close();
  });

  it('catches the first socket of the first inline script, and shows it to a panel opened late, with its frames', async () => {
    await tab.goto(`${lab.origin}/first-inline.html`);
    await tab.waitFor(() => document.readyState === 'complete');
    await lab.endpoint('echo').waitFor(({ open }) => open >= 1);
    panel = await browser.openPanel(tab);
    await waitUntil('the connection to be shown as open', async () => {
      const [row] = await rowsOf(panel, 'Connections', 1);
      return /open/i.test(row?.State ?? '');
    });
  });

  it('shows every client of the lab, opened before DevTools, live', async () => {
    await tab.goto(lab.origin);
    await tab.waitFor(() => {
      const clients = Object.values(window.lab.state().clients);
      return clients.length > 0 && clients.every(({ state, received }) => state === 'open' && received.messages > 0);
    });
    const clients = await tab.evaluate(() => window.lab.ids.length);
    panel = await browser.openPanel(tab);
    const grid = await panel.waitFor((wanted: number) => {
      const element = document.querySelector('[aria-rowcount][aria-label="Connections"]');
      return Number(element?.getAttribute('aria-rowcount')) > wanted;
    }, clients);
    expect(grid).toBe(true);

    await filterBy(panel, '/ws/plain');
    await clickRow(panel, 'Connections', '/ws/plain');
    const before = await rowsOf(panel, 'Frames', 2);
    expect(before.length).toBeGreaterThanOrEqual(2);
    // live: the count goes on rising while we look
    const count = (await readGrid(panel, 'Frames')).rowCount;
    await panel.waitFor(
      (seen: number) =>
        Number(document.querySelector('[aria-rowcount][aria-label="Frames"]')?.getAttribute('aria-rowcount')) > seen,
      count,
    );
  });

  it('drops a connection with one click: the library notices and reconnects, the panel flags the 1006', async () => {
    await tab.goto(`${lab.origin}/?only=reconnecting`);
    await tab.waitFor(() => window.lab.state().clients.reconnecting?.state === 'open');
    panel = await browser.openPanel(tab);
    await clickRow(panel, 'Connections', '/ws/reconnecting');
    await panel.click('button[aria-label="Drop"]:not([disabled]):not([aria-disabled="true"])');

    await tab.waitFor(() => {
      const client = window.lab.state().clients.reconnecting;
      return client?.reconnects === 1 && client.state === 'open';
    });
    await panel.waitFor(() => {
      const rows = [
        ...document.querySelectorAll('[aria-rowcount][aria-label="Connections"] [role="row"][aria-selected]'),
      ];
      const [dropped, reopened] = rows.map((row) => row.textContent ?? '');
      return (
        rows.length === 2 &&
        ['closed', '1006', 'Socketscope'].every((word) => dropped?.includes(word)) &&
        reopened?.includes('open')
      );
    });
  });

  it('flags a real 1006 when the server destroys the connection', async () => {
    await tab.goto(`${lab.origin}/?only=plain`);
    await tab.waitFor(() => window.lab.state().clients.plain?.state === 'open');
    panel = await browser.openPanel(tab);
    await rowsOf(panel, 'Connections', 1);
    lab.endpoint('plain').destroyAll('fin');
    await panel.waitFor(() => {
      const row = document.querySelector('[aria-rowcount][aria-label="Connections"] [role="row"][aria-selected]');
      return row?.textContent?.includes('1006') && !/socketscope/i.test(row.textContent);
    });
  });

  it('survives the death of the background in the middle of a stream', async () => {
    await tab.goto(`${lab.origin}/plain.html`);
    panel = await browser.openPanel(tab);
    await tab.evaluate(() => {
      (window.lab as unknown as { connect(path: string): string }).connect('/numbered?count=400&everyMs=5');
    });
    await clickRow(panel, 'Connections', '/numbered');
    for (let kills = 0; kills < 3; kills++) {
      const seen = (await readGrid(panel, 'Frames')).rowCount;
      await browser.killBackground();
      await panel.waitFor(
        (before: number) =>
          Number(document.querySelector('[aria-rowcount][aria-label="Frames"]')?.getAttribute('aria-rowcount')) >
          Math.min(before, 400),
        seen,
      );
    }
    // 400 frames and the row of heads: nothing lost, nothing twice
    await panel.waitFor(
      () => document.querySelector('[aria-rowcount][aria-label="Frames"]')?.getAttribute('aria-rowcount') === '401',
    );
  });

  it('begins anew when the page is reloaded, and keeps the past when asked to preserve it', async () => {
    await tab.goto(`${lab.origin}/?only=plain`);
    await tab.waitFor(() => window.lab.state().clients.plain?.state === 'open');
    panel = await browser.openPanel(tab);
    await rowsOf(panel, 'Connections', 1);
    await tab.reload();
    await tab.waitFor(() => window.lab.state().clients.plain?.state === 'open');
    await panel.waitFor(() => {
      const rows = [
        ...document.querySelectorAll('[aria-rowcount][aria-label="Connections"] [role="row"][aria-selected]'),
      ];
      return rows.length === 1 && /open/i.test(rows[0]?.textContent ?? '');
    });

    await panel.click('.toolbar-check');
    await panel.waitFor(
      () =>
        document.querySelectorAll('[aria-rowcount][aria-label="Connections"] [role="row"][aria-selected]').length === 2,
    );
    await tab.reload();
    await panel.waitFor(
      () =>
        document.querySelectorAll('[aria-rowcount][aria-label="Connections"] [role="row"][aria-selected]').length === 3,
    );
  });

  it('works the same in a tab of its own', async () => {
    await tab.goto(`${lab.origin}/?only=reconnecting`);
    await tab.waitFor(() => window.lab.state().clients.reconnecting?.state === 'open');
    const id = await tab.extensionTabId();
    const own = await browser.newTab(`${browser.extensionOrigin}/src/panel/panel.html?tab=${id}`);
    panel = { ...own, screenshot: own.screenshot };
    await clickRow(own, 'Connections', '/ws/reconnecting');
    await own.press('Shift+D');
    await tab.waitFor(() => window.lab.state().clients.reconnecting?.reconnects === 1);
    await rowsOf(own, 'Connections', 2);
  });

  it('can be looked at', async () => {
    await tab.goto(lab.origin);
    panel = await browser.openPanel(tab);
    await rowsOf(panel, 'Connections', 3);
    const folder = await mkdtemp(join(tmpdir(), 'socketscope-picture-'));
    try {
      const picture = join(folder, 'devtools.png');
      await panel.screenshot(picture);
      expect(statSync(picture).size).toBeGreaterThan(20_000);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}
