/** What waits on a line, in order. Lists and one count, no effects. */
import type { Direction } from '../../protocol/fault.ts';
import { MAX_HELD_FRAMES } from '../../protocol/limits.ts';
import type { Payload } from '../payload.ts';
import { nowMs } from '../platform.ts';
import type { Hold } from './hold.ts';
import type { Item, Line, Queue } from './line.ts';

/** Of all lines of the document together. */
let waitingCount = 0;

/** Memory is finite, as that of routers. */
export function isMemoryFull(): boolean {
  return waitingCount >= MAX_HELD_FRAMES;
}

export function queueOf(line: Line, direction: Direction): Queue {
  return direction === 'in' ? line.incoming : line.outgoing;
}

export function newItem(kind: Item['kind'], payload: Payload, content: unknown, origin = ''): Item {
  return {
    kind,
    atMs: nowMs(),
    dueMs: 0,
    flags: 0,
    content,
    kept: payload,
    origin,
    close: null,
    closeArgs: null,
    heldBy: null,
    ticket: 0,
    isWasted: false,
    follower: null,
  };
}

export function append(queue: Queue, added: Item): void {
  waitingCount++;
  if (queue.newest === null) queue.oldest = added;
  else queue.newest.follower = added;
  queue.newest = added;
}

/** Takes the oldest. */
export function shift(queue: Queue): Item | null {
  const first = queue.oldest;
  if (first === null) return null;
  waitingCount--;
  queue.oldest = first.follower;
  if (queue.oldest === null) queue.newest = null;
  first.follower = null;
  return first;
}

/** A fault is over: what it delayed or held is due. */
export function hurryQueue(queue: Queue, hold: Hold): void {
  const isDelay = hold.effect.kind === 'delay';
  if (isDelay) queue.freeAtMs = 0;
  for (let next = queue.oldest; next !== null; next = next.follower) {
    if (isDelay) next.dueMs = 0;
    if (next.heldBy === hold) next.heldBy = null;
  }
}

export function isIdleQueue({ oldest, straggler, isScheduled }: Queue): boolean {
  return oldest === null && straggler === null && !isScheduled;
}

export function findHeld(queue: Queue, heldId: number): Item | null {
  let item = queue.oldest;
  while (item !== null && item.ticket !== heldId) item = item.follower;
  return item;
}
