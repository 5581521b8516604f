/**
 * Has the searcher look for what the filter says: anew when it says something else, on and on while frames come. Loaded when
 * there is a filter for the first time.
 */
import { effect, type Signal, untracked } from '@preact/signals';
import type { ContextRecord } from '../../protocol/records.ts';
import { parseFilter } from '../models/filter/parse.ts';
import type { Filter, FilterProblem } from '../models/filter/terms.ts';
import type { FilterClock } from '../models/filter/values.ts';
import { createSeqList, type GrowingSeqList } from '../models/seq-list.ts';
import type { FoundPart, RefusedPath, SearchNews } from '../search-worker/messages.ts';
import { type FilterInput, type FilterResults, NO_RESULTS } from './filter-state.ts';
import { hasRegex } from './has-regex.ts';
import { createChanges, searchedOf } from './searched-connections.ts';

export interface FrameFilterInput extends FilterInput {
  readonly text: Signal<string>;
  readonly results: Signal<FilterResults>;
}

interface Found {
  readonly isListed: FoundPart['isListed'];
  readonly isFiltered: boolean;
  readonly matches: GrowingSeqList;
  searchedTo: number;
}

const NOTHING_MARKED: ReadonlyMap<string, readonly number[]> = new Map();

export function runFilter({
  edge,
  connections,
  selectedId,
  context,
  span,
  nowMs,
  text,
  results,
}: FrameFilterInput): void {
  /** Of the search that goes on; null: none does. */
  let searchId: number | null = null;
  let filter: Filter = { terms: [], problems: [] };
  let found = new Map<string, Found>();
  let matches = 0;
  let hasNews = false;
  const changes = createChanges();

  function clock(): FilterClock {
    const list = connections.peek();
    const startMs = list.reduce((first, { createdAtMs }) => Math.min(first, createdAtMs), Number.POSITIVE_INFINITY);
    return { startMs: Number.isFinite(startMs) ? startMs : nowMs(), endMs: nowMs() };
  }

  function begin(marked: ReadonlyMap<string, readonly number[]>): void {
    const limits = span.peek();
    if (filter.terms.length === 0 && limits === null) {
      end(filter.problems);
      return;
    }
    searchId = edge.nextSearchId();
    hasNews = false;
    const list = connections.peek();
    changes.reset(list);
    // What was found before stays until there is news.
    results.value = { ...results.peek(), problems: filter.problems, failure: null };
    edge.send({
      kind: 'search',
      request: {
        name: 'filter',
        searchId,
        terms: filter.terms,
        span: limits,
        connections: list.map(searchedOf),
        marked,
        firstId: selectedId.peek(),
        usesNames: true,
        isCaseSensitive: false,
      },
    });
  }

  function end(problems: readonly FilterProblem[]): void {
    if (searchId !== null) edge.send({ kind: 'stop', name: 'filter' });
    searchId = null;
    found = new Map();
    results.value = { ...NO_RESULTS, problems };
  }

  function onNews(news: SearchNews): void {
    if (news.kind === 'alive' || news.searchId !== searchId) return;
    if (news.kind === 'refused') {
      results.value = { ...results.peek(), problems: [...filter.problems, ...placed(news.problems, text.peek())] };
    } else if (news.kind === 'failed') {
      fail({ kind: 'broken', detail: news.problem });
    } else if (news.kind === 'found') {
      if (!hasNews) {
        found = new Map();
        matches = 0;
      }
      hasNews = true;
      for (const part of news.parts) take(part);
      const { searchedFrames, totalFrames, cutFrames, isDone } = news;
      results.value = {
        ...results.peek(),
        connections: found,
        progress: { matches, searchedFrames, totalFrames, cutFrames, isDone },
      };
    }
  }

  function take({ connectionId, isAnew, isListed, isFiltered, seqs, searchedTo }: FoundPart): void {
    const before = found.get(connectionId);
    if (!before || isAnew) {
      matches -= before?.matches.length ?? 0;
      const list = createSeqList();
      list.append(seqs);
      found.set(connectionId, { isListed, isFiltered, matches: list, searchedTo });
    } else {
      before.matches.append(seqs);
      before.searchedTo = searchedTo;
    }
    matches += seqs.length;
  }

  function fail(failure: NonNullable<FilterResults['failure']>): void {
    searchId = null;
    found = new Map();
    results.value = { ...NO_RESULTS, problems: filter.problems, failure };
  }

  edge.listen({
    onNews,
    onFailed: (failure) => {
      if (searchId === null) return;
      // Words never take long: whoever was stuck, it was somebody else.
      if (failure.kind === 'stuck' && !filter.terms.some(hasRegex)) begin(marksFor(filter, context.peek()));
      else fail(failure);
    },
  });
  let parsed: string | null = null;
  effect(() => {
    const written = text.value;
    span.value;
    if (written !== parsed) {
      filter = untracked(() => parseFilter(written, clock()));
      parsed = written;
    }
    const marked = asksForMarks(filter) ? marksFor(filter, context.value) : NOTHING_MARKED;
    untracked(() => begin(marked));
  });
  effect(() => {
    const changed = changes.take(connections.value);
    if (searchId !== null && changed.length > 0) edge.send({ kind: 'changed', searchId, connections: changed });
  });
  effect(() => {
    const connectionId = selectedId.value;
    if (searchId !== null && connectionId !== null) edge.send({ kind: 'prefer', connectionId });
  });
}

function asksForMarks({ terms }: Filter): boolean {
  return terms.some((term) => term.kind === 'is' && term.facts.includes('marked'));
}

function marksFor(filter: Filter, context: readonly ContextRecord[]): ReadonlyMap<string, readonly number[]> {
  const marked = new Map<string, number[]>();
  if (!asksForMarks(filter)) return marked;
  for (const { kind, connectionId, seq } of context) {
    if (kind !== 'marker' || connectionId === null || seq === undefined) continue;
    marked.set(connectionId, [...(marked.get(connectionId) ?? []), seq]);
  }
  return marked;
}

/** Where in the text the refused paths stand. */
function placed(refused: readonly RefusedPath[], text: string): readonly FilterProblem[] {
  return refused.map(({ path, detail }) => {
    const from = Math.max(0, text.indexOf(path));
    return { from, to: from + path.length, code: 'badPath', detail };
  });
}
