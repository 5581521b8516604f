/** Light or dark: what the user chose, or what DevTools say, at once when they change it. */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { PanelHost, Theme } from '../link/panel-host.ts';
import type { Preferences } from './preferences.ts';

/** `auto`: as the place where the panel is. */
export const THEME_CHOICES = ['auto', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

export interface ThemeState {
  readonly theme: ReadonlySignal<Theme>;
  readonly choice: ReadonlySignal<ThemeChoice>;
  choose(choice: ThemeChoice): void;
  /** The preferences are others now. */
  reread(): void;
}

const PREFERENCE = 'theme';

export function createThemeState(host: PanelHost, preferences: Preferences): ThemeState {
  const hostTheme = signal(host.theme());
  const choice = signal(preferences.value(PREFERENCE, parseChoice));
  host.onThemeChanged(() => {
    hostTheme.value = host.theme();
  });
  return {
    theme: computed(() => (choice.value === 'auto' ? hostTheme.value : choice.value)),
    choice,
    choose: (next) => {
      choice.value = next;
      preferences.set(PREFERENCE, next);
    },
    reread: () => {
      choice.value = preferences.value(PREFERENCE, parseChoice);
    },
  };
}

function parseChoice(stored: unknown): ThemeChoice {
  return THEME_CHOICES.find((name) => name === stored) ?? 'auto';
}
