/**
 * Compares runs of the same tests, subtest by subtest. The native browser is the oracle: what it fails, it must fail with
 * the extension too, and in the same words.
 */
import type { TestResult } from './results.ts';

/** Names the state of the test file as a whole, where others name a subtest. No subtest of the tree is called so. */
export const WHOLE_TEST = '(whole test)';

/**
 * How something ended: a status, or a status and what was said, or MISSING where the other run had such a subtest.
 * Two outcomes are the same when they are the same text.
 */
export type Outcome = string;
const MISSING: Outcome = 'MISSING';

export interface Difference {
  readonly url: string;
  readonly subtest: string;
  readonly native: Outcome;
  readonly hooked: Outcome;
}

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
/** Times, ports, random numbers: they vary from run to run. */
const NUMBER = /\b\d+(?:\.\d+)?(?:ms|s)?\b/g;

/** A status with its message, freed of what varies from run to run. Passing has no message. */
export function outcomeOf(status: string, message: string | null): Outcome {
  const text = (message ?? '').replace(UUID, 'UUID').replace(NUMBER, 'N').trim();
  return status === 'PASS' || status === 'OK' || text === '' ? status : `${status}: ${text}`;
}

/** The outcome of every subtest, and of the whole, by name. */
function outcomesOf(result: TestResult): ReadonlyMap<string, Outcome> {
  return new Map([
    [WHOLE_TEST, outcomeOf(result.harness, result.message)],
    ...result.subtests.map(({ name, status, message }) => [name, outcomeOf(status, message)] as const),
  ]);
}

/** The outcome of one subtest in one run. */
export function outcomeIn(result: TestResult, subtest: string): Outcome {
  return outcomesOf(result).get(subtest) ?? MISSING;
}

/**
 * Every subtest that ended otherwise, in the order of the native run. Throws when the two runs are not of the same
 * tests: a test that was not run must never count as one without a difference.
 */
export function findDifferences(native: readonly TestResult[], hooked: readonly TestResult[]): readonly Difference[] {
  const counterparts = new Map(hooked.map((result) => [result.url, result]));
  if (counterparts.size !== native.length || hooked.length !== native.length) {
    throw new Error(`Cannot compare ${native.length} tests with ${hooked.length}.`);
  }
  return native.flatMap((before) => {
    const after = counterparts.get(before.url);
    if (after === undefined) {
      throw new Error(`${before.url} was run natively only.`);
    }
    return differencesOfTest(before, after);
  });
}

function differencesOfTest(native: TestResult, hooked: TestResult): readonly Difference[] {
  const before = outcomesOf(native);
  const after = outcomesOf(hooked);
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .map((subtest) => ({
      url: native.url,
      subtest,
      native: before.get(subtest) ?? MISSING,
      hooked: after.get(subtest) ?? MISSING,
    }))
    .filter((difference) => difference.native !== difference.hooked);
}
