/**
 * The content script: in every frame of every page, at document_start, before the page script. Relays between page and
 * background; in a page without sockets it does nothing at all. Must never log or throw, and imports nothing but
 * src/protocol.
 */
import { LAST_WORD_KEY, LINK_MESSAGE, RELAY_PORT, WAKE_MESSAGE } from '../protocol/relay.ts';
import { type ExtensionApi, extensionApi, isOrphaned } from './extension-api.ts';
import { receivePage } from './receive.ts';
import type { Connection } from './reconnecting-port.ts';
import { createRelay } from './relay.ts';
import { createSurroundings, type SurroundingFields } from './surroundings.ts';
import { createWindowEvents } from './window-events.ts';

function start(api: ExtensionApi): void {
  const page = receivePage((message) => {
    listenToWindow();
    relay.onPageMessage(message);
  });
  const relay = createRelay({
    connect: (onMessage, onDisconnect) => connect(api, onMessage, onDisconnect),
    isOrphaned: () => isOrphaned(api),
    nowMs: () => performance.now(),
    callAfter,
    leaveBehind: (lastWord) => {
      try {
        api.storage?.local.set({ [LAST_WORD_KEY + lastWord.documentId]: lastWord }).catch(() => undefined);
      } catch {
        // The extension has gone.
      }
    },
    sendToPage: (command) => page.send(command),
    onConstructorThrew,
    watchSurroundings: (on) => {
      if (on) windowEvents.listen();
      windowEvents.setWatching(on);
      surroundings.setWatching(on);
    },
    newId,
    url: () => location.href,
    viewport: () => [innerWidth, innerHeight, devicePixelRatio],
    timeOriginMs: performance.timeOrigin,
    documentNowMs: () => performance.timeOrigin + performance.now(),
    wallNowMs: () => Date.now(),
  });
  const surroundings = createSurroundings({
    report: relay.onSurrounding,
    nowMs: () => performance.now(),
    wallNowMs: () => Date.now(),
    callAfter,
    onTick: () => windowEvents.listen(),
  });
  const windowEvents = createWindowEvents(surroundings.note, onBlocked);
  windowEvents.listenToPolicy();
  let isListening = false;

  /** A connection that is forbidden may be the only one: a link is wanted all the same. */
  function onBlocked(): void {
    listenToWindow();
    relay.onLinkWanted();
  }
  /** Not secure within secure: https://w3c.github.io/webappsec-mixed-content/. There is no event that tells of it. */
  function onConstructorThrew(url: string): void {
    if (location.protocol !== 'https:' || !/^\s*ws:/i.test(url)) return;
    onBlocked();
    surroundings.note('blocked', { detail: 'mixed-content', url });
  }

  function onPageHide(event: PageTransitionEvent): void {
    if (!event.isTrusted) return;
    surroundings.note('pageHidden', persistedFields(event));
    relay.onPageHide(event.persisted);
  }
  function onPageShow(event: PageTransitionEvent): void {
    if (!event.isTrusted || !event.persisted) return;
    relay.onPageShow();
    surroundings.note('pageShown', persistedFields(event));
  }
  /** Again with every message of the page, because document.open() removes all listeners; twice is once. */
  function listenToWindow(): void {
    addEventListener('pagehide', onPageHide, true);
    addEventListener('pageshow', onPageShow, true);
    if (!isListening) windowEvents.listen();
    isListening = true;
  }

  api.runtime.onMessage.addListener((message) => {
    if (message === WAKE_MESSAGE) relay.onWake();
    if (message !== LINK_MESSAGE) return;
    listenToWindow();
    relay.onLinkWanted();
  });
}

function persistedFields({ persisted }: PageTransitionEvent): SurroundingFields {
  return persisted ? { detail: 'persisted' } : {};
}

function connect(api: ExtensionApi, onMessage: (message: unknown) => void, onDisconnect: () => void): Connection {
  const port = api.runtime.connect({ name: RELAY_PORT });
  port.onMessage.addListener(onMessage);
  port.onDisconnect.addListener(() => {
    void api.runtime.lastError; // once read, Chrome does not log it to the page's console
    onDisconnect();
  });
  return {
    post: (message) => port.postMessage(message),
    disconnect: () => port.disconnect(),
  };
}

/**
 * Gives a function that cancels. Not with setTimeout: its ids are numbered per window for all worlds together (measured in
 * both browsers), so a page could count our delays.
 */
function callAfter(delayMs: number, callback: () => void): () => void {
  const signal = AbortSignal.timeout(delayMs);
  signal.addEventListener('abort', callback, { once: true });
  return () => signal.removeEventListener('abort', callback);
}

/** A version 4 UUID. `crypto.randomUUID` is missing in pages that did not come over HTTPS. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const api = extensionApi();
if (api) start(api);
