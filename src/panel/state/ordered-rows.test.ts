import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOrderedRows } from './ordered-rows.ts';

interface Row {
  readonly id: string;
  readonly at: number;
  readonly version: number;
}

const byTime = (a: Row, b: Row) => a.at - b.at;
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('set' as const), id: fc.nat({ max: 12 }), at: fc.nat({ max: 6 }) }),
    fc.record({ kind: fc.constant('delete' as const), id: fc.nat({ max: 12 }) }),
    fc.record({ kind: fc.constant('clear' as const) }),
  ),
  { maxLength: 60 },
);

describe('rows in order', () => {
  it('are what sorting would make of them, and what was given out stays as it was', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const rows = createOrderedRows<Row>(({ id }) => id, byTime);
        let naive: Row[] = [];
        const given: { readonly rows: readonly Row[]; readonly copy: readonly Row[] }[] = [];
        let version = 0;
        for (const step of list) {
          if (step.kind === 'clear') {
            rows.clear();
            naive = [];
          } else if (step.kind === 'delete') {
            rows.delete(`${step.id}`);
            naive = naive.filter(({ id }) => id !== `${step.id}`);
          } else {
            const known = naive.find(({ id }) => id === `${step.id}`);
            const row = { id: `${step.id}`, at: known?.at ?? step.at, version: ++version };
            rows.set(row);
            // Sorting is stable: rows of one time stay in the order of their coming.
            naive = (known ? naive.map((other) => (other === known ? row : other)) : [...naive, row]).sort(byTime);
          }
          expect(rows.list()).toEqual(naive);
          expect(rows.has('3')).toBe(naive.some(({ id }) => id === '3'));
          given.push({ rows: rows.list(), copy: [...naive] });
        }
        for (const { rows: then, copy } of given) expect(then).toEqual(copy);
      }),
    );
  });

  it('are the same list until something changes', () => {
    const rows = createOrderedRows<Row>(({ id }) => id, byTime);
    rows.set({ id: 'a', at: 1, version: 1 });
    expect(rows.list()).toBe(rows.list());
    const before = rows.list();
    rows.set({ id: 'a', at: 1, version: 2 });
    expect(rows.list()).not.toBe(before);
  });
});
