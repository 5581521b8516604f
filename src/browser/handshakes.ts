/**
 * The WebSocket handshakes that the browser makes, for whomever: pages, iframes, workers. Observed, never held up or
 * changed. Not seen: in Chromium those of shared and service workers, in Firefox connections that were refused at once.
 */
import browser from 'webextension-polyfill';
import { type KeptHeader, keptHeaders } from './response-headers.ts';

/** One stage of one handshake. Every stage repeats what is known of the whole. */
export interface HandshakeEvent {
  /** Unique until the browser quits. */
  readonly requestId: string;
  /**
   * `failed`: also when whoever asked for it gave it up. `asked`: just tells `protocols`. `answered`: headers have come;
   * Chromium shows them of 101 alone, and of a 401 that the browser could answer by itself (Basic, Digest).
   */
  readonly stage: 'started' | 'asked' | 'answered' | 'opened' | 'failed';
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** -1 for shared and service workers. */
  readonly tabId: number;
  /** Of a worker: its document's, in Firefox always 0. */
  readonly frameId: number;
  /** The browser's own id of the document; null where it gives none. */
  readonly documentId: string | null;
  /** URL of the document, or of the script of a shared or service worker; at least its origin. */
  readonly ownerUrl: string;
  readonly url: string;
  /** It is a worker's for certain. Firefox tells; Chromium's are all the same. */
  readonly isWorkers: boolean;
  /** Subprotocols asked for: Firefox only, at `asked`. */
  readonly protocols: readonly string[];
  /** The answer's, at `opened`: `Sec-WebSocket-Protocol`, `-Extensions` and `-Accept`. */
  readonly protocol: string;
  readonly extensions: string;
  readonly accept: string | null;
  /** HTTP status; null where it is not told. */
  readonly status: number | null;
  /** The answer's, those that are kept: from `answered` on in the same event only. */
  readonly headers: readonly KeptHeader[];
  /** At `failed`, as the browser names it; null where it names none. */
  readonly networkError: string | null;
}

export interface HandshakeObserver {
  /** Off: the browser does not start the background for handshakes any more. */
  setOn(on: boolean): void;
}

const FILTER: browser.WebRequest.RequestFilter = { urls: ['<all_urls>'], types: ['websocket'] };

/** Firefox's event pages have it, Chrome's workers do not. Read synchronously: listeners must be there in the first turn. */
const flags = (globalThis as { readonly localStorage?: Storage }).localStorage;
const FLAG = 'observesHandshakes';

/**
 * Begins to observe; call it in the background's first turn, and `setOn` as soon as it is known whether anybody wants it.
 *
 * Listeners that are there in the first turn make the browser start the background for a handshake. Chrome forgets those
 * that are removed later. Firefox does not (bug 1899767) unless they are missing in the next first turn, and it does not
 * remember those that are added later: hence the flag.
 */
export function observeHandshakes(listener: (event: HandshakeEvent) => void): HandshakeObserver {
  const { onBeforeRequest, onSendHeaders, onHeadersReceived, onCompleted, onErrorOccurred } = browser.webRequest;
  // Nothing is given back to the browser: it is observed, and goes its way.
  const started = (details: Details) => listener({ ...known(details), stage: 'started' });
  const asked = (details: Details) => listener({ ...known(details), stage: 'asked' });
  const answered = (details: Details) => listener({ ...known(details), stage: 'answered' });
  // A server that answers with anything but 101 refuses; Firefox calls that completed, too.
  const completed = (details: Details) =>
    listener({ ...known(details), stage: details.statusCode === 101 ? 'opened' : 'failed' });
  const failed = (details: Details) => listener({ ...known(details), stage: 'failed' });
  let isOn = false;

  function setOn(on: boolean): void {
    if (on === isOn) return;
    isOn = on;
    if (on) {
      onBeforeRequest.addListener(started, FILTER);
      // Chrome never shows the headers of a WebSocket's request, not even as extraHeaders.
      if (flags) onSendHeaders.addListener(asked, FILTER, ['requestHeaders']);
      onHeadersReceived.addListener(answered, FILTER, ['responseHeaders']);
      onCompleted.addListener(completed, FILTER, ['responseHeaders']);
      onErrorOccurred.addListener(failed, FILTER);
      flags?.setItem(FLAG, 'yes');
    } else {
      onBeforeRequest.removeListener(started);
      onSendHeaders.removeListener(asked);
      onHeadersReceived.removeListener(answered);
      onCompleted.removeListener(completed);
      onErrorOccurred.removeListener(failed);
      flags?.removeItem(FLAG);
    }
  }

  setOn(flags === undefined || flags.getItem(FLAG) !== null);
  return { setOn };
}

/** What the events have in common, and what only some of them, or only one browser's, have. */
interface Details {
  readonly requestId: string;
  readonly timeStamp: number;
  readonly tabId: number;
  readonly frameId: number;
  readonly url: string;
  readonly statusCode?: number;
  readonly error?: string;
  readonly requestHeaders?: browser.WebRequest.HttpHeaders;
  readonly responseHeaders?: browser.WebRequest.HttpHeaders;
  readonly documentId?: string; // of a worker's: Chromium only
  readonly initiator?: string; // Chromium: an origin
  readonly documentUrl?: string; // Firefox
  readonly frameAncestors?: unknown; // Firefox: of documents only, an empty list for the top frame
}

function known(details: Details): Omit<HandshakeEvent, 'stage'> {
  const { requestId, timeStamp, tabId, frameId, url, documentId, initiator, documentUrl } = details;
  return {
    requestId,
    atMs: timeStamp,
    tabId,
    frameId,
    documentId: documentId ?? null,
    ownerUrl: documentUrl ?? initiator ?? '',
    url,
    isWorkers: tabId < 0 || (documentUrl !== undefined && details.frameAncestors === undefined),
    protocols: listed(headerOf(details.requestHeaders, 'sec-websocket-protocol') ?? ''),
    protocol: headerOf(details.responseHeaders, 'sec-websocket-protocol') ?? '',
    extensions: headerOf(details.responseHeaders, 'sec-websocket-extensions') ?? '',
    accept: headerOf(details.responseHeaders, 'sec-websocket-accept'),
    // 0: there was none (Firefox).
    status: details.statusCode ? details.statusCode : null,
    headers: keptHeaders(details.responseHeaders),
    networkError: details.error ?? null,
  };
}

function headerOf(headers: browser.WebRequest.HttpHeaders | undefined, name: string): string | null {
  return headers?.find((header) => header.name.toLowerCase() === name)?.value ?? null;
}

function listed(value: string): readonly string[] {
  return value === '' ? [] : value.split(',').map((item) => item.trim());
}
