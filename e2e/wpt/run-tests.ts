/** Runs many tests, several browsers side by side. */
import { createRecorder } from './recorder.ts';
import type { TestResult } from './results.ts';
import { type AfterRecordedTest, outside, runTest } from './run-test.ts';
import { type BrowserSource, launchTestBrowser, type TestBrowser } from './test-browser.ts';
import { addressOf, type WptTest } from './tree.ts';

export interface RunPlan {
  readonly browser: BrowserSource;
  /** Attach to the tab of every test, so that it is recorded. */
  readonly recording: boolean;
  readonly jobs: number;
  readonly portOffset: number;
  readonly log: (line: string) => void;
  readonly afterRecordedTest?: AfterRecordedTest;
}

export interface RunOutcome {
  /** As in "Chrome/156.0.8078.79". */
  readonly browserVersion: string;
  /** In the order of the tests. */
  readonly results: readonly TestResult[];
}

/** A page in the tree that constructs nothing. */
const PROBE: WptTest = { url: '/common/blank.html', file: 'common/blank.html', timeout: 'normal' };
const PROGRESS_EVERY = 50;

/** One browser that runs test after test. */
interface Runner {
  readonly version: string;
  run(test: WptTest): Promise<TestResult>;
  close(): Promise<void>;
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
          await runner.close();
          runner = null;
        }
      }
    } catch (error) {
      // The other browsers need not go on.
      queue.length = 0;
      throw error;
    } finally {
      await runner?.close();
    }
  }

  const settled = await Promise.allSettled(Array.from({ length: Math.min(plan.jobs, tests.length) }, work));
  for (const outcome of settled) {
    if (outcome.status === 'rejected') {
      throw outcome.reason;
    }
  }
  return { browserVersion, results };
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
  const browser = await launchTestBrowser(plan.browser, addressOf(PROBE, plan.portOffset));
  const run = plan.recording ? await recordedRun(browser, plan) : await plainRun(browser, plan);
  return { version: browser.version, run, close: browser.close };
}

async function plainRun(browser: TestBrowser, { portOffset }: RunPlan): Promise<Runner['run']> {
  const keeper = await browser.openPage('about:blank');
  return async (test) => {
    await browser.clearCookies();
    const page = await browser.openPage('about:blank');
    try {
      return await runTest(page, test, addressOf(test, portOffset));
    } finally {
      await browser.closePagesExcept([keeper]);
    }
  };
}

async function recordedRun(browser: TestBrowser, plan: RunPlan): Promise<Runner['run']> {
  const recorder = await createRecorder(browser);
  return async (test) => {
    await browser.clearCookies();
    const recording = await recorder.start();
    try {
      const result = await runTest(recording.page, test, addressOf(test, plan.portOffset));
      await plan.afterRecordedTest?.(test, result, recording);
      await recording.stop();
      return result;
    } finally {
      await browser.closePagesExcept([recorder.page]);
    }
  };
}
