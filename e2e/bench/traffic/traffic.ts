/** The runner's side of the traffic server: starts its process and gives tasks to the pages that it serves. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { killProcess, onProcessEnd } from '../../browsers/leftovers.ts';
import { withTimeout } from '../../browsers/wait.ts';
import type { FromServer, Measured, Task, ToServer } from './task.ts';

const START_TIMEOUT_MS = 30_000;
const TASK_TIMEOUT_MS = 120_000;

export interface Traffic {
  readonly pid: number;
  /** Where the page of that name is; each name may be open in one tab at a time. */
  pageUrl(name: string): string;
  /** A page without scripts and sockets. */
  readonly blankUrl: string;
  /** Resolves when the page's script runs. */
  pageReady(name: string): Promise<void>;
  /** Gives the page a task and waits for what it measured. Rejects with the page's reason, or after two minutes. */
  run(name: string, task: Task): Promise<Measured>;
  stop(): void;
}

interface Waiting {
  readonly resolve: (measured: Measured) => void;
  readonly reject: (error: Error) => void;
}

export async function startTraffic(): Promise<Traffic> {
  const child = fork(fileURLToPath(new URL('./server.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const pid = child.pid ?? 0;
  const stop = onProcessEnd(() => killProcess(pid));
  const waiting = new Map<number, Waiting>();
  const pages = new Map<string, PromiseWithResolvers>();
  const listening = createDeferred<number>();
  let lastTaskId = 0;

  function pageOf(name: string): PromiseWithResolvers {
    const page = pages.get(name) ?? createDeferred<void>();
    pages.set(name, page);
    return page;
  }

  child.on('message', (message: FromServer) => {
    switch (message.kind) {
      case 'listening':
        listening.resolve(message.port);
        break;
      case 'pageReady':
        pageOf(message.page).resolve();
        break;
      case 'measured':
        waiting.get(message.taskId)?.resolve(message.measured);
        waiting.delete(message.taskId);
        break;
      case 'failed':
        waiting.get(message.taskId)?.reject(new Error(message.reason));
        waiting.delete(message.taskId);
        break;
    }
  });
  child.on('exit', (code) => {
    const error = new Error(`The traffic server has ended (${code}).`);
    listening.reject(error);
    for (const { reject } of waiting.values()) reject(error);
  });

  const port = await withTimeout('Starting the traffic server', START_TIMEOUT_MS, listening.promise);
  return {
    pid,
    pageUrl: (name) => `http://127.0.0.1:${port}/page/${name}`,
    blankUrl: `http://127.0.0.1:${port}/blank`,
    pageReady: (name) => withTimeout(`Loading the page "${name}"`, START_TIMEOUT_MS, pageOf(name).promise),
    run(page, task) {
      const taskId = ++lastTaskId;
      const measured = new Promise<Measured>((resolve, reject) => waiting.set(taskId, { resolve, reject }));
      const message: ToServer = { kind: 'run', taskId, page, task };
      child.send(message);
      return withTimeout(`Task "${task.kind}" of the page "${page}"`, TASK_TIMEOUT_MS, measured);
    },
    stop,
  };
}

interface PromiseWithResolvers<Value = void> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function createDeferred<Value>(): PromiseWithResolvers<Value> {
  let settle: Pick<PromiseWithResolvers<Value>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<Value>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...(settle as Pick<PromiseWithResolvers<Value>, 'resolve' | 'reject'>) };
}
