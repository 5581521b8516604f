/** Runs cases of the loss tests in one browser. */

import type { Browser, BrowserKind, Tab } from '../browsers/browser.ts';
import { createTemporaryFolder } from '../browsers/leftovers.ts';
import type { LossCase } from './cases/table.ts';
import { launchWithExtension, type Outcome } from './context.ts';
import { startLossSite } from './site.ts';

export interface RunOptions {
  readonly browser: BrowserKind;
  readonly extensionDir: string;
  readonly isLong: boolean;
  readonly headless: boolean;
  /** A browser with the extension for cases that need none of their own; it stays open. Default: each case has its own. */
  readonly shared?: () => Promise<Browser>;
}

export async function runCase(one: LossCase, options: RunOptions): Promise<Outcome> {
  const { browser: kind, extensionDir, isLong, headless, shared } = options;
  const site = await startLossSite();
  const scratch = createTemporaryFolder('losses');
  const launched: Pick<Browser, 'close'>[] = [];
  try {
    return await one.run({
      kind,
      site,
      extensionDir,
      isLong,
      random: createRandom(),
      scratchDir: scratch.path,
      launch: async (more) => {
        const isShared = shared !== undefined && more === undefined;
        const browser = isShared ? lent(await shared()) : await launchWithExtension(kind, extensionDir, headless, more);
        launched.push(browser);
        return browser;
      },
    });
  } finally {
    await Promise.allSettled(launched.map((browser) => browser.close()));
    await site.close();
    scratch.remove();
  }
}

/** The same browser, of which closing closes no more than the tabs that were opened through it. */
function lent(browser: Browser): Browser {
  const tabs: Tab[] = [];
  return {
    ...browser,
    newTab: async (url) => {
      const tab = await browser.newTab();
      tabs.push(tab);
      if (url !== undefined) await tab.goto(url);
      return tab;
    },
    close: async () => {
      // Cases close some of them themselves.
      await Promise.allSettled(tabs.map((tab) => tab.close()));
    },
  };
}

/** A linear congruential generator: kills at moments that differ, and in every run the same. */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
