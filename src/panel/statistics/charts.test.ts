import { describe, expect, it } from 'vitest';
import { closeFixture, connectionFixture } from '../models/fixtures.ts';
import { bucketOf, EDGES_MS, histogramOf, placeOf } from '../models/histogram.ts';
import { createTickSummary } from '../models/tick-summary.ts';
import {
  closesByCode,
  durations,
  idleBeforeClose,
  lossesByEndpoint,
  lossesByHour,
  messageRates,
  openOverTime,
  timesByConnection,
} from './charts.ts';

const lost = (openedAtMs: number, atMs: number, fields: object = {}) =>
  connectionFixture({ openedAtMs, close: closeFixture(atMs, 1006), ...fields });
const simulated = connectionFixture({ openedAtMs: 0, close: closeFixture(9_000, 1006, { simulated: true }) });
const navigated = connectionFixture({ openedAtMs: 0, goneAtMs: 9_000 });

describe('the histogram of durations', () => {
  it('has rising edges, and puts a duration between two of them', () => {
    expect([...EDGES_MS].sort((a, b) => a - b)).toEqual(EDGES_MS);
    for (const durationMs of [0, 9, 10, 59_999, 60_500, 1e12]) {
      const bucket = bucketOf(durationMs);
      expect(EDGES_MS[bucket]).toBeLessThanOrEqual(durationMs);
      expect(EDGES_MS[bucket + 1] ?? Number.POSITIVE_INFINITY).toBeGreaterThan(durationMs);
    }
  });

  it('tells what ends at a timeout from what ends near it', () => {
    for (const durationMs of [30_000, 60_000, 100_000, 120_000, 300_000, 350_000, 600_000, 3_600_000]) {
      expect(bucketOf(durationMs * 1.001)).toBe(bucketOf(durationMs));
      expect(bucketOf(durationMs * 0.95)).not.toBe(bucketOf(durationMs));
      expect(bucketOf(durationMs * 1.05)).not.toBe(bucketOf(durationMs));
    }
  });

  it('shows what holds something, and one more at either side', () => {
    const histogram = histogramOf([60_000, 60_100, 70_000]);
    expect(histogram?.counts).toEqual([0, 2, 1, 0]);
    expect(histogram && placeOf(histogram, 60_000)).toBe(1);
    expect(histogram && placeOf(histogram, 100_000)).toBeNull();
    expect(histogramOf([])).toBeNull();
  });
});

describe('charts of connections', () => {
  it('count those that were open at once', () => {
    const spec = openOverTime([lost(1_000, 5_000), connectionFixture({ openedAtMs: 2_000 }), navigated], 10_000);
    expect(spec?.xs).toEqual([0, 1_000, 2_000, 5_000, 9_000, 10_000]);
    expect(spec?.series[0]?.values).toEqual([1, 2, 3, 2, 1, 1]);
  });

  it('keep the peaks of very many', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => lost(i * 10, i * 10 + 5));
    many.push(lost(100_001, 100_004));
    const spec = openOverTime(many, 200_000);
    expect(spec?.xs.length).toBeLessThanOrEqual(2_001);
    expect(Math.max(...(spec?.series[0]?.values ?? []).map(Number))).toBe(2);
  });

  it('leave out what was simulated and what went with its page', () => {
    expect(durations([simulated, navigated], [])).toBeNull();
    expect(idleBeforeClose([simulated, navigated], [])).toBeNull();
    expect(closesByCode([simulated, navigated])).toBeNull();
    expect(lossesByEndpoint([simulated, navigated])).toBeNull();
    expect(lossesByHour([simulated, navigated])).toBeNull();
  });

  it('have lines at the times after which products cut', () => {
    const known = [
      { durationMs: 60_000, names: ['nginx', 'ALB'] },
      { durationMs: 100_000, names: ['Cloudflare'] },
    ];
    const spec = idleBeforeClose([lost(0, 75_000, { lastFrameAtMs: 15_000 }), lost(0, 60_050)], known);
    expect(spec?.markers).toEqual([{ x: 1, label: '60 s', title: 'nginx, ALB' }]);
    expect(spec?.series.map(({ label, values }) => [label, values[1]])).toEqual([
      ['1006', 2],
      ['otherwise', 0],
    ]);
    expect(spec?.table.rows).toEqual([['59 s to 61 s', '2', '0']]);
  });

  it('count closes by code, 1006 in the colour of losses', () => {
    const closed = connectionFixture({ openedAtMs: 0, close: closeFixture(5, 1000) });
    const spec = closesByCode([lost(0, 1), lost(0, 2), closed]);
    expect(spec?.axis).toEqual({ kind: 'places', labels: ['1000', '1006'] });
    expect(spec?.series.map(({ colour, values }) => [colour, values])).toEqual([
      ['accent', [1, null]],
      ['abnormal', [null, 2]],
    ]);
  });

  it('name the endpoints that lost most, without their queries', () => {
    const spec = lossesByEndpoint([
      lost(0, 1, { url: 'wss://a.test/x?token=1' }),
      lost(0, 1, { url: 'wss://a.test/x?token=2' }),
      lost(0, 1, { url: 'wss://a.test/y' }),
    ]);
    expect(spec?.table.rows).toEqual([
      ['wss://a.test/x', '2'],
      ['wss://a.test/y', '1'],
    ]);
  });

  it('count losses by the hour of the local clock', () => {
    const atMs = new Date(2026, 10, 21, 14, 30).getTime();
    const spec = lossesByHour([lost(atMs - 5, atMs)]);
    expect(spec?.series[0]?.values[14]).toBe(1);
    expect(spec?.table.rows).toEqual([['14', '1']]);
  });

  it('show the slowest first', () => {
    const of = (p95Ms: number) => ({ count: 3, medianMs: 10, p95Ms, maxMs: 2 * p95Ms, slowest: null });
    const spec = timesByConnection('latency', [
      { record: connectionFixture({ url: 'wss://a.test/fast' }), durations: of(20) },
      { record: connectionFixture({ url: 'wss://a.test/slow' }), durations: of(900) },
    ]);
    expect(spec?.axis).toEqual({ kind: 'places', labels: ['/slow', '/fast'] });
    expect(spec?.table.rows[0]).toEqual(['wss://a.test/slow', '3', '10 ms', '900 ms', '1.80 s']);
  });

  it('count frames per second, all of them', () => {
    const summary = createTickSummary(0);
    for (let i = 0; i < 40; i++) summary.add(i * 100, i % 4 === 0);
    const spec = messageRates([summary.buckets()], 0, 4_000);
    expect(spec?.xs).toEqual([0, 1_000, 2_000, 3_000]);
    expect(spec?.series.map(({ values }) => values)).toEqual([
      [7, 8, 7, 8],
      [3, 2, 3, 2],
    ]);
  });
});
