/**
 * A network namespace with a cable to it, which can be pulled: a network that can really be cut, on one machine. Only for a
 * process that is in a namespace of its own itself, see e2e/cli/apart.ts.
 */
import { spawnSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { onProcessEnd } from '../../browsers/leftovers.ts';
import { runProgram } from './program.ts';

export interface Namespace {
  /** Of the far end. */
  readonly host: string;
  /** What a program is started with to run there. */
  readonly prefix: readonly string[];
  /** Pulls the cable out at the far end: the near one has no carrier. */
  linkDown(): Promise<void>;
  /** Packets vanish, both ways, without a word. */
  dropPackets(): Promise<void>;
  dropNoPackets(): Promise<void>;
  remove(): void;
}

let namespaces = 0;

export const NAMESPACE_HOSTS = '10.231.*';

/**
 * For a browser in a namespace of its own, which would take itself for offline with nothing but loopback: a cable that
 * leads nowhere.
 */
export async function plugIn(): Promise<void> {
  if ((networkInterfaces().sscable?.length ?? 0) > 0) return;
  await runProgram('ip', ['link', 'add', 'sscable', 'type', 'veth', 'peer', 'name', 'ssend']);
  await runProgram('ip', ['addr', 'add', '10.231.255.1/24', 'dev', 'sscable']);
  for (const end of ['sscable', 'ssend']) await runProgram('ip', ['link', 'set', end, 'up']);
}

export async function createNamespace(): Promise<Namespace> {
  const number = namespaces++;
  const name = `socketscope-${process.pid}-${number}`;
  // At most 15 characters.
  const near = `ss${process.pid % 100_000}n${number}`;
  const far = `ss${process.pid % 100_000}f${number}`;
  const network = `10.231.${process.pid % 256}`;
  const nearHost = `${network}.${4 * (number % 60) + 1}`;
  const host = `${network}.${4 * (number % 60) + 2}`;
  const ip = (...args: string[]) => runProgram('ip', args);
  const inside = (...args: string[]) => runProgram('ip', ['netns', 'exec', name, ...args]);
  await ip('netns', 'add', name);
  // Sockets that still hope for an answer keep the namespace for minutes; its cable need not wait for that.
  const remove = onProcessEnd(() => {
    spawnSync('ip', ['link', 'del', near]);
    spawnSync('ip', ['netns', 'del', name]);
  });
  await ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', name);
  await ip('addr', 'add', `${nearHost}/30`, 'dev', near);
  await ip('link', 'set', near, 'up');
  await inside('ip', 'addr', 'add', `${host}/30`, 'dev', far);
  await inside('ip', 'link', 'set', 'lo', 'up');
  await inside('ip', 'link', 'set', far, 'up');
  return {
    host,
    prefix: ['ip', 'netns', 'exec', name],
    linkDown: () => inside('ip', 'link', 'set', far, 'down'),
    async dropPackets() {
      await inside('nft', 'add', 'table', 'inet', 'cut');
      for (const hook of ['input', 'output']) {
        await inside('nft', `add chain inet cut ${hook} { type filter hook ${hook} priority 0; policy drop; }`);
      }
    },
    dropNoPackets: () => inside('nft', 'delete', 'table', 'inet', 'cut'),
    remove,
  };
}
