/**
 * Which row of the grid shows which frame of a connection. Every recorded frame has a row, and every gap has one of its
 * own in the place where its frames would be:
 *
 *     seq    0 1 2 3 4 5 6 7 8 9        gap of 3 from seq 2, gap of 1 from seq 8
 *     row    0 1 [ 2 ] 3 4 5 [6] 7
 */
import type { ConnectionRecord, GapRecord } from '../../protocol/records.ts';

export type FrameRow =
  | { readonly kind: 'frame'; readonly seq: number }
  | { readonly kind: 'gap'; readonly gap: GapRecord };

export interface FrameRows {
  readonly rowCount: number;
  /** The row's content, or null for a row that is not there. */
  at(row: number): FrameRow | null;
  /** The row of a frame, or of the gap that it fell into; -1 for a frame that has none. */
  rowOf(seq: number): number;
}

interface PlacedGap {
  readonly gap: GapRecord;
  /** Its row. */
  readonly row: number;
}

export function createFrameRows({ nextSeq, gaps }: Pick<ConnectionRecord, 'nextSeq' | 'gaps'>): FrameRows {
  const placed = placeGaps(gaps);
  const last = placed.at(-1);
  const endOfLast = last ? last.gap.firstSeq + last.gap.count : 0;
  const rowCount = last ? last.row + 1 + Math.max(0, nextSeq - endOfLast) : nextSeq;

  return {
    rowCount,
    at: (row) => {
      if (!Number.isInteger(row) || row < 0 || row >= rowCount) return null;
      const before = lastAtOrBefore(placed, (gap) => gap.row, row);
      if (!before) return { kind: 'frame', seq: row };
      if (before.row === row) return { kind: 'gap', gap: before.gap };
      return { kind: 'frame', seq: before.gap.firstSeq + before.gap.count + (row - before.row - 1) };
    },
    rowOf: (seq) => {
      const before = lastAtOrBefore(placed, ({ gap }) => gap.firstSeq, seq);
      if (!before) return seq;
      const end = before.gap.firstSeq + before.gap.count;
      return seq < end ? before.row : before.row + 1 + (seq - end);
    },
  };
}

/** Rising, without overlaps: a frame is missing once, whatever was reported how often. */
function placeGaps(gaps: readonly GapRecord[]): readonly PlacedGap[] {
  const sorted = [...gaps].sort((a, b) => a.firstSeq - b.firstSeq);
  const placed: PlacedGap[] = [];
  let nextSeq = 0;
  let nextRow = 0;
  for (const { firstSeq, count, reason } of sorted) {
    const from = Math.max(firstSeq, nextSeq);
    const end = firstSeq + count;
    if (end <= from) continue;
    const row = nextRow + (from - nextSeq);
    placed.push({ gap: { firstSeq: from, count: end - from, reason }, row });
    nextSeq = end;
    nextRow = row + 1;
  }
  return placed;
}

/** Binary search for the last item whose key is at most `wanted`. */
function lastAtOrBefore<Item>(items: readonly Item[], keyOf: (item: Item) => number, wanted: number): Item | undefined {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && keyOf(item) <= wanted) low = middle + 1;
    else high = middle;
  }
  return items[low - 1];
}
