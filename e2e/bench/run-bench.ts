/**
 * Runs every row under every set-up, interleaved: within a round each row is measured under all set-ups one right after
 * the other, so that what the machine does meanwhile hits all of them, and a set-up is compared with "no extension" of
 * the same round only. All browsers are open from the beginning; one is busy, the others wait.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { type CpuByRole, minus, type OpenSetUp } from './open-set-up.ts';
import type { Row, Size } from './rows.ts';
import type { SetUpId } from './set-ups.ts';

/** One row under one set-up in one round. */
export interface Sample {
  /** By the metric's id. */
  readonly values: Readonly<Record<string, number>>;
  /** From before the task to the moment at which everything was recorded. */
  readonly cpuMs: CpuByRole | null;
  /** From the last frame in the page until the database held all; null where nothing is recorded. */
  readonly drainMs: number | null;
  /** Frames that the page saw and the database has not. */
  readonly lostFrames: number;
}

/** By row, by set-up, one for each round. */
export type Samples = Readonly<Record<string, Partial<Readonly<Record<SetUpId, readonly Sample[]>>>>>;

/** Between two measurements, for what the browser does after the last frame: garbage, closing sockets, painting. */
const SETTLE_MS = 200;

export interface BenchPlan {
  readonly setUps: readonly OpenSetUp[];
  readonly rows: readonly Row[];
  readonly rounds: number;
  readonly size: Size;
  readonly say: (line: string) => void;
}

export async function runBench({ setUps, rows, rounds, size, say }: BenchPlan): Promise<Samples> {
  const samples = Object.fromEntries(
    rows.map(({ id }) => [id, Object.fromEntries(setUps.map(({ setUp }) => [setUp.id, [] as Sample[]]))]),
  );
  let run = 0;
  say('warming up');
  for (const row of rows) for (const setUp of setUps) await measure(setUp, row, 'quick', `warm${run++}`);
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}`);
    for (const [index, row] of rows.entries()) {
      for (const setUp of rotate(setUps, round + index)) {
        samples[row.id]?.[setUp.setUp.id]?.push(await measure(setUp, row, size, `run${run++}`));
      }
    }
  }
  return samples;
}

/** In each round another set-up comes first. */
export function rotate<Item>(items: readonly Item[], by: number): readonly Item[] {
  const first = by % Math.max(1, items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}

async function measure(setUp: OpenSetUp, row: Row, size: Size, group: string): Promise<Sample> {
  const { observer } = setUp;
  const before = setUp.cpu();
  const measured = await setUp.run(row.task(group, size));
  const recorded = await observer?.waitForFrames(group, measured.framesIn + measured.framesOut);
  const after = setUp.cpu();
  await setUp.run({ kind: 'close' });
  await observer?.clear();
  await delay(SETTLE_MS);
  const stored = recorded ? recorded.framesIn + recorded.framesOut : 0;
  return {
    values: Object.fromEntries(row.metrics.map(({ id, of }) => [id, of(measured)])),
    cpuMs: before && after && minus(after, before),
    drainMs: recorded ? recorded.atEpochMs - measured.lastFrameAtEpochMs : null,
    lostFrames: recorded ? measured.framesIn + measured.framesOut - stored : 0,
  };
}
