/** Runs one test in one browser. */
import { setTimeout as delay } from 'node:timers/promises';
import { parsePageReport, type TestResult } from './results.ts';
import type { TestPage } from './test-browser.ts';
import type { WptTest } from './tree.ts';

/** What testharness.js allows a test. */
const HARNESS_LIMIT_MS = { normal: 10_000, long: 60_000 } as const;
/** More than that: to load the page, and to report. */
const GRACE_MS = 10_000;
const POLL_INTERVAL_MS = 25;
/** How long one look at the page may take; a page that is being replaced may never answer. */
const LOOK_LIMIT_MS = 5000;

type Outcome = Pick<TestResult, 'harness' | 'message' | 'subtests'>;

/** Loads the test at `address` into `page` and waits for its results. */
export async function runTest(page: TestPage, test: WptTest, address: string): Promise<TestResult> {
  const startedMs = performance.now();
  const networkError = await page.navigate(address);
  const outcome =
    networkError === null ? await waitForOutcome(page, startedMs, test) : outside('LOAD-ERROR', networkError);
  return { url: test.url, ...outcome, durationMs: Math.round(performance.now() - startedMs) };
}

async function waitForOutcome(page: TestPage, startedMs: number, test: WptTest): Promise<Outcome> {
  const deadlineMs = startedMs + HARNESS_LIMIT_MS[test.timeout] + GRACE_MS;
  while (performance.now() < deadlineMs) {
    const state = page.state();
    if (state !== 'open') {
      return outside(state === 'crashed' ? 'CRASH' : 'CLOSED', null);
    }
    const report = await look(page);
    if (typeof report === 'string') {
      return parsePageReport(report);
    }
    await delay(POLL_INTERVAL_MS);
  }
  return outside('HUNG', null);
}

/** The page's report, once it is there. Nothing while the page is being replaced. */
async function look(page: TestPage): Promise<unknown> {
  const enough = new AbortController();
  try {
    return await Promise.race([
      page.evaluate('globalThis.__wptReport').catch(() => undefined),
      delay(LOOK_LIMIT_MS, undefined, { signal: enough.signal }),
    ]);
  } finally {
    enough.abort();
  }
}

/** The result of a test that did not come to its end. */
export function outside(harness: TestResult['harness'], message: string | null): Outcome {
  return { harness, message, subtests: [] };
}
