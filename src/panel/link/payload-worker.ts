/**
 * The detail view's door to the worker that takes payloads apart. The worker is started when it is first needed; one that
 * does not answer in time, or dies, is ended, and what was asked of it fails: the next payload gets a new one.
 */
import type { DeskAnswer, DeskCall, DeskMethod, PayloadDesk } from '../payload-worker/messages.ts';

/** A decoder that has not answered by then is ended with its worker. */
export const STUCK_MS = 15_000;

export interface PayloadWorkerOptions {
  callAfter(delayMs: number, callback: () => void): void;
}

const METHODS: Readonly<Record<DeskMethod, true>> = {
  open: true,
  rows: true,
  toggle: true,
  expand: true,
  unfold: true,
  find: true,
  match: true,
  atByte: true,
  parentOf: true,
  copy: true,
};

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export function createPayloadDesk({ callAfter }: PayloadWorkerOptions): PayloadDesk {
  let worker: Worker | null = null;
  let lastCall = 0;
  const waiting = new Map<number, Waiting>();

  function end(problem: string): void {
    worker?.terminate();
    worker = null;
    for (const { reject } of waiting.values()) reject(new Error(problem));
    waiting.clear();
  }

  function started(): Worker {
    if (worker) return worker;
    const mine = new Worker(new URL('../payload-worker/worker.ts', import.meta.url), { type: 'module' });
    mine.addEventListener('message', ({ data }: MessageEvent<DeskAnswer>) => {
      const asked = waiting.get(data.call);
      waiting.delete(data.call);
      if (data.problem === null) asked?.resolve(data.result);
      else asked?.reject(new Error(data.problem));
    });
    mine.addEventListener('error', (event) => {
      event.preventDefault();
      if (worker === mine) end(event.message ?? '');
    });
    worker = mine;
    return mine;
  }

  function ask(method: DeskMethod, args: readonly unknown[]): Promise<unknown> {
    const call = ++lastCall;
    return new Promise((resolve, reject) => {
      waiting.set(call, { resolve, reject });
      const message: DeskCall = { call, method, args };
      started().postMessage(message);
      callAfter(STUCK_MS, () => {
        if (waiting.has(call)) end('stuck');
      });
    });
  }

  const methods = Object.keys(METHODS) as DeskMethod[];
  // Each method is asked of the worker as it is named.
  return Object.fromEntries(
    methods.map((method) => [method, (...args: readonly unknown[]) => ask(method, args)]),
  ) as unknown as PayloadDesk;
}
