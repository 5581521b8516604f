/**
 * The background's entry: a service worker in Chrome, an event page in Firefox. Registers its listener in the first turn
 * of the event loop, which is what makes the browser start it again for one.
 */
import { askEndpoint } from '../browser/endpoint.ts';
import {
  lastingStorage,
  leftBehind,
  onPortOpened,
  sendToFrame,
  sendToTab,
  sessionStorage,
} from '../browser/extension.ts';
import { observeHandshakes } from '../browser/handshakes.ts';
import { refusals } from '../browser/refusals.ts';
import { findTab } from '../browser/tabs.ts';
import { createStore } from '../store/open.ts';
import { createBackground } from './create-background.ts';

const background = createBackground({
  store: createStore(),
  storage: sessionStorage,
  lastingStorage,
  leftBehind,
  sendToTab,
  sendToFrame,
  tabUrl: async (tabId) => (await findTab(tabId))?.url ?? '',
  observeHandshakes,
  refusals,
  askEndpoint,
  newId: () => crypto.randomUUID(),
  nowMs: () => Date.now(),
  callAfter: (delayMs, callback) => {
    setTimeout(callback, delayMs);
  },
});

onPortOpened(background.onPortOpened);
