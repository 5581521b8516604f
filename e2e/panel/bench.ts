/**
 * Runs the panel's tests in each browser that is there: the panel in a plain page, over an invented background. One
 * browser and one tab per file; every test loads the page anew.
 */
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';
import type { Browser, BrowserKind, Tab } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled, launchBrowser } from '../browsers/launch.ts';
// Declares `window.harness` for the functions that run in the page.
import type { Harness } from './harness/main.ts';
import { type HarnessServer, serveHarness } from './harness/serve.ts';

export type { Harness };

export interface Bench {
  readonly kind: BrowserKind;
  /** The page, loaded anew, its panel attached. `query` as in harness/main.ts. */
  open(query?: string): Promise<Tab>;
}

/** Firefox tells every virtual list that it scrolls by script, and says so when a tab is closed while its page draws. */
const KNOWN_WORDS = /scroll-linked positioning effect|Script terminated by timeout/;

export function inEachBrowser(title: string, body: (bench: () => Bench) => void): void {
  for (const kind of BROWSER_KINDS) {
    describe.skipIf(!isInstalled(kind))(`${title} in ${kind}`, () => {
      let browser: Browser | undefined;
      let server: HarnessServer | undefined;
      let bench: Bench | undefined;

      beforeAll(async () => {
        server = await serveHarness();
        browser = await launchBrowser(kind, { width: 1200, height: 900 });
        const tab = await browser.newTab();
        const { url } = server;
        bench = { kind, open: (query = '') => open(tab, `${url}?${query}`) };
      });
      beforeEach(() => {
        // What a page forbids, throws or complains about is a fault, whatever the test is about.
        const before = lines.length;
        return () => expect(lines.slice(before).filter((line) => !KNOWN_WORDS.test(line))).toEqual([]);
      });
      afterAll(async () => {
        await browser?.close();
        await server?.close();
      });

      let lines: readonly string[] = [];
      async function open(tab: Tab, url: string): Promise<Tab> {
        await tab.goto(url);
        const hadPreferences = await tab.evaluate(() => {
          const had = localStorage.length > 0;
          localStorage.clear();
          return had;
        });
        if (hadPreferences) await tab.reload();
        await tab.waitFor(() => document.querySelector('.status-recording, .status-stored'));
        lines = tab.consoleLines();
        return tab;
      }

      body(() => {
        if (!bench) throw new Error('The browser has not started.');
        return bench;
      });
    });
  }
}
