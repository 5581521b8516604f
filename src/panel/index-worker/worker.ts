/** The worker of the panel that indexes frames: the indexer over the database. It reads, and never writes. */
import { createStore } from '../../store/open.ts';
import { createStoreFrames } from '../search-worker/store-frames.ts';
import { createIndexer } from './indexer.ts';
import type { IndexerMessage } from './messages.ts';

const indexer = createIndexer({
  source: createStoreFrames(createStore()),
  post: (news) => {
    const columns = news.kind === 'slice' ? news.slice : null;
    const buffers = columns
      ? [columns.atMs, columns.kinds, columns.nameIds, columns.answeredSeqs, columns.latenciesMs]
      : [];
    postMessage(news, { transfer: buffers.map(({ buffer }) => buffer) });
  },
});
addEventListener('message', ({ data }: MessageEvent<IndexerMessage>) => void indexer.take(data));
