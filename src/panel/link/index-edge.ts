/**
 * The panel's door to the indexer of frames. Behind it is a worker of the extension (`index-worker/`); in tests the indexer
 * in the same page.
 */
import type { IndexerMessage, IndexNews } from '../index-worker/messages.ts';

export interface IndexEdge {
  /** Once. `onLost`: all that was indexed is gone with its worker; the next message begins anew. */
  listen(onNews: (news: IndexNews) => void, onLost: () => void): void;
  send(message: IndexerMessage): void;
}

/** A worker that is started when it is first needed, and again when it is dead, but not forever. */
export function createWorkerIndex(): IndexEdge {
  let onNews: (news: IndexNews) => void = () => {};
  let onLost: () => void = () => {};
  let worker: Worker | null = null;
  let starts = 0;

  function started(): Worker | null {
    if (worker || starts >= MAX_STARTS) return worker;
    starts++;
    const mine = new Worker(new URL('../index-worker/worker.ts', import.meta.url), { type: 'module' });
    const lose = () => {
      if (worker !== mine) return;
      mine.terminate();
      worker = null;
      onLost();
    };
    mine.addEventListener('message', ({ data }: MessageEvent<IndexNews>) => {
      if (worker === mine) onNews(data);
    });
    mine.addEventListener('messageerror', lose);
    mine.addEventListener('error', (event) => {
      event.preventDefault();
      lose();
    });
    worker = mine;
    return mine;
  }

  return {
    listen: (news, lost) => {
      onNews = news;
      onLost = lost;
    },
    send: (message) => started()?.postMessage(message),
  };
}

/** What kills it three times would kill it again. Frames are listed without it, too: heartbeats are not folded then. */
const MAX_STARTS = 3;
