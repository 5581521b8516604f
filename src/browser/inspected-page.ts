/**
 * What DevTools tell about the page that they inspect, beside its tab id: when it began, and that another has begun.
 * In an ordinary tab of the extension there is no `devtools`, and both say so.
 */
import browser from 'webextension-polyfill';

type Devtools = typeof browser.devtools | undefined;

/**
 * When the inspected page began (`performance.timeOrigin`, epoch milliseconds); null in an ordinary tab, and for pages
 * that DevTools may not look into.
 */
export async function inspectedPageStartMs(): Promise<number | null> {
  const devtools = browser.devtools as Devtools;
  if (!devtools) return null;
  try {
    const [value] = (await devtools.inspectedWindow.eval('performance.timeOrigin')) as readonly unknown[];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  } catch {
    return null;
  }
}

/** Calls the listener when the inspected tab has gone to another page. Does nothing in an ordinary tab. */
export function onInspectedPageChanged(listener: () => void): void {
  (browser.devtools as Devtools)?.network.onNavigated.addListener(listener);
}
