import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GapRecord } from '../../protocol/records.ts';
import { createFrameIndex, type FrameSlice, INDEX_FOLDABLE, INDEX_MISSING, INDEX_OUT } from './frame-index.ts';
import { createFrameRows, type FrameRow, type PlacedMark } from './frame-rows.ts';

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

/** A frame of a sketch: a message, a beat (in), its answer (out), or nothing recorded. */
const SKETCHED = fc.array(fc.constantFrom('m', 'b', 'a', '-'), { maxLength: 60 });

function sliceOf(sketch: readonly string[], firstSeq: number): FrameSlice {
  const kinds: Readonly<Record<string, number>> = {
    m: 5,
    b: 0 | INDEX_FOLDABLE,
    a: 1 | INDEX_FOLDABLE | INDEX_OUT,
    '-': INDEX_MISSING,
  };
  return {
    firstSeq,
    atMs: Float64Array.from(sketch, (_, i) => 1_000 + (firstSeq + i) * 10),
    kinds: Uint8Array.from(sketch, (letter) => kinds[letter] ?? 0),
    nameIds: new Uint16Array(sketch.length),
    newNames: [],
    answeredSeqs: new Uint32Array(),
    latenciesMs: new Float32Array(),
    areAnswersSure: true,
  };
}

/** Frame by frame, as texts: `3` a frame, `(3+2)` a run from 3 of 2 frames, `<` an open one, `!` a mark, `-` a gap. */
function naiveFolded(sketch: readonly string[], open: ReadonlySet<number>, marks: readonly PlacedMark[]): string {
  const rows: string[] = [];
  const isBeat = (seq: number) => sketch[seq] === 'b' || sketch[seq] === 'a';
  const marksAt = (from: number, end: number) => marks.filter(({ beforeSeq }) => beforeSeq >= from && beforeSeq < end);
  for (let seq = 0; seq < sketch.length; ) {
    let end = seq + 1;
    if (isBeat(seq)) while (end < sketch.length && isBeat(end)) end++;
    if (sketch[seq] === '-') while (sketch[end] === '-') end++;
    const isGap = sketch[seq] === '-';
    const within = isGap ? marksAt(seq, seq + 1) : marksAt(seq, end);
    rows.push(...within.map(() => '!'));
    if (isGap) rows.push('-', ...marksAt(seq + 1, end).map(() => '!'));
    else if (end - seq === 1) rows.push(`${seq}`);
    else if (open.has(seq)) rows.push(`<${seq}`, ...Array.from({ length: end - seq }, (_, i) => `${seq + i}`));
    else rows.push(`(${seq}+${end - seq})`);
    seq = end;
  }
  return rows.join(' ');
}

function drawnRows(rows: ReturnType<typeof createFrameRows>): string {
  return Array.from({ length: rows.rowCount }, (_, i) => {
    const row = rows.at(i);
    if (row?.kind === 'frame') return `${row.seq}`;
    if (row?.kind === 'beats') return row.isOpen ? `<${row.run.firstSeq}` : `(${row.run.firstSeq}+${row.run.frames})`;
    return row?.kind === 'gap' ? '-' : '!';
  }).join(' ');
}

describe('heartbeats', () => {
  it('are folded, opened and marked as counting frame by frame gives, however they came', () => {
    const cuts = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(SKETCHED, cuts, fc.array(fc.nat(59)), fc.array(fc.nat(59)), (sketch, cut, opened, marked) => {
        const index = createFrameIndex();
        for (let from = 0; from < sketch.length; from += cut)
          index.append(sliceOf(sketch.slice(from, from + cut), from));
        const missing = sketch.flatMap((letter, firstSeq) =>
          letter === '-' && sketch[firstSeq - 1] !== '-'
            ? { firstSeq, count: runLength(sketch, firstSeq, '-'), reason: 'paused' as const }
            : [],
        );
        const openRuns = new Set(opened);
        const marks = [...new Set(marked)]
          .filter((seq) => seq < sketch.length)
          .sort((a, b) => a - b)
          .map((beforeSeq) => ({ beforeSeq, mark: MARK }));
        const rows = createFrameRows({ nextSeq: sketch.length, gaps: missing, runs: index, openRuns, marks });
        expect(drawnRows(rows)).toBe(naiveFolded(sketch, openRuns, marks));
        sketch.forEach((letter, seq) => {
          const row = rows.at(rows.rowOf(seq));
          if (row?.kind === 'frame') expect(row.seq).toBe(seq);
          else expect(row?.kind).toBe(letter === '-' ? 'gap' : 'beats');
        });
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('say how many they are and how far apart, of the side that began', () => {
    const index = createFrameIndex();
    index.append(sliceOf([...'mbababam'], 0));
    expect(index.run(0)).toEqual({ firstSeq: 1, frames: 6, beats: 3, minGapMs: 20, maxGapMs: 20, firstAtMs: 1_010 });
    const pair = createFrameIndex();
    pair.append(sliceOf([...'ba'], 0));
    expect(pair.run(0)).toMatchObject({ frames: 2, beats: 1, minGapMs: null });
  });

  it('of many frames are found in an instant', () => {
    const index = createFrameIndex();
    const part = [...'mmmba'.repeat(2_000)];
    for (let from = 0; from < 100_000; from += part.length) index.append(sliceOf(part, from));
    const rows = createFrameRows({ nextSeq: 100_000, gaps: [], runs: index });
    expect(rows.rowCount).toBe(80_000);
    expect(rows.at(79_999)).toMatchObject({ kind: 'beats', run: { firstSeq: 99_998 } });
    expect(rows.rowOf(99_997)).toBe(79_998);
  });
});

const MARK = { sessionId: 's', documentId: null, connectionId: null, atMs: 0, kind: 'marker' } as const;

function runLength(sketch: readonly string[], from: number, letter: string): number {
  let end = from;
  while (sketch[end] === letter) end++;
  return end - from;
}
