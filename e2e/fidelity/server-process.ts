/** Starts and ends the servers of the fidelity tests. Each is a child process that dies with us. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Order } from './server.ts';

export interface ServerProcess {
  readonly port: number;
  order(order: Order): void;
  /** SIGKILL, SIGSTOP … by its own id. */
  signal(name: NodeJS.Signals): void;
  readonly isAlive: boolean;
}

export async function startServerProcess(): Promise<ServerProcess> {
  const child: ChildProcess = fork(fileURLToPath(new URL('server.ts', import.meta.url)), [], {
    execArgv: ['--import', 'tsx'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(message as number));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  let isKilled = false;
  return {
    port,
    order: (order) => void child.send(order),
    signal(name) {
      isKilled ||= name === 'SIGKILL';
      child.kill(name);
    },
    get isAlive() {
      return !isKilled && child.exitCode === null;
    },
  };
}
