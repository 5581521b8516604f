import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFindRows, type FindRow } from './find-rows.ts';
import { createSeqList } from './seq-list.ts';

const lists = fc.array(fc.uniqueArray(fc.nat(30), { maxLength: 6 }), { maxLength: 5 });

describe('the rows of a search', () => {
  it('are the hits of each connection under its name', () => {
    fc.assert(
      fc.property(lists, (all) => {
        const sorted = all.map((seqs) => [...seqs].sort((a, b) => a - b));
        const groups = sorted.map((seqs, i) => {
          const matches = createSeqList();
          matches.append(Uint32Array.from(seqs));
          return { connectionId: `c${i}`, matches };
        });
        const rows = createFindRows(groups);
        const hits = sorted.flatMap((seqs, i) => seqs.map((seq) => ({ connectionId: `c${i}`, seq })));
        const naive = sorted.flatMap((seqs, i): FindRow[] =>
          seqs.length === 0
            ? []
            : [
                { kind: 'connection', connectionId: `c${i}`, hits: seqs.length },
                ...seqs.map((seq): FindRow => ({ kind: 'hit', connectionId: `c${i}`, seq })),
              ],
        );
        expect(rows.hitCount).toBe(hits.length);
        expect(Array.from({ length: rows.rowCount }, (_, row) => rows.at(row))).toEqual(naive);
        expect(rows.at(rows.rowCount)).toBeNull();
        expect(hits.map((_, number) => rows.hitAt(number))).toEqual(hits);
        for (let i = 0; i < all.length; i++) {
          for (let seq = 0; seq <= 31; seq++) {
            const place = { connectionId: `c${i}`, seq };
            const isHere = (one: FindRow) => one.kind === 'hit' && one.connectionId === `c${i}` && one.seq === seq;
            expect(rows.rowOf(place)).toBe(naive.findIndex(isHere));
            expect(rows.numberOf(place)).toBe(
              hits.findIndex((hit) => hit.connectionId === place.connectionId && hit.seq === seq),
            );
            const from = hits.findIndex(
              (hit) => Number(hit.connectionId.slice(1)) > i || (hit.connectionId === `c${i}` && hit.seq >= seq),
            );
            expect(rows.numberFrom(place)).toBe(from < 0 ? hits.length : from);
          }
        }
      }),
    );
  });
});
