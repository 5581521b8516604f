/** Realms of Chromium: a page's main frame, the panel's frame inside the DevTools front-end, the service worker. */

import type { Frame, Page, Worker } from 'playwright-core';
import type { Realm } from './browser.ts';
import { createEvaluation, noDocument } from './evaluation.ts';
import { WAIT_TIMEOUT_MS } from './wait.ts';

/**
 * The realm of `frame`, whose keyboard is that of `page`: the page itself, or the DevTools front-end around the panel.
 * `tab` is what must be in front for the frame to be drawn: in a tab behind others, a click that waits for an animation
 * frame takes seconds.
 */
export function createFrameRealm(page: Page, frame: Frame, tab: Page = page): Realm {
  /** Keys go to the focused frame of the page; give the focus to ours, unless an element in it has it already. */
  async function focus(): Promise<void> {
    await frame.evaluate('document.hasFocus() || window.focus()');
  }
  return {
    ...createEvaluation((expression) => frame.evaluate(expression)),
    async click(selector) {
      await tab.bringToFront();
      await frame.locator(selector).first().click({ timeout: WAIT_TIMEOUT_MS });
    },
    async type(text) {
      await focus();
      await page.keyboard.type(text);
    },
    async press(chord) {
      await focus();
      await page.keyboard.press(chord);
    },
  };
}

/** The realm of a service worker that `start` starts, or finds running. */
export function createWorkerRealm(start: () => Promise<Worker>): Realm {
  async function run(expression: string): Promise<unknown> {
    const worker = await start();
    try {
      return await worker.evaluate(expression);
    } catch (error) {
      // Playwright learns of a worker's restart a moment later than we do, and until then evaluates in the dead one.
      if (error instanceof Error && error.message.includes('Service worker restarted')) {
        return (await start()).evaluate(expression);
      }
      throw error;
    }
  }
  return {
    ...createEvaluation(run),
    click: noDocument,
    type: noDocument,
    press: noDocument,
  };
}
