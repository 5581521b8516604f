/** The SessionsSource that reads the database and asks the browser for its tabs. */
import { listPageTabs } from '../../browser/tabs.ts';
import type { Store } from '../../store/open.ts';
import { readSessions } from '../../store/reader.ts';
import { readSpace } from '../../store/space.ts';
import { sessionUrlOf } from '../models/tab-url.ts';
import type { SessionsSource } from './sessions-source.ts';
import { rereading } from './store-source.ts';

/** `panelUrl`: the address of this panel; `ownTabId`: the tab that it looks at, null where that is none. */
export function createStoreSessions(store: Store, panelUrl: string, ownTabId: number | null): SessionsSource {
  const read = rereading(store);
  return {
    sessions: () => read(readSessions),
    space: () => read(readSpace),
    tabs: async () => (await listPageTabs()).filter(({ tabId }) => tabId !== ownTabId),
    urlOf: (sessionId) => sessionUrlOf(panelUrl, sessionId),
  };
}
