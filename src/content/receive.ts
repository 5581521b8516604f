/**
 * The content script's end of the private way to the page script (src/protocol/handoff.ts draws it). Must be called at
 * document_start, in the first synchronous run of the content script, which the manifest lists before the page script.
 *
 * Knows nothing of what is said: what comes from the page is `unknown` and for the parsers.
 */
import { HANDOFF_EVENT, PAGE_COMMAND, PAGE_MESSAGE } from '../protocol/handoff.ts';
import type { PageCommand } from '../protocol/page-command.ts';

export interface PageLink {
  /** Synchronous: when it returns, the page script has obeyed, and what it had to say has arrived. */
  send(command: PageCommand): void;
}

/**
 * `onMessage` gets what the page script says, synchronously and in order, as data of this realm; `undefined` stands for
 * something that cannot be cloned. It should not throw: nobody in the page would hear of it.
 */
export function receivePage(onMessage: (message: unknown) => void): PageLink {
  let port: MessagePort | null = null;

  function onHandoff(event: Event): void {
    if (!(event instanceof MessageEvent)) return;
    const handed: unknown = event.ports[0];
    if (!(handed instanceof MessagePort)) return;
    event.stopImmediatePropagation();
    window.removeEventListener(HANDOFF_EVENT, onHandoff, true);
    // Survives document.open(), which removes every listener of window and document.
    handed.addEventListener(PAGE_MESSAGE, onPageMessage);
    port = handed;
  }

  /** The page may have called at the very end of its stack, where nothing can be called any more: again when it is empty. */
  function onPageMessage(event: Event): void {
    try {
      deliver(event);
    } catch {
      queueMicrotask(() => deliver(event));
    }
  }

  function deliver(event: Event): void {
    onMessage(inThisRealm((event as MessageEvent).data));
  }

  window.addEventListener(HANDOFF_EVENT, onHandoff, true);

  return {
    send(command) {
      port?.dispatchEvent(new MessageEvent(PAGE_COMMAND, { data: JSON.stringify(command) }));
    },
  };
}

/**
 * Chromium clones `data` into the world that reads it. Firefox shows the page's own object through an Xray, whose typed
 * arrays are not `instanceof` and slow to read; the sandbox's structuredClone, unlike the window's, makes it ours.
 */
function inThisRealm(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data;
  try {
    return Object.getPrototypeOf(data) === Object.prototype ? data : structuredClone(data);
  } catch {
    return undefined;
  }
}
