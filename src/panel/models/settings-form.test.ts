import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, SETTING_NAMES } from '../../protocol/settings.ts';
import { fieldBounds, parseField, parseForm, textsOf } from './settings-form.ts';

describe('the settings form', () => {
  it('shows whole numbers of units, and takes them back', () => {
    const texts = textsOf(DEFAULT_SETTINGS);
    expect(texts).toEqual({
      keptPayloadBytes: '1024',
      sessionPayloadsBytes: '512',
      retentionBytes: '1024',
      retentionAgeMs: '30',
    });
    expect(parseForm(texts, DEFAULT_SETTINGS)).toEqual({ settings: DEFAULT_SETTINGS, refused: [] });
    for (const name of SETTING_NAMES) {
      for (const bound of Object.values(fieldBounds(name))) {
        expect(Number.isInteger(bound)).toBe(true);
        expect(parseField(name, String(bound))).not.toBeNull();
      }
    }
  });

  it.each([
    ['64', 65_536],
    [' 64 ', 65_536],
    ['1,024', 1_048_576],
    ['1 024', 1_048_576],
    ['0', 0],
    ['1025', null],
    ['-1', null],
    ['1.5', null],
    ['1,5', null],
    ['1e2', null],
    ['0x10', null],
    ['', null],
    ['many', null],
    ['9'.repeat(400), null],
  ])('understands %j', (text, bytes) => {
    expect(parseField('keptPayloadBytes', text)).toBe(bytes);
  });

  it('names the fields that it refuses, and gives nothing then', () => {
    const texts = { ...textsOf(DEFAULT_SETTINGS), retentionBytes: '1', retentionAgeMs: 'x' };
    expect(parseForm(texts, DEFAULT_SETTINGS)).toEqual({
      settings: null,
      refused: ['retentionBytes', 'retentionAgeMs'],
    });
  });

  it('leaves alone what was not touched', () => {
    const odd = { ...DEFAULT_SETTINGS, keptPayloadBytes: 1_000 };
    const texts = { ...textsOf(odd), retentionAgeMs: '7' };
    expect(parseForm(texts, odd).settings).toEqual({ ...odd, retentionAgeMs: 7 * 24 * 60 * 60 * 1000 });
  });
});
