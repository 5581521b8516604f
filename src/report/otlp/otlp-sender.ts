/**
 * Sends traces to a collector: one batch after the other, each kept in a queue of the caller's until the collector has taken
 * it, so that nothing is lost when the collector is down, slow or broken, or when this program is ended. What waits and why
 * is told. Knows neither browser nor store: fetch, queue, clock and chance are handed in.
 */
import type { OtlpTraces } from './spans.ts';

/** What waits, oldest first; it should outlive the program. Each may reject. */
export interface OtlpQueue {
  add(body: string): Promise<void>;
  first(): Promise<{ readonly id: string; readonly body: string } | null>;
  remove(id: string): Promise<void>;
  count(): Promise<number>;
}

/**
 * `retrying`: the collector cannot be reached or said to come back, `retryAtMs` tells when; `refused`: it will not take what
 * is sent as it is sent, which somebody has to look at: it waits for `retry`. Nothing is dropped in either.
 */
export type OtlpSenderState =
  | { readonly kind: 'idle'; readonly waiting: number; readonly sent: number; readonly rejectedSpans: number }
  | { readonly kind: 'sending'; readonly waiting: number; readonly sent: number; readonly rejectedSpans: number }
  | {
      readonly kind: 'retrying' | 'refused';
      readonly waiting: number;
      readonly sent: number;
      readonly rejectedSpans: number;
      readonly problem: string;
      /** null: when it is told to. */
      readonly retryAtMs: number | null;
      readonly failures: number;
    };

export interface OtlpSenderOptions {
  readonly url: string;
  /** Beside the content type: a key of the collector. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly queue: OtlpQueue;
  readonly nowMs: () => number;
  /** Resolves after that time, or at once when the signal aborts. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1): spreads the retries of many browsers. */
  readonly random: () => number;
  readonly onState: (state: OtlpSenderState) => void;
}

export interface OtlpSender {
  /** Resolves when the batch is in the queue; it is sent from there. */
  send(traces: OtlpTraces): Promise<void>;
  /** What waits from an earlier life, or after somebody has mended what was refused. */
  retry(): void;
  /** Ends waiting and sending; what is in the queue stays there. */
  stop(): void;
  /** Resolves when there is nothing to do: the queue is empty, refused, or stopped. */
  settled(): Promise<void>;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 5 * 60_000;
/** A collector may ask for more patience; a mistake of a year must not end all sending. */
const LONGEST_RETRY_AFTER_MS = 60 * 60_000;
const ANSWER_TIMEOUT_MS = 30_000;

/** What came of one attempt. */
type Outcome =
  | { readonly kind: 'taken'; readonly rejectedSpans: number }
  | { readonly kind: 'later'; readonly problem: string; readonly afterMs: number | null }
  | { readonly kind: 'never'; readonly problem: string };

export function createOtlpSender(options: OtlpSenderOptions): OtlpSender {
  const { queue, nowMs, wait, random, onState } = options;
  let work: Promise<void> | null = null;
  let stopping = new AbortController();
  let sent = 0;
  let rejectedSpans = 0;
  let failures = 0;

  async function tell(kind: 'idle' | 'sending'): Promise<void> {
    onState({ kind, waiting: await queue.count(), sent, rejectedSpans });
  }

  async function tellTrouble(kind: 'retrying' | 'refused', problem: string, retryAtMs: number | null): Promise<void> {
    onState({ kind, waiting: await queue.count(), sent, rejectedSpans, problem, retryAtMs, failures });
  }

  /** Until the queue is empty, refused, or stopped. */
  async function run(signal: AbortSignal): Promise<void> {
    for (;;) {
      const next = signal.aborted ? null : await queue.first();
      if (!next) return tell('idle');
      await tell('sending');
      const outcome = await attempt(options, next.body, signal);
      if (signal.aborted && outcome.kind !== 'taken') return tell('idle');
      if (outcome.kind === 'taken') {
        await queue.remove(next.id);
        sent++;
        failures = 0;
        rejectedSpans += outcome.rejectedSpans;
        continue;
      }
      failures++;
      if (outcome.kind === 'never') return tellTrouble('refused', outcome.problem, null);
      const delayMs = outcome.afterMs ?? backoffMs(failures, random());
      await tellTrouble('retrying', outcome.problem, nowMs() + delayMs);
      await wait(delayMs, signal);
    }
  }

  function start(): void {
    if (work) return;
    const { signal } = stopping;
    work = run(signal)
      // The queue itself is broken: what is in it stays there.
      .catch((error: unknown) =>
        onState({
          ...{ kind: 'refused', waiting: 0, sent, rejectedSpans, retryAtMs: null, failures },
          problem: `The queue cannot be read: ${messageOf(error)}`,
        }),
      )
      .finally(() => {
        work = null;
      });
  }

  return {
    async send(traces) {
      await queue.add(JSON.stringify(traces));
      start();
    },
    retry() {
      // A wait that is under way is cut short.
      stopping.abort();
      stopping = new AbortController();
      failures = 0;
      const before = work;
      if (before) void before.then(start);
      else start();
    },
    stop: () => stopping.abort(),
    settled: async () => {
      while (work) await work;
    },
  };
}

/** 1 s, 2 s, 4 s … 5 min, each a fifth longer or shorter by chance. */
export function backoffMs(failures: number, chance: number): number {
  const plain = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 30));
  return Math.round(plain * (0.8 + 0.4 * chance));
}

async function attempt(
  { url, headers, fetch, wait, nowMs }: OtlpSenderOptions,
  body: string,
  stopped: AbortSignal,
): Promise<Outcome> {
  const given = new AbortController();
  const timed = new AbortController();
  const stop = () => given.abort();
  stopped.addEventListener('abort', stop, { once: true });
  let isLate = false;
  void wait(ANSWER_TIMEOUT_MS, timed.signal).then(() => {
    if (timed.signal.aborted) return;
    isLate = true;
    given.abort();
  });
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      signal: given.signal,
      credentials: 'omit',
      cache: 'no-store',
    });
    return await outcomeOf(response, nowMs());
  } catch (error) {
    const problem = isLate
      ? `The collector did not answer within ${ANSWER_TIMEOUT_MS / 1000} s.`
      : `The collector cannot be reached: ${messageOf(error)}`;
    return { kind: 'later', problem, afterMs: null };
  } finally {
    timed.abort();
    stopped.removeEventListener('abort', stop);
  }
}

/** OTLP 1.x, "OTLP/HTTP Response": beside the retryable statuses, also other 5xx: a collector that has crashed comes back. */
async function outcomeOf(response: Response, nowMs: number): Promise<Outcome> {
  const { status, ok } = response;
  if (ok) return { kind: 'taken', rejectedSpans: rejectedIn(await textOf(response)) };
  const detail = (await textOf(response)).slice(0, 200);
  const problem = `The collector answered ${status}${detail === '' ? '' : `: ${detail}`}`;
  if (status === 429 || status === 408 || status >= 500) {
    return { kind: 'later', problem, afterMs: retryAfterMs(response.headers.get('retry-after'), nowMs) };
  }
  return { kind: 'never', problem };
}

/** RFC 9110 section 10.2.3: seconds, or a date. */
export function retryAfterMs(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  const date = /GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  const afterMs = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : date - nowMs;
  return Number.isFinite(afterMs) ? Math.min(Math.max(afterMs, 0), LONGEST_RETRY_AFTER_MS) : null;
}

/** ExportTracePartialSuccess: some spans were refused for good, although the batch was taken. */
function rejectedIn(body: string): number {
  try {
    const { partialSuccess } = JSON.parse(body) as { partialSuccess?: { rejectedSpans?: unknown } };
    const count = Number(partialSuccess?.rejectedSpans ?? 0);
    return Number.isSafeInteger(count) && count > 0 ? count : 0;
  } catch {
    return 0;
  }
}

async function textOf(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch {
    return '';
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
