/** localStorage for tests, in memory. */
import type { PreferenceStorage } from './preferences.ts';

export function storageFixture(items: Map<string, string> = new Map()): PreferenceStorage {
  return {
    get length() {
      return items.size;
    },
    key: (at) => [...items.keys()][at] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}
