/** The short forms of `npm run losses`, in every browser that is installed; one browser for all that do nothing to it. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Browser } from '../browsers/browser.ts';
import { BROWSER_KINDS, isInstalled } from '../browsers/launch.ts';
import { distOf, TARGET_OF } from '../cli/extension-build.ts';
import { CASES } from './cases/table.ts';
import { launchWithExtension } from './context.ts';
import { runCase } from './run-losses.ts';

for (const browser of BROWSER_KINDS) {
  describe.skipIf(!isInstalled(browser))(`nothing is lost in ${browser}`, () => {
    const extensionDir = distOf(TARGET_OF[browser]);
    let launched: Promise<Browser> | null = null;
    const shared = () => {
      launched ??= launchWithExtension(browser, extensionDir, true);
      return launched;
    };
    const closeShared = async () => {
      const last = launched;
      launched = null;
      await (await last)?.close();
    };
    afterAll(closeShared);

    for (const one of CASES) {
      const why = one.notIn?.[browser];
      it.skipIf(why !== undefined)(`${one.title}${why === undefined ? '' : ` (${why})`}`, async ({ onTestFailed }) => {
        // What a failure has left behind is not for the next one.
        onTestFailed(closeShared);
        const outcome = await runCase(one, { browser, extensionDir, isLong: false, headless: true, shared });
        expect(outcome.audit.frames + outcome.audit.closes).toBeGreaterThan(0);
        expect(outcome.faults).toEqual([]);
      });
    }
  });
}
