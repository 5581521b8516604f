/** Runs the bench of the panel, part by part, and makes its report. */
import { launchMeasuringChromium } from '../chromium.ts';
import { loadOfLastMinute, thisMachine } from '../machine.ts';
import type { SetUpContext } from '../open-set-up.ts';
import { startTraffic } from '../traffic/traffic.ts';
import { type FloodFigures, FULL_FLOOD, measureFlood, QUICK_FLOOD } from './flood.ts';
import { floodTable } from './flood-report.ts';
import { churnLines, type Line, overRounds, pacedLines, storedLines, stormLines } from './goals.ts';
import { FULL_PLAN, type LivePlan, measureChurn, measurePaced, QUICK_PLAN, STEADY, STORM } from './live.ts';
import { FULL_NATIVE, measureNative, type NativeFigures, QUICK_NATIVE } from './native.ts';
import { nativeTable } from './native-report.ts';
import type { PanelOptions } from './options.ts';
import type { PanelReport } from './report.ts';
import { measureStored, type StoredFigures } from './stored.ts';

/** Of each stored session, whatever its size. */
const CONNECTIONS = 200;
const MINUTES = 30;
const PAYLOAD_BYTES = 150;

export interface PanelBench {
  readonly report: PanelReport;
  readonly figures: {
    readonly stored: readonly StoredFigures[];
    readonly flood: FloodFigures | null;
    readonly native: NativeFigures | null;
  };
}

export async function runPanelBench(
  options: PanelOptions & { readonly extensionDir: string },
  say: (line: string) => void,
): Promise<PanelBench> {
  const before = loadOfLastMinute();
  const startedAt = new Date().toISOString().slice(0, 10);
  const { stored, browserVersion } = await measureSizes(options, say);
  const others = await measureLive(options, say);
  const flood = options.parts.includes('flood')
    ? await withTraffic(options, (context) => measureFlood(options.isQuick ? QUICK_FLOOD : FULL_FLOOD, context, say))
    : null;
  const native = options.parts.includes('native')
    ? await withTraffic(options, (context) => measureNative(options.isQuick ? QUICK_NATIVE : FULL_NATIVE, context, say))
    : null;
  return {
    figures: { stored, flood, native },
    report: {
      machine: thisMachine(),
      browserVersion,
      rounds: options.rounds,
      startedAt,
      load: { before, after: loadOfLastMinute() },
      stored: stored.map((figures) => ({ frames: figures.frames, lines: storedLines(figures) })),
      others,
      tables: [...(flood ? [floodTable(flood)] : []), ...(native ? [nativeTable(native)] : [])],
    },
  };
}

async function measureSizes(
  { sizes, rounds, parts, extensionDir, headless }: PanelOptions & { readonly extensionDir: string },
  say: (line: string) => void,
): Promise<{ readonly stored: readonly StoredFigures[]; readonly browserVersion: string }> {
  const browser = await launchMeasuringChromium({ extensionDir, headless });
  const stored: StoredFigures[] = [];
  try {
    for (const frames of parts.includes('stored') ? sizes : []) {
      const shape = {
        frames,
        connections: CONNECTIONS,
        minutes: MINUTES,
        payloadBytes: PAYLOAD_BYTES,
        sessionId: `bench-${frames}`,
      };
      stored.push(await measureStored({ browser, shape, rounds, say }));
    }
    return { stored, browserVersion: browser.version };
  } finally {
    await browser.close();
  }
}

async function measureLive(
  options: PanelOptions & { readonly extensionDir: string },
  say: (line: string) => void,
): Promise<readonly Line[]> {
  const plan = options.isQuick ? QUICK_PLAN : FULL_PLAN;
  const lines: Line[] = [];
  for (const part of LIVE_PARTS) {
    if (!options.parts.includes(part)) continue;
    const rounds: (readonly Line[])[] = [];
    while (rounds.length < options.rounds) {
      say(`${part}, round ${rounds.length + 1} of ${options.rounds}`);
      rounds.push(await withTraffic(options, (context) => MEASURED[part](plan, context)));
    }
    lines.push(...overRounds(rounds));
  }
  return lines;
}

async function withTraffic<Result>(
  { extensionDir, headless }: Pick<SetUpContext, 'extensionDir' | 'headless'>,
  action: (context: SetUpContext) => Promise<Result>,
): Promise<Result> {
  const traffic = await startTraffic();
  try {
    return await action({ traffic, extensionDir, headless });
  } finally {
    traffic.stop();
  }
}

const LIVE_PARTS = ['paced', 'churn', 'storm'] as const;

const MEASURED: Readonly<
  Record<(typeof LIVE_PARTS)[number], (plan: LivePlan, context: SetUpContext) => Promise<readonly Line[]>>
> = {
  paced: async (plan, context) => pacedLines(await measurePaced(plan, context)),
  churn: async (plan, context) => churnLines(await measureChurn(plan, STEADY, context)),
  storm: async (plan, context) => stormLines(await measureChurn(plan, STORM, context)),
};
