/** The browser's tabs, for the panel in a tab of its own: which can be recorded, and is this one still there. */
import browser from 'webextension-polyfill';

export interface TabInfo {
  readonly tabId: number;
  readonly title: string;
  readonly url: string;
}

/** Tabs that content scripts may run in, in the order of the tab strip. Titles and URLs come with the host permission. */
export async function listPageTabs(): Promise<readonly TabInfo[]> {
  const tabs = await browser.tabs.query({ url: ['http://*/*', 'https://*/*', 'file:///*'] });
  return tabs.flatMap(({ id, title, url }) =>
    id === undefined ? [] : [{ tabId: id, title: title ?? '', url: url ?? '' }],
  );
}

/** The tab, or null when there is none of this id (any more). */
export async function findTab(tabId: number): Promise<TabInfo | null> {
  try {
    const { title, url } = await browser.tabs.get(tabId);
    return { tabId, title: title ?? '', url: url ?? '' };
  } catch {
    return null;
  }
}

/** Tabs that show a page of this http(s) origin. */
export async function tabsOfOrigin(origin: string): Promise<readonly number[]> {
  // Patterns for URLs cannot name a port in Firefox.
  const tabs = await listPageTabs();
  return tabs.filter(({ url }) => URL.canParse(url) && new URL(url).origin === origin).map(({ tabId }) => tabId);
}

/** The tab in front of this page's window, or null. */
export async function tabInFront(): Promise<number | null> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  return tab?.id ?? null;
}
