/** What the faults that last do to one frame, and what they keep from passing. Decides; moves nothing. */
import type { Direction, Reach } from '../../protocol/fault.ts';
import { type Payload, payloadOf, sizeOf } from '../payload.ts';
import { nowMs } from '../platform.ts';
import { max } from '../primordials.ts';
import { chance, jittered, matches } from './chance.ts';
import { corrupted, truncated } from './data.ts';
import type { Hold } from './hold.ts';
import type { Item, Line } from './line.ts';

export interface Fate {
  isWasted: boolean;
  /** The network is dead, not the frame unlucky. */
  isSilenced: boolean;
  isDoubled: boolean;
  isLate: boolean;
  isChanged: boolean;
  dueMs: number;
  heldBy: Hold | null;
  content: unknown;
  kept: Payload;
}

export function reaches(reach: Reach, direction: Direction): boolean {
  return reach === 'both' || reach === direction;
}

export function decide(line: Line, direction: Direction, content: unknown, payload: Payload): Fate {
  const fate: Fate = {
    isWasted: false,
    isSilenced: false,
    isDoubled: false,
    isLate: false,
    isChanged: false,
    dueMs: 0,
    heldBy: null,
    content,
    kept: payload,
  };
  for (let hold = line.holds; hold !== null; hold = hold.follower) if (hold.isOn) submit(fate, hold, direction);
  return fate;
}

function submit(fate: Fate, hold: Hold, direction: Direction): void {
  const what = hold.effect;
  if (what.kind === 'silence') {
    if (!reaches(what.direction, direction) || !matches(what.only, fate.kept)) return;
    if (!fate.isWasted) hold.lost++;
    fate.isWasted = true;
    if (what.only.kind === 'any') fate.isSilenced = true;
  } else if (what.kind === 'mangle') {
    if (reaches(what.direction, direction)) mangle(fate, hold, direction);
  } else if (what.kind === 'delay') {
    if (reaches(what.direction, direction)) fate.dueMs = max(fate.dueMs, dueMs(hold, direction, fate.kept));
  } else if (what.kind === 'hold') {
    if (reaches(what.direction, direction) && matches(what.match, fate.kept)) fate.heldBy ??= hold;
  }
}

/** Draws as often for every frame: what happens to one must not depend on what happened to others. */
function mangle(fate: Fate, hold: Hold, direction: Direction): void {
  const what = hold.effect;
  if (what.kind !== 'mangle') return;
  const isLost = chance(hold) < what.loss;
  const isDoubled = chance(hold) < what.duplicate;
  const isLate = chance(hold) < what.reorder;
  const isCorrupted = chance(hold) < what.corrupt;
  const isTruncated = chance(hold) < what.truncate;
  const place = chance(hold);
  if (isLost) {
    hold.lost++;
    fate.isWasted = true;
    return;
  }
  if (isDoubled) hold.added++;
  if (isLate || isCorrupted || isTruncated) hold.changed++;
  fate.isDoubled ||= isDoubled;
  fate.isLate ||= isLate;
  const receiver = direction === 'in' ? hold.line.socket : null;
  if (isCorrupted) replaceContent(fate, corrupted(fate.content, place, receiver));
  if (isTruncated) replaceContent(fate, truncated(fate.content, place, receiver));
  fate.isChanged ||= isCorrupted || isTruncated;
}

export function replaceContent(frame: { content: unknown; kept: Payload }, content: unknown): void {
  frame.content = content;
  frame.kept = payloadOf(content);
}

function dueMs(hold: Hold, direction: Direction, payload: Payload): number {
  const what = hold.effect;
  if (what.kind !== 'delay') return 0;
  hold.delayed++;
  const queue = direction === 'in' ? hold.line.incoming : hold.line.outgoing;
  const { bytesPerSecond, delayMs, jitterMs } = what;
  const transferMs = bytesPerSecond === null ? 0 : (sizeOf(payload) / bytesPerSecond) * 1_000;
  queue.freeAtMs = max(nowMs(), queue.freeAtMs) + transferMs;
  return queue.freeAtMs + max(0, jittered(hold, delayMs, jitterMs));
}

/** Opening and end are as late as a frame of no size. */
export function dueMsOfEnds(line: Line): number {
  let due = 0;
  for (let hold = line.holds; hold !== null; hold = hold.follower) {
    const what = hold.effect;
    if (hold.isOn && what.kind === 'delay' && reaches(what.direction, 'in')) {
      due = max(due, max(nowMs(), line.incoming.freeAtMs) + what.delayMs);
    }
  }
  return due;
}

/** Whether something of that kind has to wait until a fault is over. */
export function isGated(line: Line, direction: Direction, kind: Item['kind']): boolean {
  for (let hold = line.holds; hold !== null; hold = hold.follower) {
    if (!hold.isOn) continue;
    const what = hold.effect;
    if (what.kind === 'sleep') return true;
    if (
      what.kind === 'silence' &&
      kind !== 'message' &&
      what.only.kind === 'any' &&
      reaches(what.direction, direction)
    ) {
      return true;
    }
    if (direction === 'out') continue;
    if (what.kind === 'holdHandshake' && !line.hasShownOpen) return true;
    if (what.kind === 'holdClose' && kind === 'close') return true;
  }
  return false;
}

/** Whether a closing handshake can come to no end. */
export function isStuck(line: Line): boolean {
  return isGated(line, 'in', 'close') || isGated(line, 'out', 'close');
}
