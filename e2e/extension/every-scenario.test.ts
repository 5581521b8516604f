/**
 * Every scenario of the menu from the panel in real DevTools: it is played, the page sees what it says, and when it is
 * stopped nothing is left of it. And the verdict that the panel shows is the one that the recording gives.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verdictInputOf } from '../../src/analysis/verdict/from-records.ts';
import { verdictOf } from '../../src/analysis/verdict/verdict.ts';
import { CATALOGUE } from '../../src/faults/catalogue.ts';
import type { Scenario } from '../../src/faults/scenario.ts';
import type { Browser, BrowserKind, DevtoolsPanel, Tab } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled } from '../browsers/launch.ts';
import { readDatabase } from '../extension-database.ts';
import type { Lab } from '../lab/server.ts';
import { readRecording } from '../verdicts/read-recording.ts';
import { startBrowserAndLab } from './browser-and-lab.ts';
import { openPanelClient } from './panel-client.ts';
import { clickRow } from './panel-page.ts';

/** What is used of `window.lab` of plain.html. */
interface PlainPage {
  readonly lab: {
    connect(path: string, options?: { readonly name?: string }): string;
    state(name: string): {
      readonly readyState: number;
      readonly events: readonly { readonly type: string; readonly code?: number }[];
    };
  };
}

for (const kind of BROWSER_KINDS) {
  describe.skipIf(!isInstalled(kind))(`from the panel in DevTools of ${kind}`, () => suite(kind));
}

/** The code that the page sees at once; null: the connection stays open. */
function codeAtOnce({ steps }: Scenario): number | null {
  const end = steps.find(({ atMs, when, what }) => atMs === 0 && when.kind === 'now' && what.kind === 'end');
  return end?.what.kind === 'end' ? end.what.code : null;
}

function suite(kind: BrowserKind): void {
  let browser: Browser;
  let lab: Lab;
  let tab: Tab;
  let panel: DevtoolsPanel;

  beforeAll(async () => {
    [browser, lab] = await startBrowserAndLab(kind);
    tab = await browser.newTab(`${lab.origin}/plain.html`);
    panel = await browser.openPanel(tab);
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
  });

  async function open(name: string, path = '/echo'): Promise<void> {
    await tab.evaluate(
      (own: string, at: string) => {
        (window as unknown as PlainPage).lab.connect(at, { name: own });
      },
      name,
      path,
    );
    await tab.waitFor((own: string) => (window as unknown as PlainPage).lab.state(own).readyState === 1, name);
  }

  /** Once the panel has learned of the new page, and shows the connections of the one before no more. */
  async function selectOnly(path: string): Promise<void> {
    await panel.waitFor((wanted: string) => {
      const rows = [...document.querySelectorAll('[aria-label="Connections"] [role="row"][aria-selected]')];
      return rows.length === 1 && rows[0]?.textContent?.includes(wanted);
    }, path);
    await clickRow(panel, 'Connections', path);
  }

  it.each(CATALOGUE.map((scenario) => [scenario.name, scenario] as const))('%s', async (name, scenario) => {
    await tab.goto(`${lab.origin}/plain.html`);
    const path = `/echo?${CATALOGUE.indexOf(scenario)};`;
    await open('one', path);
    await selectOnly(path);
    await panel.waitFor(() => document.querySelector('button[aria-label^="Drop"]:enabled'));
    await panel.click('button[aria-label=Scenarios]');
    await panel.waitFor((wanted: string) => {
      const item = [...document.querySelectorAll('.menu-item[role=menuitem]')].find(
        ({ textContent }) => textContent === wanted,
      );
      item?.setAttribute('data-chosen', 'yes');
      item?.scrollIntoView({ block: 'center' });
      return item;
    }, name);
    await panel.click('[data-chosen]');
    await panel.waitFor(
      (wanted: string) => document.querySelector('.banner-run strong')?.textContent?.endsWith(`: ${wanted}`),
      name,
    );

    const code = codeAtOnce(scenario);
    if (code === null) {
      expect(await tab.evaluate(() => (window as unknown as PlainPage).lab.state('one').readyState)).toBe(1);
    } else {
      await tab.waitFor(() => (window as unknown as PlainPage).lab.state('one').readyState === 3);
      const { events } = await tab.evaluate(() => (window as unknown as PlainPage).lab.state('one'));
      expect(events.find(({ type }) => type === 'close')?.code).toBe(code);
      expect(events.some(({ type }) => type === 'error')).toBe(false);
    }

    await panel.waitFor(() => {
      const stop = document.querySelector<HTMLElement>('.banner-run .button-simulated');
      stop?.click();
      return /^(Stopped|Finished): /.test(document.querySelector('.banner-run strong')?.textContent ?? '');
    });
    await panel.click('.banner-run [aria-label="Close this message"]');
    // Nothing is refused any more, or held up.
    await open('two');
  });

  it('the verdict in the panel is the one that the recording gives', async () => {
    await tab.goto(`${lab.origin}/reconnecting.html`);
    await tab.waitFor(() => (window as unknown as { lab: { state(): { opens: number } } }).lab.state().opens === 1);
    await selectOnly('/ws/reconnecting');
    await panel.waitFor(() => document.querySelector('button[aria-label^="Drop"]:enabled'));
    await panel.press('Shift+D');
    // What can be done only while it is open goes away with it, and the tabs move into that room.
    await panel.waitFor(
      () =>
        document.querySelector('.summary-views') && document.querySelector('.summary')?.textContent?.includes('1006'),
    );
    await panel.click('.summary-views [role=tab]:last-child');
    const shown = await panel.waitFor(() => {
      const rows = [...document.querySelectorAll('.verdict-table tbody tr')].map((row) => [
        row.querySelector('.verdict-title')?.textContent ?? '',
        row.className.replace('is-', ''),
      ]);
      const isOver = rows.length > 0 && rows.every(([, state]) => state !== 'pending');
      return isOver && rows.some(([title, state]) => title === 'Open again' && state === 'passed') ? rows : null;
    });

    const client = await openPanelClient(browser);
    try {
      const sessionId = (await readDatabase(client.tab, (rows) => rows.newestSession())) ?? '';
      const recorded = await readRecording(client.tab, sessionId);
      const [card] = verdictOf(verdictInputOf(recorded, { watchedUntilMs: Date.now() })).slice(-1);
      const stored = card?.lines.map(({ title, state }) => [title, state]);
      expect(new Map(stored as [string, string][])).toEqual(new Map(shown as [string, string][]));
    } finally {
      await client.tab.close();
    }
  });
}
