/** The whole of `npm run wpt`: native run, hooked runs, comparison, repetition, report. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findBrowser, OVERRIDE_VARIABLES } from '../browsers/find.ts';
import { writeJson } from '../json-file.ts';
import { findDifferences } from './compare.ts';
import { judgeCompleteness } from './completeness.ts';
import { confirmDifferences, createSampler, type Sampler } from './confirm.ts';
import { fetchTree, HOW_TO_GET_A_TREE } from './get-tree.ts';
import { type PanelState, sortByKnown } from './known.ts';
import { KNOWN_DIFFERENCES, KNOWN_LOSSES } from './known-differences.ts';
import { type NativeOrigin, readNativeFile, writeNativeFile } from './native-file.ts';
import { OptionError, type Options } from './options.ts';
import { exitCodeOf, formatReport, type PanelReport, type Report } from './report.ts';
import type { TestResult } from './results.ts';
import { type RunOutcome, type RunPlan, runTests } from './run-tests.ts';
import { startServer } from './server.ts';
import { launchTestBrowser } from './test-browser.ts';
import { isTree, listTests, type WptTest } from './tree.ts';

type Log = (line: string) => void;
type State = 'native' | PanelState;

/** One invocation: what to run, and how to run it in each state of the browser. */
interface Job {
  readonly options: Options;
  readonly tree: string;
  readonly tests: readonly WptTest[];
  readonly log: Log;
  run(state: State, tests: readonly WptTest[]): Promise<RunOutcome>;
}

/** What the command needs of its surroundings. */
export interface Surroundings {
  /** Takes what happens meanwhile. */
  readonly log: Log;
  /** Takes the report. */
  readonly print: Log;
  /** Builds the extension; gives the folder that it is in then. */
  readonly build: () => Promise<string>;
}

/** Runs the command; gives the exit code. */
export async function runWpt(options: Options, { log, print, build }: Surroundings): Promise<0 | 1 | 2> {
  const tree = obtainTree(options, log);
  const executablePath = requireChromium();
  const extensionDir = requireExtension(options.extension ?? (await build()));
  const { tests, missing } = listTests(tree, options.sets, options.filter);
  for (const path of missing) {
    log(`not in this tree: ${path}`);
  }
  const { jobs, portOffset } = options;
  const job: Job = {
    options,
    tree,
    tests,
    log,
    run: (state, chosen) => {
      const source = { executablePath, extensionDir: state === 'native' ? null : extensionDir };
      const plan: RunPlan = { browser: source, recording: state === 'recording', jobs, portOffset, log };
      return runTests(chosen, plan);
    },
  };
  const server = await startServer(tree, portOffset);
  try {
    const report = await runAll(job, await versionOf(executablePath));
    for (const line of formatReport(report)) {
      print(line);
    }
    writeJson(options.out, report);
    return exitCodeOf(report);
  } finally {
    server.close();
  }
}

function obtainTree(options: Options, log: Log): string {
  if (options.get !== null) {
    const dir = resolve(options.get);
    if (!isTree(dir)) {
      fetchTree(dir, log);
    }
    return dir;
  }
  if (options.wpt === null || !isTree(resolve(options.wpt))) {
    const problem = options.wpt === null ? 'No tree was named.' : `${options.wpt} is not a tree of web-platform-tests.`;
    throw new OptionError(`${problem}\n\n${HOW_TO_GET_A_TREE}`);
  }
  return resolve(options.wpt);
}

function requireChromium(): string {
  const path = findBrowser('chromium');
  if (path === null) {
    throw new OptionError(`Chromium was not found. Install it, or name it in ${OVERRIDE_VARIABLES.chromium}.`);
  }
  return path;
}

function requireExtension(dir: string): string {
  if (!existsSync(join(dir, 'manifest.json'))) {
    throw new OptionError(`There is no unpacked extension in ${dir}.`);
  }
  return resolve(dir);
}

async function versionOf(executablePath: string): Promise<string> {
  const browser = await launchTestBrowser({ executablePath, extensionDir: null, netLogPath: null }, 'about:blank');
  await browser.close();
  return browser.version;
}

async function runAll(job: Job, browserVersion: string): Promise<Report> {
  const native = await timed(() => runNative(job, browserVersion));
  const samplers = {
    native: samplerOf(job, 'native'),
    closed: samplerOf(job, 'closed'),
    recording: samplerOf(job, 'recording'),
  };
  const panels: PanelReport[] = [];
  for (const panel of job.options.panels) {
    panels.push(await runPanel(job, panel, native.value, samplers.native, samplers[panel]));
  }
  const everything = [...native.value, ...panels.flatMap(({ results }) => results)];
  return {
    browserVersion,
    native: native.value,
    nativeSeconds: native.seconds,
    panels,
    notRun: everything.filter(({ harness }) => harness === 'RUNNER-ERROR'),
  };
}

/** Native results of all tests, in their order: from the file, where one is named, and what it lacks from a run. */
async function runNative(
  { options, tree, tests, log, run }: Job,
  browserVersion: string,
): Promise<readonly TestResult[]> {
  const origin: NativeOrigin = { browserVersion, tree };
  const kept = options.native === null ? [] : readNativeFile(options.native, origin);
  const byUrl = new Map(kept.map((result) => [result.url, result]));
  const missing = tests.filter(({ url }) => !byUrl.has(url));
  if (missing.length > 0) {
    log(`native: ${missing.length} tests`);
    for (const result of (await run('native', missing)).results) {
      byUrl.set(result.url, result);
    }
    if (options.native !== null) {
      writeNativeFile(options.native, origin, [...byUrl.values()]);
    }
  }
  return tests.flatMap(({ url }) => byUrl.get(url) ?? []);
}

async function runPanel(
  job: Job,
  panel: PanelState,
  native: readonly TestResult[],
  nativeSampler: Sampler,
  hookedSampler: Sampler,
): Promise<PanelReport> {
  job.log(`panel ${panel}: ${job.tests.length} tests`);
  const { value, seconds } = await timed(() => job.run(panel, job.tests));
  const ran = (result: TestResult) => result.harness !== 'RUNNER-ERROR';
  const urls = new Set(value.results.filter(ran).map(({ url }) => url));
  const before = native.filter((result) => ran(result) && urls.has(result.url));
  const compared = new Set(before.map(({ url }) => url));
  const differences = findDifferences(
    before,
    value.results.filter(({ url }) => compared.has(url)),
  );
  const { fresh, known, vanished } = sortByKnown(differences, KNOWN_DIFFERENCES, panel, compared);
  if (fresh.length > 0) {
    job.log(`panel ${panel}: ${fresh.length} differences, run again`);
  }
  const confirmed = await confirmDifferences(fresh, job.options.repeat, nativeSampler, hookedSampler);
  return {
    panel,
    results: value.results,
    seconds,
    fresh: confirmed.filter(({ verdict }) => verdict !== 'wavers'),
    wavering: confirmed.filter(({ verdict }) => verdict === 'wavers'),
    known: known.map(({ entry }) => entry),
    vanished,
    completeness: panel === 'recording' ? judgeCompleteness(value.exchanges, KNOWN_LOSSES) : null,
  };
}

function samplerOf({ tests, run }: Job, state: State): Sampler {
  const byUrl = new Map(tests.map((test) => [test.url, test]));
  return createSampler(
    async (urls) =>
      (
        await run(
          state,
          urls.flatMap((url) => byUrl.get(url) ?? []),
        )
      ).results,
  );
}

async function timed<Value>(work: () => Promise<Value>): Promise<{ readonly value: Value; readonly seconds: number }> {
  const startedMs = performance.now();
  const value = await work();
  return { value, seconds: Math.round((performance.now() - startedMs) / 1000) };
}
