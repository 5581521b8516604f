/** Real mouse and keyboard input in Firefox, by WebDriver actions in the browser window. */

import { chordActions, type KeyAction, textActions } from './firefox-keys.ts';
import type { Point, Remote, Target } from './firefox-remote.ts';
import type { Marionette } from './marionette.ts';
import { callExpression, readOutcome } from './realm-source.ts';
import { waitUntil } from './wait.ts';

/** So long input may take on a busy machine; longer where it never comes. */
const SEEN_TIMEOUT_MS = 5_000;

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

  /**
   * Firefox hands input from its own process on to the document's, and answers before it is there: what is asked of the
   * document next would overtake it, and on a busy machine does.
   */
  async function untilSeen(target: Target, type: 'keyup' | 'mouseup', count: number, act: () => Promise<void>) {
    await evaluate(target, watchInput, type, count);
    await act();
    // In vain where the input went elsewhere: to a new tab, a list of choices, the browser itself.
    await waitUntil('the input', () => evaluate(target, isInputSeen), { timeoutMs: SEEN_TIMEOUT_MS }).catch(
      () => undefined,
    );
  }

  async function pressKeys(target: Target, actions: readonly KeyAction[]): Promise<void> {
    await waitUntil('the focus in the document', async () => {
      // Again and again: a tab that is not shown yet does not take it.
      await remote.call('focus', target);
      return evaluate(target, () => document.hasFocus());
    });
    const ups = actions.filter(({ type }) => type === 'keyUp').length;
    await untilSeen(target, 'keyup', ups, () => perform({ type: 'key', id: 'keyboard', actions }));
  }

  return {
    click: (target, selector) =>
      exclusively(async () => {
        await remote.call('focus', target);
        const middle = await waitForMiddle(() => evaluate(target, findMiddle, selector), selector);
        const { x, y } = await waitUntil('the document in the window', () =>
          remote.call('pointInWindow', target, middle),
        );
        const pointer = {
          type: 'pointer',
          id: 'mouse',
          parameters: { pointerType: 'mouse' },
          actions: [
            { type: 'pointerMove', origin: 'viewport', x: Math.floor(x), y: Math.floor(y) },
            { type: 'pointerDown', button: 0 },
            { type: 'pointerUp', button: 0 },
          ],
        };
        await untilSeen(target, 'mouseup', 1, () => perform(pointer));
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

/** What is left on the window of a document that waits for input. */
interface InputWatch {
  socketscopeTestInput?: { stillToCome: number };
}

/** Runs in the realm. */
function watchInput(type: string, count: number): void {
  const watch = { stillToCome: count };
  (globalThis as InputWatch).socketscopeTestInput = watch;
  const onInput = () => {
    watch.stillToCome--;
    if (watch.stillToCome === 0) removeEventListener(type, onInput, true);
  };
  addEventListener(type, onInput, true);
}

/** Runs in the realm. In a document that has come since, nothing was asked for. */
function isInputSeen(): boolean {
  const window = globalThis as InputWatch;
  if ((window.socketscopeTestInput?.stillToCome ?? 0) > 0) return false;
  delete window.socketscopeTestInput;
  return true;
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
