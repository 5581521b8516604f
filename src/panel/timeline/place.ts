/** What is at a place of the timeline: for pointers, and in words for tooltips and screen readers. Pure. */

import { closedBy, endedAtMs, openDurationMs } from '../../analysis/connection-state.ts';
import { FAMILIES } from '../../analysis/findings/words.ts';
import { bucketFrom, countBetween, type TickBuckets } from '../../analysis/ticks/tick-summary.ts';
import { barAt, markerAt, TRACK_ROW_PX, type TrackMarker } from '../models/context-track.ts';
import { formatAxisTime, formatDuration } from '../models/format.ts';
import { LANE_PX, laneAt, type TimelineInput } from '../models/lane-layout.ts';
import { type EndMark, layoutDowns, layoutEnds, MARK_PX } from '../models/lane-marks.ts';
import { generationAt, type Lane } from '../models/lanes.ts';
import { type WindowPart, windowPartAt } from '../models/minimap.ts';
import { timeAt } from '../models/time-scale.ts';
import { CLOSED_BY } from '../words.ts';
import { CIRCUMSTANCE_NAMES } from '../words-findings.ts';
import { TIMELINE } from '../words-timeline.ts';

export type Place =
  | { readonly kind: 'minimap'; readonly part: WindowPart }
  | { readonly kind: 'axis' }
  | { readonly kind: 'track'; readonly row: number; readonly marker: TrackMarker | null }
  | { readonly kind: 'name'; readonly lane: Lane }
  | { readonly kind: 'lane'; readonly lane: Lane; readonly end: EndMark | null }
  | { readonly kind: 'nothing' };

/** Frames this near to the pointer are told. */
const NEAR_PX = 3;

export function placeAt(input: TimelineInput, xPx: number, yPx: number): Place {
  const { bands, scale, track, minimap } = input;
  if (yPx < 0 || yPx >= bands.bottomPx) return { kind: 'nothing' };
  if (yPx >= bands.lanesPx) {
    const lane = laneAt(input, yPx);
    if (!lane) return { kind: 'nothing' };
    return xPx < scale.leftPx ? { kind: 'name', lane } : { kind: 'lane', lane, end: endAt(input, lane, xPx) };
  }
  if (xPx < scale.leftPx) return { kind: 'nothing' };
  if (yPx < bands.axisPx) return minimap ? { kind: 'minimap', part: windowPartAt(minimap, xPx) } : { kind: 'nothing' };
  if (yPx < bands.trackPx) return { kind: 'axis' };
  const row = Math.floor((yPx - bands.trackPx) / TRACK_ROW_PX);
  return { kind: 'track', row, marker: markerAt(track, scale, xPx) };
}

function endAt({ families, scale }: TimelineInput, { generations }: Lane, xPx: number): EndMark | null {
  const ends = layoutEnds(generations, families, scale);
  return ends.find((end) => Math.abs(end.xPx - xPx) <= MARK_PX / 2) ?? null;
}

/** A moment, as the axis counts, as exact as a pixel is. */
export function momentWords({ scale, originMs }: TimelineInput, atMs: number): string {
  return formatAxisTime(Math.max(0, atMs - originMs), (scale.toMs - scale.fromMs) / scale.widthPx);
}

/** Null: there is nothing to say but the moment. */
export function describePlace(input: TimelineInput, place: Place, xPx: number): string | null {
  const atMs = timeAt(input.scale, xPx);
  switch (place.kind) {
    case 'name':
      return describeLane(place.lane);
    case 'track':
      return describeTrack(input, place, atMs);
    case 'lane':
      return place.end ? describeEnd(place.lane, place.end) : describeFrames(input, place.lane, atMs);
    default:
      return null;
  }
}

function describeLane({ generations }: Lane): string {
  const url = generations.at(-1)?.url ?? '';
  return generations.length === 1 ? url : `${url} · ${TIMELINE.connections(generations.length)}`;
}

function describeTrack(
  { track, nowMs }: TimelineInput,
  { row, marker }: Extract<Place, { kind: 'track' }>,
  atMs: number,
): string | null {
  if (marker) return marker.text === '' ? TIMELINE.marker : marker.text;
  const bar = barAt(track, atMs, row);
  if (!bar) return null;
  const name = bar.kind === 'simulated' ? bar.name : CIRCUMSTANCE_NAMES[bar.kind];
  return `${name} · ${formatDuration(Math.min(bar.toMs, nowMs) - bar.fromMs)}`;
}

/** Who ended it, whose doing it was, how long it had been open. */
function describeEnd({ generations }: Lane, { connectionId, count, label, family }: EndMark): string {
  if (count > 1) return [TIMELINE.ends(count), label].filter(Boolean).join(' · ');
  const record = generations.find((candidate) => candidate.connectionId === connectionId);
  const by = record && closedBy(record);
  const openMs = record ? openDurationMs(record, endedAtMs(record) ?? 0) : null;
  return [
    label,
    record?.close?.reason,
    by && TIMELINE.endedBy(CLOSED_BY[by]),
    family && FAMILIES[family],
    openMs !== null && TIMELINE.wasOpen(formatDuration(openMs)),
  ]
    .filter(Boolean)
    .join(' · ');
}

function describeFrames(input: TimelineInput, lane: Lane, atMs: number): string | null {
  const { scale, bucketsOf, nowMs } = input;
  const record = generationAt(lane, atMs);
  const buckets = record && bucketsOf(record.connectionId);
  const nearMs = (NEAR_PX / scale.widthPx) * (scale.toMs - scale.fromMs);
  const parts = buckets ? countWords(buckets, atMs - nearMs, atMs + nearMs) : [];
  if (parts.length > 0) return parts.join(' · ');
  const down = layoutDowns(lane.generations, { ...scale, fromMs: atMs, toMs: atMs + 1 }, nowMs)[0];
  return down && down.tone !== 'plain' ? TIMELINE.nobody : null;
}

function countWords(buckets: TickBuckets, fromMs: number, toMs: number): readonly string[] {
  const [from, to] = [bucketFrom(buckets, fromMs), bucketFrom(buckets, toMs)];
  const count = (kind: Parameters<typeof countBetween>[1]) => countBetween(buckets, kind, from, to);
  const beats = count('beatIns') + count('beatOuts');
  const [ins, outs] = [count('ins') - count('beatIns'), count('outs') - count('beatOuts')];
  return [ins > 0 && TIMELINE.in(ins), outs > 0 && TIMELINE.out(outs), beats > 0 && TIMELINE.heartbeats(beats)].filter(
    (part) => part !== false,
  );
}

/** The middle of a lane on the canvas, for keyboards. */
export function laneMiddlePx({ bands, scrollPx }: TimelineInput, row: number): number {
  return bands.lanesPx + row * LANE_PX - scrollPx + LANE_PX / 2;
}
