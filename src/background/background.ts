/**
 * The background's entry: a service worker in Chrome, an event page in Firefox. Registers its listener in the first turn
 * of the event loop, which is what makes the browser start it again for one.
 */
import { onPortOpened, sendToTab, sessionStorage } from '../browser/extension.ts';
import { createStore } from '../store/open.ts';
import { createBackground } from './create-background.ts';

const background = createBackground({
  store: createStore(),
  storage: sessionStorage,
  sendToTab,
  newId: () => crypto.randomUUID(),
  nowMs: () => Date.now(),
  callAfter: (delayMs, callback) => {
    setTimeout(callback, delayMs);
  },
});

onPortOpened(background.onPortOpened);
