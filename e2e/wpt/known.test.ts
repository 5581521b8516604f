import { describe, expect, it } from 'vitest';
import { type Difference, WHOLE_TEST } from './compare.ts';
import { type KnownDifference, sortByKnown } from './known.ts';

const difference: Difference = { url: '/a', subtest: 'x', native: 'PASS', hooked: 'FAIL: assert_equals: N frames' };
const entry: KnownDifference = {
  url: '/a',
  subtest: 'x',
  panel: 'both',
  native: 'PASS',
  hooked: 'FAIL: assert_equals',
  reason: 'because',
};
const ran = new Set(['/a']);

describe('sortByKnown', () => {
  it('takes what is not in the list for new', () => {
    expect(sortByKnown([difference], [], 'closed', ran)).toEqual({ fresh: [difference], known: [], vanished: [] });
  });

  it('recognises what is in the list', () => {
    expect(sortByKnown([difference], [entry], 'closed', ran)).toEqual({
      fresh: [],
      known: [{ difference, entry }],
      vanished: [],
    });
  });

  it.each<[string, Partial<KnownDifference>]>([
    ['another test', { url: '/b' }],
    ['another subtest', { subtest: 'y' }],
    ['another native outcome', { native: 'FAIL' }],
    ['another outcome', { hooked: 'TIMEOUT' }],
    ['the other state of the panel', { panel: 'recording' }],
  ])('takes an entry for %s as none', (_, change) => {
    expect(sortByKnown([difference], [{ ...entry, ...change }], 'closed', ran).fresh).toEqual([difference]);
  });

  it('means the test file as a whole where no subtest is named', () => {
    const whole = { ...difference, subtest: WHOLE_TEST };
    const { subtest: _, ...wholeEntry } = entry;
    expect(sortByKnown([whole], [wholeEntry], 'closed', ran).fresh).toEqual([]);
    expect(sortByKnown([difference], [wholeEntry], 'closed', ran).fresh).toEqual([difference]);
  });

  it('reports an entry whose difference is gone', () => {
    expect(sortByKnown([], [entry], 'closed', ran).vanished).toEqual([entry]);
  });

  it('does not report one whose test was not run, or in the other state of the panel', () => {
    expect(sortByKnown([], [entry], 'closed', new Set(['/b'])).vanished).toEqual([]);
    expect(sortByKnown([], [{ ...entry, panel: 'recording' }], 'closed', ran).vanished).toEqual([]);
  });

  it('reports an entry as gone whose subtest differs in another way now', () => {
    const { fresh, vanished } = sortByKnown([{ ...difference, hooked: 'TIMEOUT' }], [entry], 'closed', ran);
    expect([fresh.length, vanished.length]).toEqual([1, 1]);
  });
});
