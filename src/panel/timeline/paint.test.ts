import { describe, expect, it } from 'vitest';
import { findReconnects } from '../../analysis/reconnects.ts';
import { closeFixture, connectionFixture } from '../models/fixtures.ts';
import { layoutTimeline, type TimelineInput } from '../models/lane-layout.ts';
import { createTickSummary } from '../models/tick-summary.ts';
import { type Painter, paintTimeline } from './paint.ts';
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

function paint(input: Partial<TimelineInput> & Pick<TimelineInput, 'records'>): readonly Call[] {
  const { painter, calls } = createRecorder();
  const scene = layoutTimeline({
    bucketsOf: () => null,
    reconnects: findReconnects(input.records),
    scale: { fromMs: 0, toMs: 10_000, leftPx: 100, widthPx: 1_000 },
    originMs: 0,
    nowMs: 9_000,
    selectedId: null,
    scrollPx: 0,
    lanesTopPx: 20,
    lanesBottomPx: 220,
    ...input,
  });
  paintTimeline(painter, scene, { palette: PALETTE, widthPx: 1_112, heightPx: 220, pointerXPx: null });
  return calls;
}

const textsOf = (calls: readonly Call[]) => calls.filter(({ name }) => name === 'fillText').map(({ args }) => args[0]);
const rectsOf = (calls: readonly Call[], colour: string) =>
  calls.filter((call) => call.name === 'fillRect' && call.colour === colour).map(({ args }) => args);

describe('the painter', () => {
  it('draws an open connection as a band from open to now', () => {
    const calls = paint({ records: [connectionFixture({ createdAtMs: 1_000, openedAtMs: 2_000 })] });
    expect(rectsOf(calls, 'live')).toEqual([[300, 24, 700, 14]]);
    expect(rectsOf(calls, 'handshake')).toEqual([[200, 29, 100, 4]]);
    expect(rectsOf(calls, 'ended')).toEqual([]);
  });

  it('draws what was sent above the middle and what was received below it, the busier the longer', () => {
    const record = connectionFixture({ createdAtMs: 0, openedAtMs: 0 });
    const ticks = createTickSummary(0);
    ticks.add(1_000, true);
    for (let i = 0; i < 8; i++) ticks.add(2_000, false);
    ticks.add(3_000, false);
    const calls = paint({ records: [record], bucketsOf: () => ticks.buckets() });
    const [out] = rectsOf(calls, 'frameOut');
    const [busy, quiet] = rectsOf(calls, 'frameIn');
    const middle = 31;
    expect(out).toEqual([200, middle - 4, 2, 4]);
    expect(busy?.slice(0, 2)).toEqual([300, middle]);
    expect(quiet).toEqual([400, middle, 2, 4]);
    expect(Number(busy?.[3])).toBeGreaterThan(4);
  });

  it('marks 1006 with a red disc and its code, and an ordinary close with a bar and no words', () => {
    const lost = connectionFixture({ createdAtMs: 0, openedAtMs: 0, close: closeFixture(5_000, 1006) });
    const closed = connectionFixture({
      url: 'ws://a/b',
      createdAtMs: 0,
      openedAtMs: 0,
      close: closeFixture(5_000, 1000),
    });
    const calls = paint({ records: [lost, closed] });
    expect(calls).toContainEqual({ name: 'arc', args: [600, 31, 5.5, 0, 2 * Math.PI], colour: 'abnormal' });
    expect(textsOf(calls)).toContain('1006');
    expect(textsOf(calls)).not.toContain('1000');
    expect(rectsOf(calls, 'ordinaryEnd')).toEqual([[599, 45, 2, 16]]);
  });

  it('marks a simulated drop in its own colour and shape, never in that of a real loss', () => {
    const dropped = connectionFixture({
      createdAtMs: 0,
      openedAtMs: 0,
      close: closeFixture(5_000, 1006, { simulated: true }),
    });
    const calls = paint({ records: [dropped] });
    expect(calls.some(({ name, colour }) => name === 'fill' && colour === 'simulated')).toBe(true);
    expect(calls.some(({ colour }) => colour === 'abnormal')).toBe(false);
    expect(calls.some(({ name }) => name === 'arc')).toBe(false);
  });

  it('draws the way to the reconnect and how long it took, behind the code of the close', () => {
    const lost = connectionFixture({ createdAtMs: 0, openedAtMs: 0, close: closeFixture(5_000, 1006) });
    const back = connectionFixture({ createdAtMs: 5_100, openedAtMs: 5_200 });
    const calls = paint({ records: [lost, back] });
    const code = calls.find(({ name, args }) => name === 'fillText' && args[0] === '1006');
    const pause = calls.find(({ name, args }) => name === 'fillText' && args[0] === '100 ms');
    expect(calls.some(({ name, colour }) => name === 'stroke' && colour === 'reconnect')).toBe(true);
    expect(Number(pause?.args[1])).toBeGreaterThan(Number(code?.args[1]) + 6 * '1006'.length);
  });

  it('shortens names that do not fit', () => {
    const calls = paint({ records: [connectionFixture({ url: `ws://a/${'x'.repeat(100)}` })] });
    const name = String(textsOf(calls)[0]);
    expect(name.endsWith('…')).toBe(true);
    expect(6 * name.length).toBeLessThanOrEqual(88);
  });

  it('writes a label that would leave the canvas on the other side of its mark', () => {
    const lost = connectionFixture({ createdAtMs: 0, openedAtMs: 0, close: closeFixture(9_990, 1006) });
    const code = paint({ records: [lost] }).find(({ name, args }) => name === 'fillText' && args[0] === '1006');
    expect(Number(code?.args[1])).toBeLessThan(1_099);
  });

  it('draws a constant number of things for a million frames', () => {
    const record = connectionFixture({ createdAtMs: 0, openedAtMs: 0 });
    const ticks = createTickSummary(0);
    for (let i = 0; i < 1_000_000; i++) ticks.add(i / 100, i % 2 === 0);
    expect(paint({ records: [record], bucketsOf: () => ticks.buckets() }).length).toBeLessThan(2 * 1_000 + 100);
  });
});
