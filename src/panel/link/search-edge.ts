/**
 * The panel's door to the searcher. Behind it is a worker of the extension (`search-worker/`); in tests the searcher in the
 * same page.
 */
import type { SearcherMessage, SearchNews } from '../search-worker/messages.ts';

/** The searcher could not be heard from, and was ended with all searches. The next message begins a new one. */
export interface SearchFailure {
  /** `stuck`: an expression takes more time than anybody waits. */
  readonly kind: 'stuck' | 'broken';
  readonly detail: string;
}

export interface SearchListener {
  onNews(news: SearchNews): void;
  onFailed(failure: SearchFailure): void;
}

export interface SearchEdge {
  /** Everybody hears everything; news carry the id of their search. Gives what ends it. */
  listen(listener: SearchListener): () => void;
  /** Rising, of all who search. */
  nextSearchId(): number;
  /** Somebody is about to search: what takes long to start is started now. Never fails; a search would tell. */
  warm(): void;
  send(message: Exclude<SearcherMessage, { readonly kind: 'ping' }>): void;
}
