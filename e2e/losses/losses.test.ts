/** The short forms of `npm run losses`, in every browser that is installed. */
import { describe, expect, it } from 'vitest';
import { BROWSER_KINDS, isInstalled } from '../browsers/launch.ts';
import { distOf, TARGET_OF } from '../cli/extension-build.ts';
import { CASES } from './cases/table.ts';
import { runCase } from './run-losses.ts';

for (const browser of BROWSER_KINDS) {
  describe.skipIf(!isInstalled(browser))(`nothing is lost in ${browser}`, () => {
    for (const one of CASES) {
      const why = one.notIn?.[browser];
      it.skipIf(why !== undefined)(`${one.title}${why === undefined ? '' : ` (${why})`}`, async () => {
        const extensionDir = distOf(TARGET_OF[browser]);
        const outcome = await runCase(one, { browser, extensionDir, isLong: false, headless: true });
        expect(outcome.audit.frames + outcome.audit.closes).toBeGreaterThan(0);
        expect(outcome.faults).toEqual([]);
      });
    }
  });
}
