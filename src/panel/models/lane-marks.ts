/**
 * How connections of a lane ended and when nobody was there, in pixels. Marks that would cover each other become one with
 * a number, so that a storm of reconnects costs what a screen can show.
 *
 *     ▓▓▓✕1006 ·312 ms·▲▓▓▓▓     ✕ end   ▲ open again
 *     ▓▓▓✕───×───×──▲▓▓▓▓        × an attempt that failed
 */
import { closedBy, endedAtMs, flagOf } from '../../analysis/connection-state.ts';
import type { CauseFamily } from '../../analysis/findings/finding.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { FamilyBadge } from './families.ts';
import { formatDuration } from './format.ts';
import { type TimeScale, type TimeSpan, xOf } from './time-scale.ts';

/**
 * How a connection ended. `abnormal`: 1006. `simulated`: by Socketscope, whatever the code. `suspicious`: a close that
 * tells of an error. `gone`: with its document, without a close event.
 */
export type EndKind = 'ordinary' | 'suspicious' | 'abnormal' | 'simulated' | 'gone';

/** What is seen of several that share a place: the first of these. */
const BY_WEIGHT: readonly EndKind[] = ['abnormal', 'suspicious', 'simulated', 'gone', 'ordinary'];

export interface EndMark {
  readonly kind: EndKind;
  /** Whose doing it was, where a finding says so; null: nobody knows, or there is nothing to know. */
  readonly family: Exclude<CauseFamily, 'unknown'> | null;
  /** Its handshake failed: a smaller mark. */
  readonly isAttempt: boolean;
  readonly xPx: number;
  /** The close code; '' where there was none, or several differ. */
  readonly label: string;
  /** Ends in this place. */
  readonly count: number;
  /** Of the one that weighs most. */
  readonly connectionId: string;
}

/** When nobody was there: from the loss to the next `open`, or to now. */
export interface DownScene {
  readonly fromPx: number;
  readonly toPx: number;
  readonly tone: 'simulated' | 'bad' | 'plain';
  /** Where it was over, when that is in view. */
  readonly reopenedPx: number | null;
  /** How long it lasted; '' while it does, and where the loss is out of view. */
  readonly label: string;
}

/** Marks nearer than this are one. */
export const MARK_PX = 11;

/** For a connection that has ended. */
export function endKindOf(record: ConnectionRecord): EndKind {
  if (!record.close) return flagOf(record) ?? 'gone';
  if (closedBy(record) === 'socketscope') return 'simulated';
  return flagOf(record) ?? 'ordinary';
}

/** The ends of these connections that are in view, in the order of time. */
export function layoutEnds(
  generations: readonly ConnectionRecord[],
  families: ReadonlyMap<string, FamilyBadge>,
  scale: TimeScale,
): readonly EndMark[] {
  const marks: EndMark[] = [];
  for (const record of generations) {
    const atMs = endedAtMs(record);
    if (atMs === null || atMs < scale.fromMs || atMs > scale.toMs) continue;
    const mark = endMark(record, families, xOf(scale, atMs));
    const last = marks.at(-1);
    if (last && mark.xPx - last.xPx < MARK_PX) marks[marks.length - 1] = joined(last, mark);
    else marks.push(mark);
  }
  return marks;
}

function endMark(record: ConnectionRecord, families: ReadonlyMap<string, FamilyBadge>, xPx: number): EndMark {
  const kind = endKindOf(record);
  const family = kind === 'simulated' ? undefined : families.get(record.connectionId)?.family;
  return {
    kind,
    family: family === undefined || family === 'unknown' ? null : family,
    isAttempt: record.openedAtMs === null,
    xPx,
    label: record.close ? String(record.close.code) : '',
    count: 1,
    connectionId: record.connectionId,
  };
}

/** In the place of the first, as the one that weighs more. */
function joined(a: EndMark, b: EndMark): EndMark {
  const isFirst = BY_WEIGHT.indexOf(a.kind) <= BY_WEIGHT.indexOf(b.kind);
  const heavier = isFirst ? a : b;
  return {
    ...heavier,
    isAttempt: a.isAttempt && b.isAttempt,
    xPx: a.xPx,
    label: a.label === b.label ? a.label : '',
    count: a.count + b.count,
  };
}

interface Down extends TimeSpan {
  readonly tone: DownScene['tone'];
  /** Null while it lasts. */
  readonly reopenedAtMs: number | null;
}

/** `generations` begins with one that had been open, or with the first of its lane. */
export function layoutDowns(
  generations: readonly ConnectionRecord[],
  scale: TimeScale,
  nowMs: number,
): readonly DownScene[] {
  return downsOf(generations, nowMs)
    .filter(({ fromMs, toMs }) => toMs > fromMs && toMs >= scale.fromMs && fromMs <= scale.toMs)
    .map(({ fromMs, toMs, tone, reopenedAtMs }) => ({
      fromPx: xOf(scale, Math.max(fromMs, scale.fromMs)),
      toPx: xOf(scale, Math.min(toMs, scale.toMs)),
      tone,
      reopenedPx: reopenedAtMs !== null && reopenedAtMs <= scale.toMs ? xOf(scale, reopenedAtMs) : null,
      label: reopenedAtMs !== null && fromMs >= scale.fromMs ? formatDuration(reopenedAtMs - fromMs) : '',
    }));
}

const TONES: Readonly<Record<EndKind, DownScene['tone']>> = {
  abnormal: 'bad',
  suspicious: 'bad',
  simulated: 'simulated',
  ordinary: 'plain',
  gone: 'plain',
};

function downsOf(generations: readonly ConnectionRecord[], nowMs: number): readonly Down[] {
  const downs: Down[] = [];
  let lost: { readonly atMs: number; readonly kind: EndKind } | null = null;
  let lastKnownMs = 0;
  for (const record of generations) {
    const { openedAtMs } = record;
    if (lost && openedAtMs !== null) {
      downs.push({ fromMs: lost.atMs, toMs: openedAtMs, tone: TONES[lost.kind], reopenedAtMs: openedAtMs });
    }
    const endMs = endedAtMs(record);
    lastKnownMs = endMs ?? nowMs;
    if (openedAtMs !== null) lost = null;
    if (endMs !== null) lost ??= { atMs: endMs, kind: endKindOf(record) };
  }
  if (!lost) return downs;
  const last = generations.at(-1);
  const untilMs = last && (endedAtMs(last) === null || isMissed(last)) ? nowMs : lastKnownMs;
  downs.push({ fromMs: lost.atMs, toMs: untilMs, tone: TONES[lost.kind], reopenedAtMs: null });
  return downs;
}

/** Whoever was lost may still come back while its page lives; whoever closed with a close frame is not missed. */
export function isMissed(last: ConnectionRecord): boolean {
  const kind = endKindOf(last);
  return last.goneAtMs === null && (kind === 'abnormal' || kind === 'simulated');
}
