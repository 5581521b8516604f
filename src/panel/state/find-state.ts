/**
 * The search bar: looks through all frames of all connections, counts, and goes from one hit to the next. Loaded with the
 * bar, and over with it.
 */
import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { SearchFailure } from '../link/search-edge.ts';
import { readRegex } from '../models/filter/scan.ts';
import type { FilterTerm } from '../models/filter/terms.ts';
import type { FramePlace } from '../models/find-rows.ts';
import { createFindRows, type FindRows } from '../models/find-rows.ts';
import { createSeqList, type GrowingSeqList } from '../models/seq-list.ts';
import type { Excerpt, FoundPart, SearchNews } from '../search-worker/messages.ts';
import { hasRegex } from './has-regex.ts';
import type { PanelState } from './panel-state.ts';
import { createChanges, searchedOf } from './searched-connections.ts';

export interface FindQuery {
  readonly text: string;
  readonly isRegex: boolean;
  readonly isCaseSensitive: boolean;
}

export interface FindProgress {
  readonly searchedFrames: number;
  readonly totalFrames: number;
  /** See SearchNews. */
  readonly cutFrames: number;
  readonly isDone: boolean;
}

export interface FindState {
  readonly query: ReadonlySignal<FindQuery>;
  /** What the engine says of an expression that is none; null: nothing. */
  readonly problem: ReadonlySignal<string | null>;
  readonly failure: ReadonlySignal<SearchFailure | null>;
  /** Null: nothing is searched for. */
  readonly progress: ReadonlySignal<FindProgress | null>;
  readonly isCancelled: ReadonlySignal<boolean>;
  readonly rows: ReadonlySignal<FindRows>;
  /** The hit that was gone to last. */
  readonly current: ReadonlySignal<FramePlace | null>;
  /** Changes when excerpts have come. */
  readonly loads: ReadonlySignal<number>;
  setQuery(change: Partial<FindQuery>): void;
  /** To the next hit, or with -1 to the one before; round at the ends. */
  step(by: 1 | -1): void;
  goTo(place: FramePlace): void;
  /** What was found is kept. */
  cancel(): void;
  /** Null: it has been asked for. */
  excerpt(place: FramePlace): Excerpt | null;
  /** These places are on the screen. */
  want(places: readonly FramePlace[]): void;
  end(): void;
}

const MAX_EXCERPTS = 2_000;
const keyOf = ({ connectionId, seq }: FramePlace) => `${seq} ${connectionId}`;

export function createFindState(panel: PanelState, initial: FindQuery): FindState {
  const { searchEdge: edge, connections } = panel;
  const query = signal(initial);
  const problem = signal<string | null>(null);
  const failure = signal<SearchFailure | null>(null);
  const progress = signal<FindProgress | null>(null);
  const isCancelled = signal(false);
  const version = signal(0);
  const loads = signal(0);
  const current = signal<FramePlace | null>(null);
  const excerpts = new Map<string, Excerpt>();
  const asked = new Set<string>();
  const changes = createChanges();
  let found = new Map<string, GrowingSeqList>();
  let searchId: number | null = null;
  let terms: readonly FilterTerm[] = [];

  const rows = computed(() => {
    version.value;
    return createFindRows(
      connections.value.flatMap(({ connectionId }) => {
        const matches = found.get(connectionId);
        return matches ? [{ connectionId, matches }] : [];
      }),
    );
  });

  function begin(): void {
    const read = termsOf(query.peek());
    problem.value = read.problem;
    failure.value = null;
    isCancelled.value = false;
    found = new Map();
    excerpts.clear();
    asked.clear();
    version.value++;
    progress.value = null;
    terms = read.terms;
    if (terms.length === 0) {
      stop();
      return;
    }
    searchId = edge.nextSearchId();
    const list = connections.peek();
    changes.reset(list);
    progress.value = { searchedFrames: 0, totalFrames: 0, cutFrames: 0, isDone: false };
    edge.send({
      kind: 'search',
      request: {
        name: 'find',
        searchId,
        terms,
        span: null,
        connections: list.map(searchedOf),
        marked: new Map(),
        firstId: panel.selected.peek()?.connectionId ?? null,
        usesNames: false,
        isCaseSensitive: query.peek().isCaseSensitive,
      },
    });
  }

  function stop(): void {
    if (searchId !== null) edge.send({ kind: 'stop', name: 'find' });
    searchId = null;
  }

  function onNews(news: SearchNews): void {
    if (news.kind === 'alive' || news.searchId !== searchId) return;
    if (news.kind === 'failed') fail({ kind: 'broken', detail: news.problem });
    else if (news.kind === 'excerpts') {
      for (const one of news.excerpts) excerpts.set(keyOf(one), one);
      loads.value++;
    } else if (news.kind === 'found' && !isCancelled.peek()) {
      for (const part of news.parts) take(part);
      const { searchedFrames, totalFrames, cutFrames, isDone } = news;
      progress.value = { searchedFrames, totalFrames, cutFrames, isDone };
      version.value++;
    }
  }

  function take({ connectionId, isAnew, seqs }: FoundPart): void {
    const before = isAnew ? undefined : found.get(connectionId);
    const list = before ?? createSeqList();
    list.append(seqs);
    found.set(connectionId, list);
  }

  function fail(reason: SearchFailure): void {
    searchId = null;
    progress.value = null;
    failure.value = reason;
  }

  const stopListening = edge.listen({
    onNews,
    onFailed: (reason) => {
      if (searchId === null) return;
      // Words never take long: whoever was stuck, it was somebody else.
      if (reason.kind === 'stuck' && !terms.some(hasRegex)) begin();
      else fail(reason);
    },
  });
  const endQuery = effect(() => {
    query.value;
    untracked(begin);
  });
  const endChanges = effect(() => {
    const changed = changes.take(connections.value);
    if (searchId !== null && !isCancelled.peek() && changed.length > 0) {
      edge.send({ kind: 'changed', searchId, connections: changed });
    }
  });

  /** Where one looks just now. */
  function here(): FramePlace | null {
    const connectionId = panel.selected.peek()?.connectionId;
    if (connectionId === undefined) return null;
    return { connectionId, seq: panel.frames.selectedSeq.peek() ?? 0 };
  }

  function step(by: 1 | -1): void {
    const list = rows.peek();
    const count = list.hitCount;
    if (count === 0) return;
    const at = current.peek() ?? here();
    const number = at ? list.numberOf(at) : -1;
    const next = number >= 0 && current.peek() ? number + by : at ? list.numberFrom(at) - (by < 0 ? 1 : 0) : 0;
    const place = list.hitAt((next + count) % count);
    if (place) goTo(place);
  }

  function goTo(place: FramePlace): void {
    current.value = place;
    panel.showFrame(place.connectionId, place.seq);
  }

  return {
    query,
    problem,
    failure,
    progress,
    isCancelled,
    rows,
    current,
    loads,
    setQuery: (change) => {
      current.value = null;
      query.value = { ...query.peek(), ...change };
    },
    step,
    goTo,
    cancel: () => {
      if (progress.peek()?.isDone !== false) return;
      isCancelled.value = true;
      const counted = progress.peek();
      if (counted) progress.value = { ...counted, isDone: true };
      // Not forgotten: it still tells excerpts.
      if (searchId !== null) edge.send({ kind: 'halt', searchId });
    },
    excerpt: (place) => excerpts.get(keyOf(place)) ?? null,
    want: (places) => {
      const missing = places.filter((place) => !asked.has(keyOf(place)));
      if (missing.length === 0 || searchId === null) return;
      if (asked.size > MAX_EXCERPTS) {
        asked.clear();
        excerpts.clear();
      }
      for (const place of missing) asked.add(keyOf(place));
      edge.send({ kind: 'excerpts', searchId, places: missing });
    },
    end: () => {
      endQuery();
      endChanges();
      stopListening();
      stop();
    },
  };
}

interface ReadQuery {
  readonly terms: readonly FilterTerm[];
  readonly problem: string | null;
}

function termsOf({ text, isRegex, isCaseSensitive }: FindQuery): ReadQuery {
  if (text === '') return { terms: [], problem: null };
  const term = { kind: 'text', scope: 'text', isNegative: false } as const;
  if (!isRegex) {
    const words = { kind: 'words', text: isCaseSensitive ? text : text.toLowerCase() } as const;
    return { terms: [{ ...term, patterns: [words] }], problem: null };
  }
  const flags = isCaseSensitive ? '' : 'i';
  const read = readRegex(`/${text.replaceAll(/(\\.)|\//gs, (_, escaped) => escaped ?? '\\/')}/${flags}`, 0, false);
  if (!read?.pattern) return { terms: [], problem: read?.problem ?? '' };
  return { terms: [{ ...term, patterns: [read.pattern] }], problem: null };
}
