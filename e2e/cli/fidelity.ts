/**
 * `npm run fidelity`: the long form of the side-by-side test, every client with every cause, in both browsers; then the
 * network that is really cut, which needs root and is otherwise skipped by name. Further arguments go to vitest.
 */
import { spawn, spawnSync } from 'node:child_process';
import { PROGRAMS, ROOT, runScript, say } from './run.ts';

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

/** In a network namespace of its own, with a loopback of its own: nothing else here notices. */
async function runNetwork(more: readonly string[]): Promise<number> {
  const missing = process.getuid?.() === 0 ? missingProgram() : 'root';
  if (missing !== null) {
    say(`Skipped: ${NETWORK_TEST}, the network that is really cut, needs ${missing}.`);
    return 0;
  }
  const vitest = [process.execPath, PROGRAMS.vitest, ...VITEST, NETWORK_TEST, ...more];
  const child = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...vitest], {
    cwd: ROOT,
    env: { ...process.env, SOCKETSCOPE_NETWORK: 'apart' },
    stdio: 'inherit',
  });
  return await new Promise((resolve) => child.on('close', (ended) => resolve(ended ?? 1)));
}

/** Namespaces may be forbidden even to root, as in most containers. */
function missingProgram(): string | null {
  const works = (program: string, ...args: readonly string[]) => spawnSync(program, args).status === 0;
  if (!works('unshare', '--net', 'true')) return 'network namespaces (unshare --net)';
  if (!works('ip', 'netns', 'list')) return 'ip (iproute2)';
  return works('nft', '--version') ? null : 'nft (nftables)';
}
