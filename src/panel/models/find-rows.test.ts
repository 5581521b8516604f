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
        const places = all.flatMap((_, i) =>
          Array.from({ length: 32 }, (_, seq) => ({ i, seq, connectionId: `c${i}` })),
        );
        const found = places.map((place) => [rows.rowOf(place), rows.numberOf(place), rows.numberFrom(place)]);
        const expected = places.map(({ i, seq, connectionId }) => {
          const isHere = (hit: { readonly connectionId: string; readonly seq: number }) =>
            hit.connectionId === connectionId && hit.seq === seq;
          const from = hits.findIndex(
            (hit) => Number(hit.connectionId.slice(1)) > i || (hit.connectionId === connectionId && hit.seq >= seq),
          );
          return [
            naive.findIndex((row) => row.kind === 'hit' && isHere(row)),
            hits.findIndex(isHere),
            from < 0 ? hits.length : from,
          ];
        });
        expect(found).toEqual(expected);
      }),
    );
  });
});
