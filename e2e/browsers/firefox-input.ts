/** Real mouse and keyboard input in Firefox, by WebDriver actions in the browser window. */

import { chordActions, type KeyAction, textActions } from './firefox-keys.ts';
import type { Point, Remote, Target } from './firefox-remote.ts';
import type { Marionette } from './marionette.ts';
import { callExpression, readOutcome } from './realm-source.ts';
import { waitUntil } from './wait.ts';

export interface FirefoxInput {
  click(target: Target, selector: string): Promise<void>;
  type(target: Target, text: string): Promise<void>;
  press(target: Target, chord: string): Promise<void>;
}

export function createInput(marionette: Marionette, remote: Remote): FirefoxInput {
  let last: Promise<unknown> = Promise.resolve();

  /** There is one mouse, one keyboard and one focus for all tabs, so inputs are made one after the other. */
  function exclusively(action: () => Promise<void>): Promise<void> {
    const result = last.then(action);
    last = result.catch(() => undefined);
    return result;
  }

  async function evaluate<Args extends readonly unknown[]>(
    target: Target,
    fn: (...args: Args) => unknown,
    ...args: Args
  ): Promise<unknown> {
    return readOutcome(await remote.call('evaluate', target, callExpression(fn, args)));
  }

  async function perform(source: object): Promise<void> {
    await marionette.send('WebDriver:PerformActions', { actions: [source] });
    await marionette.send('WebDriver:ReleaseActions');
  }

  async function pressKeys(target: Target, actions: readonly KeyAction[]): Promise<void> {
    await waitUntil('the focus in the document', async () => {
      // Again and again: a tab that is not shown yet does not take it.
      await remote.call('focus', target);
      return evaluate(target, () => document.hasFocus());
    });
    await perform({ type: 'key', id: 'keyboard', actions });
  }

  return {
    click: (target, selector) =>
      exclusively(async () => {
        await remote.call('focus', target);
        const middle = await waitForMiddle(() => evaluate(target, findMiddle, selector), selector);
        const { x, y } = await waitUntil('the document in the window', () =>
          remote.call('pointInWindow', target, middle),
        );
        await perform({
          type: 'pointer',
          id: 'mouse',
          parameters: { pointerType: 'mouse' },
          actions: [
            { type: 'pointerMove', origin: 'viewport', x: Math.floor(x), y: Math.floor(y) },
            { type: 'pointerDown', button: 0 },
            { type: 'pointerUp', button: 0 },
          ],
        });
      }),
    type: (target, text) => exclusively(() => pressKeys(target, textActions(text))),
    press: (target, chord) => exclusively(() => pressKeys(target, chordActions(chord))),
  };
}

/** Waits until an answer of `findMiddle` is a point, not the reason why there is none. */
async function waitForMiddle(find: () => Promise<unknown>, selector: string): Promise<Point> {
  let reason: unknown = null;
  try {
    return await waitUntil(`"${selector}" to be clicked`, async () => {
      const result = await find();
      reason = result;
      return typeof result === 'string' ? null : (result as Point);
    });
  } catch (error) {
    throw new Error(`Cannot click "${selector}": ${String(reason)}`, { cause: error });
  }
}

/**
 * Runs in the realm. The middle of the element in CSS pixels of the viewport, or in words why it cannot be clicked yet:
 * a user could not click it either.
 */
async function findMiddle(selector: string): Promise<Point | string> {
  const element = document.querySelector(selector);
  if (element === null) {
    return 'there is no such element';
  }
  if (element.matches(':disabled, [aria-disabled="true"]')) {
    return 'it is disabled';
  }
  element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const before = element.getBoundingClientRect();
  await new Promise(requestAnimationFrame);
  const rect = element.getBoundingClientRect();
  if (rect.width === 0 || rect.height === 0) {
    return 'it has no size';
  }
  if (rect.x !== before.x || rect.y !== before.y) {
    return 'it is moving';
  }
  const x = rect.x + rect.width / 2;
  const y = rect.y + rect.height / 2;
  const hit = document.elementFromPoint(x, y);
  if (hit === null) {
    return 'it is outside the viewport';
  }
  if (!element.contains(hit) && !hit.contains(element)) {
    return `it is covered by ${hit.outerHTML.slice(0, 100)}`;
  }
  return { x, y };
}
