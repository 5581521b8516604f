/**
 * The browser's extension API as background, panel and DevTools page need it: the one place that knows
 * webextension-polyfill. Nothing here decides anything. Content scripts do not use it: the polyfill is too heavy for
 * every frame of every page. Importing it outside an extension throws, so tests take its types only.
 */
import browser from 'webextension-polyfill';

/** Of this extension, as its manifest says. */
export function extensionVersion(): string {
  return browser.runtime.getManifest().version;
}

/** Who opened a port, as the browser says; what it says of itself counts for nothing. */
export interface PortSender {
  /** The tab, when the other end is a content script or a page of ours in a tab; null for a DevTools panel. */
  readonly tabId: number | null;
  readonly frameId: number | null;
  /** The page of that tab: its top frame's URL. Missing: nobody can say. */
  readonly pageUrl?: string;
  /** True for the extension's own pages, false for content scripts. */
  readonly isExtensionPage: boolean;
}

/** One end of a runtime port. */
export interface ExtensionPort {
  readonly name: string;
  readonly sender: PortSender;
  /** False when the port is closed, or the message is larger than ports carry (64 MiB in Chrome). Never throws. */
  post(message: unknown): boolean;
  /** Closes it; the own `onDisconnect` listeners are not called. */
  disconnect(): void;
  onMessage(listener: (message: unknown) => void): void;
  onDisconnect(listener: () => void): void;
}

/** Background: a port was opened by another part of this extension. Register in the worker's first turn. */
export function onPortOpened(listener: (port: ExtensionPort) => void): void {
  browser.runtime.onConnect.addListener((port) => listener(wrapPort(port)));
}

/** Panel: opens a port to the background, which wakes it. Throws when the extension was reloaded or removed. */
export function openPort(name: string): ExtensionPort {
  return wrapPort(browser.runtime.connect({ name }));
}

/** Sends to the content scripts in all frames of a tab. That nobody listens is no error. */
export function sendToTab(tabId: number, message: unknown): void {
  browser.tabs.sendMessage(tabId, message).catch(() => undefined);
}

/** Sends to the content script of one frame of a tab. That nobody listens is no error. */
export function sendToFrame(tabId: number, frameId: number, message: unknown): void {
  browser.tabs.sendMessage(tabId, message, { frameId }).catch(() => undefined);
}

/** BCP 47 tag of the language of the browser's own words. */
export function browserLanguage(): string {
  return browser.i18n.getUILanguage();
}

/** One of the browser's storages for extensions. */
export interface KeyValueStorage {
  /** The stored value, or undefined. */
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
}

/** One of which many small values are read, written and taken away together. */
export interface RowStorage extends KeyValueStorage {
  /** Everything that is stored, by key. */
  all(): Promise<Readonly<Record<string, unknown>>>;
  setAll(rows: Readonly<Record<string, unknown>>): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
}

/** What is remembered until the browser quits or the extension is reloaded; it outlives the worker. */
export const sessionStorage: RowStorage = {
  get: async (key) => (await browser.storage.session.get(key))[key],
  set: (key, value) => browser.storage.session.set({ [key]: value }),
  all: () => browser.storage.session.get(null),
  setAll: (rows) => browser.storage.session.set({ ...rows }),
  remove: (keys) => browser.storage.session.remove([...keys]),
};

/** A storage that tells when somebody, here or elsewhere, has stored another value. */
export interface WatchedStorage extends KeyValueStorage {
  onChanged(key: string, listener: (value: unknown) => void): void;
}

/** What is remembered until the extension is removed. */
export const lastingStorage: WatchedStorage = {
  get: async (key) => (await browser.storage.local.get(key))[key],
  set: (key, value) => browser.storage.local.set({ [key]: value }),
  onChanged: (key, listener) =>
    browser.storage.local.onChanged.addListener((changes) => {
      const change = changes[key];
      if (change) listener(change.newValue);
    }),
};

/** What content scripts have left in the extension's local storage: they can, whether or not there is a background. */
export interface LeftBehind {
  all(): Promise<Readonly<Record<string, unknown>>>;
  remove(keys: readonly string[]): Promise<void>;
}

export const leftBehind: LeftBehind = {
  all: () => browser.storage.local.get(null),
  remove: (keys) => browser.storage.local.remove([...keys]),
};

/**
 * DevTools page: adds a panel. Paths begin with a slash: Firefox resolves others against the DevTools page, Chrome
 * against the root of the extension.
 */
export async function createDevtoolsPanel(title: string, iconPath: string, pagePath: string): Promise<void> {
  await browser.devtools.panels.create(title, iconPath, pagePath);
}

/** Panel: the tab that DevTools inspects, or null in an ordinary tab, where there is no `devtools`. */
export function inspectedTabId(): number | null {
  return (browser.devtools as typeof browser.devtools | undefined)?.inspectedWindow.tabId ?? null;
}

/** Panel: the theme of DevTools ('light', 'default', 'dark', …), or null in an ordinary tab. */
export function devtoolsTheme(): string | null {
  return (browser.devtools as typeof browser.devtools | undefined)?.panels.themeName ?? null;
}

/** Panel: calls the listener when the theme of DevTools changes. Does nothing in an ordinary tab. */
export function onDevtoolsThemeChanged(listener: (theme: string) => void): void {
  const panels = (browser.devtools as typeof browser.devtools | undefined)?.panels as ThemedPanels | undefined;
  panels?.onThemeChanged?.addListener(listener);
  panels?.setThemeChangeHandler?.(listener);
}

/** Each browser has its own way, and webextension-polyfill levels neither. */
interface ThemedPanels {
  readonly onThemeChanged?: { addListener(listener: (theme: string) => void): void }; // Firefox
  readonly setThemeChangeHandler?: (listener: (theme: string) => void) => void; // Chrome
}

function wrapPort(port: browser.Runtime.Port): ExtensionPort {
  return {
    name: port.name,
    sender: senderOf(port.sender),
    post: (message) => {
      try {
        port.postMessage(message);
        return true;
      } catch {
        return false;
      }
    },
    disconnect: () => {
      try {
        port.disconnect();
      } catch {
        // It is closed already.
      }
    },
    onMessage: (listener) => port.onMessage.addListener(listener),
    onDisconnect: (listener) => {
      port.onDisconnect.addListener(() => {
        void browser.runtime.lastError; // once read, Chrome does not log it ("Could not establish connection")
        listener();
      });
    },
  };
}

function senderOf(sender: browser.Runtime.MessageSender | undefined): PortSender {
  // The tab may show the next page already when the top frame of the one before says its last.
  const pageUrl = sender?.frameId === 0 ? sender.url : sender?.tab?.url;
  return {
    ...(pageUrl !== undefined && { pageUrl }),
    tabId: sender?.tab?.id ?? null,
    frameId: sender?.frameId ?? null,
    isExtensionPage: sender?.url?.startsWith(browser.runtime.getURL('')) ?? false,
  };
}
