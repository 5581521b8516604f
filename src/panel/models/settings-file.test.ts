import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STANDARD_BUDGETS } from '../../analysis/verdict/budgets.ts';
import { DEFAULT_SETTINGS } from '../../protocol/settings.ts';
import { readSettingsFile, type SettingsFile, writeSettingsFile } from './settings-file.ts';

const FILE: SettingsFile = {
  settings: { ...DEFAULT_SETTINGS, keptPayloadBytes: 2_048, recordStacks: true },
  budgets: { ...STANDARD_BUDGETS, reopenMs: 7_000 },
  preferences: { theme: 'dark', columns: ['size', 'time'] },
};

describe('a settings file', () => {
  it('gives back what was written', () => {
    expect(readSettingsFile(writeSettingsFile(FILE))).toEqual(FILE);
  });

  it('leaves what has no meaning at its default', () => {
    const text = JSON.stringify({
      kind: 'socketscope-settings',
      version: 1,
      settings: { keptPayloadBytes: -1, retentionBytes: 'much' },
      budgets: { reopenMs: 'soon', unheardOf: 1 },
      preferences: [],
    });
    expect(readSettingsFile(text)).toEqual({ settings: DEFAULT_SETTINGS, budgets: STANDARD_BUDGETS, preferences: {} });
  });

  it.each([
    ['{', 'noJson'],
    ['null', 'notOurs'],
    ['{"log":{"version":"1.2","entries":[]}}', 'notOurs'],
    ['{"kind":"socketscope-settings","version":2}', 'newer'],
    [' '.repeat(5_000_000), 'tooLarge'],
  ])('that is none says why', (text, problem) => {
    expect(readSettingsFile(text)).toBe(problem);
  });

  it('may hold anything', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), fc.json(), (settings, budgets, preferences) => {
        const text = `{"kind":"socketscope-settings","version":1,"settings":${settings},"budgets":${budgets},"preferences":${preferences}}`;
        expect(readSettingsFile(text)).toMatchObject({ preferences: expect.anything() });
      }),
    );
  });
});
