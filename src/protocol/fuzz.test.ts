/** The short form of `npm run fuzz`: seeded inputs, most of them nearly right, against parsers and store rules. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fuzz } from '../../e2e/hostile/fuzz/run.ts';

const SEED = 20_261_121;
const INPUTS = 6_000;

describe('whatever a page posts', () => {
  const result = fuzz(SEED, 0, INPUTS);

  it('is parsed, refused and stored without a fault', () => {
    expect(result.fault && `${result.fault.what}: ${inspect(result.fault.input, { depth: 6 })}`).toBeNull();
    expect(result.inputs).toBe(INPUTS);
  });

  it('reaches every parser and the store with inputs that pass', () => {
    for (const [name, count] of Object.entries(result.accepted)) expect(count, name).toBeGreaterThan(INPUTS / 200);
  });
});
