/** Filters that somebody saved under a name, and those that were used lately. Kept with the preferences, and exported with them. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { asRecord } from '../../protocol/guards.ts';
import type { Preferences } from './preferences.ts';

export interface SavedFilter {
  readonly name: string;
  readonly text: string;
}

export interface FilterShelf {
  /** In the order of their names. */
  readonly saved: ReadonlySignal<readonly SavedFilter[]>;
  /** The latest first. */
  readonly recent: ReadonlySignal<readonly string[]>;
  /** In place of one of the same name. */
  save(filter: SavedFilter): void;
  remove(name: string): void;
  /** It was used: what was typed on the way to it is forgotten. */
  use(text: string): void;
}

const SAVED = 'savedFilters';
const RECENT = 'recentFilters';
const MAX_SAVED = 100;
const MAX_RECENT = 12;
const MAX_CHARS = 2_000;

export function createFilterShelf(preferences: Preferences): FilterShelf {
  const saved = signal(preferences.value(SAVED, parseSaved));
  const recent = signal(preferences.value(RECENT, parseTexts));

  function keep(list: readonly SavedFilter[]): void {
    saved.value = [...list].sort((a, b) => a.name.localeCompare(b.name)).slice(0, MAX_SAVED);
    preferences.set(SAVED, saved.value);
  }

  return {
    saved,
    recent,
    save: ({ name, text }) => {
      const filter = { name: name.trim().slice(0, MAX_CHARS) || text, text: text.trim().slice(0, MAX_CHARS) };
      keep([...saved.peek().filter((other) => other.name !== filter.name), filter]);
    },
    remove: (name) => keep(saved.peek().filter((other) => other.name !== name)),
    use: (text) => {
      const used = text.trim();
      if (used === '' || used.length > MAX_CHARS) return;
      const others = recent.peek().filter((other) => !used.startsWith(other));
      recent.value = [used, ...others].slice(0, MAX_RECENT);
      preferences.set(RECENT, recent.value);
    },
  };
}

function parseSaved(stored: unknown): readonly SavedFilter[] {
  if (!Array.isArray(stored)) return [];
  return stored.slice(0, MAX_SAVED).flatMap((one): readonly SavedFilter[] => {
    const { name, text } = asRecord(one) ?? {};
    return typeof name === 'string' && typeof text === 'string' ? [{ name, text }] : [];
  });
}

function parseTexts(stored: unknown): readonly string[] {
  if (!Array.isArray(stored)) return [];
  return stored.filter((one) => typeof one === 'string').slice(0, MAX_RECENT);
}

const SHELVES = new WeakMap<Preferences, FilterShelf>();

/** The one shelf of a panel, however many views look at it. */
export function filterShelfOf(preferences: Preferences): FilterShelf {
  const shelf = SHELVES.get(preferences) ?? createFilterShelf(preferences);
  SHELVES.set(preferences, shelf);
  return shelf;
}
