/** The extension's button in the toolbar: a short word on it, its tooltip, and the click. */
import browser from 'webextension-polyfill';

/**
 * `standing`: something is recorded although nobody looks; `recorded`: this tab is, for that reason; `paused`: it would be.
 */
export type Badge = 'standing' | 'recorded' | 'paused';

interface Look {
  /** Browsers show about four letters. */
  text(): string;
  readonly titleKey: string;
  readonly color: string;
}

const QUIET_COLOR = '#5f6368';

const LOOKS: Readonly<Record<Badge, Look>> = {
  standing: {
    text: () => browser.i18n.getMessage('badge_on'),
    titleKey: 'badge_standing',
    color: QUIET_COLOR,
  },
  recorded: { text: () => 'REC', titleKey: 'badge_recorded', color: '#c5221f' },
  paused: { text: () => '❚❚', titleKey: 'badge_paused', color: QUIET_COLOR },
};

/** Of one tab, until it goes to another page; null: of all that have none of their own. A badge of null is none. */
export function setBadge(tabId: number | null, badge: Badge | null): void {
  const where = tabId === null ? {} : { tabId };
  const look = badge && LOOKS[badge];
  // Null takes a tab's own away, so that the one of all shows again.
  const text = look?.text() ?? (tabId === null ? '' : null);
  quietly(browser.action.setBadgeText({ ...where, text: text as string }));
  quietly(browser.action.setTitle({ ...where, title: browser.i18n.getMessage(look?.titleKey ?? 'extension_name') }));
  if (look) quietly(browser.action.setBadgeBackgroundColor({ ...where, color: look.color }));
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
