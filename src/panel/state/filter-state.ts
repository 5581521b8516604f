/**
 * The filter: what is typed, and what it lets through of all frames of all connections. What it means and who searches is
 * loaded when there is a filter for the first time (`frame-filter.ts`); here is only what the views read.
 */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { ConnectionRecord, ContextRecord } from '../../protocol/records.ts';
import type { SearchEdge, SearchFailure } from '../link/search-edge.ts';
import type { FilterProblem } from '../models/filter/terms.ts';
import { NO_SEQS, type SeqList } from '../models/seq-list.ts';
import type { TimeSpan } from '../models/time-scale.ts';
import type { FoundPart } from '../search-worker/messages.ts';

/** Of one connection. */
export interface SearchProgress {
  /** Seqs of the frames that pass, so far. Grows in place; a new progress comes with every piece of news. */
  readonly matches: SeqList;
  readonly searchedFrames: number;
  readonly totalFrames: number;
  readonly isDone: boolean;
}

/** Of all connections. */
export interface FilterProgress {
  readonly matches: number;
  readonly searchedFrames: number;
  readonly totalFrames: number;
  /** See SearchNews. */
  readonly cutFrames: number;
  readonly isDone: boolean;
}

/** What was found in one connection. */
export interface FilteredConnection {
  readonly isListed: FoundPart['isListed'];
  readonly isFiltered: boolean;
  readonly matches: SeqList;
  readonly searchedTo: number;
}

export interface FilterResults {
  /** Null: nothing is filtered, or nothing has been found out yet. */
  readonly connections: ReadonlyMap<string, FilteredConnection> | null;
  readonly progress: FilterProgress | null;
  readonly problems: readonly FilterProblem[];
  readonly failure: SearchFailure | null;
}

export interface FilterState {
  readonly text: ReadonlySignal<string>;
  /** A new object whenever anything of it has changed. */
  readonly results: ReadonlySignal<FilterResults>;
  setText(text: string): void;
  /** Somebody is about to filter: loads and starts what the first filter would have to wait for. */
  warm(): void;
  /** Whether the filter lets a connection into the list. */
  lists(connectionId: string): boolean;
  /** Null: all of its frames pass, or it is not known yet which. The same object while nothing of it has changed. */
  search(record: ConnectionRecord): SearchProgress | null;
}

export interface FilterInput {
  readonly edge: SearchEdge;
  readonly connections: ReadonlySignal<readonly ConnectionRecord[]>;
  readonly selectedId: ReadonlySignal<string | null>;
  readonly context: ReadonlySignal<readonly ContextRecord[]>;
  /** Lists are limited to this part of time, besides what is typed; null: they are not. */
  readonly span: ReadonlySignal<TimeSpan | null>;
  nowMs(): number;
}

/** Frames that are there to be looked at: those in gaps have numbers, and nothing else. */
export function recordedFrames({ nextSeq, framesMissed }: Pick<ConnectionRecord, 'nextSeq' | 'framesMissed'>): number {
  return Math.max(0, nextSeq - framesMissed);
}

interface LastProgress {
  readonly of: SeqList;
  readonly length: number;
  readonly searchedTo: number;
  readonly nextSeq: number;
  readonly progress: SearchProgress | null;
}

const NOT_SEARCHED = { matches: NO_SEQS, searchedTo: 0 } as const;
export const NO_RESULTS: FilterResults = { connections: null, progress: null, problems: [], failure: null };

const load = () => import('./frame-filter.ts');

export function createFilterState(input: FilterInput): FilterState {
  const text = signal('');
  const results = signal(NO_RESULTS);
  const isOn = computed(() => text.value.trim() !== '' || input.span.value !== null);
  let isLoading = false;
  let last: LastProgress = { of: NO_SEQS, length: -1, searchedTo: 0, nextSeq: 0, progress: null };

  effect(() => {
    if (!isOn.value || isLoading) return;
    isLoading = true;
    load().then(
      ({ runFilter }) => runFilter({ ...input, text, results }),
      (error: unknown) => {
        isLoading = false;
        results.value = { ...NO_RESULTS, failure: { kind: 'broken', detail: String(error) } };
      },
    );
  });

  return {
    text,
    results,
    setText: (next) => {
      text.value = next;
    },
    warm: () => {
      // Where it fails, the filter itself says so.
      load().catch(() => undefined);
      input.edge.warm();
    },
    lists: (connectionId) => {
      const { connections } = results.value;
      if (!connections) return true;
      const found = connections.get(connectionId);
      if (!found) return false;
      return found.isListed === 'always' || (found.isListed === 'whenFound' && found.matches.length > 0);
    },
    search: ({ connectionId, nextSeq, framesMissed }) => {
      const { connections } = results.value;
      const found = connections?.get(connectionId);
      if (!connections || found?.isFiltered === false) return null;
      const { matches, searchedTo } = found ?? NOT_SEARCHED;
      const isSame =
        last.of === matches &&
        last.length === matches.length &&
        last.searchedTo === searchedTo &&
        last.nextSeq === nextSeq;
      if (!isSame) {
        const totalFrames = recordedFrames({ nextSeq, framesMissed });
        const searchedFrames = Math.min(searchedTo, totalFrames);
        const progress = { matches, searchedFrames, totalFrames, isDone: searchedTo >= nextSeq };
        last = { of: matches, length: matches.length, searchedTo, nextSeq, progress };
      }
      return last.progress;
    },
  };
}
