import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTickSummary } from '../../analysis/ticks/tick-summary.ts';
import { closeFixture, connectionFixture } from './fixtures.ts';
import { createMinimapCounter, dragged, type MinimapScene, minimapGridOf, windowOf, windowPartAt } from './minimap.ts';

const WHOLE = { fromMs: 0, toMs: 10_000, leftPx: 100, widthPx: 1_000 };

describe('the minimap', () => {
  it('counts all frames of all connections, without heartbeats', () => {
    const records = [connectionFixture({ connection: 1 }), connectionFixture({ connection: 2 })];
    const buckets = new Map(
      records.map(({ connectionId }) => {
        const summary = createTickSummary(0);
        for (let i = 0; i < 100; i++) summary.add(i, i * 100, i % 2 === 0, i % 10 === 0);
        return [connectionId, summary.buckets()];
      }),
    );
    const grid = minimapGridOf(WHOLE, WHOLE.widthPx);
    const bins = createMinimapCounter()(records, (id) => buckets.get(id) ?? null, grid);
    expect(bins.frames.reduce((sum, count) => sum + count, 0)).toBe(180);
    expect(bins.peak).toBe(2);
  });

  it('counts only what has changed since, and comes to the same', () => {
    const records = [1, 2, 3].map((connection) => connectionFixture({ connection }));
    const summaries = new Map(records.map(({ connectionId }) => [connectionId, createTickSummary(0)]));
    const bucketsOf = (id: string) => summaries.get(id)?.buckets() ?? null;
    const count = createMinimapCounter();
    const steps = fc.array(fc.record({ lane: fc.nat(2), atMs: fc.nat(9_999), isBeat: fc.boolean() }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 100, max: 1_000 }), (list, widthPx) => {
        list.forEach(({ lane, atMs, isBeat }, seq) => {
          summaries.get(`doc/${lane + 1}`)?.add(seq, atMs, false, isBeat);
        });
        const grid = minimapGridOf(WHOLE, widthPx);
        expect(count(records, bucketsOf, grid)).toEqual(createMinimapCounter()(records, bucketsOf, grid));
      }),
    );
    expect(count(records.slice(1), bucketsOf, minimapGridOf(WHOLE, 500))).toEqual(
      createMinimapCounter()(records.slice(1), bucketsOf, minimapGridOf(WHOLE, 500)),
    );
  });

  it('marks ends that are to be looked at, a real loss before all others', () => {
    const end = (connection: number, atMs: number, code: number, simulated = false) =>
      connectionFixture({ connection, openedAtMs: 0, close: closeFixture(atMs, code, { simulated }) });
    const records = [end(1, 1_000, 1000), end(2, 5_000, 1006), end(3, 5_001, 1006, true), end(4, 9_000, 1008)];
    const { ends } = createMinimapCounter()(records, () => null, minimapGridOf(WHOLE, WHOLE.widthPx));
    expect(ends).toEqual([
      { atMs: 5_000, kind: 'abnormal' },
      { atMs: 9_000, kind: 'suspicious' },
    ]);
  });

  it('has cells that hold all of the span, neither finer nor much coarser than can be seen', () => {
    const spans = fc.tuple(
      fc.integer({ min: 0, max: 1e9 }),
      fc.integer({ min: 5_000, max: 1e9 }),
      fc.integer({ min: 50, max: 3_000 }),
    );
    fc.assert(
      fc.property(spans, ([fromMs, lengthMs, widthPx]) => {
        const { cellMs, count, fromMs: firstMs } = minimapGridOf({ fromMs, toMs: fromMs + lengthMs }, widthPx);
        const cellPx = (cellMs / lengthMs) * widthPx;
        expect(cellPx).toBeGreaterThanOrEqual(1.999);
        expect(cellPx).toBeLessThan(4.001);
        expect(firstMs).toBeLessThanOrEqual(fromMs);
        expect(firstMs + count * cellMs).toBeGreaterThan(fromMs + lengthMs);
      }),
    );
  });

  it('keeps its cells while now moves on', () => {
    const before = minimapGridOf({ fromMs: 500, toMs: 20_000 }, 800);
    const after = minimapGridOf({ fromMs: 500, toMs: 20_250 }, 800);
    expect([after.fromMs, after.cellMs]).toEqual([before.fromMs, before.cellMs]);
  });

  it('shows what is in view as a window that can always be held', () => {
    expect(windowOf({ fromMs: 1_000, toMs: 2_000 }, WHOLE)).toEqual({ fromPx: 200, toPx: 300 });
    expect(windowOf({ fromMs: 9_999, toMs: 10_000 }, WHOLE)).toEqual({ fromPx: 1_096, toPx: 1_100 });
  });

  it('is taken hold of at the edges, inside or outside of the window', () => {
    const scene = { window: { fromPx: 200, toPx: 300 } } as MinimapScene;
    expect([150, 197, 203, 250, 298, 304, 310].map((xPx) => windowPartAt(scene, xPx))).toEqual([
      'outside',
      'from',
      'from',
      'window',
      'to',
      'to',
      'outside',
    ]);
    expect(windowPartAt({ ...scene, window: null }, 250)).toBe('outside');
  });

  it('moves or widens what is shown, within all there is', () => {
    const span = { fromMs: 1_000, toMs: 2_000 };
    expect(dragged(span, 'window', 500, WHOLE)).toEqual({ fromMs: 1_500, toMs: 2_500 });
    expect(dragged(span, 'window', -9_000, WHOLE)).toEqual({ fromMs: 0, toMs: 1_000 });
    expect(dragged(span, 'from', -2_000, WHOLE)).toEqual({ fromMs: 0, toMs: 2_000 });
    expect(dragged(span, 'from', 5_000, WHOLE)).toEqual({ fromMs: 1_998, toMs: 2_000 });
    expect(dragged(span, 'to', 500, WHOLE)).toEqual({ fromMs: 1_000, toMs: 2_500 });
    expect(dragged(span, 'to', -5_000, WHOLE)).toEqual({ fromMs: 1_000, toMs: 1_002 });
  });
});
