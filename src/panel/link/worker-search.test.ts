import { describe, expect, it } from 'vitest';
import type { SearcherMessage, SearchNews, SearchRequest } from '../search-worker/messages.ts';
import type { SearchFailure } from './search-edge.ts';
import { createWorkerSearch, PING_MS, type SearcherListeners, STUCK_MS } from './worker-search.ts';

const REQUEST: SearchRequest = {
  name: 'filter',
  searchId: 1,
  terms: [],
  span: null,
  connections: [],
  marked: new Map(),
  firstId: null,
  usesNames: true,
  isCaseSensitive: false,
};

/** Workers that say what the test says, and a clock that moves when it says so. */
function createWorld() {
  const workers: { readonly posted: SearcherMessage[]; readonly listeners: SearcherListeners; isEnded: boolean }[] = [];
  const timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  const news: SearchNews[] = [];
  const failures: SearchFailure[] = [];
  let clockMs = 0;
  let startError: Error | null = null;
  const edge = createWorkerSearch({
    start: (listeners) => {
      if (startError) throw startError;
      const worker = { posted: [] as SearcherMessage[], listeners, isEnded: false };
      workers.push(worker);
      return {
        post: (message) => worker.posted.push(message),
        end: () => {
          worker.isEnded = true;
        },
      };
    },
    callAfter: (delayMs, callback) => timers.push({ atMs: clockMs + delayMs, callback }),
  });
  edge.listen({ onNews: (one) => news.push(one), onFailed: (failure) => failures.push(failure) });

  return {
    edge,
    workers,
    news,
    failures,
    failToStart: (error: Error) => {
      startError = error;
    },
    search: () => edge.send({ kind: 'search', request: { ...REQUEST, searchId: edge.nextSearchId() } }),
    /** The worker listens. */
    answer: () => {
      const worker = workers.at(-1);
      const ping = worker?.posted.findLast((message) => message.kind === 'ping');
      if (ping?.kind === 'ping') worker?.listeners.onNews({ kind: 'alive', pingId: ping.pingId });
    },
    pass: (ms: number) => {
      for (const endMs = clockMs + ms; ; ) {
        const due = timers.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!due) {
          clockMs = endMs;
          return;
        }
        clockMs = due.atMs;
        timers.splice(timers.indexOf(due), 1);
        due.callback();
      }
    },
  };
}

const done = (searchId: number): SearchNews => ({
  kind: 'found',
  searchId,
  parts: [],
  searchedFrames: 0,
  totalFrames: 0,
  cutFrames: 0,
  isDone: true,
});

describe('the worker that searches', () => {
  it('is started with the first search, and not for less', () => {
    const { edge, workers, search } = createWorld();
    edge.send({ kind: 'stop', name: 'filter' });
    expect(workers).toHaveLength(0);
    search();
    search();
    expect(workers).toHaveLength(1);
  });

  it('can be started before there is a search, which finds it waiting', () => {
    const { edge, workers, search, pass, failures } = createWorld();
    edge.warm();
    edge.warm();
    pass(60_000);
    expect(workers.map(({ posted }) => posted)).toEqual([[]]);
    search();
    expect(workers).toHaveLength(1);
    expect(failures).toEqual([]);
  });

  it('is ended when it does not listen any more, and started again with the next search', () => {
    const { workers, search, pass, failures } = createWorld();
    search();
    pass(2 * STUCK_MS);
    expect(failures).toEqual([{ kind: 'stuck', detail: '' }]);
    expect(workers[0]?.isEnded).toBe(true);
    search();
    expect(workers).toHaveLength(2);
  });

  it('is left alone while it answers, however long it takes, and when it is done', () => {
    const { workers, search, pass, failures, answer } = createWorld();
    search();
    for (let i = 0; i < 20; i++) {
      answer();
      pass(PING_MS);
    }
    const pings = () => workers[0]?.posted.filter(({ kind }) => kind === 'ping').length;
    answer();
    workers[0]?.listeners.onNews(done(1));
    const before = pings();
    pass(60_000);
    expect(pings()).toBe(before);
    expect(failures).toEqual([]);
  });

  it('says why it broke, and nothing of what it says afterwards', () => {
    const { workers, search, failures, news } = createWorld();
    search();
    workers[0]?.listeners.onError('no memory');
    workers[0]?.listeners.onNews(done(1));
    expect(failures).toEqual([{ kind: 'broken', detail: 'no memory' }]);
    expect(news).toEqual([]);
  });

  it('says why it cannot be started', () => {
    const { edge, search, failures, failToStart } = createWorld();
    failToStart(new Error('no workers here'));
    edge.warm();
    expect(failures).toEqual([]);
    search();
    expect(failures).toEqual([{ kind: 'broken', detail: 'no workers here' }]);
  });
});
