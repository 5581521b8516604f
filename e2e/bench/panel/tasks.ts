/** The longest task of a page's main thread, from a trace: tasks that are too short to be called long. */
import type { AttachedTarget } from '../chromium.ts';
import { mainFramePid, type TraceEvent, trace } from '../trace.ts';

export interface Task {
  /** As it was for the user. */
  readonly wallMs: number;
  /** Processor time, which a busy machine does not stretch. */
  readonly cpuMs: number;
}

const NONE: Task = { wallMs: 0, cpuMs: 0 };

export async function longestTask(page: AttachedTarget, action: () => Promise<void>): Promise<Task> {
  const events = await trace(page.session, ['disabled-by-default-devtools.timeline', 'devtools.timeline'], action);
  return longestOf(events);
}

/** Of the thread that draws animation frames in the process of the page. */
export function longestOf(events: readonly TraceEvent[]): Task {
  const pid = mainFramePid(events);
  const thread = events.find((event) => event.pid === pid && event.name === 'FireAnimationFrame')?.tid;
  return events
    .filter((event) => event.name === 'RunTask' && event.pid === pid && event.tid === thread)
    .map(({ dur = 0, tdur = dur }) => ({ wallMs: dur / 1000, cpuMs: tdur / 1000 }))
    .reduce((longest, task) => (task.wallMs > longest.wallMs ? task : longest), NONE);
}
