/**
 * What DevTools tell about the page that they inspect, beside its tab id: when it began, and that another has begun.
 * In an ordinary tab of the extension there is no `devtools`, and both say so.
 */
import browser from 'webextension-polyfill';

type Devtools = typeof browser.devtools | undefined;

/** A page that has just begun has no execution context yet (Chromium's E_FAILED); one that never gets it shows no page. */
const ATTEMPTS = 50;
const ATTEMPT_EVERY_MS = 200;

/**
 * When the inspected page began (`performance.timeOrigin`, epoch milliseconds); null in an ordinary tab, and for pages
 * that DevTools cannot look into.
 */
export async function inspectedPageStartMs(): Promise<number | null> {
  const devtools = browser.devtools as Devtools;
  if (!devtools) return null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const value = await evaluate(devtools, 'performance.timeOrigin');
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, ATTEMPT_EVERY_MS));
  }
  return null;
}

/**
 * The value of an expression, which must not be an array, in the inspected page; undefined when it could not be
 * evaluated. Firefox promises a pair of value and exception, Chrome's own `browser` the value alone.
 */
async function evaluate({ inspectedWindow }: typeof browser.devtools, expression: string): Promise<unknown> {
  try {
    const answer: unknown = await inspectedWindow.eval(expression);
    return Array.isArray(answer) ? answer[0] : answer;
  } catch {
    return undefined;
  }
}

/** Calls the listener when the inspected tab has gone to another page. Does nothing in an ordinary tab. */
export function onInspectedPageChanged(listener: () => void): void {
  (browser.devtools as Devtools)?.network.onNavigated.addListener(listener);
}
