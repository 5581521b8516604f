/**
 * The verdict on a few clients with known policies, in real browsers with the real extension: `npm run verdicts` in short.
 */
import { describe, expect, it } from 'vitest';
import { BROWSER_KINDS, isInstalled } from '../browsers/launch.ts';
import { CASES } from './cases.ts';
import { compare } from './compare.ts';
import { measureIn } from './measure-in.ts';

const TIMEOUT_MS = 240_000;

for (const kind of BROWSER_KINDS) {
  describe.skipIf(!isInstalled(kind))(`the verdict in ${kind}`, () => {
    it(
      'finds the policies and the faults that are there, and no others',
      async () => {
        const cases = CASES.filter(({ isShort }) => isShort);
        const rows = (await measureIn(kind, cases)).map(compare);
        expect(rows.map(({ client }) => client)).toEqual(cases.map(({ client }) => client));
        expect(rows.filter(({ misses }) => misses.length > 0).map(({ cells }) => cells.join(' | '))).toEqual([]);
      },
      TIMEOUT_MS,
    );
  });
}
