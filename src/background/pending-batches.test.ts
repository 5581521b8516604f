import { describe, expect, it } from 'vitest';
import { columnsOf } from '../protocol/fixtures.ts';
import { batchOf, identityOf } from '../store/fixtures.ts';
import { type PendingBatch, takeTogether } from './pending-batches.ts';

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
