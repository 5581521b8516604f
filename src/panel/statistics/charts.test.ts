import { describe, expect, it } from 'vitest';
import { histogramOf } from '../../analysis/statistics/histogram.ts';
import { type Part, statisticsOf } from '../../analysis/statistics/statistics.ts';
import { createTickSummary } from '../../analysis/ticks/tick-summary.ts';
import { closeFixture, connectionFixture } from '../models/fixtures.ts';
import {
  codesChart,
  histogramChart,
  messageRates,
  messageWords,
  openChart,
  partsChart,
  timesByConnection,
} from './charts.ts';

describe('charts', () => {
  it('let the number of open connections hold until now', () => {
    const spec = openChart(
      [
        { atMs: 1_000, open: 1 },
        { atMs: 2_000, open: 2 },
      ],
      9_000,
    );
    expect(spec?.xs).toEqual([1_000, 2_000, 9_000]);
    expect(spec?.series[0]?.values).toEqual([1, 2, 2]);
    expect(openChart([], 9_000)).toBeNull();
  });

  it('keep the peaks of very many steps', () => {
    const steps = Array.from({ length: 40_000 }, (_, i) => ({ atMs: i, open: i === 31_234 ? 99 : i % 3 }));
    const spec = openChart(steps, 0);
    expect(spec?.xs.length).toBeLessThanOrEqual(2_000);
    expect(spec?.series[0]?.values).toContain(99);
  });

  it('have a line at the time after which products cut, where something ended then', () => {
    const spec = histogramChart('idle', histogramOf([59_980, 60_020, 60_050], ['idle', 'upstream']));
    const marker = spec?.markers.find(({ label }) => label === '60 s');
    expect(marker?.title).toContain('nginx');
    expect(spec?.series[0]?.values[marker?.x ?? -1]).toBe(3);
    // An empty bin at either side.
    expect([spec?.series[0]?.values[0], spec?.series[0]?.values.at(-1)]).toEqual([0, 0]);
    expect(spec?.table.rows.map(([, count]) => count)).toEqual(['3']);
    expect(histogramChart('idle', histogramOf([], ['idle']))).toBeNull();
  });

  it('show the codes of closes, 1006 in the colour of losses', () => {
    const close = (code: number) => connectionFixture({ openedAtMs: 0, close: closeFixture(7_200_000, code) });
    const facts = {
      connections: [close(1006), close(1000), close(1006)],
      documents: [],
      context: [],
      handshakes: [],
      probes: [],
      digests: new Map(),
      untilMs: 7_200_000,
    };
    const session = { sessionId: 'a', name: '', startedAtMs: 0 };
    const spec = codesChart(statisticsOf([{ session, facts, browser: null }]).closes);
    expect(spec?.axis).toEqual({ kind: 'places', labels: ['1000', '1006'] });
    expect(spec?.series.map(({ colour, values }) => [colour, values])).toEqual([
      ['accent', [1, null]],
      ['abnormal', [null, 2]],
    ]);
    expect(spec?.table.rows).toContainEqual(['1006 Abnormal closure', '2', '66.7 %', '0.333']);
    expect(codesChart([])).toBeNull();
  });

  it('show the parts in which something was lost', () => {
    const part: Part = {
      key: 'wss://a.test/live',
      connections: 4,
      opened: 3,
      failedHandshakes: 1,
      disconnects: 2,
      disconnectsPerOpenHour: 3,
      medianOpenMs: 60_000,
      frames: 1_200,
      roundTrip: null,
    };
    const spec = partsChart('endpoints', [part]);
    expect(spec?.series.map(({ values }) => values)).toEqual([[2], [1]]);
    expect(spec?.table.rows).toEqual([['wss://a.test/live', '4', '2', '1', '1 min 00 s', '1,200']]);
    expect(partsChart('hours', [{ ...part, disconnects: 0, failedHandshakes: 0 }])).toBeNull();
  });

  it('show the slowest connections first', () => {
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
    for (let i = 0; i < 40; i++) summary.add(i, i * 100, i % 4 === 0);
    const spec = messageRates([summary.buckets()], 0, 4_000);
    expect(spec?.xs).toEqual([0, 1_000, 2_000, 3_000]);
    expect(spec?.series.map(({ values }) => values)).toEqual([
      [7, 8, 7, 8],
      [3, 2, 3, 2],
    ]);
  });

  it('say what became of messages', () => {
    const messages = { sent: 1_200, received: 3, notSent: 0, notHandled: 2, sentShare: 1, handledShare: 1 / 3 };
    expect(messageWords(messages)).toEqual(['1,200 messages sent', '3 received, 2 not handled']);
  });
});
