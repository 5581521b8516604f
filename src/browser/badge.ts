/** The extension's button in the toolbar: a short word on it, its tooltip, and the click. */
import browser from 'webextension-polyfill';

export interface Badge {
  /** Browsers show about four letters. */
  readonly text: string;
  readonly title: string;
}

const COLOR = '#c5221f';
const QUIET_COLOR = '#5f6368';

/** Of one tab, until it goes to another page; null: of all that have none of their own. A badge of null is none. */
export function setBadge(tabId: number | null, badge: Badge | null): void {
  const where = tabId === null ? {} : { tabId };
  // Null takes a tab's own away, so that the one of all shows again.
  const text = badge?.text ?? (tabId === null ? '' : null);
  quietly(browser.action.setBadgeText({ ...where, text: text as string }));
  quietly(browser.action.setTitle({ ...where, title: badge?.title ?? browser.runtime.getManifest().name }));
  quietly(browser.action.setBadgeBackgroundColor({ ...where, color: tabId === null ? QUIET_COLOR : COLOR }));
}

/** The tab may have been closed meanwhile. */
function quietly(done: Promise<unknown>): void {
  done.catch(() => undefined);
}

/** Somebody has clicked the button: with the tab that he looks at. Register in the first turn. */
export function onButtonClicked(listener: (tabId: number) => void): void {
  browser.action.onClicked.addListener(({ id }) => {
    if (id !== undefined) listener(id);
  });
}

/** The browser has been started. Register in the first turn. */
export function onBrowserStarted(listener: () => void): void {
  browser.runtime.onStartup.addListener(listener);
}

/** Opens a page of the extension in a tab of its own. */
export function openPage(path: string): void {
  quietly(browser.tabs.create({ url: browser.runtime.getURL(path) }));
}
