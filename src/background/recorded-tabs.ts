/**
 * Which tabs are recorded: the one thing that a worker must know before anybody tells it. Kept in the browser's session
 * storage, which outlives the worker and not the browser. Everything else is in the database or can be asked again.
 */
import type { KeyValueStorage } from '../browser/extension.ts';

export interface RecordedTab {
  readonly sessionId: string;
  /** False while recording is paused. */
  readonly recording: boolean;
  /** What documents that were recorded in another session send first: all that they remember, or open connections only. */
  readonly startedBy: 'attach' | 'clear';
}

export interface RecordedTabs {
  /** Resolves when `get` can be relied on. */
  readonly loaded: Promise<void>;
  get(tabId: number): RecordedTab | undefined;
  tabIds(): readonly number[];
  sessionIds(): ReadonlySet<string>;
  /** What is set counts at once; resolves when the next worker will know it, too. */
  set(tabId: number, tab: RecordedTab): Promise<void>;
  delete(tabId: number): Promise<void>;
}

const STORAGE_KEY = 'recordedTabs';

export function createRecordedTabs(storage: KeyValueStorage): RecordedTabs {
  const tabs = new Map<number, RecordedTab>();

  const loaded = storage.get(STORAGE_KEY).then((stored) => {
    for (const [tabId, tab] of (stored ?? []) as readonly (readonly [number, RecordedTab])[]) tabs.set(tabId, tab);
  });

  function save(): Promise<void> {
    return storage.set(STORAGE_KEY, [...tabs]);
  }

  return {
    loaded,
    get: (tabId) => tabs.get(tabId),
    tabIds: () => [...tabs.keys()],
    sessionIds: () => new Set([...tabs.values()].map(({ sessionId }) => sessionId)),
    set: (tabId, tab) => {
      tabs.set(tabId, tab);
      return save();
    },
    delete: (tabId) => {
      tabs.delete(tabId);
      return save();
    },
  };
}
