/**
 * The network log of Chromium's DevTools, as the panel inside them can read it. It is the one place that tells frames of
 * WebSockets that no page script sees. What it holds is described by nobody: `unknown`, for a parser to look at.
 *
 * Not in Firefox: its log has the handshakes and no frames, and reading it loads the whole network monitor.
 */
import browser from 'webextension-polyfill';

export interface NetworkLog {
  /** A HAR log with everything since DevTools were opened or the page was navigated. Costs time in DevTools: see its size. */
  read(): Promise<unknown>;
  /** Calls the listener with the HAR entry of every request that ends; a WebSocket's when it is closed. */
  onFinished(listener: (entry: unknown) => void): void;
  /** The inspected tab has gone to another page, and what the log held before is gone. */
  onCleared(listener: () => void): void;
}

/** Null in Firefox, and outside of DevTools. */
export function networkLog(): NetworkLog | null {
  const network = (browser.devtools as typeof browser.devtools | undefined)?.network as ChromeNetwork | undefined;
  if (!network || !browser.runtime.getURL('').startsWith('chrome-extension:')) return null;
  return {
    read: () => new Promise((resolve) => network.getHAR(resolve)),
    onFinished: (listener) => network.onRequestFinished.addListener(listener),
    onCleared: (listener) => network.onNavigated.addListener(listener),
  };
}

/** webextension-polyfill passes this through as Chrome has it: with a callback. */
interface ChromeNetwork {
  getHAR(callback: (log: unknown) => void): void;
  readonly onRequestFinished: { addListener(listener: (entry: unknown) => void): void };
  readonly onNavigated: { addListener(listener: () => void): void };
}
