/** Refusals one after the other: the browser may carry out two changes of its rules in whatever order it likes. */
import type { Refusals } from '../browser/refusals.ts';

/**
 * Begins with removing what an earlier worker has left; nothing is refused before that is gone, or it would go with it.
 */
export function inOrder(refusals: Refusals): Pick<Refusals, 'add' | 'remove'> {
  let last: Promise<unknown> = refusals.removeAll().catch(() => undefined);
  function inTurn(change: () => Promise<void>): Promise<void> {
    const result = last.then(change);
    last = result.catch(() => undefined);
    return result;
  }
  return {
    add: (refusal) => inTurn(() => refusals.add(refusal)),
    remove: (ids) => inTurn(() => refusals.remove(ids)),
  };
}
