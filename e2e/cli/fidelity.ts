/** `npm run fidelity`: the long form of the side-by-side test, every client with every cause, in both browsers. */
import { PROGRAMS, runScript } from './run.ts';

process.env.SOCKETSCOPE_FIDELITY = 'long';
const { code } = await runScript(PROGRAMS.vitest, [
  'run',
  '--config',
  'e2e/vitest.config.ts',
  '--project',
  'fidelity',
  '--no-file-parallelism',
  ...process.argv.slice(2),
]);
process.exitCode = code;
