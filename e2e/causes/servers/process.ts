/** Servers that are processes of their own: to be killed, stopped, starved, and put into a network namespace. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { killProcess, onProcessEnd } from '../../browsers/leftovers.ts';
import type { Stage } from '../stage.ts';
import type { Behaviour, Order } from './process-main.ts';

export interface ServerProcess {
  readonly port: number;
  readonly url: string;
  signal(name: NodeJS.Signals): void;
  order(order: Order): void;
  /** Resolves when it has ended, by whatever. */
  readonly ended: Promise<unknown>;
}

export interface ProcessOptions {
  readonly behaviour: Behaviour;
  readonly host?: string;
  readonly port?: number;
  /** Arguments for Node, e.g. a limit of its memory. */
  readonly nodeArgs?: readonly string[];
  /** What it is started by, e.g. `ip netns exec NAME`. */
  readonly prefix?: readonly string[];
}

export async function startProcess(stage: Stage, options: ProcessOptions): Promise<ServerProcess> {
  const { behaviour, host = stage.host, port = 0, nodeArgs = [], prefix = [] } = options;
  const main = fileURLToPath(new URL('process-main.ts', import.meta.url));
  const setup = JSON.stringify({ host, port, behaviour });
  const [program = '', ...args] = [...prefix, process.execPath, ...nodeArgs, '--import', 'tsx', main, setup];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], detached: true });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} was not started`);
  const forget = onProcessEnd(() => killProcess(pid));
  const ended = once(child, 'exit');
  stage.onEnd(async () => {
    forget();
    await ended;
  });
  const [listening] = (await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('the server ended before it listened'))),
  ])) as [number];
  // An order to a process that is gone is nobody's.
  child.on('error', () => undefined);
  return {
    port: listening,
    url: `ws://${host}:${listening}/socket`,
    signal: (name) => void process.kill(pid, name),
    order: (order) => void (child.connected && child.send(order)),
    ended,
  };
}
