/** Faults that hold in this document, and what each of them does to one connection. Data and lists, no effects. */
import type { FaultTrigger, PageFault } from '../../protocol/fault.ts';
import type { Line } from './line.ts';

export interface HeldFault {
  readonly fault: PageFault;
  /** How often it may still begin. */
  timesLeft: number;
  holdCount: number;
  isOver: boolean;
  follower: HeldFault | null;
}

/** One fault on one line, from `faultStarted` to its last `faultEnded`. */
export interface Hold {
  readonly held: HeldFault;
  readonly trigger: FaultTrigger;
  readonly effect: PageFault['what'];
  readonly line: Line;
  /** The effect lasts. */
  isOn: boolean;
  /** Its trigger can do no more. */
  isSpent: boolean;
  isGone: boolean;
  /** Of the effect or the timer that is under way: what comes from an earlier one is void. */
  turn: number;
  framesLeft: number;
  /** Ended for the page, open for its server until the fault is over. */
  keptSocket: WebSocket | null;
  random: number;
  count: number;
  lost: number;
  delayed: number;
  changed: number;
  added: number;
  follower: Hold | null;
}

export function createHold(held: HeldFault, line: Line): Hold {
  const { seed, when, what } = held.fault;
  const hold: Hold = {
    held,
    trigger: when,
    effect: what,
    line,
    isOn: false,
    isSpent: false,
    isGone: false,
    turn: 0,
    framesLeft: when.kind === 'frames' ? when.count : 0,
    keptSocket: null,
    random: (seed + line.owner.number * 0x9e37_79b9) >>> 0,
    count: 0,
    lost: 0,
    delayed: 0,
    changed: 0,
    added: 0,
    follower: null,
  };
  held.holdCount++;
  let last = line.holds;
  if (last === null) line.holds = hold;
  else {
    while (last.follower !== null) last = last.follower;
    last.follower = hold;
  }
  return hold;
}

export function removeHold(hold: Hold): void {
  const { line } = hold;
  hold.isGone = true;
  hold.held.holdCount--;
  if (line.holds === hold) {
    line.holds = hold.follower;
    return;
  }
  let previous = line.holds;
  while (previous !== null && previous.follower !== hold) previous = previous.follower;
  if (previous !== null) previous.follower = hold.follower;
}

/** Calls `visit` with every hold of the line, which may remove it. */
export function eachOn(line: Line | null, visit: (hold: Hold) => unknown): void {
  let next = line === null ? null : line.holds;
  while (next !== null) {
    const hold = next;
    next = hold.follower;
    visit(hold);
  }
}
