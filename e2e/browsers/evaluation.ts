/** The part of a realm that both browsers share: everything made of "evaluate this expression". */

import type { Realm } from './browser.ts';
import { callExpression, readOutcome } from './realm-source.ts';
import { waitUntil } from './wait.ts';

type Evaluation = Pick<Realm, 'evaluate' | 'waitFor'>;

/** `run` evaluates an expression in the realm and awaits its promise. */
export function createEvaluation(run: (expression: string) => Promise<unknown>): Evaluation {
  async function evaluate<Args extends readonly unknown[], Result>(
    fn: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Awaited<Result>> {
    // The value was made by `fn`, elsewhere; that it has the type which `fn` promises cannot be checked here.
    return readOutcome(await run(callExpression(fn, args))) as Awaited<Result>;
  }
  return {
    evaluate,
    waitFor: (fn, ...args) => waitUntil(fn.toString(), () => evaluate(fn, ...args)),
  };
}

/** What `click`, `type` and `press` do in a background. */
export async function noDocument(): Promise<never> {
  throw new Error('A background has no document to click or type into.');
}
