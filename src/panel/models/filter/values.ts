/** The values behind keys of a filter: sizes, close codes and times, each alone or as a range. Pure; null is "none of these". */
import type { NumberRange } from './terms.ts';

/** What relative times are relative to, in epoch milliseconds. */
export interface FilterClock {
  /** When the recording began. */
  readonly startMs: number;
  /** Now, or when a recording that has ended did. */
  readonly endMs: number;
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  kib: 1024,
  mib: 1024 * 1024,
};
const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const DAY_MS = 86_400_000;

/** `>1k`, `<=2M`, `100..2k`, `0`; decimal units, as sizes are shown, and KiB, MiB. In bytes. */
export function parseSizes(text: string): NumberRange | null {
  return parseIntegers(text, (part) => {
    const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(part) ?? [];
    const factor = SIZE_UNITS[unit.toLowerCase()];
    return number === '' || factor === undefined ? null : Number(number) * factor;
  });
}

/** `1006`, `>=4000`, `1001..1015`. */
export function parseCodes(text: string): NumberRange | null {
  return parseIntegers(text, (part) => (/^\d{1,5}$/.test(part) ? Number(part) : null));
}

function parseIntegers(text: string, numberIn: (part: string) => number | null): NumberRange | null {
  const range = splitRange(text);
  if (!range) return null;
  const from = range.from === '' ? Number.NEGATIVE_INFINITY : numberIn(range.from);
  const to = range.to === '' ? Number.POSITIVE_INFINITY : numberIn(range.to);
  if (from === null || to === null) return null;
  return {
    min: range.isAbove && Number.isFinite(from) ? Math.floor(from) + 1 : from,
    max: range.isBelow && Number.isFinite(to) ? Math.ceil(to) - 1 : to,
  };
}

interface SplitRange {
  /** '' where it is open. */
  readonly from: string;
  readonly to: string;
  readonly isAbove: boolean;
  readonly isBelow: boolean;
}

function splitRange(text: string): SplitRange | null {
  const [, sign = '', bound = ''] = /^(>=?|<=?|=)?\s*(.+)$/.exec(text) ?? [];
  if (bound === '') return null;
  if (sign.startsWith('>')) return { from: bound, to: '', isAbove: sign === '>', isBelow: false };
  if (sign.startsWith('<')) return { from: '', to: bound, isAbove: false, isBelow: sign === '<' };
  const dots = bound.indexOf('..');
  if (dots < 0) return { from: bound, to: bound, isAbove: false, isBelow: false };
  const [from, to] = [bound.slice(0, dots), bound.slice(dots + 2)];
  return from === '' && to === '' ? null : { from, to, isAbove: false, isBelow: false };
}

/** A moment as it was written: as exact as its last digit. */
interface Moment {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * `10:31:05` (that second, of the recording's day), `10:30..10:31:05.250`, `>10:30`, `+90s` (that second after the
 * recording's start), `+1m..+2m`, `-30s` (since then, before its end), an ISO 8601 date and time.
 */
export function parseTimes(text: string, clock: FilterClock): NumberRange | null {
  if (/^-[^.]/.test(text) && !text.includes('..')) {
    const since = momentOf(text, clock);
    return since && { min: since.fromMs, max: Number.POSITIVE_INFINITY };
  }
  const range = splitRange(text);
  if (!range) return null;
  const from = range.from === '' ? null : momentOf(range.from, clock);
  const to = range.to === '' ? null : momentOf(range.to, clock);
  if ((range.from !== '' && !from) || (range.to !== '' && !to)) return null;
  const isMoment = range.from === range.to;
  return {
    min: from?.fromMs ?? Number.NEGATIVE_INFINITY,
    max: (isMoment ? to?.toMs : to?.fromMs) ?? Number.POSITIVE_INFINITY,
  };
}

function momentOf(text: string, clock: FilterClock): Moment | null {
  return relativeMoment(text, clock) ?? clockMoment(text, clock.startMs) ?? isoMoment(text);
}

function relativeMoment(text: string, { startMs, endMs }: FilterClock): Moment | null {
  const sign = text.charAt(0);
  if (sign !== '+' && sign !== '-') return null;
  let durationMs = 0;
  let unitMs = 0;
  let at = 1;
  const part = /(\d+(?:\.\d+)?)(ms|s|min|m|h|d)/iy;
  while (at < text.length) {
    part.lastIndex = at;
    const [whole = '', number = '', unit = ''] = part.exec(text) ?? [];
    if (whole === '') return null;
    unitMs = DURATION_UNITS_MS[unit.toLowerCase()] ?? 0;
    durationMs += Number(number) * unitMs;
    at += whole.length;
  }
  if (unitMs === 0) return null;
  const fromMs = sign === '+' ? startMs + durationMs : endMs - durationMs;
  return { fromMs, toMs: fromMs + unitMs };
}

/** A time of day, local as all clocks of the panel; where that was before the recording, of the day after. */
function clockMoment(text: string, startMs: number): Moment | null {
  const [, hours = '', minutes = '', seconds, fraction] =
    /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?$/.exec(text) ?? [];
  if (hours === '' || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds ?? 0) > 59) return null;
  const date = new Date(startMs);
  date.setHours(Number(hours), Number(minutes), Number(seconds ?? 0), Number((fraction ?? '').padEnd(3, '0')));
  const widthMs = fraction !== undefined ? 10 ** (3 - fraction.length) : seconds !== undefined ? 1_000 : 60_000;
  const fromMs = date.getTime() + (date.getTime() + widthMs <= startMs ? DAY_MS : 0);
  return { fromMs, toMs: fromMs + widthMs };
}

function isoMoment(text: string): Moment | null {
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) return null;
  const fromMs = Date.parse(text);
  if (Number.isNaN(fromMs)) return null;
  const widthMs = !text.includes('T') ? DAY_MS : text.includes('.') ? 1 : /T\d{2}:\d{2}:/.test(text) ? 1_000 : 60_000;
  return { fromMs, toMs: fromMs + widthMs };
}
