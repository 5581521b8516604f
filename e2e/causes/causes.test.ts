/** The short form of `npm run causes`: a few real failures and healthy sessions, in every browser that is installed. */
import { describe, expect, it } from 'vitest';
import { BROWSER_KINDS, isInstalled } from '../browsers/launch.ts';
import { CASES } from './cases/table.ts';
import { recordIn } from './record-in.ts';
import { renderCauses, surprisesIn } from './report.ts';
import { resultOf } from './results.ts';

for (const kind of BROWSER_KINDS) {
  describe.skipIf(!isInstalled(kind))(`causes in ${kind}`, () => {
    it('are named for what they are, and healthy sessions left in peace', async () => {
      const cases = CASES.filter(({ isShort }) => isShort);
      const results = (await recordIn(kind, cases)).map(resultOf);
      expect(results.map(({ case_ }) => case_.name)).toEqual(cases.map(({ name }) => name));
      expect(surprisesIn(results), renderCauses(results, true)).toEqual([]);
    });
  });
}
