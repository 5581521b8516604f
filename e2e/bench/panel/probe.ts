/**
 * What is looked at in a page while it is measured: tasks of 50 ms and more, the time between animation frames, and when
 * something first was there. Installed before the page's own scripts; everything below `install` runs in the page.
 */
import { callExpression } from '../../browsers/realm-source.ts';
import type { AttachedTarget, Evaluation } from '../chromium.ts';
import { quantile } from '../statistics.ts';

export interface ProbeReadings {
  /** Durations, milliseconds. */
  readonly longTasksMs: readonly number[];
  /** Between animation frames. */
  readonly frameGapsMs: readonly number[];
}

export interface Smoothness {
  readonly framesPerSecond: number;
  readonly p95GapMs: number;
  /** 0: none was as long as 50 ms. */
  readonly longestTaskMs: number;
  readonly longTasks: number;
  /** What the page's thread used of a processor, in [0, 1]: a busy machine does not stretch it. */
  readonly busyShare: number;
}

/** Nothing was watched. */
export const STILL: Smoothness = { framesPerSecond: 0, p95GapMs: 0, longestTaskMs: 0, longTasks: 0, busyShare: 0 };

interface Probe {
  longTasksMs: number[];
  frameGapsMs: number[];
  isCounting: boolean;
  /** Names of what was waited for → milliseconds since the navigation began. */
  readonly seenAtMs: Record<string, number>;
}

declare global {
  interface Window {
    benchProbe?: Probe;
  }
}

/** To be called before the page navigates; selectors that are looked for in it, by name. */
export async function installProbe(page: AttachedTarget, landmarks: Readonly<Record<string, string>>): Promise<void> {
  await page.session.send('Page.enable');
  await page.session.send('Performance.enable');
  await page.session.send('Page.addScriptToEvaluateOnNewDocument', {
    source: callExpression(install, [landmarks]),
  });
}

/** In a page that is there already. */
export async function startProbe(page: AttachedTarget): Promise<void> {
  await page.session.send('Performance.enable');
  await page.evaluate(install, {});
}

function install(landmarks: Readonly<Record<string, string>>): void {
  const probe: Probe = { longTasksMs: [], frameGapsMs: [], isCounting: false, seenAtMs: {} };
  window.benchProbe = probe;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) probe.longTasksMs.push(duration);
  }).observe({ type: 'longtask', buffered: true });
  let lastMs = 0;
  const waiting = new Map(Object.entries(landmarks));
  const frame = (nowMs: number) => {
    if (probe.isCounting && lastMs > 0) probe.frameGapsMs.push(nowMs - lastMs);
    lastMs = nowMs;
    for (const [name, selector] of waiting) {
      if (!document.querySelector(selector)) continue;
      // It is in the document; in this frame it is drawn.
      probe.seenAtMs[name] = performance.now();
      waiting.delete(name);
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** Milliseconds from the navigation until each landmark was drawn. */
export async function landmarksOf(page: Evaluation, count: number): Promise<Readonly<Record<string, number>>> {
  await page.waitFor(
    (wanted: number) => Object.keys(window.benchProbe?.seenAtMs ?? {}).length === wanted && window.benchProbe,
    count,
  );
  return page.evaluate(() => window.benchProbe?.seenAtMs ?? {});
}

/** Processor time of the page's thread so far, milliseconds; of a page in which `installProbe` was. */
export async function threadTimeMs({ session }: Pick<AttachedTarget, 'session'>): Promise<number> {
  const { metrics } = (await session.send('Performance.getMetrics')) as {
    readonly metrics?: readonly { readonly name: string; readonly value: number }[];
  };
  return 1000 * (metrics?.find(({ name }) => name === 'ThreadTime')?.value ?? Number.NaN);
}

/** What the page was like while `action` ran. */
export async function watch(page: AttachedTarget, action: () => Promise<void>): Promise<Smoothness> {
  await page.evaluate(() => {
    const probe = window.benchProbe;
    if (probe) Object.assign(probe, { longTasksMs: [], frameGapsMs: [], isCounting: true });
  });
  const [startedMs, startedCpuMs] = [performance.now(), await threadTimeMs(page)];
  await action();
  const busyShare = ((await threadTimeMs(page)) - startedCpuMs) / (performance.now() - startedMs);
  const readings = await page.evaluate(async (): Promise<ProbeReadings> => {
    // The observer of long tasks is told of them in a task of its own.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { longTasksMs = [], frameGapsMs = [] } = window.benchProbe ?? {};
    if (window.benchProbe) window.benchProbe.isCounting = false;
    return { longTasksMs, frameGapsMs };
  });
  return { ...smoothnessOf(readings), busyShare };
}

export async function longTasksSoFar(page: Evaluation): Promise<readonly number[]> {
  return page.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return window.benchProbe?.longTasksMs ?? [];
  });
}

export function smoothnessOf({ longTasksMs, frameGapsMs }: ProbeReadings): Omit<Smoothness, 'busyShare'> {
  const totalMs = frameGapsMs.reduce((sum, gap) => sum + gap, 0);
  return {
    framesPerSecond: totalMs > 0 ? (1000 * frameGapsMs.length) / totalMs : 0,
    p95GapMs: frameGapsMs.length > 0 ? quantile(frameGapsMs, 0.95) : 0,
    longestTaskMs: Math.max(0, ...longTasksMs),
    longTasks: longTasksMs.length,
  };
}
