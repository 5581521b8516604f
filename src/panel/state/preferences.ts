/**
 * What the panel remembers of its user: sizes of panes, switches. Kept in localStorage, which may be full, forbidden, or
 * filled with nonsense; then the panel starts as if it were new.
 */

export interface Preferences {
  number(name: string, fallback: number): number;
  boolean(name: string, fallback: boolean): boolean;
  set(name: string, value: number | boolean): void;
}

const PREFIX = 'socketscope.';

export function createPreferences(storage: Pick<Storage, 'getItem' | 'setItem'>): Preferences {
  function read(name: string): unknown {
    try {
      return JSON.parse(storage.getItem(PREFIX + name) ?? 'null');
    } catch {
      return null;
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
    set: (name, value) => {
      try {
        storage.setItem(PREFIX + name, JSON.stringify(value));
      } catch {
        // Forgotten, then.
      }
    },
  };
}
