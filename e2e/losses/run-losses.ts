/** Runs cases of the loss tests in one browser. */

import type { Browser, BrowserKind } from '../browsers/browser.ts';
import { createTemporaryFolder } from '../browsers/leftovers.ts';
import type { LossCase } from './cases/table.ts';
import { launchWithExtension, type Outcome } from './context.ts';
import { startLossSite } from './site.ts';

export interface RunOptions {
  readonly browser: BrowserKind;
  readonly extensionDir: string;
  readonly isLong: boolean;
  readonly headless: boolean;
}

export async function runCase(one: LossCase, options: RunOptions): Promise<Outcome> {
  const { browser: kind, extensionDir, isLong, headless } = options;
  const site = await startLossSite();
  const scratch = createTemporaryFolder('losses');
  const launched: Browser[] = [];
  try {
    return await one.run({
      kind,
      site,
      extensionDir,
      isLong,
      random: createRandom(),
      scratchDir: scratch.path,
      launch: async (more) => {
        const browser = await launchWithExtension(kind, extensionDir, headless, more);
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

/** A linear congruential generator: kills at moments that differ, and in every run the same. */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
