/** The worker of the panel that searches: the searcher over the database. It reads, and never writes. */
import { createStore } from '../../store/open.ts';
import type { SearcherMessage } from './messages.ts';
import { createSearcher } from './searcher.ts';
import { createStoreFrames } from './store-frames.ts';

const searcher = createSearcher({
  source: createStoreFrames(createStore()),
  compilePath: async (path) => (await import('./json-path.ts')).queryOf(path),
  post: (news) => postMessage(news),
  nowMs: () => performance.now(),
  callAfter: (delayMs, callback) => {
    setTimeout(callback, delayMs);
  },
});
addEventListener('message', ({ data }: MessageEvent<SearcherMessage>) => void searcher.take(data));
