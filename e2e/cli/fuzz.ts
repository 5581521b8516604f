/**
 * `npm run fuzz`: 1,000,000 seeded inputs against the parsers and the store's rules. Prints the seed, so that a run can
 * be repeated (`-- --seed N`), and the number of a failing input, so that it alone can (`-- --seed N --only I`).
 *
 * The inputs run in a process of their own, so that this one can tell when it dies or never comes to an end.
 */
import { fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { inspect, parseArgs } from 'node:util';
import { makeInput } from '../hostile/fuzz/inputs.ts';
import { createRandom } from '../hostile/fuzz/random.ts';
import { fuzz } from '../hostile/fuzz/run.ts';

interface Job {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/** Without the fault's input, which not every channel could carry: seed and index make it again. */
interface Report {
  readonly inputs: number;
  readonly accepted: Readonly<Record<string, number>>;
  readonly fault: { readonly index: number; readonly what: string } | null;
}

const PROGRESS_EVERY = 10_000;
/** No progress for so long means that an input hangs: 10,000 of them take about a second. */
const HANG_MS = 60_000;

/** Set in the process that does the work: its job as JSON. */
const JOB_VARIABLE = 'SOCKETSCOPE_FUZZ_JOB';

function work({ seed, from, to }: Job): void {
  const { inputs, accepted, fault } = fuzz(seed, from, to, (index) => process.send?.(index), PROGRESS_EVERY);
  const report: Report = { inputs, accepted, fault: fault && { index: fault.index, what: fault.what } };
  process.send?.(report);
}

/** Runs the job in a process of its own. Rejects when that dies or hangs. */
function runApart(job: Job): Promise<Report> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), {
      env: { ...process.env, [JOB_VARIABLE]: JSON.stringify(job) },
    });
    let reached = job.from;
    const watch = () =>
      setTimeout(() => {
        reject(new Error(`hangs between input ${reached} and ${reached + PROGRESS_EVERY} of seed ${job.seed}`));
        child.kill('SIGKILL');
      }, HANG_MS);
    let timer = watch();
    child.on('message', (message: number | Report) => {
      clearTimeout(timer);
      if (typeof message !== 'number') return resolve(message);
      reached = message;
      timer = watch();
      if (process.stdout.isTTY) process.stdout.write(`\r${reached.toLocaleString('en')} inputs`);
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${signal ?? code} after input ${reached} of seed ${job.seed}`));
    });
  });
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      only: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  const only = values.only === undefined ? null : Number(values.only);
  const inputs = Number(values.inputs);
  if (![seed, only ?? 0, inputs].every((number) => Number.isSafeInteger(number) && number >= 0)) {
    console.error('--seed, --only and --inputs take whole numbers.');
    return 2;
  }
  if (only !== null) console.log(inspect(makeInput(createRandom(seed, only)), { depth: 8, maxStringLength: 200 }));

  console.log(`fuzz: seed ${seed}, ${only === null ? `${inputs.toLocaleString('en')} inputs` : `input ${only}`}`);
  const startedMs = performance.now();
  const {
    fault,
    accepted,
    inputs: done,
  } = await runApart(only === null ? { seed, from: 0, to: inputs } : { seed, from: only, to: only + 1 });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  if (process.stdout.isTTY) process.stdout.write('\r');
  for (const [name, count] of Object.entries(accepted)) {
    console.log(`  ${name.padEnd(18)} accepted ${count.toLocaleString('en')}`);
  }
  if (fault) {
    console.error(`FAULT at input ${fault.index}: ${fault.what}`);
    console.error(`repeat it with: npm run fuzz -- --seed ${seed} --only ${fault.index}`);
    return 1;
  }
  console.log(`no fault in ${done.toLocaleString('en')} inputs, ${seconds} s`);
  return 0;
}

const job = process.env[JOB_VARIABLE];
if (job === undefined) process.exitCode = await main();
else work(JSON.parse(job) as Job);
