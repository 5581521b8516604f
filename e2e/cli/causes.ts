/** `npm run causes`: whether findings name the real causes of real failures. `-- --help` for the options. */
import '../words/setup.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from '../browsers/install.ts';
import { createTemporaryFolder } from '../browsers/leftovers.ts';
import { type CauseOptions, OptionError, parseCauseOptions, USAGE } from '../causes/options.ts';
import { type CaseRun, recordIn } from '../causes/record-in.ts';
import { toRecording } from '../causes/recording.ts';
import { type CaseResult, missedOf, renderCauses } from '../causes/report.ts';
import { keptResults, resultOf } from '../causes/results.ts';
import { standUp } from '../causes/stay.ts';
import { IS_APART, missingForApart, runApart } from './apart.ts';
import { buildExtension, TARGET_OF } from './extension-build.ts';
import { endWithCtrlC } from './run.ts';

async function main(): Promise<number> {
  const options = parseCauseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  if (options.stay !== null) return await stay(options.stay, options.limitS);
  if (options.from === null && !IS_APART && missingForApart() === null) {
    return await runApart([process.execPath, ...process.execArgv, ...process.argv.slice(1)]);
  }
  const results = options.from === null ? await runAll(options) : kept(options.from, options);
  console.log(renderCauses(results, options.isVerbose));
  return missedOf(results).length === 0 ? 0 : 1;
}

function kept(folder: string, { browsers, cases }: CauseOptions): readonly CaseResult[] {
  return keptResults(folder, cases).filter(({ kind }) => browsers.includes(kind));
}

async function runAll({
  browsers,
  cases,
  headless,
  isProbing,
  recordDir,
}: CauseOptions): Promise<readonly CaseResult[]> {
  const say = (line: string) => console.error(line);
  const results: CaseResult[] = [];
  for (const kind of browsers) {
    ensureBrowser(kind, say);
    await buildExtension(TARGET_OF[kind]);
    const tell = (run: CaseRun) => {
      const became = run.state === 'recorded' ? `${run.seconds.toFixed(0)} s` : `${run.state}: ${run.why}`;
      say(`${kind} ${run.case_.name}: ${became}`);
      if (recordDir !== null) write(recordDir, run);
    };
    results.push(...(await recordIn(kind, cases, { headless, isProbing, tell })).map(resultOf));
  }
  return results;
}

function write(folder: string, run: CaseRun): void {
  if (run.state !== 'recorded') return;
  mkdirSync(folder, { recursive: true });
  const { kind, case_, rows, probed } = run;
  const recording = toRecording(probed ?? rows);
  writeFileSync(join(folder, `${case_.name}.${kind}.json`), `${JSON.stringify(recording)}\n`);
}

async function stay(name: string, limitS: number): Promise<number> {
  const scratch = createTemporaryFolder('causes');
  const { url, what } = await standUp(name, { folder: scratch.path, limitS });
  console.log(`${what}\n${url}\nCtrl+C ends it.`);
  endWithCtrlC();
  return await new Promise(() => undefined);
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof OptionError ? error.message : error);
  return 2;
});
