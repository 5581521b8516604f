import { describe, expect, it } from 'vitest';
import { columnsOf } from '../protocol/fixtures.ts';
import { batchOf, identityOf } from '../store/fixtures.ts';
import { costOf, FLOOD_WRITE_MS, gatherMs, type PendingBatch, takeTogether } from './pending-batches.ts';

const MB = 1024 * 1024;

function pendingOf(batch: number, documentId: string, chars: number): PendingBatch {
  const columns = columnsOf([{ data: 'x'.repeat(chars) }]);
  const report = { kind: 'framesCaptured', connection: 0, firstSeq: batch, columns } as const;
  return { ...batchOf(batch, [report]), identity: identityOf(documentId) };
}

function takenOf(pending: PendingBatch[]): readonly (number | 'next')[] {
  return takeTogether(pending).map(({ batch }) => batch);
}

describe('one transaction', () => {
  it('takes nothing of nothing', () => {
    expect(takenOf([])).toEqual([]);
  });

  it('takes sixteen small batches', () => {
    const pending = Array.from({ length: 20 }, (_, i) => pendingOf(i, 'doc', 10));
    expect(takenOf(pending)).toHaveLength(16);
    expect(takenOf(pending)).toEqual([16, 17, 18, 19]);
  });

  it('takes batches of one document', () => {
    const pending = [pendingOf(1, 'a', 10), pendingOf(2, 'a', 10), pendingOf(1, 'b', 10)];
    expect(takenOf(pending)).toEqual([1, 2]);
    expect(takenOf(pending)).toEqual([1]);
  });

  it('takes a megabyte, or one batch that is larger', () => {
    const pending = [
      pendingOf(1, 'a', 3 * MB),
      pendingOf(2, 'a', MB / 2),
      pendingOf(3, 'a', MB / 2),
      pendingOf(4, 'a', 1),
    ];
    expect(takenOf(pending)).toEqual([1]);
    expect(takenOf(pending)).toEqual([2, 3]);
    expect(takenOf(pending)).toEqual([4]);
  });
});

describe('between two transactions', () => {
  const few = [pendingOf(2, 'doc', 10)];

  it('nothing waits that does not come in floods', () => {
    expect(gatherMs(255, 0, few)).toBe(0);
    expect(gatherMs(0, 0, few)).toBe(0);
  });

  it('a flood waits, from the beginning of the one to the beginning of the next', () => {
    expect(gatherMs(256, 0, few)).toBe(FLOOD_WRITE_MS);
    expect(gatherMs(256, 100, few)).toBe(FLOOD_WRITE_MS - 100);
    expect(gatherMs(256, FLOOD_WRITE_MS, few)).toBe(0);
    expect(gatherMs(256, 1e9, few)).toBe(0);
  });

  it('a clock that was set back does not make it wait for longer', () => {
    expect(gatherMs(256, -1e9, few)).toBe(FLOOD_WRITE_MS);
  });

  it('a transaction that is full does not wait, nor does a farewell', () => {
    expect(gatherMs(256, 0, [pendingOf(2, 'doc', MB)])).toBe(0);
    expect(
      gatherMs(
        256,
        0,
        Array.from({ length: 16 }, (_, i) => pendingOf(i, 'doc', 10)),
      ),
    ).toBe(0);
    expect(gatherMs(256, 0, [...few, { ...pendingOf(3, 'doc', 10), goneAtMs: 5 }])).toBe(0);
  });

  it('each frame costs something, each connection eight times that, reports of it nothing more', () => {
    const columns = columnsOf([{ data: 'a' }, { data: 'b' }]);
    const reportOf = (connection: number) => ({ kind: 'framesCaptured', connection, firstSeq: 0, columns }) as const;
    expect(costOf([batchOf(1, [reportOf(0), reportOf(0)]), batchOf(2, [])])).toBe(4 + 8);
    expect(costOf([batchOf(1, [reportOf(0), reportOf(1)]), batchOf(2, [reportOf(1)])])).toBe(6 + 2 * 8);
  });
});
