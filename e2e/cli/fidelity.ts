/**
 * `npm run fidelity`: the long form of the side-by-side test, every client with every cause, in both browsers; then the
 * network that is really cut, which needs root and is otherwise skipped by name. Further arguments go to vitest.
 */
import { missingForApart, runApart } from './apart.ts';
import { PROGRAMS, runScript, say } from './run.ts';

const NETWORK_TEST = 'e2e/fidelity/network.test.ts';
const VITEST = ['run', '--config', 'e2e/vitest.config.ts', '--project', 'fidelity', '--no-file-parallelism'];

const args = process.argv.slice(2);
const isOnlyNetwork = args[0] === 'network';
const { code } = isOnlyNetwork
  ? { code: 0 }
  : await runScript(PROGRAMS.vitest, [...VITEST, '--exclude', NETWORK_TEST, ...args], {
      env: { SOCKETSCOPE_FIDELITY: 'long' },
    });
process.exitCode = Math.max(code, await runNetwork(isOnlyNetwork ? args.slice(1) : args));

async function runNetwork(more: readonly string[]): Promise<number> {
  const missing = missingForApart();
  if (missing !== null) {
    say(`Skipped: ${NETWORK_TEST}, the network that is really cut, needs ${missing}.`);
    return 0;
  }
  return await runApart([process.execPath, PROGRAMS.vitest, ...VITEST, NETWORK_TEST, ...more]);
}
