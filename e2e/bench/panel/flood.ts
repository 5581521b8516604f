/**
 * What a page that is flooded with frames has left of its throughput: at a pace that it can take, and as fast as it can.
 * All browsers are open from the beginning and take turns, and each is compared with no extension of the same round.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { openInChromium } from '../open-chromium.ts';
import { type CpuByRole, minus, type OpenSetUp, type SetUpContext } from '../open-set-up.ts';
import { rotate } from '../run-bench.ts';
import { BASE_ID, SET_UPS, type SetUp, type SetUpId } from '../set-ups.ts';
import type { Measured, Task } from '../traffic/task.ts';

export interface FloodPlan {
  readonly framesPerSecond: number;
  readonly durationMs: number;
  readonly burstFrames: number;
  readonly rounds: number;
}

/** The traffic once, under one set-up. */
export interface FloodSample {
  readonly framesPerSecond: number;
  /** Processor time of the page's main thread, microseconds a frame. */
  readonly threadUs: number;
  /** For so long that thread could have run and got no core, of the time from the first frame to the last. */
  readonly waitedShare: number;
  /** Of the whole browser, by what its processes do, until all was recorded; microseconds a frame. */
  readonly cpuUs: CpuByRole | null;
  /** Frames that the page saw and the database has not. */
  readonly lost: number;
}

export const FLOODS = ['paced', 'burst'] as const;
export type Flood = (typeof FLOODS)[number];
export type FloodSamples = Readonly<Record<Flood, readonly FloodSample[]>>;

export interface FloodedSetUp extends Pick<SetUp, 'id' | 'title'> {
  readonly samples: FloodSamples;
}

export interface FloodFigures {
  readonly plan: FloodPlan;
  /** One for each round, the first being that of no extension. */
  readonly setUps: readonly FloodedSetUp[];
}

export const FULL_FLOOD: FloodPlan = { framesPerSecond: 20_000, durationMs: 4_000, burstFrames: 100_000, rounds: 5 };
export const QUICK_FLOOD: FloodPlan = { ...FULL_FLOOD, durationMs: 2_000, burstFrames: 40_000, rounds: 3 };
/** Beside no extension. */
const FLOOD_SET_UPS: readonly SetUpId[] = ['closed', 'port', 'panel'];

export const PAYLOAD_BYTES = 150;
export const SOCKETS = 8;
const SETTLE_MS = 300;

const TASKS: Readonly<Record<Flood, (plan: FloodPlan, group: string) => Task>> = {
  paced: ({ framesPerSecond, durationMs }, group) => ({
    kind: 'animate',
    group,
    payloadBytes: PAYLOAD_BYTES,
    sockets: SOCKETS,
    pace: { framesPerSecond, durationMs },
  }),
  burst: ({ burstFrames }, group) => ({
    kind: 'receive',
    group,
    load: { kind: 'text', payloadBytes: PAYLOAD_BYTES, frames: burstFrames, sockets: SOCKETS },
  }),
};

export async function measureFlood(
  plan: FloodPlan,
  context: SetUpContext,
  say: (line: string) => void,
  ids: readonly SetUpId[] = FLOOD_SET_UPS,
): Promise<FloodFigures> {
  const wanted = SET_UPS.filter(({ id }) => id === BASE_ID || ids.includes(id));
  const opened: OpenSetUp[] = [];
  try {
    for (const setUp of wanted) opened.push(await openInChromium(setUp, context));
    const samples = new Map<SetUp, Record<Flood, FloodSample[]>>(
      wanted.map((setUp) => [setUp, { paced: [], burst: [] }]),
    );
    const warmUp = { ...plan, durationMs: plan.durationMs / 4, burstFrames: plan.burstFrames / 4 };
    for (const setUp of opened) await measure(setUp, TASKS.burst(warmUp, 'warm'), 'warm');
    let run = 0;
    for (let round = 0; round < plan.rounds; round++) {
      say(`flood, round ${round + 1} of ${plan.rounds}`);
      for (const flood of FLOODS) {
        for (const setUp of rotate(opened, round)) {
          const group = `flood${run++}`;
          samples.get(setUp.setUp)?.[flood].push(await measure(setUp, TASKS[flood](plan, group), group));
        }
      }
    }
    return {
      plan,
      setUps: wanted.map((setUp) => ({
        id: setUp.id,
        title: setUp.title,
        samples: samples.get(setUp) ?? { paced: [], burst: [] },
      })),
    };
  } finally {
    await Promise.allSettled(opened.map(({ close }) => close()));
  }
}

async function measure(setUp: OpenSetUp, task: Task, group: string): Promise<FloodSample> {
  const { observer } = setUp;
  const [cpuBefore, threadBefore] = [setUp.cpu(), setUp.pageThread()];
  const measured: Measured = await setUp.run(task);
  const threadAfter = setUp.pageThread();
  const recorded = await observer?.waitForFrames(group, measured.framesIn);
  const cpuAfter = setUp.cpu();
  await setUp.run({ kind: 'close' });
  await observer?.clear();
  await delay(SETTLE_MS);
  const { framesIn, elapsedMs = Number.NaN } = measured;
  const usAFrame = (ms: number) => (1000 * ms) / framesIn;
  const used = cpuBefore && cpuAfter && minus(cpuAfter, cpuBefore);
  return {
    framesPerSecond: (1000 * framesIn) / elapsedMs,
    threadUs: threadBefore && threadAfter ? usAFrame(threadAfter.ranMs - threadBefore.ranMs) : Number.NaN,
    waitedShare: threadBefore && threadAfter ? (threadAfter.waitedMs - threadBefore.waitedMs) / elapsedMs : Number.NaN,
    cpuUs: used && (Object.fromEntries(Object.entries(used).map(([role, ms]) => [role, usAFrame(ms)])) as CpuByRole),
    lost: recorded ? framesIn - recorded.framesIn : 0,
  };
}
