/** Times and sizes as people read them, in the language of the words. Units of sizes are the same in every language. */
import { decimalSign, formatDecimal, text, type WordKey } from '../../words/words.ts';

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Decimal units, at most three digits and one decimal, as DevTools shows sizes: "999 B", "1.2 kB", "12.3 MB", "123 MB". */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.95 would be rounded to "1000.0".
  while (value >= (unit === 0 ? 1000 : 999.5) && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 ? String(value) : formatDecimal(value, value < 99.95 ? 1 : 0);
  return `${digits} ${BYTE_UNITS[unit]}`;
}

/** "312 ms", "1.24 s", "12.3 s", "2 min 05 s", "1 h 02 min", "3 d 04 h". Rounded down, so that a clock never runs ahead. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < SECOND_MS) return withUnit(ms > 0 && ms < 1 ? floorTo(ms, 1) : String(Math.floor(ms)), 'unit_ms');
  if (ms < 10 * SECOND_MS) return withUnit(floorTo(ms / SECOND_MS, 2), 'unit_s');
  if (ms < MINUTE_MS) return withUnit(floorTo(ms / SECOND_MS, 1), 'unit_s');
  if (ms < HOUR_MS) return pair(ms, MINUTE_MS, 'unit_min', SECOND_MS, 'unit_s');
  if (ms < DAY_MS) return pair(ms, HOUR_MS, 'unit_h', MINUTE_MS, 'unit_min');
  return pair(ms, DAY_MS, 'unit_d', HOUR_MS, 'unit_h');
}

/** Local time of day with milliseconds: "10:31:05.123". */
export function formatClock(epochMs: number): string {
  const date = new Date(epochMs);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${three(date.getMilliseconds())}`;
}

/** Local date and time to the minute: "2026-11-21 10:31". */
export function formatDate(epochMs: number): string {
  const date = new Date(epochMs);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** A moment on the timeline's axis, from its beginning, as exact as ticks `stepMs` apart need it. */
export function formatAxisTime(offsetMs: number, stepMs: number): string {
  if (offsetMs === 0) return '0';
  if (stepMs < SECOND_MS && offsetMs < SECOND_MS) return withUnit(trim(offsetMs, stepMs < 1 ? 2 : 0), 'unit_ms');
  if (offsetMs < MINUTE_MS)
    return withUnit(trim(offsetMs / SECOND_MS, stepMs < 1 ? 4 : stepMs < SECOND_MS ? 3 : 0), 'unit_s');
  const minutes = Math.floor((offsetMs % HOUR_MS) / MINUTE_MS);
  const seconds = (offsetMs % MINUTE_MS) / SECOND_MS;
  const text = stepMs < SECOND_MS ? formatDecimal(seconds, 3).padStart(6, '0') : two(Math.floor(seconds + 1e-6));
  return offsetMs < HOUR_MS ? `${minutes}:${text}` : `${Math.floor(offsetMs / HOUR_MS)}:${two(minutes)}:${text}`;
}

type Unit = Extract<WordKey, `unit_${string}`>;

function withUnit(digits: string, unit: Unit): string {
  return `${digits} ${text(unit)}`;
}

function pair(ms: number, largeMs: number, large: Unit, smallMs: number, small: Unit): string {
  const rest = Math.floor((ms % largeMs) / smallMs);
  return `${withUnit(String(Math.floor(ms / largeMs)), large)} ${withUnit(two(rest), small)}`;
}

function floorTo(value: number, digits: number): string {
  const scale = 10 ** digits;
  return formatDecimal(Math.floor(value * scale) / scale, digits);
}

/** At most `digits` decimals, without closing zeros. */
function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits))).replace('.', decimalSign());
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function three(value: number): string {
  return String(value).padStart(3, '0');
}
