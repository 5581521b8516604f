/**
 * The long run: paced frames over sockets that come and go, recorded, with the panel open. Samples memory, and at the end
 * counts whether the database holds what the page saw.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserKind } from '../../browsers/browser.ts';
import type { AttachedTarget } from '../chromium.ts';
import type { Recorded } from '../observer.ts';
import { type ChromiumSetUp, openInChromium } from '../open-chromium.ts';
import { openInFirefox } from '../open-firefox.ts';
import type { OpenSetUp, SetUpContext } from '../open-set-up.ts';
import type { Role } from '../processes.ts';
import { SET_UPS } from '../set-ups.ts';
import type { Measured } from '../traffic/task.ts';
import { startTraffic } from '../traffic/traffic.ts';
import {
  HEAP_TOLERANCE,
  judgeTrend,
  type MemorySample,
  PROCESS_TOLERANCE,
  panelTolerance,
  type Tolerance,
  type Trend,
} from './trend.ts';

export interface SoakPlan {
  readonly browser: BrowserKind;
  readonly durationMs: number;
  readonly framesPerSecond: number;
  readonly extensionDir: string;
  readonly headless: boolean;
  readonly say: (line: string) => void;
}

export interface Series {
  readonly name: string;
  readonly samples: readonly MemorySample[];
  readonly trend: Trend;
}

export interface SoakResult {
  readonly browserVersion: string;
  readonly durationMs: number;
  readonly series: readonly Series[];
  /** What the page saw. */
  readonly seen: Pick<Measured, 'connections' | 'framesIn' | 'framesOut'>;
  readonly recorded: Recorded;
  /** Frames in the chunks, each counted once. */
  readonly storedFrames: number;
}

const GROUP = 'soak';
const PAYLOAD_BYTES = 150;
const SOCKETS = 8;
const RECONNECT_EVERY_MS = 1_000;
const SAMPLES = 120;
const MIN_INTERVAL_MS = 1_000;

export async function runSoak(plan: SoakPlan): Promise<SoakResult> {
  const { browser, durationMs, framesPerSecond, say } = plan;
  const traffic = await startTraffic();
  try {
    const { setUp, probes } = await open(browser, { ...plan, traffic });
    try {
      await setUp.run({
        kind: 'churn',
        group: GROUP,
        payloadBytes: PAYLOAD_BYTES,
        sockets: SOCKETS,
        framesPerSecond,
        reconnectEveryMs: RECONNECT_EVERY_MS,
      });
      const samples = await sample(probes, durationMs, say);
      const seen = await setUp.run({ kind: 'churnEnd' });
      return { ...(await compare(setUp, seen)), durationMs, series: samples, browserVersion: setUp.browserVersion };
    } finally {
      await setUp.close();
    }
  } finally {
    traffic.stop();
  }
}

/** The page's tally against the database. */
async function compare(
  { observer }: OpenSetUp,
  { connections, framesIn, framesOut }: Measured,
): Promise<Pick<SoakResult, 'seen' | 'recorded' | 'storedFrames'>> {
  if (!observer) throw new Error('Nothing was recorded.');
  const recorded = await observer.waitForFrames(GROUP, framesIn + framesOut);
  return {
    seen: { connections, framesIn, framesOut },
    recorded,
    storedFrames: await observer.countStoredFrames(GROUP),
  };
}

/** Something whose memory is looked at. */
interface Probe {
  readonly name: string;
  readonly tolerance: Tolerance;
  readonly bytes: () => Promise<number | null>;
}

interface Opened {
  readonly setUp: OpenSetUp;
  readonly probes: readonly Probe[];
}

async function open(browser: BrowserKind, context: SetUpContext): Promise<Opened> {
  const panel = SET_UPS.find(({ id }) => id === 'panel');
  if (!panel) throw new Error('There is no set-up with a panel.');
  if (browser === 'firefox') {
    const setUp = await openInFirefox(panel, context);
    return { setUp, probes: processProbes(setUp) };
  }
  const setUp = await openInChromium(panel, context);
  return { setUp, probes: [...heapProbes(setUp), ...processProbes(setUp)] };
}

function processProbes({ rssBytes }: OpenSetUp): readonly Probe[] {
  const probe = (name: string, role: Role): Probe => ({
    name: `process: ${name}`,
    tolerance: PROCESS_TOLERANCE,
    bytes: async () => rssBytes()?.[role] ?? null,
  });
  return [probe('page, content script', 'page'), probe('background, panel', 'extension'), probe('browser', 'browser')];
}

/** Page and content script share a heap; the worlds cannot be told apart in it. */
function heapProbes({ browser, page, panel }: ChromiumSetUp): readonly Probe[] {
  const attached = new Map<string, Promise<AttachedTarget>>();
  const heapOf = async (targetId: string | undefined) => {
    if (targetId === undefined) return null;
    const target = attached.get(targetId) ?? browser.target(targetId).attach();
    attached.set(targetId, target);
    return retainedHeap(await target);
  };
  const probe = (name: string, idOf: () => Promise<string | undefined>, tolerance = HEAP_TOLERANCE): Probe => ({
    name: `heap: ${name}`,
    tolerance,
    bytes: async () => heapOf(await idOf()),
  });
  return [
    probe('page, content script', async () => page.targetId),
    probe('background', async () => {
      return (await browser.targets()).find(({ type }) => type === 'service_worker')?.targetId;
    }),
    probe('panel', async () => panel?.targetId, panelTolerance(60_000 / RECONNECT_EVERY_MS)),
  ];
}

async function retainedHeap({ session }: AttachedTarget): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
  return Number(usedSize) + Number(backingStorageSize ?? 0);
}

async function sample(
  probes: readonly Probe[],
  durationMs: number,
  say: (line: string) => void,
): Promise<readonly Series[]> {
  const series = probes.map(({ name, tolerance }) => ({ name, tolerance, samples: [] as MemorySample[] }));
  const intervalMs = Math.max(MIN_INTERVAL_MS, durationMs / SAMPLES);
  const startedMs = performance.now();
  for (let i = 1; performance.now() - startedMs < durationMs; i++) {
    await delay(Math.max(0, startedMs + i * intervalMs - performance.now()));
    for (const [index, { bytes }] of probes.entries()) {
      // A background that is just being restarted has no heap to look at.
      const value = await bytes().catch(() => null);
      if (value !== null) series[index]?.samples.push({ atMs: performance.now() - startedMs, bytes: value });
    }
    if (i % 12 === 0) say(`${((i * intervalMs) / 60_000).toFixed(1)} min`);
  }
  return series
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, samples, tolerance }) => ({ name, samples, trend: judgeTrend(samples, tolerance) }));
}
