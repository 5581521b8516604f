/**
 * Sessions that nobody has analysed yet, one after the other while their list is looked at. What fails is not tried again,
 * and what would take long is left to whoever opens it.
 */
import { useEffect, useRef } from 'preact/hooks';
import type { SessionRecord } from '../../protocol/records.ts';
import { usePanel } from '../views/use-panel.ts';
import { useJob } from './use-job.ts';

const MAX_BYTES = 200 * 1024 * 1024;

export function useSummaries(): void {
  const panel = usePanel();
  const { sessions, verdict } = panel;
  const job = useJob();
  const tried = useRef(new Set<string>());
  const list = sessions.list.value;

  useEffect(() => {
    const next = job.isRunning ? undefined : list?.find((one) => lacksSummary(one) && !tried.current.has(keyOf(one)));
    if (!next) return;
    const { sessionId } = next;
    tried.current.add(keyOf(next));
    const budgets = verdict.budgets.peek();
    job.start({ kind: 'summarise', sessionId, budgets, nowMs: panel.nowMs() }, (news) => {
      if (news.kind === 'summarised') void sessions.setSummary(next, news.summary);
    });
  }, [list, job.isRunning]);
}

function lacksSummary({ endedAtMs, storedBytes, summary }: SessionRecord): boolean {
  return endedAtMs !== null && storedBytes <= MAX_BYTES && (!summary || summary.atMs < endedAtMs);
}

/** A session that goes on and ends again is another one. */
function keyOf({ sessionId, endedAtMs }: SessionRecord): string {
  return `${sessionId} ${endedAtMs}`;
}
