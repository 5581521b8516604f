/** What the settings page says. */
import type { SettingsFileProblem } from './models/settings-file.ts';
import type { ThemeChoice } from './state/theme-state.ts';

export const SETTINGS_GROUPS = {
  recording: 'Recording',
  storage: 'Storage',
  appearance: 'Appearance',
  budgets: 'Verdicts: what counts as good enough',
  file: 'These settings as a file',
} as const;

export const THEME_SETTING = {
  label: 'Theme',
  hint: 'Automatic: as DevTools, or as the system where the panel is a tab.',
  choices: { auto: 'Automatic', light: 'Light', dark: 'Dark' } satisfies Record<ThemeChoice, string>,
} as const;

export const SETTINGS_FILE = {
  hint: 'Settings, budgets, columns, sizes of panes, saved filters and templates. No recordings.',
  save: 'Export settings',
  load: 'Import settings',
  fileName: 'socketscope-settings.json',
  done: 'Imported. Columns and panes are as in the file when the panel is opened again.',
  notRead: (problem: string) => `The file could not be read: ${problem}`,
  problems: {
    tooLarge: 'The file is too large to be one of settings. Nothing was changed.',
    noJson: 'The file is no JSON. Choose one that “Export settings” has written. Nothing was changed.',
    notOurs:
      'These are no settings of Socketscope. Choose a file that “Export settings” has written. Nothing was changed.',
    newer: 'A later version of Socketscope has written the file. Update this one first. Nothing was changed.',
  } satisfies Record<SettingsFileProblem, string>,
} as const;
