/**
 * What a user may set, for all tabs: one table of numbers with their bounds, and a total parser. The background keeps
 * them (`src/background/stored-settings.ts`), the panel shows and changes them. A setting is one line in SETTINGS.
 */
import { asRecord } from './guards.ts';
import { KEPT_PAYLOAD_BYTES, RETENTION_AGE_MS, RETENTION_BYTES } from './limits.ts';

export interface Settings {
  /** Kept of each frame's payload: bytes, or UTF-16 units of text. Sizes are always recorded truly. */
  readonly keptPayloadBytes: number;
  /** Ended sessions are kept until one of these is exceeded; the oldest goes first, never a pinned one. */
  readonly retentionBytes: number;
  readonly retentionAgeMs: number;
}

export type SettingName = keyof Settings;

/** A whole number within bounds, both included. */
export interface SettingBounds {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

const MEBIBYTE = 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

export const SETTINGS: Readonly<Record<SettingName, SettingBounds>> = {
  // The page script never hands over more than the maximum; docs/decisions/0008 says why it is not told of less.
  keptPayloadBytes: { fallback: KEPT_PAYLOAD_BYTES, min: 0, max: KEPT_PAYLOAD_BYTES },
  retentionBytes: { fallback: RETENTION_BYTES, min: 16 * MEBIBYTE, max: 1024 * 1024 * MEBIBYTE },
  retentionAgeMs: { fallback: RETENTION_AGE_MS, min: DAY_MS, max: 3_650 * DAY_MS },
};

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

export const DEFAULT_SETTINGS: Settings = parseSettings(null);

/** Whether a setting may have this value. */
export function isSettingValue(name: SettingName, value: unknown): value is number {
  const { min, max } = SETTINGS[name];
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

/** `unknown` → settings. What is missing or out of bounds is as it is by default, each setting for itself. */
export function parseSettings(value: unknown): Settings {
  const source = asRecord(value) ?? {};
  const settingOf = (name: SettingName) => {
    const stored = Object.hasOwn(source, name) ? source[name] : undefined;
    return isSettingValue(name, stored) ? stored : SETTINGS[name].fallback;
  };
  return {
    keptPayloadBytes: settingOf('keptPayloadBytes'),
    retentionBytes: settingOf('retentionBytes'),
    retentionAgeMs: settingOf('retentionAgeMs'),
  };
}
