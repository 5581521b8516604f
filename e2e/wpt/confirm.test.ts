import { describe, expect, it } from 'vitest';
import type { Difference } from './compare.ts';
import { confirmDifferences, createSampler } from './confirm.ts';
import type { SubtestStatus, TestResult } from './results.ts';

function difference(url: string): Difference {
  return { url, subtest: 'x', native: 'PASS', hooked: 'FAIL' };
}

/** A sampler whose nth run of a test ends as `script` says; counts what it was asked to run. */
function scripted(script: (url: string, nth: number) => SubtestStatus) {
  const runs = new Map<string, number>();
  const sampler = createSampler(async (urls) =>
    urls.map((url): TestResult => {
      const nth = (runs.get(url) ?? 0) + 1;
      runs.set(url, nth);
      const subtests = [{ name: 'x', status: script(url, nth), message: null }];
      return { url, harness: 'OK', message: null, durationMs: 1, subtests };
    }),
  );
  return { sampler, runs };
}

describe('createSampler', () => {
  it('runs what is missing, and nothing twice', async () => {
    const { sampler, runs } = scripted(() => 'PASS');
    await sampler.ensure(['/a'], 2);
    await sampler.ensure(['/a', '/b'], 3);
    await sampler.ensure(['/a'], 1);
    expect(Object.fromEntries(runs)).toEqual({ '/a': 3, '/b': 3 });
    expect(sampler.runsOf('/a')).toHaveLength(3);
    expect(sampler.runsOf('/c')).toEqual([]);
  });
});

describe('confirmDifferences', () => {
  it('settles a steady difference after one round', async () => {
    const native = scripted(() => 'PASS');
    const hooked = scripted(() => 'FAIL');
    const [confirmed] = await confirmDifferences([difference('/a')], 5, native.sampler, hooked.sampler);
    expect(confirmed?.verdict).toBe('different');
    expect(confirmed?.hooked).toEqual(['FAIL', 'FAIL', 'FAIL', 'FAIL', 'FAIL']);
    expect([native.runs.get('/a'), hooked.runs.get('/a')]).toEqual([5, 5]);
  });

  it('lets go of one that was never seen again', async () => {
    const always = scripted(() => 'PASS');
    const [confirmed] = await confirmDifferences([difference('/a')], 5, always.sampler, scripted(() => 'PASS').sampler);
    expect(confirmed?.verdict).toBe('wavers');
  });

  it('goes on with what is open, and with that alone', async () => {
    const native = scripted((url, nth) => (url === '/open' && nth === 8 ? 'FAIL' : 'PASS'));
    const hooked = scripted((url, nth) => (url === '/clear' || nth === 1 ? 'FAIL' : 'PASS'));
    const both = [difference('/clear'), difference('/open')];
    const confirmed = await confirmDifferences(both, 5, native.sampler, hooked.sampler);
    expect(confirmed.map(({ verdict }) => verdict)).toEqual(['different', 'wavers']);
    expect(Object.fromEntries(native.runs)).toEqual({ '/clear': 5, '/open': 10 });
  });

  it('leaves open what four rounds do not settle', async () => {
    const hooked = scripted((_, nth) => (nth === 1 ? 'FAIL' : 'PASS'));
    const [confirmed] = await confirmDifferences([difference('/a')], 5, scripted(() => 'PASS').sampler, hooked.sampler);
    expect(confirmed?.verdict).toBe('undecided');
    expect(hooked.runs.get('/a')).toBe(20);
  });
});
