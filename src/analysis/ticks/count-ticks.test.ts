import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_OUT } from '../../protocol/frame-columns.ts';
import { type ChunkRecord, type ConnectionRecord, UNTOUCHED } from '../../protocol/records.ts';
import { countConnection } from './count-ticks.ts';
import { packTicks, unpackTicks } from './tick-record.ts';
import { bucketFrom, coarserBuckets, countBetween, createTickSummary, TICK_KINDS } from './tick-summary.ts';

const frames = fc.array(fc.record({ afterMs: fc.nat(50), isOut: fc.boolean(), isBeat: fc.boolean() }), {
  minLength: 1,
  maxLength: 300,
});

describe('stored counts', () => {
  it('are as many frames in as many spans as coarser buckets can tell', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 100 }), (list, maxBuckets) => {
        const summary = createTickSummary(0);
        let atMs = 0;
        list.forEach(({ afterMs, isOut, isBeat }, seq) => {
          atMs += afterMs;
          summary.add(seq, atMs, isOut, isBeat);
        });
        const fine = summary.buckets();
        const coarse = coarserBuckets(fine, maxBuckets);
        expect(coarse.length).toBeLessThanOrEqual(maxBuckets);
        for (let i = 0; i < coarse.length; i++) {
          const fromMs = (coarse.index[i] ?? 0) * coarse.bucketMs;
          const [from, to] = [bucketFrom(fine, fromMs), bucketFrom(fine, fromMs + coarse.bucketMs)];
          expect(coarse.firstSeq[i]).toBe(fine.firstSeq[from]);
          for (const kind of TICK_KINDS) {
            expect(countBetween(coarse, kind, i, i + 1)).toBe(countBetween(fine, kind, from, to));
          }
        }
      }),
    );
  });

  it('are read as they were written, with heartbeats where some are known', () => {
    const summary = createTickSummary(5);
    for (let seq = 0; seq < 10; seq++) summary.add(seq, 5 + seq * 7, seq % 2 === 0, seq % 4 === 0);
    const subject = { connectionId: 'doc/1', sessionId: 'session', readTo: 10 };
    const written = coarserBuckets(summary.buckets(), 1_000);
    const signs = { ins: null, outs: { leastBytes: 4, mostBytes: 4 } };
    const beats = { knownBy: '0 4', signs };
    expect(unpackTicks(packTicks({ ...subject, beats }, summary.buckets()))).toEqual(written);
    const none = new Uint32Array(written.length);
    expect(unpackTicks(packTicks({ ...subject, beats: null }, summary.buckets()))).toEqual({
      ...written,
      beatIns: none,
      beatOuts: none,
    });
  });

  it('of a connection are the same, counted at once or gone on from', async () => {
    const chunk: ChunkRecord = {
      connectionId: 'doc/1',
      firstSeq: 0,
      count: 200,
      atMs: Float64Array.from({ length: 200 }, (_, i) => 100 + i * 3),
      flags: Uint8Array.from({ length: 200 }, (_, i) => (i % 3 === 0 ? FRAME_OUT : 0)),
      sizeBytes: new Float64Array(200),
    };
    const record: ConnectionRecord = {
      ...UNTOUCHED,
      connectionId: 'doc/1',
      sessionId: 'session',
      documentId: 'doc',
      connection: 1,
      url: 'ws://shop/',
      createdAtMs: 90,
      nextSeq: 200,
    };
    const read = async () => [chunk];
    const all = await countConnection(record, null, read);
    const half = await countConnection({ ...record, nextSeq: 100 }, null, read);
    expect(await countConnection(record, half, read)).toEqual(all);
    const counted = unpackTicks(all);
    expect([all.readTo, countBetween(counted, 'ins', 0, 200), countBetween(counted, 'outs', 0, 200)]).toEqual([
      200, 133, 67,
    ]);
  });
});
