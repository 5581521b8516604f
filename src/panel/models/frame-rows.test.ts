import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GapRecord } from '../../protocol/records.ts';
import { createFrameRows, type FrameRow } from './frame-rows.ts';

/** Looks at every seq. */
function naiveRows(nextSeq: number, gaps: readonly GapRecord[]): readonly FrameRow[] {
  const rows: FrameRow[] = [];
  const reasonOf = new Map<number, GapRecord['reason']>();
  const firstOf = new Map<number, number>();
  for (const gap of [...gaps].sort((a, b) => a.firstSeq - b.firstSeq)) {
    for (let seq = gap.firstSeq; seq < gap.firstSeq + gap.count; seq++) {
      if (reasonOf.has(seq)) continue;
      reasonOf.set(seq, gap.reason);
      firstOf.set(seq, gap.firstSeq);
    }
  }
  const end = Math.max(nextSeq, ...[...reasonOf.keys()].map((seq) => seq + 1));
  for (let seq = 0; seq < end; seq++) {
    const reason = reasonOf.get(seq);
    const last = rows.at(-1);
    if (reason === undefined) rows.push({ kind: 'frame', seq });
    else if (last?.kind === 'gap' && firstOf.get(seq) === firstOf.get(seq - 1))
      rows[rows.length - 1] = { kind: 'gap', gap: { ...last.gap, count: last.gap.count + 1 } };
    else rows.push({ kind: 'gap', gap: { firstSeq: seq, count: 1, reason } });
  }
  return rows;
}

const gaps = fc.array(
  fc.record({
    firstSeq: fc.integer({ min: 0, max: 60 }),
    count: fc.integer({ min: 1, max: 10 }),
    reason: fc.constantFrom('ring' as const, 'overflow' as const, 'paused' as const),
  }),
  { maxLength: 6 },
);
/** No two begin at the same frame: which of them wins would be a matter of taste. */
const distinctGaps = gaps.map((list) => [...new Map(list.map((gap) => [gap.firstSeq, gap])).values()]);

describe('rows of a connection', () => {
  it('are its frames where nothing is missing', () => {
    const rows = createFrameRows({ nextSeq: 1_000_000, gaps: [] });
    expect(rows.rowCount).toBe(1_000_000);
    expect(rows.at(999_999)).toEqual({ kind: 'frame', seq: 999_999 });
    expect(rows.at(1_000_000)).toBeNull();
    expect(rows.at(-1)).toBeNull();
    expect(rows.rowOf(123)).toBe(123);
  });

  it('have one for each gap, in its place', () => {
    const rows = createFrameRows({
      nextSeq: 10,
      gaps: [
        { firstSeq: 8, count: 1, reason: 'overflow' },
        { firstSeq: 2, count: 3, reason: 'ring' },
      ],
    });
    expect(rows.rowCount).toBe(8);
    expect(rows.at(2)).toEqual({ kind: 'gap', gap: { firstSeq: 2, count: 3, reason: 'ring' } });
    expect(rows.at(3)).toEqual({ kind: 'frame', seq: 5 });
    expect(rows.at(6)).toMatchObject({ kind: 'gap', gap: { reason: 'overflow' } });
    expect([1, 2, 4, 5, 9].map(rows.rowOf)).toEqual([1, 2, 2, 3, 7]);
  });

  it('are what counting frame by frame gives', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 80 }), distinctGaps, (nextSeq, list) => {
        const rows = createFrameRows({ nextSeq, gaps: list });
        const all = Array.from({ length: rows.rowCount }, (_, row) => rows.at(row));
        expect(all).toEqual(naiveRows(nextSeq, list));
        all.forEach((row, i) => {
          if (row?.kind === 'frame') expect(rows.rowOf(row.seq)).toBe(i);
          if (row?.kind === 'gap') expect(rows.rowOf(row.gap.firstSeq + row.gap.count - 1)).toBe(i);
        });
      }),
    );
  });
});
