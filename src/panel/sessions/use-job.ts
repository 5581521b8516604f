/** One job of the file worker as a component sees it; ended with the component. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { FileJob, FileNews, FileOrder } from '../file-worker/messages.ts';
import type { RunningJob } from '../link/file-edge.ts';
import { usePanel } from '../views/use-panel.ts';

export interface Job {
  /** The last that was heard of it; null: nothing yet, or there is none. */
  readonly news: FileNews | null;
  readonly isRunning: boolean;
  /** In place of the one before it. */
  start(job: FileJob, onEnd?: (news: FileNews) => void): void;
  order(order: FileOrder): void;
  /** Ends it at once and forgets it. */
  stop(): void;
}

export function useJob(): Job {
  const { files } = usePanel();
  const running = useRef<RunningJob | null>(null);
  const [news, setNews] = useState<FileNews | null>(null);
  const [isRunning, setRunning] = useState(false);

  function stop(): void {
    running.current?.end();
    running.current = null;
    setRunning(false);
    setNews(null);
  }

  useEffect(() => () => running.current?.end(), []);

  return {
    news,
    isRunning,
    stop,
    order: (order) => running.current?.order(order),
    start: (job, onEnd) => {
      stop();
      setRunning(true);
      const mine = files.run(job, (told) => {
        if (running.current !== mine) return;
        setNews(told);
        if (told.kind === 'progress' || told.kind === 'asksToKeep') return;
        mine.end();
        running.current = null;
        setRunning(false);
        onEnd?.(told);
      });
      running.current = mine;
    },
  };
}
