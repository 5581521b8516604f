/**
 * Which row of the grid shows what of a connection, for a million frames as for ten. Every recorded frame has a row; a gap
 * has one in the place where its frames would be; heartbeats that follow each other are one row until it is opened; what
 * was marked between frames has a row of its own:
 *
 *     seq    0  1  2  3  4  5  6  7  8  9         gap of 3 from seq 2, heartbeats from 6 to 8, a mark before 9
 *     unit   0  1  2  3  4  5  [  6   ] 7         runs folded: `frame-index.ts` keeps them, they only grow
 *     row    0  1  [  2  ]  3  4  5* 6            gaps, opened runs and marks: few, placed anew
 */
import type { ConnectionRecord, ContextRecord, GapRecord } from '../../protocol/records.ts';
import type { FrameIndex, HeartbeatRun } from './frame-index.ts';

export type FrameRow =
  | { readonly kind: 'frame'; readonly seq: number }
  | { readonly kind: 'gap'; readonly gap: GapRecord }
  | { readonly kind: 'beats'; readonly run: HeartbeatRun; readonly isOpen: boolean }
  /** A moment that was marked, before the frame with the next seq. */
  | { readonly kind: 'mark'; readonly mark: ContextRecord; readonly beforeSeq: number };

export interface FrameRows {
  readonly rowCount: number;
  /** The row's content, or null for a row that is not there. */
  at(row: number): FrameRow | null;
  /** The row of a frame, or of what it fell into; -1 for a frame that has none. */
  rowOf(seq: number): number;
}

type Runs = Pick<FrameIndex, 'runCount' | 'runFirstSeqs' | 'runFrames' | 'runSaves' | 'run'>;

export interface FrameRowsInput extends Pick<ConnectionRecord, 'nextSeq' | 'gaps'> {
  /** Missing: heartbeats are not folded. */
  readonly runs?: Runs | null;
  /** First seqs of the runs that are open. */
  readonly openRuns?: ReadonlySet<number>;
  /** Moments, each before the frame with this seq; rising. */
  readonly marks?: readonly PlacedMark[];
}

export interface PlacedMark {
  readonly mark: ContextRecord;
  readonly beforeSeq: number;
}

/** What takes another number of rows than of units. */
interface Segment {
  readonly unit: number;
  /** Of units that it covers, and of rows that it takes. */
  readonly units: number;
  readonly rows: number;
  at(offset: number): FrameRow | null;
}

interface Placed extends Segment {
  /** Its first. */
  readonly row: number;
}

export function createFrameRows(input: FrameRowsInput): FrameRows {
  const { nextSeq, gaps, runs = null, openRuns = NONE_OPEN, marks = [] } = input;
  const fold = createFold(runs);
  const segments = [
    ...distinct(gaps).map((gap) => gapSegment(gap, fold)),
    ...[...openRuns].flatMap((firstSeq) => openSegment(firstSeq, runs, fold)),
    ...marks.map((mark) => markSegment(mark, fold)),
  ];
  // What covers nothing comes before what begins in the same place.
  const placed = place(segments.sort((a, b) => a.unit - b.unit || Math.sign(a.units) - Math.sign(b.units)));
  const last = placed.at(-1);
  const endSeq = gaps.reduce((end, { firstSeq, count }) => Math.max(end, firstSeq + count), nextSeq);
  const unitCount = endSeq - fold.saved;
  const rowCount = last ? last.row + last.rows + Math.max(0, unitCount - last.unit - last.units) : unitCount;

  function atUnit(unit: number): FrameRow | null {
    const run = fold.runAtUnit(unit);
    return run ? { kind: 'beats', run, isOpen: false } : { kind: 'frame', seq: fold.seqOf(unit) };
  }

  return {
    rowCount,
    at: (row) => {
      if (!Number.isInteger(row) || row < 0 || row >= rowCount) return null;
      const before = lastAtOrBefore(placed, ({ row: first }) => first, row);
      if (!before) return atUnit(row);
      const offset = row - before.row;
      return offset < before.rows ? before.at(offset) : atUnit(before.unit + before.units + offset - before.rows);
    },
    rowOf: (seq) => {
      const unit = fold.unitOf(seq);
      const before = lastAtOrBefore(placed, ({ unit: first }) => first, unit);
      if (!before) return unit;
      if (unit >= before.unit + before.units) return before.row + before.rows + unit - before.unit - before.units;
      // In a gap, or in an open run, whose frames stand below its own row.
      const isInRun = openRuns.size > 0 && fold.isInRun(seq);
      return before.row + (isInRun ? 1 + seq - fold.seqOf(unit) : 0);
    },
  };
}

/** A list that is limited to these seqs, one row for each; -1 beyond their end. */
export function rowsOfSeqs(count: number, seqAt: (row: number) => number, indexOf: (seq: number) => number): FrameRows {
  return {
    rowCount: count,
    at: (row) => {
      const seq = row >= 0 && row < count ? seqAt(row) : -1;
      return seq < 0 ? null : { kind: 'frame', seq };
    },
    rowOf: (seq) => {
      const row = indexOf(seq);
      return row < count ? row : -1;
    },
  };
}

/** Seqs as if each run were one frame. */
interface Fold {
  /** Frames that all runs save. */
  readonly saved: number;
  unitOf(seq: number): number;
  /** Of a run, its first. */
  seqOf(unit: number): number;
  runAtUnit(unit: number): HeartbeatRun | null;
  isInRun(seq: number): boolean;
}

function createFold(runs: Runs | null): Fold {
  if (!runs || runs.runCount === 0) return UNFOLDED;
  const { runCount, runFirstSeqs, runFrames, runSaves } = runs;
  const firstSeq = (run: number) => runFirstSeqs[run] ?? 0;
  const frames = (run: number) => runFrames[run] ?? 1;
  const saves = (run: number) => runSaves[run] ?? 0;
  const firstUnit = (run: number) => firstSeq(run) - saves(run);
  const runBefore = (keyOf: (run: number) => number, wanted: number) => lastIndex(runCount, keyOf, wanted);
  return {
    saved: saves(runCount - 1) + frames(runCount - 1) - 1,
    unitOf: (seq) => {
      const run = runBefore(firstSeq, seq);
      if (run < 0) return seq;
      return seq < firstSeq(run) + frames(run) ? firstUnit(run) : seq - saves(run) - frames(run) + 1;
    },
    seqOf: (unit) => {
      const run = runBefore(firstUnit, unit);
      if (run < 0) return unit;
      return unit === firstUnit(run) ? firstSeq(run) : unit + saves(run) + frames(run) - 1;
    },
    runAtUnit: (unit) => {
      const run = runBefore(firstUnit, unit);
      return run >= 0 && firstUnit(run) === unit ? runs.run(run) : null;
    },
    isInRun: (seq) => {
      const run = runBefore(firstSeq, seq);
      return run >= 0 && seq < firstSeq(run) + frames(run);
    },
  };
}

const NONE_OPEN: ReadonlySet<number> = new Set();
const UNFOLDED: Fold = {
  saved: 0,
  unitOf: (seq) => seq,
  seqOf: (unit) => unit,
  runAtUnit: () => null,
  isInRun: () => false,
};

/** Which run a seq is in; -1 for none. */
export function runIndexOf({ runCount, runFirstSeqs, runFrames }: Runs, seq: number): number {
  const run = lastIndex(runCount, (index) => runFirstSeqs[index] ?? 0, seq);
  return run >= 0 && seq < (runFirstSeqs[run] ?? 0) + (runFrames[run] ?? 0) ? run : -1;
}

function gapSegment(gap: GapRecord, fold: Fold): Segment {
  return { unit: fold.unitOf(gap.firstSeq), units: gap.count, rows: 1, at: () => ({ kind: 'gap', gap }) };
}

function openSegment(firstSeq: number, runs: Runs | null, fold: Fold): readonly Segment[] {
  const index = runs ? runIndexOf(runs, firstSeq) : -1;
  const run = runs?.run(index);
  if (!run || run.firstSeq !== firstSeq) return [];
  const header: FrameRow = { kind: 'beats', run, isOpen: true };
  return [
    {
      unit: fold.unitOf(firstSeq),
      units: 1,
      rows: 1 + run.frames,
      at: (offset) => (offset === 0 ? header : { kind: 'frame', seq: firstSeq + offset - 1 }),
    },
  ];
}

function markSegment({ mark, beforeSeq }: PlacedMark, fold: Fold): Segment {
  return { unit: fold.unitOf(beforeSeq), units: 0, rows: 1, at: () => ({ kind: 'mark', mark, beforeSeq }) };
}

function place(segments: readonly Segment[]): readonly Placed[] {
  const placed: Placed[] = [];
  let unit = 0;
  let row = 0;
  for (const segment of segments) {
    // What is marked within a gap stands behind it.
    const at = Math.max(segment.unit, unit);
    row += at - unit;
    placed.push({ ...segment, unit: at, row });
    unit = at + segment.units;
    row += segment.rows;
  }
  return placed;
}

/** Rising, without overlaps: a frame is missing once, whatever was reported how often. */
function distinct(gaps: readonly GapRecord[]): readonly GapRecord[] {
  const sorted = [...gaps].sort((a, b) => a.firstSeq - b.firstSeq);
  const kept: GapRecord[] = [];
  let nextSeq = 0;
  for (const { firstSeq, count, reason } of sorted) {
    const from = Math.max(firstSeq, nextSeq);
    const end = firstSeq + count;
    if (end <= from) continue;
    kept.push({ firstSeq: from, count: end - from, reason });
    nextSeq = end;
  }
  return kept;
}

/** Binary search for the last item whose key is at most `wanted`. */
function lastAtOrBefore<Item>(items: readonly Item[], keyOf: (item: Item) => number, wanted: number): Item | undefined {
  return items[
    lastIndex(
      items.length,
      (index) => {
        const item = items[index];
        return item === undefined ? Number.POSITIVE_INFINITY : keyOf(item);
      },
      wanted,
    )
  ];
}

/** The last index whose key is at most `wanted`; -1 for none. Keys rise. */
function lastIndex(count: number, keyOf: (index: number) => number, wanted: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyOf(middle) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
