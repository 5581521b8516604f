import { describe, expect, it } from 'vitest';
import { createFakeRecording, type FakeFrame } from '../../../e2e/panel/harness/fake-recording.ts';
import { framesOf } from '../../../e2e/panel/harness/local-search.ts';
import { connectionRow } from '../../../e2e/panel/harness/rows.ts';
import { FRAME_BLOB } from '../../protocol/frame-columns.ts';
import { readBatch } from './frame-source.ts';
import { createKeptBatches } from './kept-batches.ts';

function createWorld(frames: readonly FakeFrame[], maxBytes?: number) {
  const recording = createFakeRecording();
  recording.connections.set('a', connectionRow({ connectionId: 'a' }));
  recording.addFrames('a', frames);
  const source = framesOf(recording.source);
  const timers: (() => void)[] = [];
  const kept = createKeptBatches({
    callAfter: (_, callback) => timers.push(callback),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  return {
    recording,
    pass: () => {
      for (const callback of timers.splice(0)) callback();
    },
    /** How often the store was read for it. */
    reads: async (withPayloads = true): Promise<number> => {
      let reads = 0;
      const plan = { connectionId: 'a', fromSeq: 0, toSeq: 2, withPayloads };
      const batch = await kept.read(plan, ({ connectionId, fromSeq, toSeq }) => {
        reads++;
        return readBatch(source, connectionId, fromSeq, toSeq, withPayloads);
      });
      expect(batch.chunks[0]?.count).toBeGreaterThanOrEqual(2);
      return reads;
    },
  };
}

const text = (words: string): FakeFrame => ({ atMs: 0, text: words });

describe('batches that are kept', () => {
  it('are read once', async () => {
    const { reads } = createWorld([text('a'), text('b')]);
    expect([await reads(), await reads(), await reads(false)]).toEqual([1, 0, 1]);
  });

  it('take no more room than they may', async () => {
    const { reads } = createWorld([text('a'.repeat(100)), text('b')], 100);
    expect([await reads(), await reads()]).toEqual([1, 1]);
  });

  it('are not those whose bytes may come later', async () => {
    const { reads } = createWorld([text('a'), { atMs: 0, bytes: [], sizeBytes: 3, flags: FRAME_BLOB }]);
    expect([await reads(), await reads()]).toEqual([1, 1]);
  });

  it('are forgotten when nobody has searched for a while, and not before', async () => {
    const { reads, pass } = createWorld([text('a'), text('b')]);
    await reads();
    await reads();
    pass();
    expect(await reads()).toBe(0);
    pass();
    pass();
    expect(await reads()).toBe(1);
  });
});
