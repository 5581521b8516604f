/** `npm run bench:export -- [frames]`: what exporting a million frames costs, and whether the goal is met. */
import { FORMATS, GOAL, measureApart } from '../bench/export.ts';

const frames = Number(process.argv[2] ?? 1_000_000);
console.log(`${frames} frames, goal: ${GOAL.seconds} s, ${GOAL.megabytes} MB of memory\n`);
console.log('| format | s | s of processor | MB of memory | MB written |\n|---|---|---|---|---|');
// One thread: seconds of processor time are those of the clock on a machine that does nothing else.
let isMet = true;
for (const format of Object.keys(FORMATS)) {
  const { seconds, cpuSeconds, megabytes, written } = measureApart(format, frames);
  isMet &&= cpuSeconds <= GOAL.seconds && megabytes <= GOAL.megabytes;
  console.log(
    `| ${format} | ${seconds.toFixed(1)} | ${cpuSeconds.toFixed(1)} | ${megabytes.toFixed(0)} | ${(written / 1e6).toFixed(0)} |`,
  );
}
console.log(isMet ? '\nThe goal is met.' : '\nThe goal is missed.');
process.exitCode = isMet ? 0 : 1;
