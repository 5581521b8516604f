/**
 * What a user may set, for all tabs: one table of numbers with their bounds, one of switches, and a total parser. The
 * background keeps them (`src/background/stored-settings.ts`), the panel shows and changes them. A setting is one line in
 * SETTINGS or in SWITCHES.
 */
import { asRecord } from './guards.ts';
import { KEPT_PAYLOAD_BYTES, RETENTION_AGE_MS, RETENTION_BYTES, SESSION_PAYLOADS_BYTES } from './limits.ts';

export interface NumericSettings {
  /** Kept of each frame's payload: bytes, or UTF-16 units of text. Sizes are always recorded truly. */
  readonly keptPayloadBytes: number;
  /** What one session may take before payloads are left out of it; a quarter beyond that, frames are only counted. */
  readonly sessionPayloadsBytes: number;
  /** Ended sessions are kept until one of these is exceeded; the oldest goes first, never a pinned one. */
  readonly retentionBytes: number;
  readonly retentionAgeMs: number;
}

export interface Switches {
  /**
   * When a connection ends with 1006 before it has opened, its endpoint is asked over HTTP at once, see `ProbeRecord`. Off
   * by default: the server sees a request that the page did not make.
   */
  readonly probesAutomatically: boolean;
  /** Whose call constructed a connection and whose closed it is recorded as a stack. Off by default: it costs the page time. */
  readonly recordStacks: boolean;
  /**
   * Whether anybody listens to the frames of a connection is watched, see `ConnectionActs.unheard`. Off by default: it wraps
   * `addEventListener`, and a page can find that out.
   */
  readonly watchListeners: boolean;
}

export interface Settings extends NumericSettings, Switches {}

export type SettingName = keyof NumericSettings;
export type SwitchName = keyof Switches;

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
  // No more than by default: no page may displace all other recordings, and what is exported can be imported.
  sessionPayloadsBytes: { fallback: SESSION_PAYLOADS_BYTES, min: MEBIBYTE, max: SESSION_PAYLOADS_BYTES },
  retentionBytes: { fallback: RETENTION_BYTES, min: 16 * MEBIBYTE, max: 1024 * 1024 * MEBIBYTE },
  retentionAgeMs: { fallback: RETENTION_AGE_MS, min: DAY_MS, max: 3_650 * DAY_MS },
};

/** What each switch is by default. */
export const SWITCHES: Readonly<Record<SwitchName, boolean>> = {
  probesAutomatically: false,
  recordStacks: false,
  watchListeners: false,
};

export const SWITCH_NAMES = Object.keys(SWITCHES) as readonly SwitchName[];

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
  const storedOf = (name: keyof Settings) => (Object.hasOwn(source, name) ? source[name] : undefined);
  const settingOf = (name: SettingName) => {
    const stored = storedOf(name);
    return isSettingValue(name, stored) ? stored : SETTINGS[name].fallback;
  };
  const switchOf = (name: SwitchName) => {
    const stored = storedOf(name);
    return typeof stored === 'boolean' ? stored : SWITCHES[name];
  };
  return {
    keptPayloadBytes: settingOf('keptPayloadBytes'),
    sessionPayloadsBytes: settingOf('sessionPayloadsBytes'),
    retentionBytes: settingOf('retentionBytes'),
    retentionAgeMs: settingOf('retentionAgeMs'),
    probesAutomatically: switchOf('probesAutomatically'),
    recordStacks: switchOf('recordStacks'),
    watchListeners: switchOf('watchListeners'),
  };
}
