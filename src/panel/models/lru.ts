/** A map that forgets what was not asked for the longest, once it holds more than `maxCost`. */

export interface Lru<Key, Value> {
  /** Counts as a use. */
  get(key: Key): Value | undefined;
  /** The latest entry is kept, whatever it costs. */
  set(key: Key, value: Value, cost: number): void;
  values(): IterableIterator<Value>;
  clear(): void;
}

export function createLru<Key, Value>(maxCost: number): Lru<Key, Value> {
  const entries = new Map<Key, { readonly value: Value; readonly cost: number }>();
  let total = 0;

  function remove(key: Key): void {
    total -= entries.get(key)?.cost ?? 0;
    entries.delete(key);
  }

  return {
    get: (key) => {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      entries.set(key, entry); // a Map keeps the order of insertion
      return entry.value;
    },
    set: (key, value, cost) => {
      remove(key);
      entries.set(key, { value, cost });
      total += cost;
      for (const oldest of entries.keys()) {
        if (total <= maxCost || oldest === key) break;
        remove(oldest);
      }
    },
    *values() {
      for (const { value } of entries.values()) yield value;
    },
    clear: () => {
      entries.clear();
      total = 0;
    },
  };
}
