/**
 * The figures of the Statistics view, of one session or of many: how many connections were open when, how long they lived,
 * how they ended, what became of messages, and how fast it was. Pure; a figure that nothing is known of is null, never 0.
 */
import { type CloseFamily, describeClose } from '../close-codes.ts';
import type { Durations } from '../digest/digest.ts';
import type { Label } from '../findings/life.ts';
import { type Histogram, histogramOf } from './histogram.ts';
import { type Sample, type StatisticsSession, samplesOf } from './samples.ts';

export interface CountStep {
  readonly atMs: number;
  /** Open from then on. */
  readonly open: number;
}

export interface CodeCount {
  readonly code: number;
  readonly name: string;
  readonly family: CloseFamily;
  readonly count: number;
  /** Of all closes, 0 to 1. */
  readonly share: number;
  /** For each hour that connections were open; null: they were open for less than a second. */
  readonly perOpenHour: number | null;
}

export interface Messages {
  readonly sent: number;
  readonly received: number;
  /** Sent after the end, or thrown before open. */
  readonly notSent: number;
  /** Received, and unheard or not handled, or not of the expected shape. */
  readonly notHandled: number;
  /** 0 to 1; null of none. */
  readonly sentShare: number | null;
  readonly handledShare: number | null;
}

/** Durations of several connections together: medians weighted with their counts. */
export interface Speed {
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

export interface Rates {
  /** Frames for each second that connections were open. */
  readonly inPerSecond: number | null;
  readonly outPerSecond: number | null;
  /** In the busiest second of any connection. */
  readonly peakPerSecond: number;
}

/** The same few figures of a part of the connections. */
export interface Part {
  readonly key: string;
  readonly connections: number;
  readonly opened: number;
  readonly failedHandshakes: number;
  /** Ends that were neither normal nor with their page: abnormal and unexpected ones of connections that had opened. */
  readonly disconnects: number;
  readonly disconnectsPerOpenHour: number | null;
  readonly medianOpenMs: number | null;
  /** For correlation with load. */
  readonly frames: number;
  readonly roundTrip: Speed | null;
}

export interface Statistics {
  readonly connections: number;
  readonly leftOut: Readonly<Record<Label, number>>;
  readonly openOverTime: readonly CountStep[];
  readonly durations: Histogram;
  readonly idleBeforeClose: Histogram;
  readonly closes: readonly CodeCount[];
  readonly disconnectsPerOpenHour: number | null;
  readonly messages: Messages;
  readonly rates: Rates;
  readonly roundTrip: Speed | null;
  readonly latency: Speed | null;
  readonly byHourOfDay: readonly Part[];
  readonly byEndpoint: readonly Part[];
  readonly byBrowser: readonly Part[];
}

export interface StatisticsOptions {
  /** The hour of the day, 0 to 23, of a time; by default in the time zone of this machine. */
  readonly hourOf?: (atMs: number) => number;
}

/** The figures of these sessions together. */
export function statisticsOf(
  sessions: readonly StatisticsSession[],
  { hourOf = (atMs) => new Date(atMs).getHours() }: StatisticsOptions = {},
): Statistics {
  const { samples, leftOut } = samplesOf(sessions);
  const ended = samples.filter(({ disconnect, openedAtMs }) => disconnect !== null && openedAtMs !== null);
  const hourName = (atMs: number) => String(hourOf(atMs)).padStart(2, '0');
  return {
    connections: samples.length,
    leftOut,
    openOverTime: openOverTime(samples),
    durations: histogramOf(
      ended.flatMap(({ openMs }) => (openMs === null ? [] : [openMs])),
      ['lifetime', 'idle', 'upstream', 'client'],
    ),
    idleBeforeClose: histogramOf(
      ended.flatMap(({ idleBeforeCloseMs: ms }) => (ms === null ? [] : [ms])),
      ['idle', 'upstream', 'client'],
    ),
    closes: closesByCode(samples),
    disconnectsPerOpenHour: perOpenHour(samples.filter(isDisconnect).length, samples),
    messages: messagesOf(samples),
    rates: ratesOf(samples),
    roundTrip: speedOf(samples.map(({ digest }) => digest?.heartbeat?.roundTrip ?? null)),
    latency: speedOf(samples.map(({ digest }) => digest?.latency ?? null)),
    byHourOfDay: partsBy(samples, ({ endedAtMs, createdAtMs }) => hourName(endedAtMs ?? createdAtMs)).sort((a, b) =>
      a.key.localeCompare(b.key),
    ),
    byEndpoint: partsBy(samples, ({ endpoint }) => endpoint),
    byBrowser: partsBy(samples, ({ browser }) => browser ?? 'not known'),
  };
}

function openOverTime(samples: readonly Sample[]): readonly CountStep[] {
  const edges = samples
    .flatMap(({ openedAtMs, endedAtMs }) => {
      if (openedAtMs === null) return [];
      const opened = { atMs: openedAtMs, change: 1 };
      return endedAtMs === null ? [opened] : [opened, { atMs: Math.max(openedAtMs, endedAtMs), change: -1 }];
    })
    .sort((a, b) => a.atMs - b.atMs || b.change - a.change);
  const steps: CountStep[] = [];
  let open = 0;
  edges.forEach(({ atMs, change }, i) => {
    open += change;
    // Of several changes at one moment the last one stands.
    if (edges[i + 1]?.atMs !== atMs) steps.push({ atMs, open });
  });
  return steps;
}

function openHours(samples: readonly Sample[]): number {
  return samples.reduce((sum, { openMs }) => sum + (openMs ?? 0), 0) / 3_600_000;
}

function perOpenHour(count: number, samples: readonly Sample[]): number | null {
  const hours = openHours(samples);
  return hours * 3_600 >= 1 ? count / hours : null;
}

/** An end that users notice. A handshake that failed is none: nothing was connected. */
function isDisconnect({ disconnect, openedAtMs }: Sample): boolean {
  return openedAtMs !== null && (disconnect === 'abnormal' || disconnect === 'unexpected');
}

function closesByCode(samples: readonly Sample[]): readonly CodeCount[] {
  const groups = new Map<string, { readonly code: number; readonly protocolId: string | null; count: number }>();
  let all = 0;
  for (const { code, protocolId } of samples) {
    if (code === null) continue;
    all++;
    // The same number means different things in different protocols.
    const key = `${code} ${describeClose(code, protocolId).protocol ?? ''}`;
    const known = groups.get(key);
    if (known) known.count++;
    else groups.set(key, { code, protocolId, count: 1 });
  }
  return [...groups.values()]
    .map(({ code, protocolId, count }) => {
      const { title: name, family } = describeClose(code, protocolId);
      return { code, name, family, count, share: count / all, perOpenHour: perOpenHour(count, samples) };
    })
    .sort((a, b) => b.count - a.count || a.code - b.code);
}

function messagesOf(samples: readonly Sample[]): Messages {
  const total = (of: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + of(sample), 0);
  const sent = total(({ framesOut }) => framesOut);
  const received = total(({ framesIn }) => framesIn);
  const notSent = total(({ discarded, thrown }) => discarded + thrown);
  const notHandled = Math.min(
    received,
    total(({ unheard, handlerErrors, invalid }) => unheard + handlerErrors + invalid),
  );
  return {
    sent,
    received,
    notSent,
    notHandled,
    sentShare: sent + notSent > 0 ? sent / (sent + notSent) : null,
    handledShare: received > 0 ? (received - notHandled) / received : null,
  };
}

function ratesOf(samples: readonly Sample[]): Rates {
  const seconds = openHours(samples) * 3_600;
  const rate = (frames: number) => (seconds >= 1 ? frames / seconds : null);
  return {
    inPerSecond: rate(samples.reduce((sum, { framesIn }) => sum + framesIn, 0)),
    outPerSecond: rate(samples.reduce((sum, { framesOut }) => sum + framesOut, 0)),
    peakPerSecond: samples.reduce((most, { digest }) => Math.max(most, digest?.peakFramesPerSecond ?? 0), 0),
  };
}

function speedOf(all: readonly (Durations | null)[]): Speed | null {
  const known = all.filter((one): one is Durations => one !== null && one.count > 0);
  const count = known.reduce((sum, one) => sum + one.count, 0);
  if (count === 0) return null;
  return {
    count,
    medianMs: weightedMedian(known, ({ medianMs }) => medianMs, count),
    // The slowest twentieth of all is no faster than most of the connections' own.
    p95Ms: weightedMedian(known, ({ p95Ms }) => p95Ms, count),
    maxMs: known.reduce((most, { maxMs }) => Math.max(most, maxMs), 0),
  };
}

function weightedMedian(all: readonly Durations[], of: (one: Durations) => number, count: number): number {
  let seen = 0;
  for (const one of [...all].sort((a, b) => of(a) - of(b))) {
    seen += one.count;
    if (seen * 2 >= count) return of(one);
  }
  return 0;
}

function partsBy(samples: readonly Sample[], keyOf: (sample: Sample) => string): Part[] {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = keyOf(sample);
    const group = groups.get(key);
    if (group) group.push(sample);
    else groups.set(key, [sample]);
  }
  return [...groups]
    .map(([key, group]) => partOf(key, group))
    .sort((a, b) => b.disconnects - a.disconnects || b.connections - a.connections);
}

function partOf(key: string, group: readonly Sample[]): Part {
  const opened = group.filter(({ openedAtMs }) => openedAtMs !== null);
  const times = opened.flatMap(({ openMs }) => (openMs === null ? [] : [openMs])).sort((a, b) => a - b);
  const disconnects = group.filter(isDisconnect).length;
  return {
    key,
    connections: group.length,
    opened: opened.length,
    failedHandshakes: group.filter(({ openedAtMs, disconnect }) => openedAtMs === null && disconnect === 'abnormal')
      .length,
    disconnects,
    disconnectsPerOpenHour: perOpenHour(disconnects, group),
    medianOpenMs: times[times.length >> 1] ?? null,
    frames: group.reduce((sum, { framesIn, framesOut }) => sum + framesIn + framesOut, 0),
    roundTrip: speedOf(group.map(({ digest }) => digest?.heartbeat?.roundTrip ?? null)),
  };
}
