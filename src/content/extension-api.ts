/**
 * The sliver of the extension API that a content script needs. webextension-polyfill would be most of this script's
 * weight, in every frame of every page, and what is used here is the same in all browsers but for the name.
 */

export interface RuntimePort {
  postMessage(message: unknown): void;
  disconnect(): void;
  readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  readonly onDisconnect: { addListener(listener: () => void): void };
}

export interface ExtensionApi {
  readonly runtime: {
    /** Gone once the extension has been reloaded, updated or removed. */
    readonly id?: string;
    readonly lastError?: unknown;
    connect(options: { readonly name: string }): RuntimePort;
    readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  };
  /** Gone with the extension. */
  readonly storage?: { readonly local: { set(items: Readonly<Record<string, unknown>>): Promise<void> } };
}

/** Null where there is none, as in a document that lost it while this script was starting. */
export function extensionApi(): ExtensionApi | null {
  const { browser, chrome } = globalThis as { browser?: ExtensionApi; chrome?: ExtensionApi };
  const api = browser ?? chrome;
  return api?.runtime ? api : null;
}

/** True when the extension that this script came with is no longer there: nothing will ever connect again. */
export function isOrphaned(api: ExtensionApi): boolean {
  try {
    return api.runtime?.id === undefined;
  } catch {
    return true; // Firefox: a dead object
  }
}
