/** Which columns of a grid the user wants to see; remembered. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Preferences } from './preferences.ts';

export interface ColumnChoice<Id extends string> {
  readonly shown: ReadonlySignal<ReadonlySet<Id>>;
  /** Those that are shown to whom has chosen none. */
  readonly usual: ReadonlySet<Id>;
  toggle(id: Id): void;
  choose(ids: ReadonlySet<Id>): void;
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
  function choose(ids: ReadonlySet<Id>): void {
    shown.value = ids;
    preferences.set(name, [...ids]);
  }
  return {
    shown,
    usual: new Set(usual),
    toggle: (id) => choose(toggled(shown.peek(), id)),
    choose,
  };
}

export function toggled<Id>(ids: ReadonlySet<Id>, id: Id): ReadonlySet<Id> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}
