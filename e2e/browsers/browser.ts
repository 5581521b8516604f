/**
 * What the tests and the command-line tools need of a real browser, the same for Chromium and Firefox.
 * `chromium.ts` and `firefox.ts` implement it; nothing outside this folder knows Playwright or Marionette.
 */

export type BrowserKind = 'chromium' | 'firefox';

/** Values that survive the way into a browser and back: JSON only. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JavaScript realm in which code can be run: a page, or the panel inside DevTools. */
export interface Realm {
  /**
   * Runs `fn` in the realm with `args`, which are JSON or functions, and gives its (awaited) JSON result. Functions are
   * sent as source text, so they may use only their arguments and the realm's globals. An exception in the realm rejects with its message.
   */
  evaluate<Args extends readonly unknown[], Result>(
    fn: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Awaited<Result>>;
  /**
   * Runs `fn` again and again until it gives a truthy value, which is returned; an exception counts as "not yet", so it
   * also waits across a navigation. Rejects after a minute with a message that holds the source of `fn` and its last result.
   */
  waitFor<Args extends readonly unknown[], Result>(
    fn: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<NonNullable<Awaited<Result>>>;
  /**
   * A real (trusted) mouse click on the middle of the first element that matches the CSS selector, once it is there,
   * visible, enabled and uncovered. Scrolls it into view.
   */
  click(selector: string): Promise<void>;
  /** Real key presses for the text, into whatever has the focus in this realm. */
  type(text: string): Promise<void>;
  /** Presses one key or chord, named as in KeyboardEvent.key and joined with "+": "Shift+D", "ArrowDown". */
  press(chord: string): Promise<void>;
}

export interface Tab extends Realm {
  /** Loads the URL and waits for the load event. Rejects when the document cannot be loaded. */
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** The extension's id of this tab (`tabs.Tab.id`); only in a browser that was launched with the extension. */
  extensionTabId(): Promise<number>;
  /** Gives the page this size, which may be smaller than any window: that of a panel docked to the right. */
  resize(widthPx: number, heightPx: number): Promise<void>;
  /** Writes a PNG of the page. */
  screenshot(path: string): Promise<void>;
  /** Shows another tab in its place, as a user does: the page is hidden. */
  hide(): Promise<void>;
  /**
   * Console messages and uncaught errors of the page so far, over all its documents, as text, oldest first. Complete up
   * to the last operation on any realm that was awaited.
   */
  consoleLines(): readonly string[];
  close(): Promise<void>;
}

/** The Socketscope panel in the browser's real DevTools. */
export interface DevtoolsPanel extends Realm {
  /** Writes a PNG of the real DevTools with the panel in it (Firefox: the whole window). */
  screenshot(path: string): Promise<void>;
  /** Closes DevTools, and the panel with it. */
  close(): Promise<void>;
}

export interface Browser {
  readonly kind: BrowserKind;
  readonly version: string;
  /** `chrome-extension://id` or `moz-extension://uuid`, or null when it was launched without the extension. */
  readonly extensionOrigin: string | null;
  newTab(url?: string): Promise<Tab>;
  /** Opens DevTools for the tab, selects the Socketscope panel and waits until its document is loaded. */
  openPanel(tab: Tab, options?: { readonly dark?: boolean }): Promise<DevtoolsPanel>;
  /** Kills the service worker (Chromium) or the event page (Firefox); resolves when it is gone. */
  killBackground(): Promise<void>;
  /** The background's realm; wakes it when it sleeps. It has no document: no click, no keys. */
  background(): Promise<Realm>;
  /**
   * Loads the extension anew from its folder, as the developer's "reload" button does. Open panels are orphaned: open
   * them again.
   */
  reloadExtension(): Promise<void>;
  /**
   * Takes the whole browser off the network, and back, as "work offline" does: `navigator.onLine` is false. Firefox then
   * still reaches loopback; Chromium's open connections live on.
   */
  setOffline(on: boolean): Promise<void>;
  /** Resolves when the browser has ended, by `close` or by the user. */
  readonly ended: Promise<void>;
  /** Ends all processes of the browser at once, as a crash does: SIGKILL. Resolves when they have ended. `close` is still due. */
  kill(): Promise<void>;
  /** Quits the browser, ends its processes and deletes its profile, unless that is the caller's. */
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** Folder of the built, unpacked extension. Without it the browser runs bare. */
  readonly extensionDir?: string;
  /** Default: true, unless a display is there and it is asked for. */
  readonly headless?: boolean;
  readonly width?: number;
  readonly height?: number;
  /** Colour scheme of pages and DevTools. Default 'light'. */
  readonly colorScheme?: 'light' | 'dark';
  /** As on a system with a theme of high contrast: its colours in place of the page's. */
  readonly forcedColors?: boolean;
  /** A folder that holds the profile, or will: it is kept, and may be used again. Default: a new one, deleted at the end. */
  readonly profileDir?: string;
  /**
   * What the extension may store, bytes; in Firefox at least 10 MB. Firefox has a preference for it, Chromium is told over
   * the DevTools protocol.
   */
  readonly storageLimitBytes?: number;
  /** With the back/forward cache, which Playwright turns off in Chromium. Firefox always has it. */
  readonly backForwardCache?: boolean;
  /** Addresses that Chromium may reach besides 127.0.0.1 and localhost, or patterns of them (`127.77.*`); it is kept from all others. */
  readonly reachable?: readonly string[];
  /** Slows the timers of hidden pages down, as browsers do for users and the drivers do not. */
  readonly throttlesHidden?: boolean;
  /** Takes any certificate, also those that nobody vouches for. */
  readonly acceptsAnyCertificate?: boolean;
  /** Chromium: pages have a function `gc()`, which collects garbage at once. Firefox has nothing of the kind. */
  readonly exposesGc?: boolean;
}
