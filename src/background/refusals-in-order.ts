/** Refusals one after the other: the browser may carry out two changes of its rules in whatever order it likes. */
import type { Refusals } from '../browser/refusals.ts';
import { inTurnAfter } from '../store/in-turn.ts';

/**
 * Begins with removing what an earlier worker has left; nothing is refused before that is gone, or it would go with it.
 */
export function inOrder(refusals: Refusals): Pick<Refusals, 'add' | 'remove'> {
  const inTurn = inTurnAfter(refusals.removeAll().catch(() => undefined));
  return {
    add: (refusal) => inTurn(() => refusals.add(refusal)),
    remove: (ids) => inTurn(() => refusals.remove(ids)),
  };
}
