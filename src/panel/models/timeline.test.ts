import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTickSummary } from '../../analysis/ticks/tick-summary.ts';
import { closeFixture, connectionFixture } from './fixtures.ts';
import { extentOf, LANE_PX, laneAt, layoutTimeline, type TimelineInput, wholeSpan } from './lane-layout.ts';
import { axisStepMs, axisTicks, MIN_SPAN_MS, pan, type TimeScale, timeAt, xOf, zoom } from './time-scale.ts';
import { inputFixture } from './timeline-fixture.ts';

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

describe('the scene of the timeline', () => {
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
  const input: TimelineInput = inputFixture(records, { selectedId: lost.connectionId });

  it('has handshake, life and end of every connection of a lane', () => {
    const [lane] = layoutTimeline(input).lanes;
    expect(lane).toMatchObject({
      name: '/live',
      isSelected: true,
      status: 'live',
      topPx: 60,
      lives: [
        { kind: 'handshake', fromPx: 100, toPx: 200, openedPx: null },
        { kind: 'ended', fromPx: 200, toPx: 500, openedPx: 200 },
        { kind: 'handshake', fromPx: 550, toPx: 600 },
        { kind: 'live', fromPx: 600, toPx: 900, openedPx: 600 },
      ],
      selected: { fromPx: 100, toPx: 500 },
      ends: [{ kind: 'abnormal', xPx: 500, label: '1006' }],
      downs: [{ fromPx: 500, toPx: 600, tone: 'bad', reopenedPx: 600, label: '1.00 s' }],
    });
  });

  it('tells a simulated drop from a real loss', () => {
    const [, lane] = layoutTimeline(input).lanes;
    expect(lane).toMatchObject({ topPx: 60 + LANE_PX, status: 'down', ends: [{ kind: 'simulated', label: '1006' }] });
  });

  it('claims nothing of what only the network layer tells', () => {
    const outside = connectionFixture({ seenBy: 'network', createdAtMs: 1_000, openedAtMs: 2_000 });
    const [lane] = layoutTimeline(inputFixture([outside])).lanes;
    expect(lane).toMatchObject({ status: 'over', lives: [{ kind: 'handshake', fromPx: 100, toPx: 200 }], ends: [] });
    expect(wholeSpan(extentOf([outside]), 20_000)).toEqual({ fromMs: 1_000, toMs: 6_000 });
  });

  it('adds up the frames of all connections of a lane', () => {
    const ticks = new Map(
      [lost, back].map(({ connectionId, openedAtMs }) => {
        const summary = createTickSummary(0);
        for (let i = 0; i < 3; i++) summary.add(i, (openedAtMs ?? 0) + i, false);
        return [connectionId, summary.buckets()];
      }),
    );
    const scene = layoutTimeline({ ...input, bucketsOf: (id) => ticks.get(id) ?? null });
    const counts = [...(scene.lanes[0]?.density.ins ?? [])];
    expect(counts.filter((count) => count > 0)).toEqual([3, 3]);
    expect(scene.cells.fromPx + counts.indexOf(3) * scene.cells.cellPx).toBeCloseTo(200, -1);
  });

  it('is laid out only where it can be seen', () => {
    const many = Array.from({ length: 1_000 }, (_, i) =>
      connectionFixture({ url: `wss://x.test/${i}`, createdAtMs: 1_000 }),
    );
    const scrolled = inputFixture(many, { scrollPx: 500 * LANE_PX + 5 });
    const { lanes } = layoutTimeline(scrolled);
    expect(lanes.length).toBeLessThanOrEqual(Math.ceil(100 / LANE_PX) + 1);
    expect(lanes[0]).toMatchObject({ name: '/500', topPx: 55 });
    expect(laneAt(scrolled, 60)?.name).toBe('/500');
    expect(laneAt(input, 59)).toBeNull();
    expect(laneAt(input, 160)).toBeNull();
  });

  it('leaves out what is before or behind the span', () => {
    const [lane] = layoutTimeline({ ...input, scale: { ...input.scale, fromMs: 7_000, toMs: 8_000 } }).lanes;
    expect(lane).toMatchObject({
      lives: [{ kind: 'live', fromPx: 100, toPx: 1_100, openedPx: null }],
      ends: [],
      downs: [],
    });
  });

  it('costs what can be seen in a storm of reconnects', () => {
    const storm = Array.from({ length: 5_000 }, (_, i) =>
      connectionFixture({ createdAtMs: 1_000 + 2 * i, openedAtMs: null, close: closeFixture(1_001 + 2 * i, 1006) }),
    );
    const { lanes } = layoutTimeline(inputFixture(storm));
    expect(lanes.length).toBe(1);
    expect(lanes[0]?.lives.length).toBeLessThanOrEqual(1_000);
    expect(lanes[0]?.ends.length).toBeLessThanOrEqual(1_000 / 11 + 1);
    expect(lanes[0]?.ends.reduce((sum, { count }) => sum + count, 0)).toBe(5_000);
  });

  it('spans everything, up to now while a connection lives', () => {
    expect(wholeSpan(extentOf(records), 20_000)).toEqual({ fromMs: 1_000, toMs: 20_000 });
    expect(wholeSpan(extentOf([lost]), 20_000)).toEqual({ fromMs: 1_000, toMs: 6_000 });
    expect(wholeSpan(extentOf([]), 20_000)).toEqual({ fromMs: 20_000, toMs: 25_000 });
  });
});
