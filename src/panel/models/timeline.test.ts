import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findReconnects } from '../../analysis/reconnects.ts';
import { closeFixture, connectionFixture } from './fixtures.ts';
import { LANE_PX, laneAt, layoutTimeline, type TimelineInput, wholeSpan } from './lane-layout.ts';
import { createTickSummary, decimate } from './tick-summary.ts';
import { axisStepMs, axisTicks, MIN_SPAN_MS, pan, type TimeScale, timeAt, xOf, zoom } from './time-scale.ts';

const frames = fc.array(fc.record({ atMs: fc.double({ min: 0, max: 100_000, noNaN: true }), isOut: fc.boolean() }), {
  maxLength: 300,
});

describe('ticks in bounded memory', () => {
  it('lose no frame, and place each within the width of its bucket', () => {
    fc.assert(
      fc.property(frames, fc.constantFrom(4, 16, 1024), (list, maxBuckets) => {
        const summary = createTickSummary(0, maxBuckets);
        for (const { atMs, isOut } of list) summary.add(atMs, isOut);
        const { bucketMs, length, index, ins, outs } = summary.buckets();
        expect(length).toBeLessThanOrEqual(maxBuckets);
        // The naive reference: a map from bucket to counts, at the width that came of it.
        const expected = new Map<number, [number, number]>();
        for (const { atMs, isOut } of list) {
          const bucket = Math.floor(Math.floor(atMs) / bucketMs);
          const [inCount, outCount] = expected.get(bucket) ?? [0, 0];
          expected.set(bucket, isOut ? [inCount, outCount + 1] : [inCount + 1, outCount]);
        }
        const found = Array.from({ length }, (_, i) => [index[i], [ins[i], outs[i]]]);
        expect(found).toEqual([...expected].sort(([a], [b]) => a - b));
      }),
    );
  });

  it('keep a million frames in a few thousand buckets', () => {
    const summary = createTickSummary(1_000);
    for (let i = 0; i < 1_000_000; i++) summary.add(1_000 + i * 3.6, i % 2 === 0);
    const { length, ins, outs } = summary.buckets();
    expect(length).toBeLessThanOrEqual(16_384);
    const sum = (counts: Uint32Array) => counts.subarray(0, length).reduce((a, b) => a + b, 0);
    expect([sum(ins), sum(outs)]).toEqual([500_000, 500_000]);
  });

  it('become at most one tick a pixel, with all frames in view', () => {
    fc.assert(
      fc.property(
        frames,
        fc.integer({ min: 0, max: 50_000 }),
        fc.integer({ min: 10, max: 60_000 }),
        fc.integer({ min: 10, max: 500 }),
        (list, fromMs, lengthMs, widthPx) => {
          const summary = createTickSummary(0);
          for (const { atMs, isOut } of list) summary.add(atMs, isOut);
          const { xPx, ins, outs } = decimate(summary.buckets(), fromMs, fromMs + lengthMs, widthPx);
          const inView = list.filter(({ atMs }) => Math.floor(atMs) >= fromMs && Math.floor(atMs) < fromMs + lengthMs);
          expect(xPx).toEqual([...new Set(xPx)].sort((a, b) => a - b));
          expect(xPx.every((x) => x >= 0 && x < widthPx)).toBe(true);
          const total = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
          expect(total(ins)).toBe(inView.filter(({ isOut }) => !isOut).length);
          expect(total(outs)).toBe(inView.filter(({ isOut }) => isOut).length);
        },
      ),
    );
  });
});

describe('the scale of time', () => {
  const scales: fc.Arbitrary<TimeScale> = fc
    .tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 5, max: 1e9 }), fc.integer({ min: 50, max: 3000 }))
    .map(([fromMs, lengthMs, widthPx]) => ({ fromMs, toMs: fromMs + lengthMs, leftPx: 100, widthPx }));

  it('leads from time to pixels and back', () => {
    fc.assert(
      fc.property(scales, fc.double({ min: 0, max: 1, noNaN: true }), (scale, fraction) => {
        const atMs = scale.fromMs + fraction * (scale.toMs - scale.fromMs);
        expect(timeAt(scale, xOf(scale, atMs))).toBeCloseTo(atMs, 3);
      }),
    );
  });

  it('has ticks that are neither crowded nor missing', () => {
    fc.assert(
      fc.property(scales, (scale) => {
        const stepMs = axisStepMs(scale, 80);
        const ticks = axisTicks(scale, scale.fromMs, stepMs);
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        ticks.slice(1).forEach((tick, i) => {
          expect(tick.xPx - (ticks[i]?.xPx ?? 0)).toBeGreaterThanOrEqual(79.999);
        });
      }),
    );
  });

  it('zooms about the pointer and stays within bounds', () => {
    const bounds = { fromMs: 0, toMs: 10_000 };
    const zoomed = zoom(bounds, 0.5, 2_500, bounds);
    expect(zoomed).toEqual({ fromMs: 1_250, toMs: 6_250 });
    expect(zoom(zoomed, 100, 0, bounds)).toEqual(bounds);
    expect(zoom(zoomed, 0, 2_500, bounds).toMs - zoom(zoomed, 0, 2_500, bounds).fromMs).toBe(MIN_SPAN_MS);
    expect(pan(zoomed, 1e9, bounds)).toEqual({ fromMs: 5_000, toMs: 10_000 });
    expect(pan(zoomed, -1e9, bounds)).toEqual({ fromMs: 0, toMs: 5_000 });
  });
});

describe('lanes', () => {
  const lost = connectionFixture({ createdAtMs: 1_000, openedAtMs: 2_000, close: closeFixture(5_000, 1006) });
  const back = connectionFixture({ createdAtMs: 5_500, openedAtMs: 6_000 });
  const dropped = connectionFixture({
    url: 'wss://api.example.test/other',
    createdAtMs: 1_000,
    openedAtMs: 1_500,
    close: closeFixture(3_000, 1006, { simulated: true }),
    droppedAtMs: 3_000,
  });
  const records = [lost, back, dropped];
  const input: TimelineInput = {
    records,
    bucketsOf: () => null,
    reconnects: findReconnects(records),
    scale: { fromMs: 1_000, toMs: 11_000, leftPx: 100, widthPx: 1_000 },
    originMs: 1_000,
    nowMs: 9_000,
    selectedId: lost.connectionId,
    scrollPx: 0,
    lanesTopPx: 20,
    lanesBottomPx: 120,
  };

  it('show handshake, life and end', () => {
    const [first, second] = layoutTimeline(input).lanes;
    expect(first).toMatchObject({
      name: '/live',
      isSelected: true,
      topPx: 20,
      handshake: { fromPx: 100, toPx: 200 },
      life: { fromPx: 200, toPx: 500 },
      isLive: false,
      end: { kind: 'abnormal', xPx: 500, label: '1006' },
    });
    expect(second).toMatchObject({ topPx: 20 + LANE_PX, isLive: true, end: null, life: { toPx: 900 } });
  });

  it('tell a simulated drop from a real loss', () => {
    expect(layoutTimeline(input).lanes[2]?.end).toMatchObject({ kind: 'simulated', label: '1006' });
  });

  it('claim nothing of what only the network layer tells', () => {
    const outside = connectionFixture({ seenBy: 'network', createdAtMs: 1_000, openedAtMs: 2_000 });
    const [lane] = layoutTimeline({ ...input, records: [outside] }).lanes;
    expect(lane).toMatchObject({ handshake: { fromPx: 100, toPx: 200 }, life: null, isLive: false, end: null });
    expect(wholeSpan([outside], 20_000)).toEqual({ fromMs: 1_000, toMs: 6_000 });
  });

  it('are joined where a reconnect followed', () => {
    expect(layoutTimeline(input).reconnects).toEqual([
      {
        fromXPx: 500,
        toXPx: 550,
        fromYPx: 31,
        toYPx: 53,
        label: '500 ms',
        end: { kind: 'abnormal', xPx: 500, label: '1006' },
      },
    ]);
  });

  it('are laid out only where they can be seen', () => {
    const many = Array.from({ length: 1_000 }, () => connectionFixture({ createdAtMs: 1_000 }));
    const scene = layoutTimeline({ ...input, records: many, scrollPx: 500 * LANE_PX + 5 });
    expect(scene.lanes.length).toBeLessThanOrEqual(Math.ceil(100 / LANE_PX) + 1);
    expect(scene.lanes[0]).toMatchObject({ connectionId: many[500]?.connectionId, topPx: 15 });
    expect(laneAt({ ...input, records: many, scrollPx: 500 * LANE_PX + 5 }, 20)).toBe(many[500]);
    expect(laneAt(input, 19)).toBeNull();
  });

  it('leave out what is before or behind the span', () => {
    const scene = layoutTimeline({ ...input, scale: { ...input.scale, fromMs: 7_000, toMs: 8_000 } });
    expect(scene.lanes[0]).toMatchObject({ handshake: null, life: null, end: null });
    expect(scene.lanes[1]).toMatchObject({ handshake: null, life: { fromPx: 100, toPx: 1_100 } });
    expect(scene.reconnects).toEqual([]);
  });

  it('span everything, up to now while a connection lives', () => {
    expect(wholeSpan(records, 20_000)).toEqual({ fromMs: 1_000, toMs: 20_000 });
    expect(wholeSpan([lost], 20_000)).toEqual({ fromMs: 1_000, toMs: 6_000 });
    expect(wholeSpan([], 20_000)).toEqual({ fromMs: 20_000, toMs: 25_000 });
  });
});
