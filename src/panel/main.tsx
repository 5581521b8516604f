/** The panel of the real extension: inside DevTools for the inspected tab, or in a tab of its own for `?tab=ID`. */
import { render } from 'preact';
import { inspectedTabId, lastingStorage, openPort } from '../browser/extension.ts';
import { networkLog } from '../browser/network-log.ts';
import { findTab, listPageTabs } from '../browser/tabs.ts';
import { createStore } from '../store/open.ts';
import { createDevtoolsLink } from './link/devtools-link.ts';
import { createExtensionHost } from './link/extension-host.ts';
import { createPortLink } from './link/port-link.ts';
import { createStoreSource } from './link/store-source.ts';
import { createWorkerAnalysis, startWorker } from './link/worker-analysis.ts';
import { parseTabId, tabUrlOf } from './models/tab-url.ts';
import { mountPanel } from './mount.tsx';
import { NoTab } from './views/NoTab.tsx';

const host = createExtensionHost();
const root = document.getElementById('panel') ?? document.body;

async function start(): Promise<void> {
  const inspected = inspectedTabId();
  const asked = parseTabId(location.search);
  if (inspected !== null) mount(inspected, tabUrlOf(location.href, inspected));
  else if (asked === null) await offerTabs('missing');
  else if ((await findTab(asked)) === null) await offerTabs('gone');
  else mount(asked, null);
}

function mount(tabId: number, tabUrl: string | null): void {
  const nowMs = () => Date.now();
  const callAfter = (delayMs: number, callback: () => void) => {
    setTimeout(callback, delayMs);
  };
  const link = createPortLink({ tabId, openPort, nowMs, callAfter });
  const log = networkLog();
  mountPanel({
    root,
    host,
    storage: lastingStorage,
    tabUrl,
    nowMs,
    source: createStoreSource(createStore()),
    analysis: createWorkerAnalysis({ start: startWorker, callAfter }),
    link: log ? createDevtoolsLink({ link, log, nowMs, callAfter }) : link,
  });
}

async function offerTabs(problem: 'missing' | 'gone'): Promise<void> {
  const tabs = await listPageTabs();
  const choices = tabs.map(({ tabId, title, url }) => ({ title, url, href: tabUrlOf(location.href, tabId) }));
  const show = () => render(<NoTab problem={problem} tabs={choices} theme={host.theme()} />, root);
  host.onThemeChanged(show);
  show();
}

void start();
