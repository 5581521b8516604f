/** What is measured while a page is recorded and the panel is open in a window beside it. */
import { setTimeout as delay } from 'node:timers/promises';
import { type ChromiumSetUp, openInChromium } from '../open-chromium.ts';
import type { SetUpContext } from '../open-set-up.ts';
import { SET_UPS, type SetUpId } from '../set-ups.ts';
import type { Measured } from '../traffic/task.ts';
import { PAYLOAD_BYTES, SOCKETS } from './flood.ts';
import { installProbe, type Smoothness, watch } from './probe.ts';

export interface PacedFigures {
  readonly framesPerSecond: number;
  readonly panel: Smoothness;
  /** Of the page itself, which draws in each animation frame. */
  readonly page: Smoothness;
  readonly sent: number;
  readonly stored: number;
}

export interface ChurnFigures {
  readonly shape: ChurnShape;
  readonly reconnectsPerSecond: number;
  /** That there were in the end. */
  readonly connections: number;
  readonly panel: Smoothness;
  readonly sent: number;
  readonly stored: number;
}

export interface LivePlan {
  readonly framesPerSecond: number;
  readonly durationMs: number;
  readonly reconnectsPerSecond: number;
}

export interface ChurnShape {
  /** That live side by side. */
  readonly sockets: number;
  /** That have come and gone before. */
  readonly earlier: number;
}

/** A thousand connections: as many as live side by side in every browser, and those that were there before. */
export const STEADY: ChurnShape = { sockets: 200, earlier: 800 };
/** More than Chromium has room for (255): it lets the rest fail, and the page tries them again. */
export const STORM: ChurnShape = { sockets: 1_000, earlier: 0 };

export const FULL_PLAN: LivePlan = {
  framesPerSecond: 20_000,
  durationMs: 10_000,
  reconnectsPerSecond: 50,
};
export const QUICK_PLAN: LivePlan = { ...FULL_PLAN, durationMs: 3_000 };

export async function measurePaced(plan: LivePlan, context: SetUpContext): Promise<PacedFigures> {
  return withSetUp('panel', context, async (setUp) => {
    const { panel, observer } = await withProbe(setUp);
    let measured: Measured | null = null;
    const smooth = await watch(panel, async () => {
      measured = await setUp.run({
        kind: 'animate',
        group: 'paced',
        payloadBytes: PAYLOAD_BYTES,
        sockets: SOCKETS,
        pace: plan,
      });
    });
    const { framesIn = 0, samplesMs = [] } = (measured ?? {}) as Partial<Measured>;
    await observer.waitForFrames('paced', framesIn);
    return {
      framesPerSecond: plan.framesPerSecond,
      panel: smooth,
      page: pageSmoothness(samplesMs),
      sent: framesIn,
      stored: await observer.countStoredFrames('paced'),
    };
  });
}

export async function measureChurn(plan: LivePlan, shape: ChurnShape, context: SetUpContext): Promise<ChurnFigures> {
  return withSetUp('panel', context, async (setUp) => {
    const { panel, observer } = await withProbe(setUp);
    await setUp.run({
      kind: 'churn',
      group: 'churn',
      payloadBytes: PAYLOAD_BYTES,
      ...shape,
      framesPerSecond: 1_000,
      reconnectEveryMs: 1_000 / plan.reconnectsPerSecond,
    });
    await panel.waitFor(
      (wanted: number) => Number(document.querySelector('.grid')?.getAttribute('aria-rowcount')) >= wanted,
      shape.sockets + shape.earlier,
    );
    const smooth = await watch(panel, () => delay(plan.durationMs));
    const { framesIn, framesOut, connections } = await setUp.run({ kind: 'churnEnd' });
    await observer.waitForFrames('churn', framesIn + framesOut);
    return {
      shape,
      reconnectsPerSecond: plan.reconnectsPerSecond,
      connections,
      panel: smooth,
      sent: framesIn + framesOut,
      stored: await observer.countStoredFrames('churn'),
    };
  });
}

async function withSetUp<Result>(
  id: SetUpId,
  context: SetUpContext,
  action: (setUp: ChromiumSetUp) => Promise<Result>,
): Promise<Result> {
  const wanted = SET_UPS.find((setUp) => setUp.id === id);
  if (!wanted) throw new Error(`There is no set-up ${id}.`);
  const setUp = await openInChromium(wanted, context);
  try {
    return await action(setUp);
  } finally {
    await setUp.close();
  }
}

/** The panel with the probe in it: loaded anew, for it comes before the panel's own scripts. */
async function withProbe({ panel, observer }: ChromiumSetUp) {
  if (!panel || !observer) throw new Error('This set-up has no panel.');
  const page = await panel.attach();
  await installProbe(page, {});
  await page.session.send('Page.reload');
  await page.waitFor(() => window.benchProbe && document.querySelector('.status-recording'));
  return { panel: page, observer };
}

function pageSmoothness(samplesMs: readonly number[]): Smoothness {
  const totalMs = samplesMs.reduce((sum, gap) => sum + gap, 0);
  const sorted = [...samplesMs].sort((a, b) => a - b);
  return {
    framesPerSecond: totalMs > 0 ? (1000 * samplesMs.length) / totalMs : 0,
    p95GapMs: sorted[Math.floor(0.95 * sorted.length)] ?? 0,
    longestTaskMs: sorted.at(-1) ?? 0,
    longTasks: sorted.filter((gap) => gap >= 50).length,
    busyShare: Number.NaN,
  };
}
