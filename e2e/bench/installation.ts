/**
 * What the extension costs a page that has no sockets: the time of its two scripts, and whether anything moves at all.
 * Measured in real documents with the extension loaded, because a new realm in a loop is a kinder place.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { HANDOFF_EVENT, PAGE_MESSAGE } from '../../src/protocol/handoff.ts';
import { waitUntil } from '../browsers/wait.ts';
import { type AttachedTarget, launchMeasuringChromium, type MeasuringChromium } from './chromium.ts';
import { type Summary, summarise } from './statistics.ts';
import { evaluationTimesMs, trace } from './trace.ts';

const PAGE_SCRIPT = 'page.iife.js';
const CONTENT_SCRIPT = 'content.iife.js';

export interface Installation {
  readonly pageScriptMs: Summary;
  readonly contentScriptMs: Summary;
  /** Messages from the page script in a page without sockets; must be 0. */
  readonly messages: number;
  /** The same in a page with one socket: shows that they would have been seen. */
  readonly messagesWithSocket: number;
  /** Whether the service worker ran after those pages. */
  readonly workerWoken: boolean;
  readonly workerWokenWithSocket: boolean;
}

/** A worker that is going to start would have by then: with a socket it takes a tenth of this. */
const NOTHING_HAPPENS_MS = 1_000;

export async function measureInstallation(
  extensionDir: string,
  blankUrl: string,
  documents: number,
): Promise<Installation> {
  const browser = await launchMeasuringChromium({ extensionDir });
  try {
    const page = await (await browser.openWindow('about:blank')).attach();
    await page.session.send('Page.enable');
    const events = await trace(browser.session, ['devtools.timeline'], async () => {
      // The first ones warm up: a new process, cold caches.
      for (let i = 0; i < documents + WARM_UP; i++) await load(page, `${blankUrl}?${i}`);
    });
    const times = (urlEnd: string) => summarise(evaluationTimesMs(events, urlEnd).slice(WARM_UP));
    return {
      pageScriptMs: times(PAGE_SCRIPT),
      contentScriptMs: times(CONTENT_SCRIPT),
      ...(await watchForActivity(browser, page, blankUrl)),
    };
  } finally {
    await browser.close();
  }
}

const WARM_UP = 5;

async function load(page: AttachedTarget, url: string): Promise<void> {
  const loaded = new Promise<void>((resolve) => {
    const stop = page.session.on('Page.loadEventFired', () => {
      stop();
      resolve();
    });
  });
  await page.session.send('Page.navigate', { url });
  await loaded;
}

async function watchForActivity(browser: MeasuringChromium, page: AttachedTarget, blankUrl: string) {
  await page.session.send('ServiceWorker.enable');
  await page.session.send('ServiceWorker.stopAllWorkers');
  await waitUntil('the end of the service worker', async () => !(await isWorkerRunning(browser)));
  await page.session.send('Page.addScriptToEvaluateOnNewDocument', {
    source: `(${countMessages.toString()})(${JSON.stringify([HANDOFF_EVENT, PAGE_MESSAGE])})`,
  });
  await load(page, `${blankUrl}?quiet`);
  await delay(NOTHING_HAPPENS_MS);
  const messages = await page.evaluate(readCount);
  const workerWoken = await isWorkerRunning(browser);
  await page.evaluate(() => {
    new WebSocket(`ws://${location.host}/frames?group=installation`);
  });
  const workerWokenWithSocket = await waitUntil('the start of the service worker', () =>
    isWorkerRunning(browser),
  ).catch(() => false);
  return { messages, messagesWithSocket: await page.evaluate(readCount), workerWoken, workerWokenWithSocket };
}

async function isWorkerRunning(browser: MeasuringChromium): Promise<boolean> {
  return (await browser.targets()).some(
    ({ type, url }) => type === 'service_worker' && url.startsWith(`${browser.extensionOrigin}/`),
  );
}

/**
 * Runs in each document before the extension's scripts, so that they take these functions for the native ones. Counts
 * everything that leaves the page's world, but for the handover of the port, which nobody answers.
 */
function countMessages([handoff, pageMessage]: readonly string[]): void {
  const counted = globalThis as unknown as { messageCount: number };
  counted.messageCount = 0;
  if (!handoff || !pageMessage) throw new Error('The names of the events are missing.');
  const { dispatchEvent } = EventTarget.prototype;
  EventTarget.prototype.dispatchEvent = function (event) {
    if (event.type !== handoff) counted.messageCount++;
    return Reflect.apply(dispatchEvent, this, [event]);
  };
  const { postMessage } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (...args: unknown[]) {
    counted.messageCount++;
    return Reflect.apply(postMessage, this, args);
  };
}

function readCount(): number {
  return (globalThis as unknown as { messageCount: number }).messageCount;
}
