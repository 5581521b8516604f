import { expect, it } from 'vitest';
import { columnsOf } from '../protocol/fixtures.ts';
import { batchOf, identityOf } from '../store/fixtures.ts';
import { createBatchQueue } from './batch-queue.ts';
import { FLOOD_WRITE_MS, type PendingBatch } from './pending-batches.ts';

/** A queue on a clock that stands still; what was written together, and what ends a transaction or lets time go by. */
function createBench() {
  const written: (number | 'next')[][] = [];
  let commit = () => {};
  let nowMs = 1_000;
  let timer: (() => void) | null = null;
  const queue = createBatchQueue({
    write: (batches) => {
      written.push(batches.map(({ batch }) => batch));
      return new Promise((resolve) => {
        commit = resolve;
      });
    },
    nowMs: () => nowMs,
    callAfter: (_, callback) => {
      timer = callback;
    },
  });
  return {
    queue,
    written,
    commit: async () => {
      commit();
      await Promise.resolve();
      await Promise.resolve();
    },
    wait: (ms: number) => {
      nowMs += ms;
      const due = timer;
      timer = null;
      due?.();
    },
  };
}

function pendingOf(batch: number, frames: number): PendingBatch {
  const columns = columnsOf(Array.from({ length: frames }, () => ({ data: 'x' })));
  const report = { kind: 'framesCaptured', connection: 0, firstSeq: batch, columns } as const;
  return { ...batchOf(batch, [report]), identity: identityOf('doc') };
}

it('writes one after the other, and together what has come meanwhile', async () => {
  const { queue, written, commit } = createBench();
  for (const batch of [1, 2, 3]) queue.push(pendingOf(batch, 5));
  expect(written).toEqual([[1]]);
  await commit();
  expect(written).toEqual([[1], [2, 3]]);
});

it('lets a flood gather', async () => {
  const { queue, written, commit, wait } = createBench();
  queue.push(pendingOf(1, 1_000));
  queue.push(pendingOf(2, 1_000));
  await commit();
  queue.push(pendingOf(3, 1_000));
  expect(written).toEqual([[1]]);
  wait(FLOOD_WRITE_MS);
  expect(written).toEqual([[1], [2, 3]]);
});

it('writes what has gathered at once when the link is closed, and nothing that was cleared', async () => {
  const { queue, written, commit } = createBench();
  queue.push(pendingOf(1, 1_000));
  await commit();
  queue.push(pendingOf(2, 1_000));
  queue.hurry();
  expect(written).toEqual([[1], [2]]);
  queue.push(pendingOf(3, 1_000));
  queue.clear();
  await commit();
  expect(written).toEqual([[1], [2]]);
});
