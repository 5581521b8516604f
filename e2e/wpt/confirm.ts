/** Runs again what differed, natively and hooked, until it is clear whether it really differs. */
import { type Difference, type Outcome, outcomeIn } from './compare.ts';
import type { TestResult } from './results.ts';
import { judge, type Verdict } from './verdict.ts';

/** How many times `repeat` runs are made, at most, of a subtest that stays undecided. */
const MAX_ROUNDS = 4;

/** More and more runs of some tests in one state of the browser. */
export interface Sampler {
  /** Makes sure that each of the tests was run `count` times. */
  ensure(urls: readonly string[], count: number): Promise<void>;
  runsOf(url: string): readonly TestResult[];
}

/** `run` runs the tests named, once for each time that they are named. */
export function createSampler(run: (urls: readonly string[]) => Promise<readonly TestResult[]>): Sampler {
  const samples = new Map<string, readonly TestResult[]>();
  const runsOf = (url: string) => samples.get(url) ?? [];
  return {
    runsOf,
    async ensure(urls, count) {
      const missing = urls.flatMap((url) => Array<string>(Math.max(0, count - runsOf(url).length)).fill(url));
      for (const result of missing.length === 0 ? [] : await run(missing)) {
        samples.set(result.url, [...runsOf(result.url), result]);
      }
    },
  };
}

export interface Confirmed {
  readonly difference: Difference;
  /** `undecided` after all rounds counts as a difference: one side showed what the other never did. */
  readonly verdict: Verdict;
  /** Outcomes of the repeated runs. */
  readonly native: readonly Outcome[];
  readonly hooked: readonly Outcome[];
}

/** Runs the tests of `differences` `repeat` more times on both sides, and again while a verdict is open. */
export async function confirmDifferences(
  differences: readonly Difference[],
  repeat: number,
  native: Sampler,
  hooked: Sampler,
): Promise<readonly Confirmed[]> {
  let confirmed: readonly Confirmed[] = [];
  let open = differences;
  for (let round = 1; round <= MAX_ROUNDS && open.length > 0; round += 1) {
    const urls = [...new Set(open.map(({ url }) => url))];
    // Not side by side: both sides shall have the machine to themselves, as in the first run.
    await native.ensure(urls, round * repeat);
    await hooked.ensure(urls, round * repeat);
    confirmed = differences.map((difference) => confirm(difference, native, hooked));
    open = confirmed.filter(({ verdict }) => verdict === 'undecided').map(({ difference }) => difference);
  }
  return confirmed;
}

function confirm(difference: Difference, native: Sampler, hooked: Sampler): Confirmed {
  const outcomes = (sampler: Sampler) =>
    sampler.runsOf(difference.url).map((result) => outcomeIn(result, difference.subtest));
  const before = outcomes(native);
  const after = outcomes(hooked);
  return { difference, verdict: judge(before, after), native: before, hooked: after };
}
