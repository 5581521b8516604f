/**
 * Runs the panel's tests in each browser that is there: the panel in a plain page, over an invented background. One
 * browser and one tab for all files; every test loads the page anew.
 */
import { afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import type { BrowserKind, Tab } from '../browsers/browser.ts';
import { keep, keepTab } from '../browsers/kept.ts';
import { BROWSER_KINDS, isInstalled } from '../browsers/launch.ts';
// Declares `window.harness` for the functions that run in the page.
import type { Harness } from './harness/main.ts';
import { serveHarness } from './harness/serve.ts';

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
      let tab: Tab | undefined;
      let bench: Bench | undefined;
      let linesBefore = 0;

      beforeAll(async () => {
        const { url } = await keep('panel harness', serveHarness);
        const own = await keepTab(kind, { width: 1200, height: 900 });
        tab = own;
        bench = { kind, open: (query = '') => open(own, `${url}?${query}`) };
      });
      beforeEach(() => {
        linesBefore = linesOf(tab).length;
      });
      afterEach(async () => {
        // Complete up to the last that was asked of the page.
        await tab?.evaluate(() => null);
        // What a page forbids, throws or complains about is a fault, whatever the test is about.
        expect(linesOf(tab).slice(linesBefore)).toEqual([]);
      });

      body(() => {
        if (!bench) throw new Error('The browser has not started.');
        return bench;
      });
    });
  }
}

function linesOf(tab: Tab | undefined): readonly string[] {
  return (tab?.consoleLines() ?? []).filter((line) => !KNOWN_WORDS.test(line));
}

let loads = 0;

/** Loads the panel as if for the first time, see harness/fresh.ts. */
async function open(tab: Tab, url: string): Promise<Tab> {
  // An address of its own: to load the one that is shown would be to reload it.
  await tab.goto(`${url}&load=${++loads}`);
  await tab.waitFor(() => document.querySelector('.status-recording, .status-stored'));
  return tab;
}
