/** Runs a range of fuzzed inputs through the properties. Used by the unit test (few inputs) and by `npm run fuzz` (many). */
import { makeInput } from './inputs.ts';
import { type Accepted, findFault, noneAccepted } from './properties.ts';
import { createRandom } from './random.ts';

export interface FuzzResult {
  readonly inputs: number;
  readonly accepted: Accepted;
  /** The first fault; the same seed and index make the same input again. */
  readonly fault: { readonly index: number; readonly what: string; readonly input: unknown } | null;
}

/** Inputs `from` to `to` (exclusive) of the run `seed`; ends at the first fault. `onProgress` is told every `every` inputs. */
export function fuzz(
  seed: number,
  from: number,
  to: number,
  onProgress: (index: number) => void = () => undefined,
  every = 10_000,
): FuzzResult {
  const accepted = noneAccepted();
  for (let index = from; index < to; index++) {
    if (index % every === 0) onProgress(index);
    const input = makeInput(createRandom(seed, index));
    const what = findFault(input, accepted);
    if (what !== null) return { inputs: index - from + 1, accepted, fault: { index, what, input } };
  }
  return { inputs: to - from, accepted, fault: null };
}
