/** What the panel reads of sessions that it does not show, beside the tabs that a session may be recorded in. */
import type { SessionRecord } from '../../protocol/records.ts';
import type { SpaceUsed } from '../../store/space.ts';

export interface PageTab {
  readonly tabId: number;
  readonly title: string;
  readonly url: string;
}

/** Every function may reject; of the store's failures `storeFailureOf` knows the kind. */
export interface SessionsSource {
  /** All that are stored and not deleted, the latest first. */
  sessions(): Promise<readonly SessionRecord[]>;
  space(): Promise<SpaceUsed>;
  /** Tabs that can be recorded beside that of the panel. */
  tabs(): Promise<readonly PageTab[]>;
  /** Address of a panel that shows a stored session. */
  urlOf(sessionId: string): string;
}
