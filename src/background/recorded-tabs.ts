/**
 * Which tabs are recorded: the one thing that a worker must know before anybody tells it. Kept in the browser's session
 * storage, which outlives the worker and not the browser. Everything else is in the database or can be asked again.
 */
import type { KeyValueStorage } from '../browser/extension.ts';
import type { SessionKind } from '../protocol/records.ts';

export interface RecordedTab {
  readonly sessionId: string;
  /** False while recording is paused. */
  readonly recording: boolean;
  /** What documents that were recorded in another session send first: all that they remember, or open connections only. */
  readonly startedBy: 'attach' | 'clear';
  /** Of the session. Missing: `watch`. */
  readonly kind?: SessionKind;
  /** A named session that lasts until it is stopped, whoever looks. */
  readonly goesOn?: boolean;
  /**
   * In a session that other tabs, or another run of the browser, write into, too: what tells this tab's handshakes from
   * theirs, which browsers number from the beginning again.
   */
  readonly part?: string;
  /** With `always`: for whose sake the tab is recorded, and the day of it. */
  readonly origin?: string;
  readonly day?: string;
}

/** Whether the tab is recorded when nobody looks at it. */
export function isUnattended({ kind, goesOn }: RecordedTab): boolean {
  return kind === 'always' || (kind === 'named' && goesOn === true);
}

export interface RecordedTabs {
  /** Resolves when `get` can be relied on. */
  readonly loaded: Promise<void>;
  get(tabId: number): RecordedTab | undefined;
  tabIds(): readonly number[];
  sessionIds(): ReadonlySet<string>;
  /** All tabs that are recorded in the session. */
  tabsOf(sessionId: string): readonly number[];
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
    tabsOf: (sessionId) => [...tabs].filter(([, tab]) => tab.sessionId === sessionId).map(([tabId]) => tabId),
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
