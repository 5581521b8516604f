/**
 * Asks an endpoint over HTTP, watched through webRequest: it names what `fetch` alone hides, the network error and the
 * target of a redirection. The request goes without cookies and credentials, past the cache, and is not redirected.
 */
import browser from 'webextension-polyfill';
import { type KeptHeader, keptHeaders } from './response-headers.ts';

export interface EndpointAnswer {
  /** HTTP status; null without an answer. */
  readonly status: number | null;
  readonly headers: readonly KeptHeader[];
  /** As the browser names it; null without one. */
  readonly networkError: string | null;
  /** It was given up before anything came. */
  readonly isLate: boolean;
}

/** The browser tells of the end of a request a moment after `fetch` has; on a machine that has other things to do, a long one. */
const LATE_NEWS_MS = 5_000;

/** `url`: http(s). Never rejects, and takes some seconds longer than `timeoutMs` at most. */
export async function askEndpoint(url: string, timeoutMs: number): Promise<EndpointAnswer> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  const watch = watchOwnRequest(url);
  // Listeners are in force when the browser has heard of them; Chromium may be told of the request first, by another way.
  // What is asked after them is answered after them.
  await browser.runtime.getPlatformInfo().catch(() => undefined);
  const answer = await fetch(url, {
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'manual',
    referrerPolicy: 'no-referrer',
    signal: abort.signal,
  }).then(
    ({ status, body }) => {
      // What it says is not wanted.
      body?.cancel().catch(() => undefined);
      return { status: status === 0 ? null : status, headers: [], networkError: null, isLate: false };
    },
    (error: unknown) => ({ status: null, headers: [], networkError: String(error), isLate: false }),
  );
  const isLate = abort.signal.aborted;
  clearTimeout(timer);
  const seen = isLate ? watch.soFar() : await Promise.race([watch.ended, after(LATE_NEWS_MS).then(watch.soFar)]);
  watch.stop();
  if (isLate && seen.status === null) return { ...answer, networkError: null, isLate };
  return {
    status: seen.status ?? answer.status,
    headers: seen.headers,
    // With an answer there was no failure worth a word: that we did not want to read it to its end is our own doing.
    networkError: (seen.status ?? answer.status) === null ? (seen.networkError ?? answer.networkError) : null,
    isLate: false,
  };
}

interface Watch {
  readonly ended: Promise<EndpointAnswer>;
  soFar(): EndpointAnswer;
  stop(): void;
}

type Details = browser.WebRequest.OnBeforeRequestDetailsType & { readonly initiator?: string };

/** The extension's own next request to this URL. Its requests belong to no tab. */
function watchOwnRequest(url: string): Watch {
  const { onBeforeRequest, onHeadersReceived, onErrorOccurred } = browser.webRequest;
  const filter: browser.WebRequest.RequestFilter = { urls: ['<all_urls>'], types: ['xmlhttprequest'], tabId: -1 };
  const own = new URL(browser.runtime.getURL('')).origin;
  const wanted = new URL(url).href.replace(/#.*$/s, '');
  let requestId: string | null = null;
  let answer: EndpointAnswer = { status: null, headers: [], networkError: null, isLate: false };
  let end: (answer: EndpointAnswer) => void = () => undefined;
  const ended = new Promise<EndpointAnswer>((resolve) => {
    end = resolve;
  });

  const onStarted = (details: Details) => {
    // Chromium names the origin, Firefox the page.
    const starter = details.initiator ?? details.originUrl ?? details.documentUrl ?? '';
    if (requestId === null && starter.startsWith(own) && details.url.replace(/#.*$/s, '') === wanted) {
      requestId = details.requestId;
    }
    return undefined;
  };
  const onAnswered = (details: browser.WebRequest.OnHeadersReceivedDetailsType) => {
    if (details.requestId !== requestId || answer.status !== null) return undefined;
    answer = { ...answer, status: details.statusCode, headers: keptHeaders(details.responseHeaders) };
    end(answer);
    return undefined;
  };
  const onFailed = (details: browser.WebRequest.OnErrorOccurredDetailsType) => {
    if (details.requestId !== requestId) return;
    answer = { ...answer, networkError: details.error };
    end(answer);
  };
  onBeforeRequest.addListener(onStarted, filter);
  onHeadersReceived.addListener(onAnswered, filter, ['responseHeaders']);
  onErrorOccurred.addListener(onFailed, filter);

  return {
    ended,
    soFar: () => answer,
    stop: () => {
      onBeforeRequest.removeListener(onStarted);
      onHeadersReceived.removeListener(onAnswered);
      onErrorOccurred.removeListener(onFailed);
    },
  };
}

function after(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
