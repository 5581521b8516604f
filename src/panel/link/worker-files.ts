/** The FileEdge of the real panel: a worker for each job. */
import { currentLanguage } from '../../words/words.ts';
import type { FileNews } from '../file-worker/messages.ts';
import type { FileEdge } from './file-edge.ts';

export function createWorkerFiles(): FileEdge {
  return {
    run: (job, onNews) => {
      const worker = new Worker(new URL('../file-worker/worker.ts', import.meta.url), {
        type: 'module',
        name: currentLanguage(),
      });
      worker.addEventListener('message', ({ data }: MessageEvent<FileNews>) => onNews(data));
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        onNews({ kind: 'failed', problem: event.message ?? '' });
      });
      worker.postMessage({ job });
      return { order: (order) => worker.postMessage({ order }), end: () => worker.terminate() };
    },
  };
}
