/** The indexer in the page of the harness, over its invented recording: as the worker, but nobody ends it. */

import { createIndexer } from '../../../src/panel/index-worker/indexer.ts';
import type { IndexNews } from '../../../src/panel/index-worker/messages.ts';
import type { IndexEdge } from '../../../src/panel/link/index-edge.ts';
import type { RecordingSource } from '../../../src/panel/link/recording-source.ts';
import { framesOf } from './local-search.ts';

export function createLocalIndex(recording: RecordingSource): IndexEdge {
  let onNews: (news: IndexNews) => void = () => {};
  const indexer = createIndexer({
    source: framesOf(recording),
    // Later, as a worker answers, and a copy, as a message is.
    post: (news) => {
      const copy = structuredClone(news);
      setTimeout(() => onNews(copy));
    },
  });
  return {
    listen: (listener) => {
      onNews = listener;
    },
    send: (message) => {
      const copy = structuredClone(message);
      setTimeout(() => void indexer.take(copy));
    },
  };
}
