/** The SearchEdge of the real panel: a worker, started when it is first needed, ended when it is stuck, and started again. */
import type { SearcherMessage, SearchNews } from '../search-worker/messages.ts';
import type { SearchEdge, SearchFailure, SearchListener } from './search-edge.ts';

/** A worker that has been started. */
export interface SearcherProcess {
  post(message: SearcherMessage): void;
  end(): void;
}

export interface SearcherListeners {
  onNews(news: SearchNews): void;
  /** It cannot go on, or never could begin. */
  onError(problem: string): void;
}

export interface WorkerSearchOptions {
  start(listeners: SearcherListeners): SearcherProcess;
  callAfter(delayMs: number, callback: () => void): void;
}

/** While it searches it is asked this often whether it still listens, */
export const PING_MS = 500;
/** and is stuck when it has not answered twice this long: a computer that slept is given a second chance. */
export const STUCK_MS = 1_000;

export function createWorkerSearch({ start, callAfter }: WorkerSearchOptions): SearchEdge {
  const listeners = new Set<SearchListener>();
  let process: SearcherProcess | null = null;
  let lastSearchId = 0;
  let lastPingId = 0;
  let openPingId: number | null = null;
  /** Searches that have not been told to be done. */
  const undone = new Set<number>();

  function started(): SearcherProcess {
    if (process) return process;
    const mine: SearcherProcess = start({
      onNews: (news) => {
        if (process === mine) hear(news);
      },
      onError: (problem) => {
        if (process === mine) fail({ kind: 'broken', detail: problem });
      },
    });
    process = mine;
    return mine;
  }

  function hear(news: SearchNews): void {
    if (news.kind === 'alive') {
      if (news.pingId === openPingId) onAlive();
      return;
    }
    if (news.kind === 'failed' || (news.kind === 'found' && news.isDone)) undone.delete(news.searchId);
    for (const listener of listeners) listener.onNews(news);
  }

  function onAlive(): void {
    openPingId = null;
    if (undone.size > 0) callAfter(PING_MS, watch);
  }

  function watch(): void {
    if (openPingId !== null || undone.size === 0 || !process) return;
    const pingId = ++lastPingId;
    openPingId = pingId;
    process.post({ kind: 'ping', pingId });
    callAfter(STUCK_MS, () => {
      if (openPingId !== pingId) return;
      callAfter(STUCK_MS, () => {
        if (openPingId === pingId) fail({ kind: 'stuck', detail: '' });
      });
    });
  }

  function fail(failure: SearchFailure): void {
    process?.end();
    process = null;
    openPingId = null;
    undone.clear();
    for (const listener of listeners) listener.onFailed(failure);
  }

  return {
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    nextSearchId: () => ++lastSearchId,
    warm: () => {
      try {
        started();
      } catch {
        // The next search tries again, and says so.
      }
    },
    send: (message) => {
      // Nothing to stop, and nobody to prefer.
      if (!process && message.kind !== 'search') return;
      try {
        started().post(message);
      } catch (error) {
        fail({ kind: 'broken', detail: error instanceof Error ? error.message : String(error) });
        return;
      }
      if (message.kind === 'search') undone.add(message.request.searchId);
      if (message.kind === 'halt') undone.delete(message.searchId);
      if (message.kind === 'changed') undone.add(message.searchId);
      watch();
    },
  };
}

/** Starts the worker itself. */
export function startSearcher({ onNews, onError }: SearcherListeners): SearcherProcess {
  const worker = new Worker(new URL('../search-worker/worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<SearchNews>) => onNews(data));
  worker.addEventListener('messageerror', () => onError('messageerror'));
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    onError(event.message ?? '');
  });
  return { post: (message) => worker.postMessage(message), end: () => worker.terminate() };
}
