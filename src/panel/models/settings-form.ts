/** Settings as texts in fields, and back. A field shows a number of its unit; what it does not understand is refused. */
import { isSettingValue, SETTING_NAMES, SETTINGS, type SettingName, type Settings } from '../../protocol/settings.ts';

/** The size of the unit that a field counts in. */
const UNIT: Readonly<Record<SettingName, number>> = {
  keptPayloadBytes: 1024,
  sessionPayloadsBytes: 1024 * 1024,
  retentionBytes: 1024 * 1024,
  retentionAgeMs: 24 * 60 * 60 * 1000,
};

export type FieldTexts = Readonly<Record<SettingName, string>>;

/** The bounds of a field, in its unit. */
export function fieldBounds(name: SettingName): { readonly min: number; readonly max: number } {
  const { min, max } = SETTINGS[name];
  return { min: min / UNIT[name], max: max / UNIT[name] };
}

export function textsOf(settings: Settings): FieldTexts {
  return {
    keptPayloadBytes: textOf('keptPayloadBytes', settings),
    sessionPayloadsBytes: textOf('sessionPayloadsBytes', settings),
    retentionBytes: textOf('retentionBytes', settings),
    retentionAgeMs: textOf('retentionAgeMs', settings),
  };
}

function textOf(name: SettingName, settings: Settings): string {
  return String(settings[name] / UNIT[name]);
}

/** Digits, in groups of three or not: "1024", "1,024", "1 024". */
const WHOLE_NUMBER = /^(\d+|\d{1,3}([ ,\u00a0\u202f]\d{3})+)$/;

/** What the text of a field means; null when it is no whole number within the bounds. */
export function parseField(name: SettingName, text: string): number | null {
  const trimmed = text.trim();
  if (!WHOLE_NUMBER.test(trimmed)) return null;
  const value = Number(trimmed.replace(/\D/g, '')) * UNIT[name];
  return isSettingValue(name, value) ? value : null;
}

export interface ParsedForm {
  /** Null when a field is refused. */
  readonly settings: Settings | null;
  readonly refused: readonly SettingName[];
}

/** What was not touched stays as it is, though it may be no whole number of the field's unit. */
export function parseForm(texts: FieldTexts, before: Settings): ParsedForm {
  const settings = { ...before };
  const refused: SettingName[] = [];
  for (const name of SETTING_NAMES) {
    if (texts[name] === textOf(name, before)) continue;
    const value = parseField(name, texts[name]);
    if (value === null) refused.push(name);
    else Object.assign(settings, { [name]: value });
  }
  return { settings: refused.length === 0 ? settings : null, refused };
}
