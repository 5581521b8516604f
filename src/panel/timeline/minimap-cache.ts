/**
 * The minimap from picture to picture. Counting all frames of all connections takes some milliseconds, so it is done
 * again only when something has changed, and not in every picture while frames come.
 */

import type { TickBuckets } from '../../analysis/ticks/tick-summary.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import {
  createMinimapCounter,
  type MinimapBins,
  type MinimapScene,
  minimapGridOf,
  windowOf,
} from '../models/minimap.ts';
import type { TimeScale, TimeSpan } from '../models/time-scale.ts';

const LEAST_AGE_MS = 300;

export interface MinimapFacts {
  readonly records: readonly ConnectionRecord[];
  /** Another number, other frames. */
  readonly loads: number;
  readonly whole: TimeScale;
  /** Null: all. */
  readonly shown: TimeSpan | null;
  readonly brush: TimeSpan | null;
}

export interface Minimap {
  scene(facts: MinimapFacts): MinimapScene;
  /** When another picture would show more; infinite where none would. */
  staleInMs(): number;
}

export function createMinimap(
  bucketsOf: (connectionId: string) => TickBuckets | null,
  clockMs: () => number = () => performance.now(),
): Minimap {
  const count = createMinimapCounter();
  let bins: MinimapBins | null = null;
  let madeOf: Pick<MinimapFacts, 'records' | 'loads'> | null = null;
  let madeAtMs = Number.NEGATIVE_INFINITY;
  let isStale = false;

  function binsOf({ records, loads, whole }: MinimapFacts): MinimapBins {
    const grid = minimapGridOf(whole, whole.widthPx);
    const isSame = madeOf?.records === records && madeOf.loads === loads && bins?.grid.cellMs === grid.cellMs;
    const isYoung = clockMs() - madeAtMs < LEAST_AGE_MS;
    isStale = !isSame && isYoung && bins !== null;
    if (bins && (isSame || isYoung)) return bins;
    madeOf = { records, loads };
    bins = count(records, bucketsOf, grid);
    madeAtMs = clockMs();
    return bins;
  }

  return {
    scene: (facts) => ({
      bins: binsOf(facts),
      whole: facts.whole,
      window: facts.shown && windowOf(facts.shown, facts.whole),
      brush: facts.brush && windowOf(facts.brush, facts.whole),
    }),
    staleInMs: () => (isStale ? Math.max(0, madeAtMs + LEAST_AGE_MS - clockMs()) : Number.POSITIVE_INFINITY),
  };
}
