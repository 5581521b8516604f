/**
 * The background's entry: a service worker in Chrome, an event page in Firefox. Registers its listener in the first turn
 * of the event loop, which is what makes the browser start it again for one.
 */

import { onBrowserStarted, onButtonClicked, openPage, setBadge } from '../browser/badge.ts';
import { askEndpoint } from '../browser/endpoint.ts';
import { browserEnvironment } from '../browser/environment.ts';
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
import { findTab, tabsOfOrigin } from '../browser/tabs.ts';
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
  tabExists: async (tabId) => (await findTab(tabId)) !== null,
  tabsOfOrigin,
  environment: browserEnvironment,
  setBadge,
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
onButtonClicked((tabId) => openPage(`src/panel/panel.html?tab=${tabId}`));
// That the badge shows from the beginning takes no more than that this worker runs.
onBrowserStarted(() => undefined);
