import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEPT_PAYLOAD_BYTES } from './limits.ts';
import {
  DEFAULT_SETTINGS,
  isSettingValue,
  parseSettings,
  SETTING_NAMES,
  SETTINGS,
  SWITCH_NAMES,
  SWITCHES,
} from './settings.ts';

describe('settings', () => {
  it('are the defaults where nothing is known', () => {
    for (const nothing of [undefined, null, 7, 'x', [], {}]) expect(parseSettings(nothing)).toEqual(DEFAULT_SETTINGS);
    expect(DEFAULT_SETTINGS).toEqual({
      keptPayloadBytes: KEPT_PAYLOAD_BYTES,
      sessionPayloadsBytes: 512 * 1024 ** 2,
      retentionBytes: 1024 ** 3,
      retentionAgeMs: 30 * 24 * 60 * 60 * 1000,
      probesAutomatically: false,
      recordStacks: false,
      watchListeners: false,
    });
  });

  it('are each parsed for itself', () => {
    expect(parseSettings({ keptPayloadBytes: 10, retentionBytes: 'much', retentionAgeMs: -1, more: 1 })).toEqual({
      ...DEFAULT_SETTINGS,
      keptPayloadBytes: 10,
    });
  });

  it.each(SETTING_NAMES)('%s keeps to its bounds', (name) => {
    const { fallback, min, max } = SETTINGS[name];
    for (const value of [fallback, min, max]) expect(parseSettings({ [name]: value })[name]).toBe(value);
    for (const value of [min - 1, max + 1, min + 0.5, Number.NaN, `${min}`]) {
      expect(isSettingValue(name, value)).toBe(false);
      expect(parseSettings({ [name]: value })[name]).toBe(fallback);
    }
  });

  it.each(SWITCH_NAMES)('%s is on or off', (name) => {
    for (const value of [true, false]) expect(parseSettings({ [name]: value })[name]).toBe(value);
    for (const value of [1, 0, 'true', null, {}]) expect(parseSettings({ [name]: value })[name]).toBe(SWITCHES[name]);
  });

  it('are always good, whatever was stored', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), fc.anything(), (value, kept) => {
        for (const settings of [parseSettings(value), parseSettings({ keptPayloadBytes: kept })]) {
          expect(Object.keys(settings)).toEqual([...SETTING_NAMES, ...SWITCH_NAMES]);
          for (const name of SETTING_NAMES) expect(isSettingValue(name, settings[name])).toBe(true);
          for (const name of SWITCH_NAMES) expect(typeof settings[name]).toBe('boolean');
          expect(parseSettings(settings)).toEqual(settings);
        }
      }),
    );
  });
});
