/**
 * Statistics over connections, of one recording or of many, as charts. What ended with its page or was simulated is counted
 * among the open ones while it lasted, and in nothing else. Pure.
 */
import { closedBy, endedAtMs, openDurationMs } from '../../analysis/connection-state.ts';
import type { Durations } from '../../analysis/digest/digest.ts';
import { endpointOf } from '../../analysis/endpoint.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { type ChartColour, type ChartMarker, type ChartSpec, tableOf } from '../models/chart-spec.ts';
import { formatClock, formatCount, formatDuration } from '../models/format.ts';
import { EDGES_MS, type Histogram, histogramOf, placeOf } from '../models/histogram.ts';
import type { TickBuckets } from '../models/tick-summary.ts';
import { shortNameOf } from '../models/url-name.ts';
import { STATISTICS as WORDS } from '../words-statistics.ts';

/** After which many products cut by default. */
export interface KnownTime {
  readonly durationMs: number;
  readonly names: readonly string[];
}

/** Who ended by itself, or was ended by somebody: neither simulated nor left with its page. */
function isCounted(record: ConnectionRecord): boolean {
  const by = closedBy(record);
  return by !== null && by !== 'socketscope' && by !== 'navigation';
}

/** Points of a chart over time are no more than this. */
const MAX_POINTS = 2_000;
const TIME_BINS = 120;
const MAX_BARS = 16;

/** How many were open at once. */
export function openOverTime(connections: readonly ConnectionRecord[], untilMs: number): ChartSpec | null {
  const changes: [atMs: number, by: number][] = [];
  for (const record of connections) {
    if (record.openedAtMs === null) continue;
    changes.push([record.openedAtMs, 1]);
    const endMs = endedAtMs(record);
    if (endMs !== null) changes.push([Math.max(endMs, record.openedAtMs), -1]);
  }
  if (changes.length === 0) return null;
  changes.sort(([a], [b]) => a - b);
  const xs: number[] = [];
  const values: number[] = [];
  let open = 0;
  for (const [atMs, by] of changes) {
    open += by;
    if (xs.at(-1) === atMs) values[values.length - 1] = open;
    else {
      xs.push(atMs);
      values.push(open);
    }
  }
  if ((xs.at(-1) ?? 0) < untilMs) {
    xs.push(untilMs);
    values.push(open);
  }
  const kept = thinned(xs, values);
  return {
    ...WORDS.charts.open,
    id: 'open',
    kind: 'steps',
    axis: { kind: 'time' },
    xs: kept.xs,
    series: [{ label: WORDS.series.open, colour: 'open', values: kept.values }],
    markers: [],
    unit: 'count',
    table: tableOf(
      [WORDS.columns.time, WORDS.series.open],
      kept.xs.map((atMs, i) => [formatClock(atMs), formatCount(kept.values[i] ?? 0)]),
    ),
  };
}

/** The highest of each of MAX_POINTS parts: a peak must not be lost. */
function thinned(
  xs: readonly number[],
  values: readonly number[],
): { xs: readonly number[]; values: readonly number[] } {
  const step = Math.ceil(xs.length / MAX_POINTS);
  if (step <= 1) return { xs, values };
  const at: number[] = [];
  for (let i = 0; i < xs.length; i += step) {
    let best = i;
    for (let k = i; k < Math.min(i + step, xs.length); k++) if ((values[k] ?? 0) > (values[best] ?? 0)) best = k;
    at.push(best);
  }
  return { xs: at.map((i) => xs[i] ?? 0), values: at.map((i) => values[i] ?? 0) };
}

/** How long connections were open. */
export function durations(connections: readonly ConnectionRecord[], known: readonly KnownTime[]): ChartSpec | null {
  const counted = connections.filter(isCounted);
  return durationChart('durations', counted, known, (record) => openDurationMs(record, 0));
}

/** How long nothing had been said before they were lost, or closed by the server. */
export function idleBeforeClose(
  connections: readonly ConnectionRecord[],
  known: readonly KnownTime[],
): ChartSpec | null {
  const counted = connections.filter((record) => {
    const by = closedBy(record);
    return by === 'lost' || by === 'server';
  });
  return durationChart('idle', counted, known, (record) => {
    const endMs = endedAtMs(record);
    const lastMs = record.lastFrameAtMs ?? record.openedAtMs;
    return endMs === null || lastMs === null ? null : Math.max(0, endMs - lastMs);
  });
}

function durationChart(
  id: 'durations' | 'idle',
  records: readonly ConnectionRecord[],
  known: readonly KnownTime[],
  durationOf: (record: ConnectionRecord) => number | null,
): ChartSpec | null {
  const all = histogramOf(records.map(durationOf).filter((value) => value !== null));
  if (!all) return null;
  const of = (wanted: boolean) =>
    countsIn(all, records.filter((record) => (record.close?.code === 1006) === wanted).map(durationOf));
  const labels = all.counts.map((_, i) => edgeLabel(all.firstBucket + i));
  const series = [
    { label: WORDS.series.abnormal, colour: 'abnormal' as const, values: of(true) },
    { label: WORDS.series.otherwise, colour: 'neutral' as const, values: of(false) },
  ];
  return {
    ...WORDS.charts[id],
    id,
    kind: 'bars',
    axis: { kind: 'places', labels },
    xs: labels.map((_, i) => i),
    series,
    markers: markersIn(all, known),
    unit: 'count',
    table: tableOf(
      [WORDS.columns.duration, ...series.map(({ label }) => label)],
      labels
        .map((_, i) => [rangeLabel(all.firstBucket + i), ...series.map(({ values }) => formatCount(values[i] ?? 0))])
        .filter((_, i) => (all.counts[i] ?? 0) > 0),
    ),
  };
}

function countsIn(histogram: Histogram, durationsMs: readonly (number | null)[]): readonly number[] {
  const counts = histogram.counts.map(() => 0);
  for (const durationMs of durationsMs) {
    const place = durationMs === null ? null : placeOf(histogram, durationMs);
    if (place !== null) counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

function markersIn(histogram: Histogram, known: readonly KnownTime[]): readonly ChartMarker[] {
  return known.flatMap(({ durationMs, names }) => {
    const x = placeOf(histogram, durationMs);
    return x === null ? [] : [{ x, label: shortDuration(durationMs), title: names.join(', ') }];
  });
}

function edgeLabel(bucket: number): string {
  return shortDuration(EDGES_MS[bucket] ?? 0);
}

function rangeLabel(bucket: number): string {
  const next = EDGES_MS[bucket + 1];
  return next === undefined ? WORDS.atLeast(edgeLabel(bucket)) : WORDS.range(edgeLabel(bucket), shortDuration(next));
}

/** "0", "300 ms", "59 s", "5 min 3 s", "1 h": as short as it can be said. */
function shortDuration(durationMs: number): string {
  if (durationMs === 0) return '0';
  if (durationMs < 1_000) return `${durationMs} ms`;
  if (durationMs <= 120_000) return `${durationMs / 1_000} s`;
  const [hours, minutes, seconds] = [3_600_000, 60_000, 1_000].map((unit, i, units) =>
    Math.floor((i === 0 ? durationMs : durationMs % (units[i - 1] ?? 1)) / unit),
  );
  return [hours && `${hours} h`, minutes && `${minutes} min`, seconds && `${seconds} s`].filter(Boolean).join(' ');
}

/** How they ended. */
export function closesByCode(connections: readonly ConnectionRecord[]): ChartSpec | null {
  const counts = new Map<number, number>();
  for (const record of connections) {
    if (record.close && isCounted(record)) counts.set(record.close.code, (counts.get(record.close.code) ?? 0) + 1);
  }
  const codes = [...counts].sort(([a], [b]) => a - b);
  return barChart(
    'codes',
    codes.map(([code, count]) => [String(code), count]),
    {
      label: WORDS.series.closes,
      colour: 'accent',
      abnormal: (label) => label === '1006',
    },
  );
}

/** At which hours of the day connections were lost, local time. */
export function lossesByHour(connections: readonly ConnectionRecord[]): ChartSpec | null {
  const hours = Array.from({ length: 24 }, () => 0);
  for (const { close } of connections.filter(isLoss)) {
    const hour = new Date(close?.atMs ?? 0).getHours();
    hours[hour] = (hours[hour] ?? 0) + 1;
  }
  if (hours.every((count) => count === 0)) return null;
  return barChart(
    'hours',
    hours.map((count, hour) => [`${hour}`, count]),
    {
      label: WORDS.series.abnormal,
      colour: 'abnormal',
    },
  );
}

/** Which endpoints lost most. */
export function lossesByEndpoint(connections: readonly ConnectionRecord[]): ChartSpec | null {
  const counts = new Map<string, number>();
  for (const { url } of connections.filter(isLoss)) {
    const endpoint = endpointOf(url);
    counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
  }
  const rows = [...counts].sort(([, a], [, b]) => b - a).slice(0, MAX_BARS);
  return barChart(
    'endpoints',
    rows.map(([endpoint, count]) => [shortNameOf(endpoint), count, endpoint]),
    {
      label: WORDS.series.abnormal,
      colour: 'abnormal',
    },
  );
}

function isLoss(record: ConnectionRecord): boolean {
  return record.close?.code === 1006 && isCounted(record);
}

type Bar = readonly [label: string, count: number, fullName?: string];

interface BarStyle {
  readonly label: string;
  readonly colour: ChartColour;
  /** Which bars are of the colour of losses. */
  readonly abnormal?: (label: string) => boolean;
}

function barChart(
  id: 'codes' | 'hours' | 'endpoints',
  bars: readonly Bar[],
  { label, colour, abnormal }: BarStyle,
): ChartSpec | null {
  if (bars.length === 0) return null;
  const isLost = (name: string) => abnormal?.(name) ?? false;
  const ordinary = { label, colour, values: bars.map(([name, count]) => (isLost(name) ? null : count)) };
  const lost = {
    label: WORDS.series.abnormal,
    colour: 'abnormal' as const,
    values: bars.map(([name, count]) => (isLost(name) ? count : null)),
  };
  return {
    ...WORDS.charts[id],
    id,
    kind: 'bars',
    axis: { kind: 'places', labels: bars.map(([name]) => name) },
    xs: bars.map((_, i) => i),
    series: bars.some(([name]) => isLost(name)) ? [ordinary, lost] : [ordinary],
    markers: [],
    unit: 'count',
    table: tableOf(
      [WORDS.columns[id], WORDS.columns.count],
      bars.filter(([, count]) => count > 0).map(([name, count, fullName]) => [fullName ?? name, formatCount(count)]),
    ),
  };
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
  const [ins, outs] = [new Float64Array(bins), new Float64Array(bins)];
  for (const { originMs, bucketMs, length, index, ins: moreIns, outs: moreOuts } of buckets) {
    for (let i = 0; i < length; i++) {
      const bin = Math.min(bins - 1, Math.floor((originMs + (index[i] ?? 0) * bucketMs - fromMs) / binMs));
      if (bin < 0) continue;
      ins[bin] = (ins[bin] ?? 0) + (moreIns[i] ?? 0);
      outs[bin] = (outs[bin] ?? 0) + (moreOuts[i] ?? 0);
    }
  }
  const perSecond = (counts: Float64Array) => [...counts].map((count) => (1_000 * count) / binMs);
  const xs = Array.from({ length: bins }, (_, i) => fromMs + i * binMs);
  const [inRates, outRates] = [perSecond(ins), perSecond(outs)];
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
