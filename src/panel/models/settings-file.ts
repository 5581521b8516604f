/**
 * The settings as a file, to take them to another browser: the user's settings, the budgets of verdicts, and what the panel
 * remembers. Reading is total: a file that is none says so, what has no meaning here is left out.
 */
import { type Budgets, budgetsWith } from '../../analysis/verdict/budgets.ts';
import { asRecord } from '../../protocol/guards.ts';
import { parseSettings, type Settings } from '../../protocol/settings.ts';

const KIND = 'socketscope-settings';
const VERSION = 1;
/** Preferences are small; whatever is not is nothing that we wrote. */
const MAX_FILE_CHARS = 4 * 1024 * 1024;

export interface SettingsFile {
  readonly settings: Settings;
  readonly budgets: Budgets;
  /** By name, as they are stored. */
  readonly preferences: Readonly<Record<string, unknown>>;
}

/** Why a file was not taken. */
export type SettingsFileProblem = 'tooLarge' | 'noJson' | 'notOurs' | 'newer';

export function writeSettingsFile({ settings, budgets, preferences }: SettingsFile): string {
  return `${JSON.stringify({ kind: KIND, version: VERSION, settings, budgets, preferences }, null, 2)}\n`;
}

export function readSettingsFile(text: string): SettingsFile | SettingsFileProblem {
  if (text.length > MAX_FILE_CHARS) return 'tooLarge';
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return 'noJson';
  }
  const file = asRecord(parsed);
  if (file?.kind !== KIND || typeof file.version !== 'number') return 'notOurs';
  if (file.version > VERSION) return 'newer';
  return {
    settings: parseSettings(file.settings),
    budgets: budgetsWith(asRecord(file.budgets) ?? {}),
    preferences: asRecord(file.preferences) ?? {},
  };
}
