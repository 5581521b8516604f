/** The frames of the selected connection: which rows there are, and the content of those that are looked at. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { RecordingSource } from '../link/recording-source.ts';
import { connectionTerms, type FilterTerm, frameTerms } from '../models/filter.ts';
import { createFrameRows, type FrameRows } from '../models/frame-rows.ts';
import type { RowRange } from '../models/virtual-range.ts';
import { createChunkCache, type LoadedFrame } from './chunk-cache.ts';
import { createFrameSearch, type SearchProgress } from './frame-search.ts';

export interface FramesState {
  readonly rows: ReadonlySignal<FrameRows>;
  /** Null while the frames are not filtered. */
  readonly search: ReadonlySignal<SearchProgress | null>;
  /** Changes when frames have been read. */
  readonly loads: ReadonlySignal<number>;
  readonly selectedSeq: ReadonlySignal<number | null>;
  select(seq: number | null): void;
  /** The selected frame, when it is read. */
  readonly selectedFrame: ReadonlySignal<LoadedFrame | null>;
  /** The frame, when it is read; rows of it become so by `show`. */
  frame(seq: number): LoadedFrame | null;
  /** These rows are on the screen: they are read, and read again when something of them is missing. */
  show(rows: RowRange): void;
}

export interface FramesInput {
  readonly source: RecordingSource;
  readonly connection: ReadonlySignal<ConnectionRecord | null>;
  readonly terms: ReadonlySignal<readonly FilterTerm[]>;
  yieldToOthers(): Promise<void>;
  onError(error: unknown): void;
}

const NO_ROWS: FrameRows = createFrameRows({ nextSeq: 0, gaps: [] });

export function createFramesState({ source, connection, terms, yieldToOthers, onError }: FramesInput): FramesState {
  const cache = createChunkCache(source);
  const search = createFrameSearch(source, yieldToOthers, onError);
  const loads = signal(0);
  const selectedSeq = signal<number | null>(null);
  const shown = signal<RowRange>({ first: 0, end: 0 });

  const connectionId = computed(() => connection.value?.connectionId ?? null);
  const wantedTerms = computed(() => {
    const record = connection.value;
    return record ? frameTerms(terms.value, filterNameOf(record)) : [];
  });
  const rows = computed(() => {
    const record = connection.value;
    if (!record) return NO_ROWS;
    return search.progress.value ? rowsOfMatches(search.progress.value.matches) : createFrameRows(record);
  });

  effect(() => {
    connectionId.value; // another connection, another selection
    selectedSeq.value = null;
  });
  effect(() => {
    const record = connection.value;
    const wanted = wantedTerms.value;
    if (record && wanted.length > 0) search.run(record.connectionId, record.nextSeq, wanted);
    else search.stop();
  });

  // One read at a time; what is asked for meanwhile follows.
  let isReading = false;
  let isStale = false;
  async function read(): Promise<void> {
    isStale = true;
    if (isReading) return;
    isReading = true;
    try {
      while (isStale) {
        isStale = false;
        const id = connectionId.peek();
        if (id !== null && (await cache.load(id, wantedSeqs()))) loads.value++;
      }
    } catch (error) {
      onError(error);
    } finally {
      isReading = false;
    }
  }

  /** The frames on the screen and the selected one, rising. */
  function wantedSeqs(): readonly number[] {
    const seqs = new Set<number>();
    const { first, end } = shown.peek();
    for (let row = first; row < end; row++) {
      const at = rows.peek().at(row);
      if (at?.kind === 'frame') seqs.add(at.seq);
    }
    const selected = selectedSeq.peek();
    if (selected !== null) seqs.add(selected);
    return [...seqs].sort((a, b) => a - b);
  }

  effect(() => {
    // A connection that was told anew may have frames, or late contents of Blobs, that were not there before.
    connection.value;
    rows.value;
    shown.value;
    selectedSeq.value;
    void read();
  });

  const frame = (seq: number) => {
    const id = connectionId.peek();
    return id === null ? null : cache.find(id, seq);
  };

  return {
    rows,
    search: search.progress,
    loads,
    selectedSeq,
    select: (seq) => {
      selectedSeq.value = seq;
    },
    selectedFrame: computed(() => {
      loads.value;
      connectionId.value;
      return selectedSeq.value === null ? null : frame(selectedSeq.value);
    }),
    frame,
    show: ({ first, end }) => {
      const before = shown.peek();
      if (before.first !== first || before.end !== end) shown.value = { first, end };
    },
  };
}

/** What the filter tries a connection by, in lower case. */
export function filterNameOf({ url, protocol, protocols, close }: ConnectionRecord): string {
  return [url, protocol ?? protocols.join(' '), close ? String(close.code) : ''].join(' ').toLowerCase();
}

/** Whether the filter lets a connection through. */
export function passesAsConnection(record: ConnectionRecord, terms: readonly FilterTerm[]): boolean {
  const name = filterNameOf(record);
  return connectionTerms(terms).every(({ text, isNegative }) => name.includes(text) !== isNegative);
}

function rowsOfMatches(matches: readonly number[]): FrameRows {
  // The array grows in place; these are the rows of now.
  const rowCount = matches.length;
  return {
    rowCount,
    at: (row) => {
      const seq = row < rowCount ? matches[row] : undefined;
      return seq === undefined ? null : { kind: 'frame', seq };
    },
    rowOf: (seq) => {
      const row = firstAtLeast(matches, rowCount, seq);
      return matches[row] === seq && row < rowCount ? row : -1;
    },
  };
}

/** Index of the first of `count` rising numbers that is at least `wanted`. */
function firstAtLeast(numbers: readonly number[], count: number, wanted: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
