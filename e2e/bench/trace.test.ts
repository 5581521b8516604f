import { describe, expect, it } from 'vitest';
import { evaluationTimesMs, mainFramePid, type TraceEvent } from './trace.ts';

function event(name: string, args: unknown, times: Partial<TraceEvent> = {}): TraceEvent {
  return { name, cat: 'devtools.timeline', pid: 1, tid: 1, ts: 0, args, ...times };
}

describe('a trace', () => {
  it('tells the processor time of each evaluation of a script', () => {
    const events = [
      event('EvaluateScript', { data: { url: 'chrome-extension://x/page.iife.js' } }, { dur: 900, tdur: 300 }),
      event('EvaluateScript', { data: { url: 'chrome-extension://x/content.iife.js' } }, { dur: 200, tdur: 200 }),
      event('EvaluateScript', { data: { url: 'chrome-extension://x/page.iife.js' } }, { dur: 250 }),
      event('FunctionCall', { data: { url: 'chrome-extension://x/page.iife.js' } }, { dur: 1 }),
      event('EvaluateScript', {}, { dur: 1 }),
    ];
    expect(evaluationTimesMs(events, 'page.iife.js')).toEqual([0.3, 0.25]);
  });

  it('tells the process of the page', () => {
    const frames = [
      { processId: 7, isOutermostMainFrame: false },
      { processId: 8, isOutermostMainFrame: true },
    ];
    expect(mainFramePid([event('Other', {}), event('TracingStartedInBrowser', { data: { frames } })])).toBe(8);
    expect(mainFramePid([])).toBeNull();
  });
});
