/**
 * Runs a command in a network namespace of its own, with a loopback of its own: browsers abort what they are doing when
 * networks come and go, and other programs of this machine must not notice those that tests plug in and pull out.
 */
import { spawn, spawnSync } from 'node:child_process';
import { ROOT } from './run.ts';

/** Whether this process runs in such a namespace. */
export const IS_APART = process.env.SOCKETSCOPE_NETWORK === 'apart';

/** What is missing here; null: it can be done. Namespaces may be forbidden even to root, as in most containers. */
export function missingForApart(): string | null {
  const works = (program: string, ...args: readonly string[]) => spawnSync(program, args).status === 0;
  if (process.getuid?.() !== 0) return 'root';
  if (!works('unshare', '--net', 'true')) return 'network namespaces (unshare --net)';
  if (!works('ip', 'netns', 'list')) return 'ip (iproute2)';
  return works('nft', '--version') ? null : 'nft (nftables)';
}

/** Resolves with its exit code. */
export function runApart(command: readonly string[]): Promise<number> {
  const child = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...command], {
    cwd: ROOT,
    env: { ...process.env, SOCKETSCOPE_NETWORK: 'apart' },
    stdio: 'inherit',
  });
  return new Promise((resolve) => child.on('close', (ended) => resolve(ended ?? 1)));
}
