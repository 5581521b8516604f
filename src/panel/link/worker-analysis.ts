/** The AnalysisEdge of the real panel: a worker, started when it is first needed, and again when it is stuck or dead. */
import { currentLanguage } from '../../words/words.ts';
import type { AnalysisNews, AnalystMessage, CountNews } from '../analysis-worker/messages.ts';
import type { AnalysisEdge } from './analysis-edge.ts';

/** A worker that has been started. */
export interface AnalystProcess {
  post(message: AnalystMessage): void;
  end(): void;
}

export interface AnalystListeners {
  onNews(news: AnalysisNews | CountNews): void;
  /** It cannot go on, or never could begin. */
  onError(problem: string): void;
}

export interface WorkerAnalysisOptions {
  start(listeners: AnalystListeners): AnalystProcess;
  callAfter(delayMs: number, callback: () => void): void;
}

/** A rule or decoder that has not looked up by then is ended with its worker. */
export const STUCK_MS = 1_000;

export function createWorkerAnalysis({ start, callAfter }: WorkerAnalysisOptions): AnalysisEdge {
  let onNews: (news: AnalysisNews) => void = () => {};
  let process: AnalystProcess | null = null;
  /** The request that has not been answered. */
  let openRunId: number | null = null;
  let lastCountId = 0;
  const counts = new Map<number, (news: CountNews) => void>();

  function tell(news: AnalysisNews): void {
    if (news.kind !== 'progress' && news.runId === openRunId) openRunId = null;
    onNews(news);
  }

  function started(): AnalystProcess {
    if (process) return process;
    const mine: AnalystProcess = start({
      onNews: (news) => {
        if (process !== mine) return;
        if (news.kind === 'counted') settleCount(news);
        else tell(news);
      },
      onError: (problem) => {
        if (process === mine) fail(problem);
      },
    });
    process = mine;
    return mine;
  }

  function settleCount(news: CountNews): void {
    counts.get(news.countId)?.(news);
    counts.delete(news.countId);
  }

  /** What it was counting dies with it. */
  function end(problem: string): void {
    process?.end();
    process = null;
    for (const countId of counts.keys()) settleCount({ kind: 'counted', countId, all: null, problem });
  }

  function fail(problem: string): void {
    end(problem);
    if (openRunId !== null) tell({ kind: 'failed', runId: openRunId, problem });
  }

  function send(message: AnalystMessage): void {
    try {
      started().post(message);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    open: (listener) => {
      onNews = listener;
    },
    analyse: (request) => {
      openRunId = request.runId;
      send({ kind: 'analyse', request });
    },
    count: (untilMs) =>
      new Promise((resolve, reject) => {
        const countId = ++lastCountId;
        counts.set(countId, ({ all, problem }) => (all ? resolve(all) : reject(new Error(problem))));
        send({ kind: 'count', countId, untilMs });
      }),
    cancel: () => {
      const runId = openRunId;
      if (runId === null) return;
      send({ kind: 'cancel' });
      callAfter(STUCK_MS, () => {
        if (openRunId !== runId) return;
        end('');
        tell({ kind: 'cancelled', runId });
      });
    },
  };
}

/** Starts the worker itself. */
export function startWorker({ onNews, onError }: AnalystListeners): AnalystProcess {
  const worker = new Worker(new URL('../analysis-worker/worker.ts', import.meta.url), {
    type: 'module',
    // Read before anything is said in it, and the only thing that a worker knows of its panel from the start.
    name: currentLanguage(),
  });
  worker.addEventListener('message', ({ data }: MessageEvent<AnalysisNews | CountNews>) => onNews(data));
  worker.addEventListener('messageerror', () => onError('messageerror'));
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    onError(event.message ?? '');
  });
  return { post: (message) => worker.postMessage(message), end: () => worker.terminate() };
}
