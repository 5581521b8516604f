/**
 * Turns a function and its arguments into source text for a realm elsewhere, and that realm's answer back into a value.
 * The same text runs in Chromium and in Firefox, so both report values and exceptions alike.
 */

/** Any function that is sent as text; its own parameter and result types are checked by the caller's generics. */
export type RealmFunction = (...args: never[]) => unknown;

/**
 * An expression that calls `fn` with JSON or functions as `args` and gives a promise of the JSON text of `{ value }`, or of
 * `{ error, stack }` when it threw. `undefined` is an outcome without `value`.
 *
 * `__name` is declared because esbuild (through tsx) wraps every named inner function in a call of that helper, which
 * does not exist in the realm.
 */
export function callExpression(fn: RealmFunction, args: readonly unknown[]): string {
  const argumentList = args.map(sourceOf).join(', ');
  return `(async () => {
    const __name = (target) => target;
    try {
      return JSON.stringify({ value: await (${fn.toString()})(${argumentList}) });
    } catch (error) {
      const isError = typeof error === 'object' && error !== null && 'message' in error;
      return JSON.stringify({
        error: isError ? error.name + ': ' + error.message : String(error),
        stack: isError ? String(error.stack) : '',
      });
    }
  })()`;
}

function sourceOf(arg: unknown): string {
  if (typeof arg === 'function') return `(${arg.toString()})`;
  return arg === undefined ? 'undefined' : JSON.stringify(arg);
}

/** The value in an answer of `callExpression`. Throws the realm's exception, its stack as `cause`. */
export function readOutcome(text: unknown): unknown {
  if (typeof text !== 'string') {
    throw new Error(`The realm gave no answer, but ${JSON.stringify(text)}`);
  }
  const outcome = JSON.parse(text) as { value?: unknown; error?: string; stack?: string };
  if (outcome.error !== undefined) {
    throw new Error(outcome.error, { cause: outcome.stack });
  }
  return outcome.value;
}
