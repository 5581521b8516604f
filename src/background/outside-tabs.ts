/**
 * What is known of the handshakes of each recorded tab, in the browser's session storage: it outlives the worker, not the
 * browser. Knows nothing of what it keeps.
 */
import type { KeyValueStorage } from '../browser/extension.ts';
import type { OutsideTab } from './outside-tab.ts';
import type { RecordedTabs } from './recorded-tabs.ts';

export interface KeptTabsEdges {
  readonly tabs: RecordedTabs;
  readonly storage: KeyValueStorage;
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

const STORAGE_KEY = 'outsideTabs';
/** Each time all is saved; a browser seldom ends a worker so soon after an event. */
const SAVE_MS = 500;

export function createKeptTabs({ tabs, storage, callAfter }: KeptTabsEdges): KeptTabs {
  const kept = new Map<number, OutsideTab>();
  let saved: Promise<void> = Promise.resolve();
  let nextSave: Promise<void> | null = null;
  let isSaveDue = false;

  const loaded = Promise.all([storage.get(STORAGE_KEY), tabs.loaded]).then(([stored]) => {
    const all = (stored ?? []) as readonly (readonly [number, OutsideTab])[];
    const found = all.filter(([tabId]) => tabs.get(tabId));
    for (const [tabId, tab] of found) kept.set(tabId, tab);
    return found;
  });

  function save(): Promise<void> {
    nextSave ??= saved.then(() => {
      nextSave = null;
      // A failure costs something only when the worker dies, and there is nothing better to do.
      saved = storage.set(STORAGE_KEY, [...kept]).catch(() => undefined);
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
