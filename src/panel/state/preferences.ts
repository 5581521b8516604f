/**
 * What the panel remembers of its user: sizes of panes, switches, columns, saved filters. Kept in localStorage, which may
 * be full, forbidden, or filled with nonsense; then the panel starts as if it were new. It can be exported whole.
 */

import { LANGUAGES, type Language } from '../../words/words.ts';

export interface Preferences {
  number(name: string, fallback: number): number;
  boolean(name: string, fallback: boolean): boolean;
  /** Whatever `parse` makes of what is stored, or of `undefined`. It must be total: anything may be stored. */
  value<Value>(name: string, parse: (stored: unknown) => Value): Value;
  /** Anything that JSON can hold. */
  set(name: string, value: unknown): void;
  /** All of them by name, as they are stored. */
  all(): Readonly<Record<string, unknown>>;
  /** Forgets all of them, so that the panel is as it was at first when it is opened again. */
  forget(): void;
}

export type PreferenceStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** The language of the panel's words where it is not to be the browser's; see `src/words`. Read before the first picture. */
export const LANGUAGE_PREFERENCE = 'language';

/** A language that there are words for; null: the browser's. */
export function languageOf(stored: unknown): Language | null {
  return LANGUAGES.find((name) => name === stored) ?? null;
}

const PREFIX = 'socketscope.';

export function createPreferences(storage: PreferenceStorage): Preferences {
  function read(name: string): unknown {
    try {
      return JSON.parse(storage.getItem(PREFIX + name) ?? 'null') ?? undefined;
    } catch {
      return undefined;
    }
  }

  function names(): string[] {
    try {
      const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '');
      return keys.filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
    } catch {
      return [];
    }
  }

  return {
    number: (name, fallback) => {
      const value = read(name);
      return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
    },
    boolean: (name, fallback) => {
      const value = read(name);
      return typeof value === 'boolean' ? value : fallback;
    },
    value: (name, parse) => parse(read(name)),
    set: (name, value) => {
      try {
        storage.setItem(PREFIX + name, JSON.stringify(value));
      } catch {
        // Forgotten, then.
      }
    },
    all: () =>
      Object.fromEntries(
        names()
          .sort()
          .map((name) => [name, read(name)]),
      ),
    forget: () => {
      for (const name of names()) storage.removeItem(PREFIX + name);
    },
  };
}
