/** Records a trace of the whole browser (the format of chrome://tracing) and finds the scripts of the extension in it. */

import type { CdpSession } from './cdp.ts';

export interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds; `tdur` is processor time, which a busy machine does not stretch. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: unknown;
}

/** Traces what `action` does, in the whole browser or the target that is attached. Only one trace of a browser can run at a time. */
export async function trace(
  browser: CdpSession,
  categories: readonly string[],
  action: () => Promise<void>,
): Promise<readonly TraceEvent[]> {
  const events: TraceEvent[] = [];
  const stopListening = browser.on('Tracing.dataCollected', ({ value }) => events.push(...(value as TraceEvent[])));
  const complete = new Promise<void>((resolve) => {
    const stop = browser.on('Tracing.tracingComplete', () => {
      stop();
      resolve();
    });
  });
  await browser.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: categories, recordMode: 'recordUntilFull' },
  });
  await action();
  await browser.send('Tracing.end');
  await complete;
  stopListening();
  return events;
}

/** Processor time, in milliseconds, of each evaluation of the script whose URL ends so. */
export function evaluationTimesMs(events: readonly TraceEvent[], urlEnd: string): readonly number[] {
  return events
    .filter(({ name, args }) => name === 'EvaluateScript' && urlOf(args).endsWith(urlEnd))
    .map(({ dur = 0, tdur = dur }) => tdur / 1000);
}

/** The process of the traced page's main frame, from the event with which such a trace begins; or null. */
export function mainFramePid(events: readonly TraceEvent[]): number | null {
  for (const { name, args } of events) {
    if (name !== 'TracingStartedInBrowser') continue;
    const { data } = args as { data?: { frames?: readonly TracedFrame[] } };
    const main = data?.frames?.find(({ isOutermostMainFrame }) => isOutermostMainFrame);
    if (main?.processId !== undefined) return main.processId;
  }
  return null;
}

interface TracedFrame {
  readonly processId?: number;
  readonly isOutermostMainFrame?: boolean;
}

function urlOf(args: unknown): string {
  const { data } = args as { data?: { url?: unknown } };
  return typeof data?.url === 'string' ? data.url : '';
}
