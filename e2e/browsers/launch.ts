/** Both browsers by name. Each driver is loaded only when it is used. */
import type { Browser, BrowserKind, LaunchOptions } from './browser.ts';
import { findBrowser } from './find.ts';

const LAUNCHERS: Readonly<Record<BrowserKind, (options?: LaunchOptions) => Promise<Browser>>> = {
  chromium: async (options) => (await import('./chromium.ts')).launchChromium(options),
  firefox: async (options) => (await import('./firefox.ts')).launchFirefox(options),
};

export const BROWSER_KINDS: readonly BrowserKind[] = ['chromium', 'firefox'];

export function launchBrowser(kind: BrowserKind, options?: LaunchOptions): Promise<Browser> {
  return LAUNCHERS[kind](options);
}

/** Whether tests in this browser can run here. Where not, they are skipped, by name. */
export function isInstalled(kind: BrowserKind): boolean {
  return findBrowser(kind) !== null;
}
