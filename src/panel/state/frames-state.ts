/**
 * The frames that are listed, of the selected connection or of its logical session: which rows there are, and the content
 * of those that are looked at.
 */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { LiveLineages } from '../../analysis/live-lineages.ts';
import type { ConnectionRecord, ContextRecord } from '../../protocol/records.ts';
import type { IndexEdge } from '../link/index-edge.ts';
import type { RecordingSource } from '../link/recording-source.ts';
import type { FrameIndex } from '../models/frame-index.ts';
import { createFrameRows, type FrameRows, type PlacedMark, rowsOfSeqs, runIndexOf } from '../models/frame-rows.ts';
import { createScopeRows, NO_SCOPE_ROWS, type ScopeRows } from '../models/scope-rows.ts';
import type { RowRange } from '../models/virtual-range.ts';
import { type ChunkCache, createChunkCache, type LoadedFrame } from './chunk-cache.ts';
import type { SearchProgress } from './filter-state.ts';
import { createFrameIndexState } from './frame-index-state.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { Preferences } from './preferences.ts';

/** One frame of all. */
export interface FramePlace {
  readonly connectionId: string;
  readonly seq: number;
}

/** What is written to a frame or a moment. */
export interface FrameMarks {
  /** Of frames, by seq. */
  readonly bySeq: ReadonlyMap<number, ContextRecord>;
  /** Of moments between frames, rising. */
  readonly moments: readonly ContextRecord[];
}

export interface FramesState {
  readonly rows: ReadonlySignal<ScopeRows>;
  /** Null while the frames are not filtered. */
  readonly search: ReadonlySignal<SearchProgress | null>;
  /** Changes when frames have been read. */
  readonly loads: ReadonlySignal<number>;
  /** Of the selected connection. */
  readonly selectedSeq: ReadonlySignal<number | null>;
  /** A frame of the selected connection. */
  select(seq: number | null): void;
  /** A frame of any connection, which is selected with it. */
  selectAt(place: FramePlace): void;
  /** The selected frame, when it is read. */
  readonly selectedFrame: ReadonlySignal<LoadedFrame | null>;
  /** The frame of the selected connection, when it is read; rows of it become so by `show`. */
  frame(seq: number): LoadedFrame | null;
  frameAt(place: FramePlace): LoadedFrame | null;
  /** Reads a frame, wherever it is. Null: there is none. May reject. */
  load(place: FramePlace): Promise<LoadedFrame | null>;
  /** For who reads beside the list: what it holds is not read again. */
  readonly payloadOf: ChunkCache['payloadOf'];
  /** These rows are on the screen: they are read, and read again when something of them is missing. */
  show(rows: RowRange): void;
  /** What is known of all frames of a connection that is listed; null: nothing yet. */
  indexOf(connectionId: string): FrameIndex | null;
  marksOf(record: ConnectionRecord): FrameMarks;
  /** Opens or closes a row of heartbeats. */
  expand(place: FramePlace, isOpen: boolean): void;
  /** All generations of the logical session one after the other. */
  readonly isWhole: ReadonlySignal<boolean>;
  setWhole(on: boolean): void;
  /** How many generations there are. */
  readonly generations: ReadonlySignal<number>;
  readonly foldsHeartbeats: ReadonlySignal<boolean>;
  setFoldsHeartbeats(on: boolean): void;
}

export interface FramesInput {
  readonly source: RecordingSource;
  readonly index: IndexEdge;
  readonly connection: ReadonlySignal<ConnectionRecord | null>;
  readonly lineages: ReadonlySignal<LiveLineages>;
  readonly context: ReadonlySignal<readonly ContextRecord[]>;
  readonly preferences: Preferences;
  /** What the filter lets through of a connection; null: all. Reads signals. */
  search(record: ConnectionRecord): SearchProgress | null;
  selectConnection(connectionId: string): void;
  callAfter(delayMs: number, callback: () => void): void;
  onError(error: unknown): void;
}

const NO_MARKS: FrameMarks = { bySeq: new Map(), moments: [] };
const NONE: readonly ConnectionRecord[] = [];

export function createFramesState(input: FramesInput): FramesState {
  const { source, connection, lineages, context, preferences, onError, callAfter } = input;
  const cache = createChunkCache(source);
  const loads = signal(0);
  const selection = signal<FramePlace | null>(null);
  const shown = signal<RowRange>({ first: 0, end: 0 });
  const isWhole = signal(preferences.boolean('frames.whole', false));
  const foldsHeartbeats = signal(preferences.boolean('frames.fold', true));
  /** First seqs of runs that the user has opened, by connectionId. */
  const openRuns = signal<ReadonlyMap<string, ReadonlySet<number>>>(new Map());

  const connectionId = computed(() => connection.value?.connectionId ?? null);
  const generations = computed(() => {
    const id = connectionId.value;
    return id === null ? NONE : (lineages.value.lineageOf(id)?.generations ?? NONE);
  });
  const scope = computed(() => {
    const record = connection.value;
    if (!record) return NONE;
    return isWhole.value && generations.value.length > 1 ? generations.value : [record];
  });
  const indexes = createFrameIndexState({ edge: input.index, scope, callAfter });
  const marks = computed(() => marksIn(context.value));

  const selectedSeq = computed(() => {
    const place = selection.value;
    return place && place.connectionId === connectionId.value ? place.seq : null;
  });

  function marksOf({ connectionId: id, createdAtMs, lastFrameAtMs }: ConnectionRecord): FrameMarks {
    const { frames, moments } = marks.value;
    const bySeq = frames.get(id);
    const within = moments.filter(({ atMs }) => atMs >= createdAtMs && atMs <= (lastFrameAtMs ?? createdAtMs));
    return bySeq || within.length > 0 ? { bySeq: bySeq ?? NO_MARKS.bySeq, moments: within } : NO_MARKS;
  }

  function rowsOf(record: ConnectionRecord): FrameRows {
    const found = input.search(record);
    if (found) {
      const { matches } = found;
      // The list grows in place; these are the rows of now.
      return rowsOfSeqs(
        matches.length,
        (row) => matches.seqAt(row),
        (seq) => matches.indexOf(seq),
      );
    }
    indexes.version.value;
    const index = indexes.indexOf(record.connectionId);
    const { bySeq, moments } = marksOf(record);
    const isFolded = foldsHeartbeats.value;
    const open = new Set(openRuns.value.get(record.connectionId));
    if (index && isFolded) {
      // What is marked is seen.
      for (const seq of bySeq.keys()) {
        const run = index.run(runIndexOf(index, seq));
        if (run) open.add(run.firstSeq);
      }
    }
    const placed: readonly PlacedMark[] = index
      ? moments.map((mark) => ({ mark, beforeSeq: index.seqFrom(mark.atMs) }))
      : [];
    return createFrameRows({
      nextSeq: record.nextSeq,
      gaps: record.gaps,
      runs: isFolded ? index : null,
      openRuns: open,
      marks: placed,
    });
  }

  const rows = computed(() => {
    const parts = scope.value.map((record) => ({ record, rows: rowsOf(record) }));
    return parts.length === 0 ? NO_SCOPE_ROWS : createScopeRows(parts, parts.length > 1);
  });

  const read = oneAtATime(async () => {
    let hasNews = false;
    for (const [id, seqs] of wantedSeqs()) {
      const rising = [...seqs].sort((a, b) => a - b);
      if (await cache.load(id, rising)) hasNews = true;
    }
    if (hasNews) loads.value++;
  }, onError);

  /** The frames on the screen and the selected one, by connection. */
  function wantedSeqs(): ReadonlyMap<string, ReadonlySet<number>> {
    const wanted = new Map<string, Set<number>>();
    const add = ({ connectionId: id, seq }: FramePlace) => {
      const seqs = wanted.get(id) ?? new Set();
      wanted.set(id, seqs.add(seq));
    };
    const { first, end } = shown.peek();
    for (let row = first; row < end; row++) {
      const at = rows.peek().at(row);
      if (at?.row.kind === 'frame') add({ connectionId: at.record.connectionId, seq: at.row.seq });
    }
    const selected = selectedSeq.peek();
    const id = connectionId.peek();
    if (selected !== null && id !== null) add({ connectionId: id, seq: selected });
    return wanted;
  }

  effect(() => {
    // A connection that was told anew may have frames, or late contents of Blobs, that were not there before.
    connection.value;
    rows.value;
    shown.value;
    selectedSeq.value;
    read();
  });

  const frameAt = (place: FramePlace) => cache.find(place.connectionId, place.seq);
  const frame = (seq: number) => {
    const id = connectionId.peek();
    return id === null ? null : frameAt({ connectionId: id, seq });
  };

  function expand({ connectionId: id, seq }: FramePlace, isOpen: boolean): void {
    const index = indexes.indexOf(id);
    const run = index?.run(runIndexOf(index, seq));
    if (!run) return;
    const open = new Set(openRuns.peek().get(id));
    if (isOpen) open.add(run.firstSeq);
    else open.delete(run.firstSeq);
    openRuns.value = new Map(openRuns.peek()).set(id, open);
  }

  function selectAt(place: FramePlace): void {
    batch(() => {
      input.selectConnection(place.connectionId);
      selection.value = place;
      // A frame that is hidden among heartbeats is brought to light.
      if (rows.peek().at(rows.peek().rowOf(place.connectionId, place.seq))?.row.kind === 'beats') expand(place, true);
    });
  }

  return {
    rows,
    search: computed(() => (connection.value ? input.search(connection.value) : null)),
    loads,
    selectedSeq,
    select: (seq) => {
      const id = connectionId.peek();
      if (seq === null || id === null) selection.value = null;
      else selectAt({ connectionId: id, seq });
    },
    selectAt,
    selectedFrame: computed(() => {
      loads.value;
      connectionId.value;
      return selectedSeq.value === null ? null : frame(selectedSeq.value);
    }),
    frame,
    frameAt,
    load: async (place) => {
      await cache.load(place.connectionId, [place.seq]);
      return frameAt(place);
    },
    payloadOf: cache.payloadOf,
    show: ({ first, end }) => {
      const before = shown.peek();
      if (before.first !== first || before.end !== end) shown.value = { first, end };
    },
    indexOf: indexes.indexOf,
    marksOf,
    expand,
    isWhole,
    setWhole: (on) => {
      isWhole.value = on;
      preferences.set('frames.whole', on);
    },
    generations: computed(() => generations.value.length),
    foldsHeartbeats,
    setFoldsHeartbeats: (on) => {
      foldsHeartbeats.value = on;
      preferences.set('frames.fold', on);
    },
  };
}

/** Of all connections: those of frames by connectionId and seq, the others in their order. */
function marksIn(context: readonly ContextRecord[]) {
  const frames = new Map<string, Map<number, ContextRecord>>();
  const moments: ContextRecord[] = [];
  for (const row of context) {
    if (row.kind !== 'marker') continue;
    const { connectionId, seq } = row;
    if (connectionId === null || seq === undefined) moments.push(row);
    else frames.set(connectionId, (frames.get(connectionId) ?? new Map<number, ContextRecord>()).set(seq, row));
  }
  moments.sort((a, b) => a.atMs - b.atMs);
  return { frames, moments };
}
