/** The worker of the panel that searches: the searcher over the database. It reads, and never writes. */
import { createStore } from '../../store/open.ts';
import type { SearcherMessage } from './messages.ts';
import { createSearcher } from './searcher.ts';
import { createStoreFrames } from './store-frames.ts';

const store = createStore();
// At once: whoever starts it is about to search. When it cannot be opened, the first read says so.
store.open().catch(() => undefined);
const searcher = createSearcher({
  source: createStoreFrames(store),
  compilePath: async (path) => (await import('./json-path.ts')).queryOf(path),
  post: (news) => postMessage(news),
  nowMs: () => performance.now(),
  callAfter: (delayMs, callback) => {
    setTimeout(callback, delayMs);
  },
});
addEventListener('message', ({ data }: MessageEvent<SearcherMessage>) => void searcher.take(data));
