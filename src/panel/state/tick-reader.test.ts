import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { HeartbeatFacts } from '../../analysis/digest/digest.ts';
import { countBetween, type TickBuckets, type TickKind } from '../../analysis/ticks/tick-summary.ts';
import { FRAME_OUT } from '../../protocol/frame-columns.ts';
import type { ChunkRecord, TickRecord } from '../../protocol/records.ts';
import { connectionFixture } from '../models/fixtures.ts';
import { createTickReader } from './tick-reader.ts';

interface Frame {
  readonly atMs: number;
  readonly isOut?: boolean;
  readonly sizeBytes?: number;
}

const settle = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
};

function readerOf(frames: readonly Frame[], createdAtMs = 0, stored: TickRecord[] | null = null) {
  let reads = 0;
  const heartbeats = signal<ReadonlyMap<string, HeartbeatFacts>>(new Map());
  const record = connectionFixture({ connection: 1, createdAtMs, openedAtMs: createdAtMs, nextSeq: frames.length });
  const chunk = (firstSeq: number, list: readonly Frame[]): ChunkRecord => ({
    connectionId: record.connectionId,
    firstSeq,
    count: list.length,
    atMs: Float64Array.from(list, ({ atMs }) => atMs),
    flags: Uint8Array.from(list, ({ isOut }) => (isOut ? FRAME_OUT : 0)),
    sizeBytes: Float64Array.from(list, ({ sizeBytes = 10 }) => sizeBytes),
  });
  const reader = createTickReader({
    source: {
      chunks: async (_, fromSeq, toSeq) => {
        reads++;
        const chunks: ChunkRecord[] = [];
        for (let first = Math.floor(fromSeq / 100) * 100; first < Math.min(toSeq, frames.length); first += 100) {
          chunks.push(chunk(first, frames.slice(first, first + 100)));
        }
        return chunks;
      },
      ticks: async () => [...(stored ?? [])],
      keepTicks: async (_, rows) => {
        stored?.splice(0, stored.length, ...rows);
      },
    },
    sessionId: signal('session'),
    isStored: stored !== null,
    connections: signal([record]),
    heartbeats,
    yieldToOthers: async () => undefined,
    pause: async () => undefined,
    nowMs: () => 0,
    onError: (error) => {
      throw error;
    },
  });
  const buckets = () => reader.bucketsOf('doc/1') as TickBuckets;
  const count = (kind: TickKind) => countBetween(buckets(), kind, 0, buckets().length);
  const allRead = () => settle(() => buckets() !== null && count('ins') + count('outs') === frames.length);
  return { reader, heartbeats, count, allRead, reads: () => reads };
}

const beats = (facts: Partial<HeartbeatFacts>) => new Map([['doc/1', { roundTrip: null, ...facts } as HeartbeatFacts]]);

describe('counts of frames', () => {
  it('learn which frames are heartbeats when analysis has found some', async () => {
    const frames = Array.from({ length: 1_000 }, (_, i) => ({
      atMs: i * 10,
      isOut: i % 10 === 0,
      sizeBytes: i % 10 === 0 ? 4 : 200,
    }));
    const { reader, heartbeats, count, allRead } = readerOf(frames);
    await allRead();
    expect(count('beatOuts')).toBe(0);
    heartbeats.value = beats({ seqs: [0, 10, 990], beats: 100, answers: 0 });
    await settle(() => count('beatOuts') > 0);
    expect([count('beatOuts'), count('beatIns'), count('ins'), count('outs')]).toEqual([100, 0, 900, 100]);
    expect(reader.isBusy.value).toBe(false);
  });

  it('take nothing for a heartbeat where data are as long', async () => {
    const frames = Array.from({ length: 1_000 }, (_, i) => ({ atMs: i * 10, isOut: true, sizeBytes: 4 }));
    const { heartbeats, count, allRead, reads } = readerOf(frames);
    await allRead();
    const before = reads();
    heartbeats.value = beats({ seqs: [0, 10], beats: 100, answers: 0 });
    // The chunk of the beats that are known, all frames, and all of them once more.
    await settle(() => reads() === before + 3);
    await settle(() => count('beatOuts') === 0);
    expect(count('outs')).toBe(1_000);
  });

  it('are exact where somebody looks closely', async () => {
    const frames = Array.from({ length: 40_000 }, (_, i) => ({ atMs: i, isOut: false }));
    const { reader, allRead } = readerOf(frames);
    await allRead();
    const view = { fromMs: 20_000, toMs: 20_100, cellMs: 0.5 };
    const loads = reader.loads.value;
    expect(reader.bucketsOf('doc/1', view)?.bucketMs).toBeGreaterThan(1);
    await settle(() => reader.loads.value > loads);
    const finer = reader.bucketsOf('doc/1', view) as TickBuckets;
    expect(finer.bucketMs).toBe(1);
    const times = [...finer.index.subarray(0, finer.length)].map((index) => finer.originMs + index);
    expect(times.filter((atMs) => atMs >= 20_000 && atMs < 20_100)).toEqual(
      Array.from({ length: 100 }, (_, i) => 20_000 + i),
    );
    expect(reader.bucketsOf('doc/1', { ...view, cellMs: 50 })?.bucketMs).toBeGreaterThan(1);
  });

  it('lead to the frame nearest to a moment, exactly', async () => {
    const frames = Array.from({ length: 40_000 }, (_, i) => ({ atMs: 1_000 + i * 1.5 }));
    const { reader, allRead } = readerOf(frames, 1_000);
    await allRead();
    expect(await reader.frameNear('doc/1', 1_000 + 30_001 * 1.5 + 0.2)).toEqual({
      seq: 30_001,
      atMs: 1_000 + 30_001 * 1.5,
    });
    expect(await reader.frameNear('doc/1', 0)).toEqual({ seq: 0, atMs: 1_000 });
    expect(await reader.frameNear('doc/1', 1e9)).toEqual({ seq: 39_999, atMs: 1_000 + 39_999 * 1.5 });
    expect(await reader.frameNear('doc/2', 5)).toBeNull();
  });

  it('are kept of a stored session, with what is known of heartbeats, and read instead of its frames', async () => {
    const frames = Array.from({ length: 40_000 }, (_, i) => ({
      atMs: i * 20,
      isOut: i % 10 === 0,
      sizeBytes: i % 10 === 0 ? 4 : 200,
    }));
    const facts = beats({ seqs: [0, 10, 990], beats: 4_000, answers: 0 });
    const stored: TickRecord[] = [];
    const first = readerOf(frames, 0, stored);
    await first.allRead();
    first.heartbeats.value = facts;
    await settle(() => stored[0]?.beats?.signs?.outs?.mostBytes === 4);
    expect(first.reads()).toBeGreaterThan(2);
    expect(stored[0]?.length).toBeLessThanOrEqual(2_500);

    const again = readerOf(frames, 0, stored);
    await again.allRead();
    again.heartbeats.value = new Map(facts);
    await settle(() => !again.reader.isBusy.value);
    expect([again.count('ins'), again.count('outs'), again.count('beatOuts')]).toEqual([36_000, 4_000, 4_000]);
    expect(again.reads()).toBe(0);
    expect(await again.reader.frameNear('doc/1', 30_001 * 20 + 3)).toEqual({ seq: 30_001, atMs: 30_001 * 20 });
    const view = { fromMs: 400_000, toMs: 401_000, cellMs: 1 };
    again.reader.bucketsOf('doc/1', view);
    await settle(() => again.reader.bucketsOf('doc/1', view)?.bucketMs === 1);
  });

  it('are gone on from where frames have come since they were kept', async () => {
    const frames = Array.from({ length: 5_000 }, (_, i) => ({ atMs: i * 10 }));
    const stored: TickRecord[] = [];
    await readerOf(frames.slice(0, 3_000), 0, stored).allRead();
    await settle(() => stored.length > 0);
    const { allRead, count } = readerOf(frames, 0, stored);
    await allRead();
    expect(count('ins')).toBe(5_000);
    await settle(() => stored[0]?.readTo === 5_000);
  });
});
