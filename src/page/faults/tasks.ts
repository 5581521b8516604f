/** Tasks of their own for simulated events: the browser calls each of them, so microtasks run as after native events. */
import type { Link } from '../link.ts';

interface Task {
  readonly first: () => void;
  readonly second: () => void;
  follower: Task | null;
}

/** Calls `first` and then `second` in one task, with what `first` leaves in the microtask queue in between. In order. */
export type RunInTask = (first: () => void, second: () => void) => void;

export function createTasks(link: Link): RunInTask {
  let oldest: Task | null = null;
  let newest: Task | null = null;

  function begin(): void {
    oldest?.first();
  }

  function finish(): void {
    const task = oldest;
    if (task === null) return;
    oldest = task.follower;
    if (oldest === null) newest = null;
    task.second();
  }

  return (first, second) => {
    const task: Task = { first, second, follower: null };
    if (newest === null) oldest = task;
    else newest.follower = task;
    newest = task;
    link.callInTask(begin, finish);
  };
}
