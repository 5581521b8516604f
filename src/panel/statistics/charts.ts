/**
 * Figures of `src/analysis/statistics`, and what the panel itself knows of frames and times, as charts. Pure: nothing is
 * counted here that the analysis counts.
 */
import type { Durations } from '../../analysis/digest/digest.ts';
import { endpointOf } from '../../analysis/endpoint.ts';
import type { Bin, Histogram } from '../../analysis/statistics/histogram.ts';
import type { CodeCount, CountStep, Messages, Part } from '../../analysis/statistics/statistics.ts';
import type { TickBuckets } from '../../analysis/ticks/tick-summary.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { formatCount } from '../../words/words.ts';
import { type ChartSpec, tableOf } from '../models/chart-spec.ts';
import { addDensity, createDensity } from '../models/density.ts';
import { formatClock, formatDuration } from '../models/format.ts';
import { shortNameOf } from '../models/url-name.ts';
import { STATISTICS as WORDS } from '../words-statistics.ts';

/** Points of a chart over time are no more than this. */
const MAX_POINTS = 2_000;
const TIME_BINS = 120;
const MAX_BARS = 16;

/** How many were open at once. */
export function openChart(steps: readonly CountStep[], untilMs: number): ChartSpec | null {
  const last = steps.at(-1);
  if (!last) return null;
  const kept = thinned(last.atMs < untilMs ? [...steps, { atMs: untilMs, open: last.open }] : steps);
  return {
    ...WORDS.charts.open,
    id: 'open',
    kind: 'steps',
    axis: { kind: 'time' },
    xs: kept.map(({ atMs }) => atMs),
    series: [{ label: WORDS.series.open, colour: 'open', values: kept.map(({ open }) => open) }],
    markers: [],
    unit: 'count',
    table: tableOf(
      [WORDS.columns.time, WORDS.series.open],
      kept.map(({ atMs, open }) => [formatClock(atMs), formatCount(open)]),
    ),
  };
}

/** The highest of each of MAX_POINTS parts: a peak must not be lost. */
function thinned(steps: readonly CountStep[]): readonly CountStep[] {
  const size = Math.ceil(steps.length / MAX_POINTS);
  if (size <= 1) return steps;
  const kept: CountStep[] = [];
  for (let i = 0; i < steps.length; i += size) {
    kept.push(steps.slice(i, i + size).reduce((best, step) => (step.open > best.open ? step : best)));
  }
  return kept;
}

/** Durations, with a line at each time after which known products cut. */
export function histogramChart(id: 'durations' | 'idle', { bins: counted, lines }: Histogram): ChartSpec | null {
  const bins = framed(counted);
  if (bins.length === 0) return null;
  const labels = bins.map(({ fromMs, toMs }) => shortDuration((fromMs + toMs) / 2));
  return {
    ...WORDS.charts[id],
    id,
    kind: 'bars',
    axis: { kind: 'places', labels },
    xs: bins.map((_, i) => i),
    series: [{ label: WORDS.series.ended, colour: 'accent', values: bins.map(({ count }) => count) }],
    markers: lines.map(({ atMs, hops }) => ({
      x: bins.findIndex(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs),
      label: shortDuration(atMs),
      title: hops.join(', '),
    })),
    unit: 'count',
    table: tableOf(
      [WORDS.columns.duration, WORDS.columns.count],
      bins
        .filter(({ count }) => count > 0)
        .map(({ fromMs, toMs, count }) => [
          WORDS.range(formatDuration(fromMs), formatDuration(toMs)),
          formatCount(count),
        ]),
    ),
  };
}

/** As people speak of timeouts: "300 ms", "60 s", "350 s", "1 h". */
function shortDuration(durationMs: number): string {
  if (durationMs < 1_000) return formatDuration(durationMs);
  if (durationMs <= 600_000) return `${Number((durationMs / 1_000).toPrecision(3))} s`;
  return formatDuration(durationMs).replace(/ 00 (s|min)$/, '');
}

/** With an empty bin at either side, so that one alone is no wall. */
function framed(bins: readonly Bin[]): readonly Bin[] {
  const [first, last] = [bins[0], bins.at(-1)];
  if (!first || !last) return [];
  const before = first.fromMs === 0 ? [] : [{ fromMs: 0.93 * first.fromMs, toMs: first.fromMs, count: 0 }];
  return [...before, ...bins, { fromMs: last.toMs, toMs: 1.07 * last.toMs, count: 0 }];
}

/** How they ended. */
export function codesChart(closes: readonly CodeCount[]): ChartSpec | null {
  const shown = [...closes].sort((a, b) => a.code - b.code).slice(0, MAX_BARS);
  if (shown.length === 0) return null;
  const of = (isLost: boolean) => shown.map(({ family, count }) => ((family === 'abnormal') === isLost ? count : null));
  return {
    ...WORDS.charts.codes,
    id: 'codes',
    kind: 'bars',
    axis: { kind: 'places', labels: shown.map(({ code }) => String(code)) },
    xs: shown.map((_, i) => i),
    series: [
      { label: WORDS.series.otherwise, colour: 'accent', values: of(false) },
      { label: WORDS.series.abnormal, colour: 'abnormal', values: of(true) },
    ],
    markers: [],
    unit: 'count',
    table: tableOf(
      [WORDS.columns.codes, WORDS.columns.count, WORDS.columns.share, WORDS.columns.perHour],
      closes.map(({ code, name, count, share, perOpenHour }) => [
        `${code} ${name}`,
        formatCount(count),
        percent(share),
        perOpenHour === null ? '' : String(Number(perOpenHour.toPrecision(3))),
      ]),
    ),
  };
}

/** Disconnects and failed handshakes of each part. Null where nothing was lost. */
export function partsChart(id: 'hours' | 'endpoints', parts: readonly Part[]): ChartSpec | null {
  const shown = parts.slice(0, id === 'hours' ? 24 : MAX_BARS);
  if (shown.every(({ disconnects, failedHandshakes }) => disconnects + failedHandshakes === 0)) return null;
  return {
    ...WORDS.charts[id],
    id,
    kind: 'bars',
    axis: { kind: 'places', labels: shown.map(({ key }) => (id === 'hours' ? key : shortNameOf(key))) },
    xs: shown.map((_, i) => i),
    series: [
      { label: WORDS.series.disconnects, colour: 'abnormal', values: shown.map(({ disconnects }) => disconnects) },
      {
        label: WORDS.series.failed,
        colour: 'suspicious',
        values: shown.map(({ failedHandshakes }) => failedHandshakes),
      },
    ],
    markers: [],
    unit: 'count',
    table: tableOf(
      [
        WORDS.columns[id],
        WORDS.columns.connections,
        WORDS.series.disconnects,
        WORDS.series.failed,
        WORDS.columns.lived,
        WORDS.columns.frames,
      ],
      parts.map(({ key, connections, disconnects, failedHandshakes, medianOpenMs, frames }) => [
        key,
        ...[connections, disconnects, failedHandshakes].map(formatCount),
        medianOpenMs === null ? '' : formatDuration(medianOpenMs),
        formatCount(frames),
      ]),
    ),
  };
}

/** What became of messages, in a sentence for each direction. */
export function messageWords({ sent, received, notSent, notHandled }: Messages): readonly string[] {
  return [
    WORDS.messages.sent(formatCount(sent), notSent === 0 ? '' : formatCount(notSent)),
    WORDS.messages.received(formatCount(received), notHandled === 0 ? '' : formatCount(notHandled)),
  ];
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

/** What was measured in one connection. */
export interface Measured {
  readonly record: ConnectionRecord;
  readonly durations: Durations;
}

/** Round-trip times of heartbeats, or latency of requests, by connection: the slowest first. */
export function timesByConnection(id: 'roundTrips' | 'latency', measured: readonly Measured[]): ChartSpec | null {
  if (measured.length === 0) return null;
  const shown = [...measured].sort((a, b) => b.durations.p95Ms - a.durations.p95Ms).slice(0, MAX_BARS);
  return {
    ...WORDS.charts[id],
    id,
    kind: 'bars',
    axis: { kind: 'places', labels: shown.map(({ record }) => shortNameOf(endpointOf(record.url))) },
    xs: shown.map((_, i) => i),
    series: [
      { label: WORDS.series.median, colour: 'accent', values: shown.map(({ durations: { medianMs } }) => medianMs) },
      { label: WORDS.series.p95, colour: 'suspicious', values: shown.map(({ durations: { p95Ms } }) => p95Ms) },
    ],
    markers: [],
    unit: 'ms',
    table: tableOf(
      [WORDS.columns.connection, WORDS.columns.count, WORDS.series.median, WORDS.series.p95, WORDS.columns.max],
      shown.map(({ record, durations: { count, medianMs, p95Ms, maxMs } }) => [
        endpointOf(record.url),
        formatCount(count),
        ...[medianMs, p95Ms, maxMs].map(formatDuration),
      ]),
    ),
  };
}

/** Frames per second, received and sent, over all connections. */
export function messageRates(buckets: readonly TickBuckets[], fromMs: number, toMs: number): ChartSpec | null {
  if (buckets.length === 0 || toMs <= fromMs) return null;
  const bins = Math.min(TIME_BINS, Math.max(1, Math.ceil((toMs - fromMs) / 1_000)));
  const binMs = (toMs - fromMs) / bins;
  // One more for what came at the very end.
  const density = createDensity(bins + 1);
  for (const lane of buckets) addDensity(lane, { fromMs, cellMs: binMs, count: bins + 1 }, density);
  const perSecond = (counts: Uint32Array) =>
    [...counts.subarray(0, bins)].map(
      (count, bin) => (1_000 * (count + (bin === bins - 1 ? (counts[bins] ?? 0) : 0))) / binMs,
    );
  const xs = Array.from({ length: bins }, (_, i) => fromMs + i * binMs);
  const [inRates, outRates] = [perSecond(density.ins), perSecond(density.outs)];
  return {
    ...WORDS.charts.rates,
    id: 'rates',
    kind: 'area',
    axis: { kind: 'time' },
    xs,
    series: [
      { label: WORDS.series.in, colour: 'in', values: inRates },
      { label: WORDS.series.out, colour: 'out', values: outRates },
    ],
    markers: [],
    unit: 'perSecond',
    table: tableOf(
      [WORDS.columns.time, WORDS.series.in, WORDS.series.out],
      xs.map((atMs, i) => [formatClock(atMs), rateWords(inRates[i]), rateWords(outRates[i])]),
    ),
  };
}

function rateWords(perSecond = 0): string {
  return perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond));
}
