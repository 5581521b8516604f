/** The searcher in the page of the harness, over its invented recording: as the worker, but nobody ends it. */
import type { RecordingSource } from '../../../src/panel/link/recording-source.ts';
import type { SearchEdge, SearchListener } from '../../../src/panel/link/search-edge.ts';
import type { FrameSource } from '../../../src/panel/search-worker/frame-source.ts';
import type { SearchNews } from '../../../src/panel/search-worker/messages.ts';
import { createSearcher } from '../../../src/panel/search-worker/searcher.ts';

export function createLocalSearch(recording: RecordingSource): SearchEdge {
  const listeners = new Set<SearchListener>();
  let lastSearchId = 0;
  const searcher = createSearcher({
    source: framesOf(recording),
    compilePath: async (path) => (await import('../../../src/panel/search-worker/json-path.ts')).queryOf(path),
    // Later, as a worker answers, and a copy, as a message is.
    post: (news: SearchNews) => {
      const copy = structuredClone(news);
      setTimeout(() => {
        for (const { onNews } of listeners) onNews(copy);
      });
    },
    nowMs: () => performance.now(),
    // Nothing is forgotten as long as a test lasts, and nothing keeps one from ending.
    callAfter: () => undefined,
  });
  return {
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    nextSearchId: () => ++lastSearchId,
    warm: () => undefined,
    send: (message) => {
      const copy = structuredClone(message);
      setTimeout(() => void searcher.take(copy));
    },
  };
}

/** A RecordingSource gives payloads one by one. */
export function framesOf(source: RecordingSource): FrameSource {
  return {
    chunks: source.chunks,
    payloads: async (connectionId, fromSeq, toSeq) => {
      const chunks = await source.chunks(connectionId, fromSeq, toSeq + 1);
      const payloads = await Promise.all(chunks.map(({ firstSeq }) => source.payload(connectionId, firstSeq)));
      return payloads.filter((payload) => payload !== null);
    },
    contents: async (connectionId, fromSeq, toSeq) => {
      const seqs = Array.from({ length: toSeq - fromSeq }, (_, i) => fromSeq + i);
      const contents = await Promise.all(seqs.map((seq) => source.content(connectionId, seq)));
      return contents.filter((content) => content !== null);
    },
  };
}
