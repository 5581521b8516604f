/**
 * Findings in the real panel in real DevTools: a worker of the extension reads the database, and what it finds is on the
 * screen.
 */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserKind, Realm } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled } from '../browsers/launch.ts';
import type { Lab } from '../lab/server.ts';
import { startBrowserAndLab } from './browser-and-lab.ts';
import { clickRow, rowsOf } from './panel-page.ts';

const PICTURES = fileURLToPath(new URL('../../artifacts/panel/', import.meta.url));

/** `window.lab` of plain.html. */
interface PlainPage {
  readonly lab: { connect(path: string, options?: { readonly name?: string }): string };
}

for (const kind of BROWSER_KINDS) describe.skipIf(!isInstalled(kind))(`findings in ${kind}`, () => suite(kind));

function suite(kind: BrowserKind): void {
  let browser: Browser;
  let lab: Lab;

  beforeAll(async () => {
    [browser, lab] = await startBrowserAndLab(kind);
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
  });

  const show = (panel: Realm, view: string) => panel.click(`#view-${view}`);
  const waitForText = (panel: Realm, selector: string, ...texts: readonly string[]) =>
    panel.waitFor(
      (css: string, wanted: readonly string[]) => {
        const text = document.querySelector(css)?.textContent ?? '';
        return wanted.every((part) => text.includes(part)) && text;
      },
      selector,
      texts,
    );

  it('are none while all is well, are there after a loss, and lead to it', async () => {
    const tab = await browser.newTab(`${lab.origin}/plain.html`);
    const panel = await browser.openPanel(tab);
    await tab.evaluate(() => {
      (window as unknown as PlainPage).lab.connect('/echo', { name: 'one' });
    });
    await rowsOf(panel, 'Connections', 1);
    await show(panel, 'findings');
    await waitForText(panel, '.findings', 'Nothing to complain about: 1 connection');

    const { status } = await fetch(`${lab.origin}/control/echo/destroy`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(status).toBeLessThan(300);
    await waitForText(panel, '#view-findings .count', '1');
    await panel.click('#finding-0');
    await waitForText(panel, '.finding', 'Why so sure', 'Next check');
    await show(panel, 'connections');
    await clickRow(panel, 'Connections', '/echo');
    await waitForText(panel, '.summary', '1006 Abnormal closure');
    // Whose doing it was stands beside the code.
    await panel.waitFor(() => document.querySelector('.summary .family'));
    mkdirSync(PICTURES, { recursive: true });
    await show(panel, 'findings');
    await panel.waitFor(() => document.querySelector('.finding h2'));
    await panel.screenshot(`${PICTURES}${kind}-devtools-findings.png`);
    await show(panel, 'statistics');
    await panel.waitFor(() => document.querySelectorAll('.chart canvas').length >= 3);
    await panel.screenshot(`${PICTURES}${kind}-devtools-statistics.png`);
    await tab.close();
  });
}
