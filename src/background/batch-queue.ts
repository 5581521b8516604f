/** The batches of one link that wait to be written: one transaction at a time, in order, and fewer of them in a flood. */
import { costOf, gatherMs, type PendingBatch, takeTogether } from './pending-batches.ts';

export interface BatchQueueEdges {
  /** Writes batches of one document, in one transaction; those that follow come when this is done. Must not reject. */
  write(batches: readonly [PendingBatch, ...PendingBatch[]]): Promise<void>;
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): void;
}

export interface BatchQueue {
  push(batch: PendingBatch): void;
  /** Nothing waits for more from now on. */
  hurry(): void;
  /** Forgets what has not been written. */
  clear(): void;
}

export function createBatchQueue({ write, nowMs, callAfter }: BatchQueueEdges): BatchQueue {
  const pending: PendingBatch[] = [];
  let isWriting = false;
  let isTimerSet = false;
  let isHurried = false;
  let lastWriteAtMs = 0;
  let lastCost = 0;

  function writeWhenDue(): void {
    if (isWriting || pending.length === 0) return;
    const waitMs = isHurried ? 0 : gatherMs(lastCost, nowMs() - lastWriteAtMs, pending);
    if (waitMs === 0) void writeNext();
    else if (!isTimerSet) {
      isTimerSet = true;
      callAfter(waitMs, () => {
        isTimerSet = false;
        writeWhenDue();
      });
    }
  }

  async function writeNext(): Promise<void> {
    const [first, ...others] = takeTogether(pending);
    if (!first) return;
    isWriting = true;
    lastWriteAtMs = nowMs();
    lastCost = costOf([first, ...others]);
    await write([first, ...others]);
    isWriting = false;
    writeWhenDue();
  }

  return {
    push: (batch) => {
      pending.push(batch);
      writeWhenDue();
    },
    hurry: () => {
      isHurried = true;
      writeWhenDue();
    },
    clear: () => {
      pending.length = 0;
    },
  };
}
