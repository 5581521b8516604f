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
  /** One browser at a time within a layer. */
  readonly serial: boolean;
  /**
   * Lanes run side by side, their layers one after the other: tests of browsers mostly wait, and one lane alone uses half
   * of a core. `alone`: afterwards, because it compares times.
   */
  readonly lane: 'one' | 'two' | 'three' | 'four' | 'alone';
}

const LAYERS: readonly Layer[] = [
  { project: 'unit', what: 'pure code, in Node', serial: false, lane: 'one' },
  { project: 'lab', what: 'the demo servers, on the wire', serial: true, lane: 'one' },
  { project: 'dist', what: 'what is shipped', serial: false, lane: 'one' },
  { project: 'browsers', what: 'the drivers', serial: true, lane: 'one' },
  { project: 'hook', what: 'the page script in real engines, native beside hooked', serial: true, lane: 'one' },
  { project: 'panel', what: 'the panel over a fake link', serial: true, lane: 'four' },
  { project: 'extension', what: 'the real extension in real DevTools', serial: true, lane: 'two' },
  { project: 'fidelity', what: 'faults beside their real causes', serial: true, lane: 'one' },
  { project: 'exports', what: 'exported files where they are meant to be opened', serial: true, lane: 'three' },
  { project: 'hostile', what: 'pages that attack', serial: false, lane: 'three' },
  { project: 'losses', what: 'every frame stored once, whatever happens (short forms)', serial: true, lane: 'three' },
  { project: 'causes', what: 'findings on real failures (a few of them)', serial: true, lane: 'one' },
  { project: 'examples', what: 'the package in another project', serial: true, lane: 'three' },
  { project: 'verdicts', what: 'the verdict on clients with known policies', serial: true, lane: 'alone' },
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

if (only === null) await checkStatically();
await prepare();
const chosen = LAYERS.filter(({ project }) => only === null || only === project);
const inLane = (wanted: Layer['lane']) => chosen.filter(({ lane }) => lane === wanted);
await Promise.all((['one', 'two', 'three', 'four'] as const).map((lane) => runAll(inLane(lane))));
await runAll(inLane('alone'));
sumUp();

async function runAll(layers: readonly Layer[]): Promise<void> {
  for (const layer of layers) await runLayer(layer);
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
async function runLayer({ project, what, serial }: Layer): Promise<void> {
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
      ...(serial ? ['--no-file-parallelism'] : []),
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
