/** Waiting for conditions. Nothing here, and nothing built on it, ever waits for a fixed time. */

import { setTimeout as delay } from 'node:timers/promises';

/** How long anything may take before it counts as failed. Generous, because a busy two-core machine is slow. */
export const WAIT_TIMEOUT_MS = 60_000;
/** Asking costs both processes time, which they need for what is waited for: the longer it takes, the rarer. */
const POLL_MS = { least: 20, most: 250, shareOfWaited: 0.25 };

export interface WaitOptions {
  readonly timeoutMs?: number;
  /** Ends the wait at once with its reason, for example because the browser has quit. */
  readonly signal?: AbortSignal;
}

/**
 * Calls `probe` until it gives a truthy value and returns that. A probe that throws counts as "not yet" (a page that is
 * just being replaced throws). Rejects after `timeoutMs` (default 60,000) with `what` and the last value or error.
 */
export async function waitUntil<Value>(
  what: string,
  probe: () => Value | Promise<Value>,
  { timeoutMs = WAIT_TIMEOUT_MS, signal }: WaitOptions = {},
): Promise<NonNullable<Value>> {
  const startedAtMs = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    const attempt = await probeOnce(probe);
    if (attempt.value) {
      return attempt.value;
    }
    const waitedMs = performance.now() - startedAtMs;
    if (waitedMs > timeoutMs) {
      throw new Error(`Waited ${timeoutMs} ms in vain: ${what}\nLast result: ${attempt.describe()}`);
    }
    await delay(Math.min(POLL_MS.most, Math.max(POLL_MS.least, waitedMs * POLL_MS.shareOfWaited)));
  }
}

async function probeOnce<Value>(
  probe: () => Value | Promise<Value>,
): Promise<{ value?: Value | null; describe: () => string }> {
  try {
    const value = await probe();
    return { value, describe: () => JSON.stringify(value) ?? 'undefined' };
  } catch (error) {
    return { describe: () => `threw ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Rejects with `what` when `promise` has not settled after `timeoutMs`. */
export async function withTimeout<Value>(what: string, timeoutMs: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
