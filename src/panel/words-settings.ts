/** What the settings page says. */

import { text, type WordKey, words } from '../words/words.ts';
import type { SettingsFileProblem } from './models/settings-file.ts';
import type { ThemeChoice } from './state/theme-state.ts';

export const SETTINGS_GROUPS = words({
  recording: 'settingsGroups_recording',
  storage: 'settingsGroups_storage',
  appearance: 'settingsGroups_appearance',
  budgets: 'settingsGroups_budgets',
  file: 'settingsGroups_file',
  columns: 'settingsGroups_columns',
});

export const THEME_SETTING = words({
  label: 'themeSetting_label',
  hint: 'themeSetting_hint',
  choices: {
    auto: 'themeSetting_choices_auto',
    light: 'themeSetting_choices_light',
    dark: 'themeSetting_choices_dark',
  } satisfies Record<ThemeChoice, WordKey>,
});

export const COLUMN_SETTING = words({
  connections: 'columnSetting_connections',
  frames: 'columnSetting_frames',
});

export const LANGUAGE_SETTING = words({
  label: 'languageSetting_label',
  hint: 'languageSetting_hint',
  browser: 'languageSetting_browser',
});

export const SETTINGS_FILE = words({
  hint: 'settingsFile_hint',
  save: 'settingsFile_save',
  load: 'settingsFile_load',
  fileName: 'settingsFile_fileName',
  done: 'settingsFile_done',
  notRead: (problem: string) => text('settingsFile_notRead', problem),
  problems: {
    tooLarge: 'settingsFile_problems_tooLarge',
    noJson: 'settingsFile_problems_noJson',
    notOurs: 'settingsFile_problems_notOurs',
    newer: 'settingsFile_problems_newer',
  } satisfies Record<SettingsFileProblem, WordKey>,
});
