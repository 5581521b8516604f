/** What `npm run bench` does, from parsed options to the report. */

import { type Installation, measureInstallation } from './installation.ts';
import { loadOfLastMinute, readCpuTicks, stolenShare, thisMachine } from './machine.ts';
import { type MemoryCost, measureMemory } from './memory.ts';
import type { ChromiumSetUp } from './open-chromium.ts';
import { openInChromium } from './open-chromium.ts';
import { openInFirefox } from './open-firefox.ts';
import type { OpenSetUp, SetUpContext } from './open-set-up.ts';
import type { Options } from './options.ts';
import { profileRow } from './profile-row.ts';
import { buildReport, type Report } from './report.ts';
import type { Size } from './rows.ts';
import { runBench, type Samples } from './run-bench.ts';
import { SET_UPS, type SetUp } from './set-ups.ts';
import { startTraffic } from './traffic/traffic.ts';

const DOCUMENTS: Readonly<Record<Size, number>> = { full: 60, quick: 20 };
/** It hardly varies. */
const MEMORY_REPETITIONS: Readonly<Record<Size, number>> = { full: 3, quick: 1 };

export interface Command extends Options {
  readonly extensionDir: string;
}

/** `say` is told how it goes on. */
export async function runCommand(command: Command, say: (line: string) => void): Promise<Report> {
  const { browser, extensionDir, headless, parts, rows, rounds, size, setUps } = command;
  const traffic = await startTraffic();
  const context: SetUpContext = { traffic, extensionDir, headless };
  const startedAt = new Date().toISOString();
  const load = loadOfLastMinute();
  const ticks = readCpuTicks();
  let samples: Samples = {};
  let browserVersion = browser as string;
  let installation: Installation | null = null;
  let memory: readonly MemoryCost[] = [];
  try {
    if (parts.includes('rows')) {
      const open = browser === 'chromium' ? openInChromium : openInFirefox;
      ({ samples, browserVersion } = await withSetUps(
        setUps,
        (setUp) => open(setUp, context),
        say,
        async (opened) => ({
          samples: await runBench({ setUps: opened, rows, rounds, size, say }),
          browserVersion: opened[0]?.browserVersion ?? browser,
        }),
      ));
    }
    // These look inside the browser, which only Chromium's protocol allows.
    if (browser === 'chromium') {
      if (parts.includes('installation')) {
        say('a page without sockets');
        installation = await measureInstallation(extensionDir, traffic.blankUrl, DOCUMENTS[size]);
      }
      if (parts.includes('memory')) {
        say('memory');
        memory = await measureMemory(traffic, extensionDir, MEMORY_REPETITIONS[size]);
      }
      if (parts.includes('profile')) await profileRows(command, context, say);
    }
  } finally {
    traffic.stop();
  }
  return buildReport({
    surroundings: {
      startedAt,
      browserVersion,
      machine: thisMachine(),
      load: [load, loadOfLastMinute()],
      stolen: stolenShare(ticks, readCpuTicks()),
      rounds,
      size,
    },
    setUps,
    rows,
    samples,
    installation,
    memory,
  });
}

/** Opens all set-ups, and closes those that were opened whatever happens. */
async function withSetUps<Result>(
  setUps: readonly SetUp[],
  open: (setUp: SetUp) => Promise<OpenSetUp>,
  say: (line: string) => void,
  use: (opened: readonly OpenSetUp[]) => Promise<Result>,
): Promise<Result> {
  const opened: OpenSetUp[] = [];
  try {
    for (const setUp of setUps) {
      say(`opening: ${setUp.title}`);
      opened.push(await open(setUp));
    }
    return await use(opened);
  } finally {
    await Promise.allSettled(opened.map(({ close }) => close()));
  }
}

async function profileRows({ rows, size }: Command, context: SetUpContext, say: (line: string) => void): Promise<void> {
  const recording = SET_UPS.find(({ id }) => id === 'port');
  if (!recording) return;
  const setUp: ChromiumSetUp = await openInChromium(recording, context);
  try {
    for (const row of rows) say(await profileRow(setUp, row, size));
  } finally {
    await setUp.close();
  }
}
