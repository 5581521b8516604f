/** What is to be reached, as data, and whether it was. */

import type { SetUpId } from './set-ups.ts';
import type { Summary } from './statistics.ts';

/** Ratios to "no extension", for every row that has a ratio. */
export const RATIO_GOALS: Partial<Readonly<Record<SetUpId, number>>> = { closed: 1.01, port: 1.05, panel: 1.05 };

/** From the last frame in the page to the moment at which the database holds all. */
export const DRAIN_GOAL_MS = 250;
/** The page script in a page without sockets. */
export const INSTALLATION_GOAL_MS = 0.1;
/** Beside what the ring may hold. */
export const MEMORY_GOAL_BYTES = 1024 * 1024;

/**
 * `met` and `missed` when the whole interval lies on one side of the goal; else the median decides, with a question
 * mark: more rounds would be needed to be sure.
 */
export type Verdict = 'met' | 'met?' | 'missed?' | 'missed';

export function judge({ median, interval }: Summary, goal: number): Verdict {
  if (interval.high <= goal) return 'met';
  if (interval.low > goal) return 'missed';
  return median <= goal ? 'met?' : 'missed?';
}
