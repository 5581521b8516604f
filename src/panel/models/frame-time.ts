/**
 * When a frame was, as lists of frames say it: by the clock, since its connection opened, or since the row before. Pure;
 * decimals and units are those of the language of the words.
 */
import { formatDecimal, text } from '../../words/words.ts';
import { formatClock } from './format.ts';

export const TIME_MODES = ['clock', 'opening', 'before'] as const;
export type TimeMode = (typeof TIME_MODES)[number];

/** "+1.234 s", "−0.004 s", "+2:05.000": exact to the millisecond, and of one width in a column of seconds. */
export function formatOffset(offsetMs: number): string {
  const sign = Math.round(offsetMs) < 0 ? '−' : '+';
  const ms = Math.abs(Math.round(offsetMs));
  const minutes = Math.floor(ms / 60_000);
  const seconds = formatDecimal((ms % 60_000) / 1_000, 3);
  if (minutes === 0) return `${sign}${seconds} ${text('unit_s')}`;
  const padded = seconds.padStart(6, '0');
  return minutes < 60
    ? `${sign}${minutes}:${padded}`
    : `${sign}${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${padded}`;
}

/** "12.3 ms", "0.4 ms", "1.24 s": what one wants to compare at a glance. */
export function formatLatency(ms: number): string {
  if (ms < 10) return `${formatDecimal(ms, 1)} ${text('unit_ms')}`;
  return ms < 1_000 ? `${Math.round(ms)} ${text('unit_ms')}` : `${formatDecimal(ms / 1_000, 2)} ${text('unit_s')}`;
}

/** From the shortest to the longest: "24.9–25.1 s", "980–1,020 ms", one number where they are the same. */
export function formatGaps(minMs: number, maxMs: number): string {
  const [unit, digits, perUnit] = maxMs < 1_000 ? (['unit_ms', 0, 1] as const) : (['unit_s', 1, 1_000] as const);
  const [min, max] = [minMs, maxMs].map((ms) => formatDecimal(ms / perUnit, digits));
  return min === max ? `${max} ${text(unit)}` : `${min}–${max} ${text(unit)}`;
}

export interface FrameMoment {
  readonly atMs: number;
  /** When its connection opened; where it never did, when it was made. */
  readonly openedAtMs: number;
  /** Of the row before; null where there is none. */
  readonly beforeMs: number | null;
}

export function formatFrameTime(mode: TimeMode, { atMs, openedAtMs, beforeMs }: FrameMoment): string {
  if (mode === 'clock') return formatClock(atMs);
  if (mode === 'opening') return formatOffset(atMs - openedAtMs);
  return beforeMs === null ? '' : formatOffset(atMs - beforeMs);
}
