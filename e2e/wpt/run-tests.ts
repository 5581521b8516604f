/** Runs many tests, several browsers side by side. */
import { join } from 'node:path';
import { createTemporaryFolder } from '../browsers/leftovers.ts';
import type { Exchange } from './completeness.ts';
import { readNetLog } from './net-log.ts';
import { readRecordings } from './recorded.ts';
import { createRecorder } from './recorder.ts';
import type { TestResult } from './results.ts';
import { outside, runTest } from './run-test.ts';
import { type BrowserSource, launchTestBrowser, type TestBrowser } from './test-browser.ts';
import { addressOf, type WptTest } from './tree.ts';

export interface RunPlan {
  readonly browser: Omit<BrowserSource, 'netLogPath'>;
  /** Attach to the tab of every test, so that it is recorded. */
  readonly recording: boolean;
  readonly jobs: number;
  readonly portOffset: number;
  readonly log: (line: string) => void;
}

export interface RunOutcome {
  /** As in "Chrome/156.0.8078.79". */
  readonly browserVersion: string;
  /** In the order of the tests. */
  readonly results: readonly TestResult[];
  /** Of the tests that were recorded: what went over the wire, and what the extension has of it. */
  readonly exchanges: readonly Exchange[];
}

/** A page in the tree that constructs nothing. */
const PROBE: WptTest = { url: '/common/blank.html', file: 'common/blank.html', timeout: 'normal' };
const PROGRESS_EVERY = 50;

/** One browser that runs test after test. */
interface Runner {
  readonly version: string;
  run(test: WptTest): Promise<TestResult>;
  /** Gives the exchanges of the tests that were recorded. */
  close(): Promise<readonly Exchange[]>;
}

/** A test that was recorded; times are epoch milliseconds. */
interface RecordedTest {
  readonly url: string;
  readonly sessionId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Runs `tests`, of which one may be in the list several times. A failure of the runner itself is the result
 * RUNNER-ERROR of that test; rejects when no browser can be started.
 */
export async function runTests(tests: readonly WptTest[], plan: RunPlan): Promise<RunOutcome> {
  // Long ones first, so that none is left for the end.
  const queue = tests
    .map((test, index) => ({ test, index }))
    .sort((a, b) => Number(b.test.timeout === 'long') - Number(a.test.timeout === 'long'));
  const results: TestResult[] = [];
  const exchanges: Exchange[] = [];
  let browserVersion = '';
  let done = 0;

  async function work(): Promise<void> {
    let runner: Runner | null = null;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        runner ??= await startRunner(plan);
        browserVersion = runner.version;
        const result = await runner.run(next.test).catch((error: unknown) => runnerError(next.test, error));
        results[next.index] = result;
        done += 1;
        if (done % PROGRESS_EVERY === 0) {
          plan.log(`  ${done} of ${tests.length}`);
        }
        if (needsFreshBrowser(result)) {
          const last: Runner = runner;
          runner = null;
          exchanges.push(...(await last.close()));
        }
      }
    } catch (error) {
      // The other browsers need not go on.
      queue.length = 0;
      throw error;
    } finally {
      exchanges.push(...((await runner?.close()) ?? []));
    }
  }

  const settled = await Promise.allSettled(Array.from({ length: Math.min(plan.jobs, tests.length) }, work));
  for (const outcome of settled) {
    if (outcome.status === 'rejected') {
      throw outcome.reason;
    }
  }
  return { browserVersion, results, exchanges };
}

/** A socket that is left hanging may keep a shared HTTP/2 session busy, and let later tests fail. */
function needsFreshBrowser({ harness, subtests }: TestResult): boolean {
  return harness !== 'OK' || subtests.some(({ status }) => status === 'TIMEOUT');
}

function runnerError(test: WptTest, error: unknown): TestResult {
  const message = error instanceof Error ? error.message : String(error);
  return { url: test.url, ...outside('RUNNER-ERROR', message), durationMs: 0 };
}

async function startRunner(plan: RunPlan): Promise<Runner> {
  return plan.recording ? startRecordedRunner(plan) : startPlainRunner(plan);
}

function launch({ browser, portOffset }: RunPlan, netLogPath: string | null): Promise<TestBrowser> {
  return launchTestBrowser({ ...browser, netLogPath }, addressOf(PROBE, portOffset));
}

async function startPlainRunner(plan: RunPlan): Promise<Runner> {
  const browser = await launch(plan, null);
  const keeper = await browser.openPage('about:blank');
  return {
    version: browser.version,
    async run(test) {
      await browser.clearCookies();
      const page = await browser.openPage('about:blank');
      try {
        return await runTest(page, test, addressOf(test, plan.portOffset));
      } finally {
        await browser.closePagesExcept([keeper]);
      }
    },
    async close() {
      await browser.close();
      return [];
    },
  };
}

async function startRecordedRunner(plan: RunPlan): Promise<Runner> {
  const folder = createTemporaryFolder('wpt-net-log');
  const netLogPath = join(folder.path, 'net-log.json');
  const browser = await launch(plan, netLogPath);
  const recorder = await createRecorder(browser);
  const tests: RecordedTest[] = [];
  return {
    version: browser.version,
    async run(test) {
      await browser.clearCookies();
      const recording = await recorder.start();
      const fromMs = Date.now();
      try {
        return await runTest(recording.page, test, addressOf(test, plan.portOffset));
      } finally {
        await browser.closePagesExcept([recorder.page]);
        // Afterwards: the recording shall see the pages end.
        await recording.stop();
        tests.push({ url: test.url, sessionId: recording.sessionId, fromMs, toMs: Date.now() });
      }
    },
    async close() {
      try {
        const recordings = await readRecordings(
          recorder,
          tests.map(({ sessionId }) => sessionId),
          plan.log,
        ).finally(browser.close);
        const wire = await readNetLog(netLogPath);
        return tests.map(({ url, sessionId, fromMs, toMs }) => ({
          url,
          wire: wire.filter(({ startedAtMs }) => startedAtMs >= fromMs && startedAtMs <= toMs),
          recorded: recordings.get(sessionId) ?? [],
        }));
      } finally {
        folder.remove();
      }
    },
  };
}
