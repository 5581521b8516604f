/** Figures that can be counted by hand; and what must not be among them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { Digest } from '../digest/digest.ts';
import {
  actsOf,
  closeOf,
  connectionOf,
  digestOf,
  endedConnection,
  factsOf,
  failedConnection,
  heartbeatOf,
} from '../fixtures.ts';
import { histogramOf } from './histogram.ts';
import type { StatisticsSession } from './samples.ts';
import { statisticsOf } from './statistics.ts';

function session(
  connections: readonly ConnectionRecord[],
  digests: readonly Digest[] = [],
  browser: string | null = null,
): StatisticsSession {
  return {
    session: { sessionId: 's', name: 's', startedAtMs: 0 },
    facts: factsOf(connections, { digests, untilMs: 100_000 }),
    browser,
  };
}

const durations = (count: number, medianMs: number) => ({
  count,
  medianMs,
  p95Ms: 2 * medianMs,
  maxMs: 3 * medianMs,
  slowest: null,
});

describe('statistics', () => {
  it('count what is open over time', () => {
    const steps = statisticsOf([
      session([endedConnection(0, 1_000, 1000), connectionOf({ createdAtMs: 400, openedAtMs: 500 })]),
    ]);
    expect(steps.openOverTime).toEqual([
      { atMs: 20, open: 1 },
      { atMs: 500, open: 2 },
      { atMs: 1_000, open: 1 },
    ]);
  });

  it('leave out what was simulated, what left with its page, and development servers', () => {
    const statistics = statisticsOf([
      session([
        endedConnection(0, 60_000, 1006),
        endedConnection(0, 60_000, 1006, { close: { ...closeOf(60_000, 1006), simulated: true } }),
        connectionOf({ openedAtMs: 1, goneAtMs: 50_000 }),
        endedConnection(0, 9_000, 1006, { protocols: ['vite-hmr'] }),
      ]),
    ]);
    expect(statistics.leftOut).toEqual({ simulated: 1, 'page-left': 1, 'dev-server': 1 });
    expect(statistics.closes).toMatchObject([{ code: 1006, count: 1, share: 1 }]);
    expect(statistics.durations.count).toBe(1);
  });

  it('count closes by code, and for each hour that connections were open', () => {
    const half = 1_800_000;
    const records = [endedConnection(0, half + 20, 1006), endedConnection(0, half + 20, 1000), failedConnection(0, 40)];
    const { closes, disconnectsPerOpenHour } = statisticsOf([session(records)]);
    expect(closes).toMatchObject([
      { code: 1006, name: 'Abnormal closure', count: 2 },
      { code: 1000, count: 1 },
    ]);
    expect(disconnectsPerOpenHour).toBeCloseTo(1);
  });

  it('name codes as the protocol does', () => {
    const record = endedConnection(0, 1_000, 3012);
    const protocol = { id: 'centrifugo', name: 'Centrifugo', signs: [], isDevServer: false };
    const [close] = statisticsOf([session([record], [digestOf(record.connectionId, { protocol })])]).closes;
    expect(close?.name.toLowerCase()).toContain('pong');
  });

  it('tell what became of messages', () => {
    const record = connectionOf({
      openedAtMs: 0,
      framesIn: 10,
      framesOut: 8,
      acts: actsOf({ sendsThrown: 1, unheard: 2, handlerErrors: 1 }),
    });
    const { messages, rates } = statisticsOf([
      session([record], [digestOf(record.connectionId, { discardedSends: 1, peakFramesPerSecond: 7 })]),
    ]);
    expect(messages).toEqual({ sent: 8, received: 10, notSent: 2, notHandled: 3, sentShare: 0.8, handledShare: 0.7 });
    expect(rates).toEqual({ inPerSecond: 0.1, outPerSecond: 0.08, peakPerSecond: 7 });
  });

  it('weigh round trips and latency with their counts', () => {
    const records = [connectionOf({ openedAtMs: 0 }), connectionOf({ openedAtMs: 0 })];
    const digests = records.map(({ connectionId }, i) =>
      digestOf(connectionId, {
        heartbeat: heartbeatOf({ roundTrip: durations(i === 0 ? 1 : 9, i === 0 ? 900 : 30) }),
        latency: durations(4, 100 + i),
      }),
    );
    const { roundTrip, latency } = statisticsOf([session(records, digests)]);
    expect(roundTrip).toEqual({ count: 10, medianMs: 30, p95Ms: 60, maxMs: 2_700 });
    expect(latency).toMatchObject({ count: 8, medianMs: 100 });
  });

  it('stand by hour, endpoint and browser, over many sessions', () => {
    const hour = 3_600_000;
    const statistics = statisticsOf(
      [
        session([endedConnection(0, 9 * hour, 1006), endedConnection(0, 9 * hour + 5, 1006)], [], 'Firefox 153'),
        session(
          [
            endedConnection(0, 14 * hour, 1000, { url: 'ws://b/x' }),
            failedConnection(0, 14 * hour, { url: 'ws://b/x' }),
          ],
          [],
          'Chromium 156',
        ),
      ],
      { hourOf: (atMs) => Math.floor(atMs / hour) % 24 },
    );
    expect(statistics.byHourOfDay.map(({ key, disconnects }) => [key, disconnects])).toEqual([
      ['09', 2],
      ['14', 0],
    ]);
    expect(
      statistics.byEndpoint.map(({ key, disconnects, failedHandshakes }) => [key, disconnects, failedHandshakes]),
    ).toEqual([
      ['ws://127.0.0.1/live', 2, 0],
      ['ws://b/x', 0, 1],
    ]);
    expect(statistics.byBrowser.map(({ key }) => key)).toEqual(['Firefox 153', 'Chromium 156']);
  });

  it('say null, not 0, of what is not known', () => {
    expect(statisticsOf([])).toMatchObject({
      disconnectsPerOpenHour: null,
      roundTrip: null,
      latency: null,
      rates: { inPerSecond: null },
      messages: { sentShare: null },
      durations: { medianMs: null },
    });
  });
});

describe('histograms', () => {
  it('have lines at the known limits that fall into them, and at no others', () => {
    const { lines } = histogramOf([20_000, 60_100, 120_000], ['idle', 'upstream']);
    expect(lines.map(({ atMs }) => atMs / 1_000)).toEqual([30, 50, 55, 60, 100]);
    expect(lines.find(({ atMs }) => atMs === 60_000)?.hops).toContain('nginx');
    expect(histogramOf([60_000, 7_200_000], ['lifetime']).lines.map(({ hops }) => hops[0])).toContain(
      'AWS API Gateway',
    );
  });

  it('tell 55 s from 60 s, and keep the unevenness of a timer in one bin', () => {
    const binAt = (ms: number) => histogramOf([ms, 1_000_000], []).bins[0]?.fromMs;
    expect(binAt(55_000)).not.toBe(binAt(60_000));
    expect(new Set([59_900, 60_000, 60_200].map(binAt)).size).toBe(1);
  });

  it('hold every time in exactly one bin', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.double({ min: 0, max: 1e9, noNaN: true }),
            fc.constantFrom(0, 10, Number.NaN, -5, Number.POSITIVE_INFINITY),
          ),
          { maxLength: 50 },
        ),
        (times) => {
          const { bins, count } = histogramOf(times, []);
          expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(count);
          expect(count).toBe(times.filter((ms) => Number.isFinite(ms) && ms >= 0).length);
          for (const ms of times) {
            if (!(ms >= 0 && Number.isFinite(ms))) continue;
            expect(
              bins.filter(({ fromMs, toMs }) => ms >= fromMs * (1 - 1e-12) && ms < toMs * (1 + 1e-12)).length,
            ).toBeGreaterThanOrEqual(1);
          }
        },
      ),
      { numRuns: 200, seed: 1006 },
    );
  });
});
