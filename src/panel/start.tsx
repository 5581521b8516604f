/**
 * The panel of the real extension: inside DevTools for the inspected tab, or in a tab of its own for another tab (`?tab=ID`)
 * or for a stored session (`?session=ID`).
 */
import { render } from 'preact';
import { recordedClosesWhenLeaving } from '../analysis/leaving.ts';
import { extensionVersion, inspectedTabId, lastingStorage, openPort } from '../browser/extension.ts';
import { networkLog } from '../browser/network-log.ts';
import { findTab, listPageTabs } from '../browser/tabs.ts';
import { createStore } from '../store/open.ts';
import { readSessionRecord } from '../store/reader.ts';
import { createDevtoolsLink } from './link/devtools-link.ts';
import { createExtensionHost } from './link/extension-host.ts';
import { createWorkerIndex } from './link/index-edge.ts';
import { createPortLink } from './link/port-link.ts';
import { createStoreSessions } from './link/store-sessions.ts';
import { createStoreSource, rereading } from './link/store-source.ts';
import { createStoredLink } from './link/stored-link.ts';
import { createWorkerAnalysis, startWorker } from './link/worker-analysis.ts';
import { createWorkerFiles } from './link/worker-files.ts';
import { createWorkerSearch, startSearcher } from './link/worker-search.ts';
import { parseSessionId, parseTabId, tabUrlOf } from './models/tab-url.ts';
import { type MountOptions, mountPanel } from './mount.tsx';
import { ENGINE } from './views/engine.ts';
import { NoTab, type NoTabProps } from './views/NoTab.tsx';

const host = createExtensionHost();
const root = document.getElementById('panel') ?? document.body;

/** Of this browser. */
const CLOSES_WHEN_LEAVING = ENGINE === 'firefox';

const store = createStore();
const callAfter = (delayMs: number, callback: () => void) => {
  setTimeout(callback, delayMs);
};

export async function start(): Promise<void> {
  const inspected = inspectedTabId();
  const sessionId = parseSessionId(location.search);
  const asked = parseTabId(location.search);
  if (inspected !== null) mountLive(inspected, tabUrlOf(location.href, inspected));
  else if (sessionId !== null) await mountStored(sessionId);
  else if (asked === null) await offerTabs('missing');
  else if ((await findTab(asked)) === null) await offerTabs('gone');
  else mountLive(asked, null);
}

function mountLive(tabId: number, tabUrl: string | null): void {
  const nowMs = () => Date.now();
  const link = createPortLink({ tabId, openPort, nowMs, callAfter });
  const log = networkLog();
  mount({
    tabId,
    tabUrl,
    isStored: false,
    closesWhenLeaving: CLOSES_WHEN_LEAVING,
    nowMs,
    link: log ? createDevtoolsLink({ link, log, nowMs, callAfter }) : link,
  });
}

async function mountStored(sessionId: string): Promise<void> {
  const openedAtMs = Date.now();
  let endedAtMs: number | null = null;
  let closesWhenLeaving = CLOSES_WHEN_LEAVING;
  try {
    const session = await rereading(store)((database) => readSessionRecord(database, sessionId));
    if (!session) return await offerTabs('noSession');
    endedAtMs = session.endedAtMs;
    // Of what was recorded here, too, where the session does not say so.
    closesWhenLeaving = recordedClosesWhenLeaving(session) ?? (session.kind !== 'imported' && CLOSES_WHEN_LEAVING);
  } catch {
    // The panel meets the same failure, and can say what to do about it.
  }
  // Its clocks stand where they stood when it ended.
  const nowMs = () => endedAtMs ?? openedAtMs;
  const background = createPortLink({ tabId: null, openPort, nowMs: () => Date.now(), callAfter });
  const link = createStoredLink(sessionId, background);
  mount({ tabId: null, tabUrl: null, isStored: true, closesWhenLeaving, nowMs, link });
}

interface Shown extends Pick<MountOptions, 'tabUrl' | 'isStored' | 'closesWhenLeaving' | 'nowMs' | 'link'> {
  /** Null: a stored session, and no tab. */
  readonly tabId: number | null;
}

function mount({ tabId, ...what }: Shown): void {
  mountPanel({
    root,
    host,
    storage: lastingStorage,
    source: createStoreSource(store),
    sessions: createStoreSessions(store, location.href, tabId),
    files: createWorkerFiles(),
    version: extensionVersion(),
    analysis: createWorkerAnalysis({ start: startWorker, callAfter }),
    search: createWorkerSearch({ start: startSearcher, callAfter }),
    index: createWorkerIndex(),
    ...what,
  });
}

async function offerTabs(problem: NoTabProps['problem']): Promise<void> {
  const tabs = await listPageTabs();
  const choices = tabs.map(({ tabId, title, url }) => ({ title, url, href: tabUrlOf(location.href, tabId) }));
  const show = () => render(<NoTab problem={problem} tabs={choices} theme={host.theme()} />, root);
  host.onThemeChanged(show);
  show();
}
