/**
 * What happened around the connections, as a track of the timeline above all lanes: when the page was hidden, frozen, offline
 * or asleep, when recording was off, what was simulated, when the tab went to another page, and what somebody marked. What
 * overlaps stands in rows, one below the other. Pure; times become pixels here.
 *
 *     |      ▒▒hidden▒▒     ▓▓offline▓▓   ⚑    |
 *     |          ▓▓Flaky network▓▓▓▓▓          |
 */
import { scenarioTitle } from '../../faults/catalogue-words.ts';
import { isOutsideDocument } from '../../protocol/outside.ts';
import type { ScenarioRun } from '../../protocol/panel-link.ts';
import type { ContextRecord, DocumentRecord } from '../../protocol/records.ts';
import type { PixelSpan } from './lane-layout.ts';
import { type TimeScale, type TimeSpan, xOf } from './time-scale.ts';

/** In the order in which they take their rows. */
const CIRCUMSTANCES = ['paused', 'hidden', 'frozen', 'asleep', 'offline'] as const;
export type Circumstance = (typeof CIRCUMSTANCES)[number];

/** One row of the track, and the room around all. */
export const TRACK_ROW_PX = 14;
const TRACK_PADDING_PX = 2;
/** Beyond them, bars cover each other. */
const MAX_ROWS = 3;
/** A marker is so wide that its neighbours are asked for with it. */
const MARKER_PX = 7;

/** `toMs` is infinite while it lasts. */
export interface TrackBar extends TimeSpan {
  readonly kind: Circumstance | 'simulated';
  /** Of a scenario; '' otherwise. */
  readonly name: string;
  readonly row: number;
}

export interface TrackMarker {
  readonly atMs: number;
  readonly text: string;
  readonly connectionId: string | null;
  readonly seq: number | null;
}

export interface ContextTrack {
  readonly bars: readonly TrackBar[];
  readonly rows: number;
  /** When the tab went to another page. */
  readonly navigationsMs: readonly number[];
  /** In the order of time. */
  readonly markers: readonly TrackMarker[];
}

export interface BarScene extends PixelSpan, Pick<TrackBar, 'kind' | 'name' | 'row'> {}

export interface ContextScene {
  readonly bars: readonly BarScene[];
  readonly navigationsPx: readonly number[];
  readonly markersPx: readonly number[];
}

const BEGINS: Readonly<Partial<Record<ContextRecord['kind'], Circumstance>>> = {
  hidden: 'hidden',
  frozen: 'frozen',
  offline: 'offline',
  recordingPaused: 'paused',
};
const ENDS: Readonly<Partial<Record<ContextRecord['kind'], Circumstance>>> = {
  visible: 'hidden',
  resumed: 'frozen',
  online: 'offline',
  recordingResumed: 'paused',
};

export interface TrackInput {
  readonly context: readonly ContextRecord[];
  readonly documents: Iterable<DocumentRecord>;
  readonly runs: readonly ScenarioRun[];
}

export function contextTrack({ context, documents, runs }: TrackInput): ContextTrack {
  const byId = new Map([...documents].map((document) => [document.documentId, document]));
  const around = circumstancesOf(context, byId);
  const simulated = runs.map(({ name, startedAtMs, endedAtMs }) => ({
    kind: 'simulated' as const,
    name: scenarioTitle(name),
    fromMs: startedAtMs,
    toMs: endedAtMs ?? Number.POSITIVE_INFINITY,
  }));
  const bars = inRows([...around, ...simulated.sort((a, b) => a.fromMs - b.fromMs)]);
  const pages = [...byId.values()].filter(({ documentId, frameId }) => frameId === 0 && !isOutsideDocument(documentId));
  const [, ...navigationsMs] = pages.map(({ openedAtMs }) => openedAtMs).sort((a, b) => a - b);
  const markers = context
    .filter(({ kind }) => kind === 'marker')
    .map(({ atMs, text = '', connectionId, seq = null }) => ({ atMs, text, connectionId, seq }))
    .sort((a, b) => a.atMs - b.atMs);
  const rows = bars.reduce((most, { row }) => Math.max(most, row + 1), 0);
  return { bars, rows: Math.max(rows, navigationsMs.length + markers.length > 0 ? 1 : 0), navigationsMs, markers };
}

type Span = Omit<TrackBar, 'row'>;

/** Every document of a tab tells of it; it is one thing all the same. */
function circumstancesOf(
  context: readonly ContextRecord[],
  documents: ReadonlyMap<string, DocumentRecord>,
): readonly Span[] {
  const found: Span[] = [];
  const add = (kind: Circumstance, fromMs: number, toMs: number) => found.push({ kind, name: '', fromMs, toMs });
  const since = new Map<string, number>();
  for (const { kind, documentId, atMs, durationMs } of context) {
    if (kind === 'woke') add('asleep', atMs - (durationMs ?? 0), atMs);
    const begun = BEGINS[kind];
    if (begun) {
      const key = `${begun} ${documentId}`;
      if (!since.has(key)) since.set(key, atMs);
    }
    const ended = ENDS[kind];
    const key = `${ended} ${documentId}`;
    const fromMs = since.get(key);
    if (ended && fromMs !== undefined) add(ended, fromMs, atMs);
    since.delete(key);
  }
  for (const [key, fromMs] of since) {
    const [kind, documentId = ''] = key.split(' ') as [Circumstance, string?];
    add(kind, fromMs, documents.get(documentId)?.goneAtMs ?? Number.POSITIVE_INFINITY);
  }
  return CIRCUMSTANCES.flatMap((kind) => merged(found.filter((span) => span.kind === kind)));
}

/** Spans of one kind, those that touch as one. */
function merged(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1);
    if (last && span.fromMs <= last.toMs) {
      result[result.length - 1] = { ...last, toMs: Math.max(last.toMs, span.toMs) };
    } else result.push(span);
  }
  return result;
}

/** Each in the first row where it covers nothing; in the order of time. */
function inRows(spans: readonly Span[]): readonly TrackBar[] {
  const endsMs: number[] = [];
  return [...spans]
    .sort((a, b) => a.fromMs - b.fromMs)
    .map((span) => {
      const free = endsMs.findIndex((endMs) => endMs <= span.fromMs);
      const row = free >= 0 ? free : Math.min(endsMs.length, MAX_ROWS - 1);
      endsMs[row] = Math.max(endsMs[row] ?? 0, span.toMs);
      return { ...span, row };
    });
}

/** Height of the track; 0 where nothing happened. */
export function trackPxOf({ rows }: ContextTrack): number {
  return rows === 0 ? 0 : rows * TRACK_ROW_PX + TRACK_PADDING_PX;
}

/** What of it is in view. Bars that share a pixel with the one before, in the same row, are left out. */
export function layoutTrack(
  { bars, navigationsMs, markers }: ContextTrack,
  scale: TimeScale,
  nowMs: number,
): ContextScene {
  const scenes: BarScene[] = [];
  const coveredPx = new Map<number, number>();
  for (const { kind, name, row, fromMs, toMs } of bars) {
    const untilMs = Math.min(toMs, Math.max(nowMs, fromMs));
    if (untilMs < scale.fromMs || fromMs > scale.toMs) continue;
    const toPx = xOf(scale, Math.min(untilMs, scale.toMs));
    if (toPx - (coveredPx.get(row) ?? Number.NEGATIVE_INFINITY) < 1) continue;
    coveredPx.set(row, toPx);
    scenes.push({ kind, name, row, fromPx: xOf(scale, Math.max(fromMs, scale.fromMs)), toPx });
  }
  return {
    bars: scenes,
    navigationsPx: pixelsOf(navigationsMs, scale),
    markersPx: pixelsOf(
      markers.map(({ atMs }) => atMs),
      scale,
    ),
  };
}

/** Of the moments in view, each pixel once. */
function pixelsOf(momentsMs: readonly number[], scale: TimeScale): readonly number[] {
  const pixels = momentsMs
    .filter((atMs) => atMs >= scale.fromMs && atMs <= scale.toMs)
    .map((atMs) => Math.round(xOf(scale, atMs)));
  return [...new Set(pixels)];
}

/** What held at a moment, in a row of the track; null: nothing of note. */
export function barAt({ bars }: ContextTrack, atMs: number, row: number): TrackBar | null {
  return bars.findLast((bar) => bar.row === row && bar.fromMs <= atMs && atMs <= bar.toMs) ?? null;
}

/** The marker under the pointer, the nearest of several. */
export function markerAt({ markers }: ContextTrack, scale: TimeScale, xPx: number): TrackMarker | null {
  let nearest: TrackMarker | null = null;
  let nearestPx = MARKER_PX;
  for (const marker of markers) {
    // The flag is at the right of its moment.
    const distancePx = Math.abs(xOf(scale, marker.atMs) + MARKER_PX / 2 - xPx);
    if (distancePx > nearestPx) continue;
    nearest = marker;
    nearestPx = distancePx;
  }
  return nearest;
}
