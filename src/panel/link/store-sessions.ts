/** The SessionsSource that reads the database and asks the browser for its tabs. */
import { listPageTabs } from '../../browser/tabs.ts';
import type { Store } from '../../store/open.ts';
import { readSessions } from '../../store/reader.ts';
import { readSpace } from '../../store/space.ts';
import { sessionUrlOf } from '../models/tab-url.ts';
import type { SessionsSource } from './sessions-source.ts';
import { rereading } from './store-source.ts';

/** `panelUrl`: the address of this panel. */
export function createStoreSessions(store: Store, panelUrl: string): SessionsSource {
  const read = rereading(store);
  return {
    sessions: () => read(readSessions),
    space: () => read(readSpace),
    tabs: listPageTabs,
    urlOf: (sessionId) => sessionUrlOf(panelUrl, sessionId),
  };
}
