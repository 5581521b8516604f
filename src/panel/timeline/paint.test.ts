import { describe, expect, it } from 'vitest';
import { createTickSummary } from '../../analysis/ticks/tick-summary.ts';
import type { ScenarioRun } from '../../protocol/panel-link.ts';
import type { ConnectionRecord, ContextRecord } from '../../protocol/records.ts';
import { contextTrack } from '../models/context-track.ts';
import { cellPxOf } from '../models/density.ts';
import { closeFixture, connectionFixture } from '../models/fixtures.ts';
import { layoutTimeline, type TimelineInput } from '../models/lane-layout.ts';
import { createMinimapCounter, minimapGridOf } from '../models/minimap.ts';
import { inputFixture } from '../models/timeline-fixture.ts';
import { paintTimeline } from './paint.ts';
import { createBrushes, type Painter } from './painter.ts';
import type { Palette } from './palette.ts';

/** The colour that a thing is drawn with is its name. */
const PALETTE = new Proxy({}, { get: (_, name) => String(name) }) as Palette;

interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly colour: string;
}

/** A canvas that remembers what is drawn on it. Letters are 6 px wide. */
function createRecorder(): { readonly painter: Painter; readonly calls: readonly Call[] } {
  const calls: Call[] = [];
  const state: Record<string, unknown> = {};
  const painter = new Proxy(state, {
    get: (target, name) => {
      if (name === 'measureText') return (text: string) => ({ width: 6 * text.length });
      if (name in target) return target[String(name)];
      return (...args: readonly unknown[]) => {
        const colour = String(name === 'stroke' ? target.strokeStyle : target.fillStyle);
        calls.push({ name: String(name), args, colour });
      };
    },
  }) as unknown as Painter;
  return { painter, calls };
}

function paint(records: readonly ConnectionRecord[], fields: Partial<TimelineInput> = {}): readonly Call[] {
  const { painter, calls } = createRecorder();
  const scene = layoutTimeline(
    inputFixture(records, {
      scale: { fromMs: 0, toMs: 10_000, leftPx: 100, widthPx: 1_000 },
      originMs: 0,
      bands: { minimapPx: 0, axisPx: 0, trackPx: 20, lanesPx: 20, bottomPx: 220 },
      ...fields,
    }),
  );
  paintTimeline(createBrushes({ painter, palette: PALETTE, ratio: 1 }), scene, { widthPx: 1_112, heightPx: 220 });
  return calls;
}

const textsOf = (calls: readonly Call[]) => calls.filter(({ name }) => name === 'fillText').map(({ args }) => args[0]);
const rectsOf = (calls: readonly Call[], colour: string) =>
  calls.filter((call) => call.name === 'fillRect' && call.colour === colour).map(({ args }) => args);

describe('the painter', () => {
  const MIDDLE = 31;
  const open = connectionFixture({ createdAtMs: 0, openedAtMs: 0 });
  const closed = (code: number, fields: Partial<ConnectionRecord> = {}) =>
    connectionFixture({ createdAtMs: 0, openedAtMs: 0, close: closeFixture(5_000, code), ...fields });

  it('draws an open connection as a band from open to now, its handshake as a line', () => {
    const calls = paint([connectionFixture({ createdAtMs: 1_000, openedAtMs: 2_000 })]);
    expect(rectsOf(calls, 'live')).toEqual([[300, MIDDLE - 8, 700, 16]]);
    expect(rectsOf(calls, 'handshake')).toEqual([[200, MIDDLE - 1.5, 100, 3]]);
    expect(rectsOf(calls, 'ended')).toEqual([]);
  });

  it('draws what was sent above the middle and what was received below it, the busier the longer', () => {
    const ticks = createTickSummary(0);
    ticks.add(0, 1_000, true);
    for (let i = 0; i < 8; i++) ticks.add(1 + i, 2_000, false);
    ticks.add(9, 3_000, false);
    const calls = paint([open], { bucketsOf: () => ticks.buckets() });
    const [out] = rectsOf(calls, 'frameOut') as number[][];
    const [busy, quiet] = rectsOf(calls, 'frameIn') as number[][];
    expect(out?.[0]).toBeCloseTo(200, -1);
    expect((out?.[1] ?? 0) + (out?.[3] ?? 0)).toBe(MIDDLE);
    expect(busy?.[1]).toBe(MIDDLE);
    expect(busy?.[3]).toBeGreaterThan(quiet?.[3] ?? Number.POSITIVE_INFINITY);
  });

  it('draws heartbeats dimmed, and nothing else so', () => {
    const ticks = createTickSummary(0);
    ticks.add(0, 1_000, true, true);
    ticks.add(1, 2_000, false, true);
    ticks.add(2, 3_000, false, true);
    ticks.add(3, 3_000, false, false);
    const calls = paint([open], { bucketsOf: () => ticks.buckets() });
    expect(rectsOf(calls, 'beatOut').length).toBe(1);
    expect(rectsOf(calls, 'beatIn').length).toBe(2);
    expect(rectsOf(calls, 'frameIn').length).toBe(1);
    expect(rectsOf(calls, 'frameOut').length).toBe(0);
  });

  it('marks 1006 with a red disc and its code, and an ordinary close with a bar and no words', () => {
    const other = closed(1000, { url: 'ws://a/b' });
    const calls = paint([closed(1006), other]);
    expect(calls).toContainEqual({ name: 'arc', args: [600, MIDDLE, 5.5, 0, 2 * Math.PI], colour: 'abnormal' });
    expect(textsOf(calls)).toContain('1006');
    expect(textsOf(calls)).not.toContain('1000');
    expect(rectsOf(calls, 'ordinaryEnd')).toEqual([[599, 44, 2, 18]]);
  });

  it('gives a close the colour of the family whose doing it was', () => {
    const lost = closed(1006);
    const families = new Map([[lost.connectionId, { family: 'network' as const, isSure: true, findingId: 'f' }]]);
    const calls = paint([lost], { families });
    expect(calls.some(({ name, colour }) => name === 'arc' && colour === 'network')).toBe(true);
    expect(calls.some(({ name, colour }) => name === 'arc' && colour === 'abnormal')).toBe(true); // the lane's dot
    expect(
      calls.filter(({ name, args, colour }) => name === 'arc' && args[2] === 5.5 && colour === 'abnormal'),
    ).toEqual([]);
  });

  it('marks a simulated drop in its own colour and shape, never in that of a real loss', () => {
    const calls = paint([closed(1006, { close: closeFixture(5_000, 1006, { simulated: true }), goneAtMs: 5_000 })]);
    expect(calls.some(({ name, colour }) => name === 'fill' && colour === 'simulated')).toBe(true);
    expect(calls.some(({ colour }) => colour === 'abnormal')).toBe(false);
  });

  it('draws the time without a connection, when it was over and how long it took', () => {
    const back = connectionFixture({ createdAtMs: 5_900, openedAtMs: 7_000 });
    const calls = paint([closed(1006), back]);
    expect(rectsOf(calls, 'abnormal')).toEqual([[600, MIDDLE - 0.5, 200, 1]]);
    expect(calls.some(({ name, colour }) => name === 'fill' && colour === 'good')).toBe(true);
    const code = calls.find(({ name, args }) => name === 'fillText' && args[0] === '1006');
    const took = calls.find(({ name, args }) => name === 'fillText' && args[0] === '2.00 s');
    expect(Number(took?.args[1])).toBeGreaterThan(Number(code?.args[1]) + 6 * '1006'.length);
    expect(Number(took?.args[1]) + 6 * '2.00 s'.length).toBeLessThan(800 - 5.5);
  });

  it('says how many ends there are in one place', () => {
    const storm = Array.from({ length: 12 }, (_, i) =>
      connectionFixture({ createdAtMs: 5_000 + i, openedAtMs: 5_000 + i, close: closeFixture(5_001 + i, 1006) }),
    );
    expect(textsOf(paint(storm))).toContain('1006 ×12');
  });

  it('shortens names that do not fit, and numbers those that are alike', () => {
    const long = connectionFixture({ url: `ws://a/${'x'.repeat(100)}` });
    const name = String(textsOf(paint([long]))[0]);
    expect(name.endsWith('…')).toBe(true);
    expect(6 * name.length).toBeLessThanOrEqual(88);
    expect(textsOf(paint([open, connectionFixture({ createdAtMs: 10 })]))).toContain(' ·2');
  });

  it('writes a label that would leave the canvas on the other side of its mark', () => {
    const lost = connectionFixture({ createdAtMs: 0, openedAtMs: 0, close: closeFixture(9_990, 1006) });
    const code = paint([lost]).find(({ name, args }) => name === 'fillText' && args[0] === '1006');
    expect(Number(code?.args[1])).toBeLessThan(1_099);
  });

  it('draws surroundings with their names where there is room, runs behind the lanes, and markers', () => {
    const run = { name: 'Flaky network', startedAtMs: 4_000, endedAtMs: 9_000 } as ScenarioRun;
    const row = { sessionId: 's', documentId: 'doc', connectionId: null };
    const context: ContextRecord[] = [
      { ...row, atMs: 100, kind: 'hidden' },
      { ...row, atMs: 3_000, kind: 'visible' },
      { ...row, atMs: 3_500, kind: 'offline' },
      { ...row, atMs: 3_510, kind: 'online' },
      { ...row, atMs: 9_500, kind: 'marker' },
    ];
    const calls = paint([open], {
      track: contextTrack({ context, documents: [], runs: [run] }),
      bands: { minimapPx: 0, axisPx: 0, trackPx: 20, lanesPx: 36, bottomPx: 220 },
    });
    expect(textsOf(calls)).toContain('hidden');
    expect(textsOf(calls)).toContain('Flaky network');
    expect(textsOf(calls)).not.toContain('offline');
    expect(rectsOf(calls, 'contextOffline').length).toBe(1);
    expect(rectsOf(calls, 'simulatedSoft')).toContainEqual([500, 36, 500, 184]);
    expect(calls.some(({ name, colour }) => name === 'fill' && colour === 'marker')).toBe(true);
  });

  it('draws the minimap, and what is not in view shaded', () => {
    const whole = { fromMs: 0, toMs: 10_000, leftPx: 100, widthPx: 1_000 };
    const ticks = createTickSummary(0);
    for (let i = 0; i < 100; i++) ticks.add(i, i * 100, false);
    const bins = createMinimapCounter()([closed(1006)], () => ticks.buckets(), minimapGridOf(whole, 1_000));
    const minimap = { bins, whole, window: { fromPx: 300, toPx: 400 }, brush: null };
    const calls = paint([open], {
      minimap,
      bands: { minimapPx: 0, axisPx: 24, trackPx: 44, lanesPx: 44, bottomPx: 220 },
    });
    expect(rectsOf(calls, 'minimap').length).toBe(100);
    expect(rectsOf(calls, 'shade')).toEqual([
      [100, 0, 200, 23],
      [400, 0, 700, 23],
    ]);
    expect(rectsOf(calls, 'abnormal')).toContainEqual([599, 0, 2, 23]);
  });

  it('has its edges on pixels of the device, whatever their ratio', () => {
    const ticks = createTickSummary(0);
    for (let i = 0; i < 100; i++) ticks.add(i, 1_000 + i * 70, i % 2 === 0);
    for (const ratio of [1, 1.5, 2]) {
      const { painter, calls } = createRecorder();
      const brushes = createBrushes({ painter, palette: PALETTE, ratio });
      const scene = layoutTimeline(inputFixture([open], { bucketsOf: () => ticks.buckets(), cellPx: cellPxOf(ratio) }));
      paintTimeline(brushes, scene, { widthPx: 1_112, heightPx: 220 });
      const bars = [...rectsOf(calls, 'frameIn'), ...rectsOf(calls, 'frameOut')] as number[][];
      expect(bars.length).toBeGreaterThan(10);
      for (const [x = 0, , width = 0] of bars) {
        for (const edge of [x, width]) expect(Math.abs(edge * ratio - Math.round(edge * ratio))).toBeLessThan(1e-6);
      }
    }
  });

  it('draws as many things for a hundred thousand frames as for as many as there are cells', () => {
    const ticks = createTickSummary(0);
    for (let i = 0; i < 100_000; i++) ticks.add(i, i / 10, i % 2 === 0);
    expect(paint([open], { bucketsOf: () => ticks.buckets() }).length).toBeLessThan((2 * 1_000) / 3 + 100);
  });
});
