import { describe, expect, it } from 'vitest';
import type { AllStatistics, AnalysisNews, AnalystMessage } from '../analysis-worker/messages.ts';
import { type AnalystListeners, createWorkerAnalysis, STUCK_MS } from './worker-analysis.ts';

function createWorld() {
  const started: { listeners: AnalystListeners; messages: AnalystMessage[]; isEnded: boolean }[] = [];
  const timers: { delayMs: number; callback: () => void }[] = [];
  const news: AnalysisNews[] = [];
  let startError: Error | null = null;
  const edge = createWorkerAnalysis({
    start: (listeners) => {
      if (startError) throw startError;
      const one = { listeners, messages: [] as AnalystMessage[], isEnded: false };
      started.push(one);
      return {
        post: (message) => one.messages.push(message),
        end: () => {
          one.isEnded = true;
        },
      };
    },
    callAfter: (delayMs, callback) => timers.push({ delayMs, callback }),
  });
  edge.open((one) => news.push(one));
  const request = (runId: number) => ({
    runId,
    sessionId: 's',
    sinceMs: null,
    closesWhenLeaving: false,
    untilMs: 0,
    schema: null,
  });
  return {
    edge,
    started,
    timers,
    news,
    request,
    failToStart: (error: Error) => {
      startError = error;
    },
  };
}

describe('the worker of the analysis', () => {
  it('is started when it is needed, once', () => {
    const { edge, started, request } = createWorld();
    expect(started).toHaveLength(0);
    edge.analyse(request(1));
    edge.analyse(request(2));
    expect(started).toHaveLength(1);
    expect(started[0]?.messages.map((message) => message.kind)).toEqual(['analyse', 'analyse']);
  });

  it('is ended when it does not listen to a cancel, and started anew', () => {
    const { edge, started, timers, news, request } = createWorld();
    edge.analyse(request(1));
    edge.cancel();
    expect(timers[0]?.delayMs).toBe(STUCK_MS);
    timers[0]?.callback();
    expect(started[0]?.isEnded).toBe(true);
    expect(news).toEqual([{ kind: 'cancelled', runId: 1 }]);
    edge.analyse(request(2));
    expect(started).toHaveLength(2);
  });

  it('is left alone when it has answered the cancel', () => {
    const { edge, started, timers, news, request } = createWorld();
    edge.analyse(request(1));
    edge.cancel();
    started[0]?.listeners.onNews({ kind: 'cancelled', runId: 1 });
    timers[0]?.callback();
    expect(started[0]?.isEnded).toBe(false);
    expect(news).toEqual([{ kind: 'cancelled', runId: 1 }]);
  });

  it('is told to have failed when it dies or cannot be started', () => {
    const { edge, started, news, request, failToStart } = createWorld();
    edge.analyse(request(1));
    started[0]?.listeners.onError('out of memory');
    expect(news).toEqual([{ kind: 'failed', runId: 1, problem: 'out of memory' }]);
    failToStart(new Error('no workers here'));
    edge.analyse(request(2));
    expect(news.at(-1)).toEqual({ kind: 'failed', runId: 2, problem: 'no workers here' });
  });
});

describe('counting all recordings', () => {
  it('is answered, or fails with the worker', async () => {
    const { edge, started } = createWorld();
    const first = edge.count(5);
    const all = { recordings: 2, statistics: {} as AllStatistics['statistics'] };
    started[0]?.listeners.onNews({ kind: 'counted', countId: 1, all, problem: null });
    expect(await first).toBe(all);
    const second = edge.count(6);
    started[0]?.listeners.onError('out of memory');
    await expect(second).rejects.toThrow('out of memory');
  });
});
