/**
 * `npm test`: every layer, in both browsers, with what it needs installed. Ends with one plain line that counts.
 * `npm test -- --project hook` runs one layer (after the build); further arguments go to vitest.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser } from '../browsers/install.ts';
import { buildExtension, TARGETS } from './extension-build.ts';
import { fail, PROGRAMS, runScript, say } from './run.ts';
import { type Counts, closingLine, countResults, NOTHING, plus, type VitestResults } from './test-results.ts';

interface Layer {
  readonly project: string;
  readonly what: string;
  /** How many of its files run at once, each with a browser of its own where it has one. */
  readonly filesAtOnce: number;
  /** Afterwards, because it compares times. */
  readonly isAlone?: true;
}

/**
 * So many layers run side by side: tests of browsers also wait, but more of them at once only wait for each other on a
 * machine with two cores.
 */
const LANES = 3;

/** Those that take longest first: the lanes end together. */
const LAYERS: readonly Layer[] = [
  { project: 'extension', what: 'the real extension in real DevTools', filesAtOnce: 2 },
  { project: 'panel', what: 'the panel over a fake link', filesAtOnce: 1 },
  { project: 'hostile', what: 'pages that attack', filesAtOnce: 1 },
  { project: 'losses', what: 'every frame stored once, whatever happens (short forms)', filesAtOnce: 1 },
  { project: 'hook', what: 'the page script in real engines, native beside hooked', filesAtOnce: 1 },
  { project: 'fidelity', what: 'faults beside their real causes', filesAtOnce: 1 },
  { project: 'browsers', what: 'the drivers', filesAtOnce: 1 },
  { project: 'lab', what: 'the demo servers, on the wire', filesAtOnce: 1 },
  { project: 'causes', what: 'findings on real failures (a few of them)', filesAtOnce: 1 },
  { project: 'unit', what: 'pure code, in Node', filesAtOnce: 2 },
  { project: 'examples', what: 'the package in another project', filesAtOnce: 1 },
  { project: 'exports', what: 'exported files where they are meant to be opened', filesAtOnce: 1 },
  { project: 'dist', what: 'what is shipped', filesAtOnce: 1 },
  { project: 'verdicts', what: 'the verdict on clients with known policies', filesAtOnce: 1, isAlone: true },
];

const args = process.argv.slice(2);
const projectAt = args.indexOf('--project');
const only = projectAt < 0 ? null : (args[projectAt + 1] ?? '');
const vitestArgs = projectAt < 0 ? args : [...args.slice(0, projectAt), ...args.slice(projectAt + 2)];
if (only !== null && !LAYERS.some(({ project }) => project === only)) {
  fail(`There is no project '${only}'. There are: ${LAYERS.map(({ project }) => project).join(', ')}.`);
}

const results = mkdtempSync(join(tmpdir(), 'socketscope-results-'));
process.on('exit', () => rmSync(results, { recursive: true, force: true }));

let total: Counts = NOTHING;
const skipped: string[] = [];
const failed: string[] = [];
/** Why browsers are missing, and how to get them. */
const reasons: string[] = [];

await Promise.all([only === null ? checkStatically() : null, prepare()]);
const chosen = LAYERS.filter(({ project }) => only === null || only === project);
const waiting = chosen.filter(({ isAlone }) => !isAlone);
await Promise.all(Array.from({ length: LANES }, runLane));
for (const layer of chosen.filter(({ isAlone }) => isAlone)) await runLayer(layer);
sumUp();

async function runLane(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) await runLayer(next);
}

/** Format, lint and types count as one test each: they can fail like any other. */
async function checkStatically(): Promise<void> {
  const steps = [
    { name: 'format and lint', script: PROGRAMS.biome, stepArgs: ['check', '--error-on-warnings', '.'] },
    { name: 'types', script: PROGRAMS.tsc, stepArgs: ['--noEmit'] },
  ];
  for (const { name, script, stepArgs } of steps) {
    const { code, output } = await runScript(script, stepArgs, { output: 'keep' });
    if (code !== 0) {
      say(output);
      failed.push(name);
    }
    total = plus(total, code === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 });
  }
}

/** A browser that cannot be had is not an error here: its tests are skipped, by name. */
async function prepare(): Promise<void> {
  for (const kind of ['chromium', 'firefox'] as const) {
    try {
      say(`${kind}: ${ensureBrowser(kind, say)}`);
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  for (const target of TARGETS) await buildExtension(target).catch((error: Error) => fail(error.message));
}

/** Side by side, what vitest says is shown when it is needed: when something has failed. Of one layer alone it is shown live. */
async function runLayer({ project, what, filesAtOnce }: Layer): Promise<void> {
  const file = join(results, `${project}.json`);
  const startedMs = performance.now();
  if (only !== null) say(`\n── ${project}: ${what}`);
  const { code, output } = await runScript(
    PROGRAMS.vitest,
    [
      'run',
      '--config',
      'e2e/vitest.config.ts',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      filesAtOnce === 1 ? '--no-file-parallelism' : `--maxWorkers=${filesAtOnce}`,
      ...vitestArgs,
    ],
    { output: only === null ? 'keep' : 'inherit' },
  );
  const counted = countResults(readResults(file));
  // Nothing counted, or an error outside every test: say so rather than let a layer vanish.
  const broken = counted.passed + counted.failed + counted.skipped === 0 || (code !== 0 && counted.failed === 0);
  if (broken) failed.push(`${project}: the layer itself`);
  total = plus(total, broken ? { ...counted, failed: counted.failed + 1 } : counted);
  skipped.push(...counted.skippedNames.map((name) => `${project}: ${name}`));
  failed.push(...counted.failedNames.map((name) => `${project}: ${name}`));
  if (broken || counted.failed > 0) say(output);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  say(`── ${project} (${what}): ${closingLine(counted)}, ${seconds} s`);
}

function readResults(file: string): VitestResults {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestResults;
  } catch {
    return { testResults: [] };
  }
}

function sumUp(): void {
  say();
  for (const name of skipped) say(`skipped  ${name}`);
  for (const reason of reasons) say(`${reason}\n`);
  for (const name of failed) say(`FAILED   ${name}`);
  say(closingLine(total));
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}
