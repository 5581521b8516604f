/** Files, for the panel: who runs a job that writes or reads one. A worker does, or, in the tests, whoever they say. */
import type { FileJob, FileNews, FileOrder } from '../file-worker/messages.ts';

export interface RunningJob {
  order(order: FileOrder): void;
  /** At once, whatever it does. */
  end(): void;
}

export interface FileEdge {
  /** The last news is none of `progress` and `asksToKeep`. */
  run(job: FileJob, onNews: (news: FileNews) => void): RunningJob;
}
