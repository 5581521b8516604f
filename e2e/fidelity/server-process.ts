/** Starts and ends the servers of the fidelity tests. Each is a child process that dies with us. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Order } from './server.ts';

export interface ServerProcess {
  readonly port: number;
  order(order: Order): void;
  /** SIGKILL, SIGSTOP … by its own id. */
  signal(name: NodeJS.Signals): void;
  readonly isAlive: boolean;
}

export interface ServerOptions {
  /** Default: the loopback's. */
  readonly address?: string;
  /** A command to run it with. */
  readonly prefix?: readonly string[];
  /** Heartbeats go both ways, as quickly as clients bear it. Default: none are answered. */
  readonly beats?: boolean;
}

export async function startServerProcess(options: ServerOptions = {}): Promise<ServerProcess> {
  const { address = '127.0.0.1', prefix = [], beats = false } = options;
  const script = fileURLToPath(new URL('server.ts', import.meta.url));
  const [program = '', ...args] = [...prefix, process.execPath, '--import', 'tsx', script, address, `${beats}`];
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
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
