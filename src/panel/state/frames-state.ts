/** The frames of the selected connection: which rows there are, and the content of those that are looked at. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { RecordingSource } from '../link/recording-source.ts';
import { createFrameRows, type FrameRows } from '../models/frame-rows.ts';
import type { SeqList } from '../models/seq-list.ts';
import type { RowRange } from '../models/virtual-range.ts';
import { createChunkCache, type LoadedFrame } from './chunk-cache.ts';
import type { SearchProgress } from './filter-state.ts';

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
  /** What the filter lets through of that connection; null: all. */
  readonly search: ReadonlySignal<SearchProgress | null>;
  onError(error: unknown): void;
}

const NO_ROWS: FrameRows = createFrameRows({ nextSeq: 0, gaps: [] });

export function createFramesState({ source, connection, search, onError }: FramesInput): FramesState {
  const cache = createChunkCache(source);
  const loads = signal(0);
  const selectedSeq = signal<number | null>(null);
  const shown = signal<RowRange>({ first: 0, end: 0 });

  const connectionId = computed(() => connection.value?.connectionId ?? null);
  const rows = computed(() => {
    const record = connection.value;
    if (!record) return NO_ROWS;
    return search.value ? rowsOfMatches(search.value.matches) : createFrameRows(record);
  });

  effect(() => {
    connectionId.value; // another connection, another selection
    selectedSeq.value = null;
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
    search,
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

function rowsOfMatches(matches: SeqList): FrameRows {
  // The list grows in place; these are the rows of now.
  const rowCount = matches.length;
  return {
    rowCount,
    at: (row) => {
      const seq = row < rowCount ? matches.seqAt(row) : -1;
      return seq < 0 ? null : { kind: 'frame', seq };
    },
    rowOf: (seq) => {
      const row = matches.indexOf(seq);
      return row < rowCount ? row : -1;
    },
  };
}
