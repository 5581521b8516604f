import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeqList } from './seq-list.ts';

describe('a list of seqs', () => {
  it('is what an array is, however it grew', () => {
    const steps = fc.array(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 90 }), { maxLength: 6 });
    fc.assert(
      fc.property(steps, fc.nat(600), (pieces, wanted) => {
        const list = createSeqList();
        const naive: number[] = [];
        for (const gaps of pieces) {
          const before = naive.length;
          for (const gap of gaps) naive.push((naive.at(-1) ?? -1) + gap);
          list.append(Uint32Array.from(naive.slice(before)));
        }
        expect(Array.from({ length: list.length }, (_, i) => list.seqAt(i))).toEqual(naive);
        expect(list.seqAt(naive.length)).toBe(-1);
        expect(list.indexOf(wanted)).toBe(naive.indexOf(wanted));
        const from = naive.findIndex((seq) => seq >= wanted);
        expect(list.indexFrom(wanted)).toBe(from < 0 ? naive.length : from);
      }),
    );
  });
});
