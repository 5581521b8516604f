/**
 * The layers of the tests, cheapest first. Apart from the repo's vite.config.ts, because tests must not run through the
 * extension's build. No retries: a test that fails now and then has a cause.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Starting a browser on a busy machine takes its time; nothing here ever waits for less than a condition. */
const BROWSER_TIMEOUT_MS = 240_000;

/** Words are English everywhere but where a test says otherwise. */
const setupFiles = [fileURLToPath(new URL('./words/setup.ts', import.meta.url))];

const browserTests = { setupFiles, testTimeout: BROWSER_TIMEOUT_MS, hookTimeout: BROWSER_TIMEOUT_MS, retry: 0 };

/** One worker and its browsers for all files of a layer, which run one after the other: `--no-file-parallelism`. */
const keptBrowsers = { ...browserTests, isolate: false, environment: './e2e/browsers/kept-environment.ts' };

export default defineConfig({
  root,
  test: {
    root,
    projects: [
      {
        test: {
          name: 'unit',
          root,
          include: [
            'src/**/*.test.{ts,tsx}',
            'e2e/*.test.ts',
            'e2e/{cli,wpt,bench}/**/*.test.ts',
            'e2e/verdicts/!(verdicts).test.ts',
            'e2e/causes/!(causes).test.ts',
            'e2e/losses/!(losses).test.ts',
            'e2e/browsers/!(browsers).test.ts',
          ],
          // Pure code: one realm for all files of a thread, which takes half of the time.
          setupFiles: [...setupFiles, fileURLToPath(new URL('./settle.ts', import.meta.url))],
          pool: 'threads',
          isolate: false,
          // By default one less than there are processors. A number of its own wants a group of its own.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          // Property tests take their time on a machine that does other things.
          testTimeout: 30_000,
        },
      },
      { test: { name: 'lab', root, include: ['e2e/lab/**/*.test.ts'], setupFiles, testTimeout: BROWSER_TIMEOUT_MS } },
      { test: { name: 'dist', root, include: ['e2e/dist/**/*.test.ts'] } },
      { test: { name: 'browsers', root, include: ['e2e/browsers/browsers.test.ts'], ...browserTests } },
      { test: { name: 'hook', root, include: ['e2e/hook/**/*.test.ts'], ...keptBrowsers } },
      { test: { name: 'fidelity', root, include: ['e2e/fidelity/**/*.test.ts'], ...keptBrowsers } },
      { test: { name: 'panel', root, include: ['e2e/panel/**/*.test.ts'], ...keptBrowsers } },
      { test: { name: 'extension', root, include: ['e2e/extension/**/*.test.ts'], ...browserTests } },
      { test: { name: 'exports', root, include: ['e2e/exports/**/*.test.ts'], ...browserTests } },
      { test: { name: 'verdicts', root, include: ['e2e/verdicts/verdicts.test.ts'], ...browserTests } },
      // The short forms of `npm run losses`; the long ones take minutes.
      { test: { name: 'losses', root, include: ['e2e/losses/losses.test.ts'], ...browserTests } },
      // The short form of `npm run causes`; the long one takes minutes.
      { test: { name: 'causes', root, include: ['e2e/causes/causes.test.ts'], ...browserTests } },
      // The package in a project of somebody else, installed there.
      { test: { name: 'examples', root, include: ['e2e/examples/**/*.test.ts'], ...browserTests } },
      { test: { name: 'hostile', root, include: ['e2e/hostile/**/*.test.ts'], ...browserTests } },
    ],
  },
});
