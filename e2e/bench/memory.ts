/** How much memory the ring of a page takes: the page's heap with the extension (panel closed), less the heap without. */

import { RING_PAYLOAD_BYTES } from '../../src/protocol/limits.ts';
import { type AttachedTarget, launchMeasuringChromium } from './chromium.ts';
import { MEMORY_GOAL_BYTES } from './goals.ts';
import { type Summary, summarise } from './statistics.ts';
import type { Load } from './traffic/task.ts';
import type { Traffic } from './traffic/traffic.ts';

/** What the ring may hold, and 1 MB for everything else. */
export const MEMORY_BOUND_BYTES = RING_PAYLOAD_BYTES + MEMORY_GOAL_BYTES;

const LOADS: readonly Load[] = [
  { kind: 'text', payloadBytes: 150, frames: 20_000, sockets: 1 },
  { kind: 'text', payloadBytes: 4096, frames: 20_000, sockets: 1 },
  { kind: 'binary', payloadBytes: 1024, frames: 20_000, sockets: 1 },
  { kind: 'binary', payloadBytes: 65_536, frames: 1_000, sockets: 1 },
];

/** Else the browser answers when it collects garbage by itself, after up to 20 seconds. */
const EAGER = '--enable-blink-features=ForceEagerMeasureMemory';

export interface MemoryCost {
  readonly load: Load;
  /** Bytes more than without the extension, one value for each repetition. */
  readonly cost: Summary;
}

export async function measureMemory(
  traffic: Traffic,
  extensionDir: string,
  repetitions: number,
): Promise<readonly MemoryCost[]> {
  const costs: number[][] = LOADS.map(() => []);
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const bare = await heapsAfter(traffic, undefined, `bare${repetition}`);
    const hooked = await heapsAfter(traffic, extensionDir, `hooked${repetition}`);
    for (const [i] of LOADS.entries()) costs[i]?.push((hooked[i] ?? 0) - (bare[i] ?? 0));
  }
  return LOADS.map((load, i) => ({ load, cost: summarise(costs[i] ?? []) }));
}

/** Heap after each of the loads, each in a window of its own. */
async function heapsAfter(
  traffic: Traffic,
  extensionDir: string | undefined,
  prefix: string,
): Promise<readonly number[]> {
  const browser = await launchMeasuringChromium({ extensionDir, switches: [EAGER] });
  try {
    const heaps: number[] = [];
    for (const [i, load] of LOADS.entries()) {
      const name = `${prefix}-${i}`;
      const page = await browser.openWindow(traffic.pageUrl(name));
      await traffic.pageReady(name);
      await traffic.run(name, { kind: 'receive', group: name, load });
      const attached = await page.attach();
      heaps.push(await retainedBytes(attached));
      await page.close();
    }
    return heaps;
  } finally {
    await browser.close();
  }
}

interface MeasuringPerformance {
  /** https://wicg.github.io/performance-measure-memory/ ; only in cross-origin isolated pages. */
  measureUserAgentSpecificMemory(): Promise<{ readonly bytes: number }>;
}

/**
 * What the page still holds after garbage collection. The heap's own figures do not do: the text of frames lies outside
 * of it, in external strings, which only this measurement counts.
 */
async function retainedBytes(page: AttachedTarget): Promise<number> {
  // The first collection finds what only finalisers and weak references held.
  await page.session.send('HeapProfiler.collectGarbage');
  await page.session.send('HeapProfiler.collectGarbage');
  return page.evaluate(async () => {
    const measured = await (performance as unknown as MeasuringPerformance).measureUserAgentSpecificMemory();
    return measured.bytes;
  });
}
