/** Which columns of a grid the user wants to see; remembered. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Preferences } from './preferences.ts';

export interface ColumnChoice<Id extends string> {
  readonly shown: ReadonlySignal<ReadonlySet<Id>>;
  toggle(id: Id): void;
}

/** `all` in the order of the grid; names that are not among them are forgotten. */
export function createColumnChoice<Id extends string>(
  preferences: Preferences,
  grid: string,
  all: readonly Id[],
  usual: readonly Id[],
): ColumnChoice<Id> {
  const name = `columns.${grid}`;
  const shown = signal<ReadonlySet<Id>>(
    preferences.value(
      name,
      (stored) => new Set(Array.isArray(stored) ? all.filter((id) => stored.includes(id)) : usual),
    ),
  );
  return {
    shown,
    toggle: (id) => {
      const next = new Set(shown.peek());
      if (!next.delete(id)) next.add(id);
      shown.value = next;
      preferences.set(name, [...next]);
    },
  };
}
