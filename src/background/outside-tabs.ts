/**
 * What is known of the handshakes of each recorded tab, in the browser's session storage: it outlives the worker, not the
 * browser. Each handshake is a row of its own there, and only rows that have changed are written: a page that reconnects
 * all the time has a thousand of them. Knows nothing of what it keeps but that what is the same object has not changed.
 */
import type { RowStorage } from '../browser/extension.ts';
import type { Handshake, OutsideTab } from './outside-tab.ts';
import type { RecordedTabs } from './recorded-tabs.ts';

export interface KeptTabsEdges {
  readonly tabs: RecordedTabs;
  readonly storage: RowStorage;
  callAfter(delayMs: number, callback: () => void): void;
}

export interface KeptTabs {
  /** The tabs that an earlier life of the worker has left and that are still recorded; they are kept from then on. */
  readonly loaded: Promise<readonly (readonly [tabId: number, tab: OutsideTab])[]>;
  get(tabId: number): OutsideTab | undefined;
  /** Saved at the next `save` or `saveSoon`. */
  set(tabId: number, tab: OutsideTab): void;
  /** False when there was nothing. */
  delete(tabId: number): boolean;
  /** Resolves when all that is known now is saved. Never rejects. */
  save(): Promise<void>;
  saveSoon(): void;
}

/** Of all rows. A tab's own ends with its id, a handshake's with that and its name. */
const KEY_START = 'outsideTab ';
/** A browser seldom ends a worker so soon after an event. */
const SAVE_MS = 500;

/** What is stored: a tab without its handshakes, or one of them. */
interface StoredRow {
  readonly tabId: number;
  readonly tab?: Omit<OutsideTab, 'handshakes'>;
  readonly handshake?: Handshake;
}

interface Row {
  /** Another object when it has changed; null: nobody knows what is stored. */
  readonly source: OutsideTab | Handshake | null;
  readonly value: StoredRow | null;
}

export function createKeptTabs({ tabs, storage, callAfter }: KeptTabsEdges): KeptTabs {
  const kept = new Map<number, OutsideTab>();
  /** What may be stored, by key. */
  let written: ReadonlyMap<string, Row> = new Map();
  let saved: Promise<void> = Promise.resolve();
  let nextSave: Promise<void> | null = null;
  let isSaveDue = false;

  const loaded = Promise.all([storage.all(), tabs.loaded]).then(([stored]) => {
    const all = tabsIn(stored);
    const found = [...all].filter(([tabId]) => tabs.get(tabId));
    for (const [tabId, tab] of found) kept.set(tabId, tab);
    written = rowsOf(all);
    return found;
  });

  async function saveChanges(): Promise<void> {
    const before = written;
    const rows = rowsOf(kept);
    written = rows;
    const changed = [...rows].filter(([key, { source }]) => before.get(key)?.source !== source);
    const gone = [...before.keys()].filter((key) => !rows.has(key));
    try {
      // Both are asked for before either is done: a worker that dies now has asked for both.
      await Promise.all([
        changed.length > 0 && storage.setAll(Object.fromEntries(changed.map(([key, { value }]) => [key, value]))),
        gone.length > 0 && storage.remove(gone),
      ]);
    } catch {
      // It costs something only when the worker dies. All is written anew the next time.
      written = new Map([...before, ...rows].map(([key]) => [key, { source: null, value: null }]));
    }
  }

  function save(): Promise<void> {
    nextSave ??= saved.then(() => {
      nextSave = null;
      saved = saveChanges();
      return saved;
    });
    return nextSave;
  }

  return {
    loaded,
    get: (tabId) => kept.get(tabId),
    set: (tabId, tab) => void kept.set(tabId, tab),
    delete: (tabId) => kept.delete(tabId),
    save,
    saveSoon: () => {
      if (isSaveDue) return;
      isSaveDue = true;
      callAfter(SAVE_MS, () => {
        isSaveDue = false;
        void save();
      });
    },
  };
}

function rowsOf(tabs: ReadonlyMap<number, OutsideTab>): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>();
  for (const [tabId, tab] of tabs) {
    const { handshakes, ...rest } = tab;
    rows.set(`${KEY_START}${tabId}`, { source: tab, value: { tabId, tab: rest } });
    for (const handshake of handshakes) {
      rows.set(`${KEY_START}${tabId} ${handshake.key}`, { source: handshake, value: { tabId, handshake } });
    }
  }
  return rows;
}

function tabsIn(stored: Readonly<Record<string, unknown>>): ReadonlyMap<number, OutsideTab> {
  const rows = Object.entries(stored).flatMap(([key, value]) =>
    key.startsWith(KEY_START) ? [value as StoredRow] : [],
  );
  const handshakesOf = (wanted: number) =>
    rows
      .flatMap(({ tabId, handshake }) => (tabId === wanted && handshake ? [handshake] : []))
      // A storage has no order.
      .sort((a, b) => a.noticedAtMs - b.noticedAtMs);
  return new Map(rows.flatMap(({ tabId, tab }) => (tab ? [[tabId, { ...tab, handshakes: handshakesOf(tabId) }]] : [])));
}
