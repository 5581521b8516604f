/**
 * Executes faults: which connections they are for, when they fire, when they are over. All of it ends with
 * `stopAllFaults`: what was held passes, and what was kept silent ends as it really ended.
 */
import type { Direction, FaultTarget, PageFault } from '../../protocol/fault.ts';
import { FRAME_LOST, FRAME_OUT, FRAME_SIMULATED } from '../../protocol/frame-columns.ts';
import { MAX_FAULT_REPORTS_PER_CONNECTION, MAX_FAULTS, MAX_HELD_PREVIEW } from '../../protocol/limits.ts';
import type { FaultCommand } from '../../protocol/page-command.ts';
import type { CommandOutcome, FaultEndCause, FaultReport } from '../../protocol/page-report.ts';
import type { Link } from '../link.ts';
import { copyBytes, type Payload, sizeOf } from '../payload.ts';
import { CLOSING, callAfter, closeSocket, isGecko, nowMs, OPEN, socketReadyState } from '../platform.ts';
import { deref, quietly, sliceText } from '../primordials.ts';
import type { Recorder } from '../recorder.ts';
import { type Connection, findConnection, type Ring } from '../ring.ts';
import { fitsPattern, jittered, matches } from './chance.ts';
import { dataOf } from './data.ts';
import { reaches, replaceContent } from './fate.ts';
import { createHold, eachOn, type HeldFault, type Hold, removeHold } from './hold.ts';
import {
  type CloseFacts,
  createLine,
  FAILED,
  FOUND_DEAD,
  type Item,
  type Line,
  LOST,
  replaceGetters,
  stateOf,
} from './line.ts';
import { createTasks } from './tasks.ts';
import { createTraffic, type Traffic } from './traffic.ts';

export interface FaultEngine
  extends Pick<Traffic, 'receiveOpen' | 'receiveMessage' | 'receiveError' | 'receiveClose' | 'sendOn' | 'closeOn'> {
  /** A connection that has just been constructed. */
  readonly meet: (connection: Connection, socket: WebSocket) => void;
  readonly drop: (commandId: number, number: number) => void;
  readonly obey: (command: FaultCommand) => void;
  readonly stopAll: () => void;
}

type Without<Report, Key extends PropertyKey> = Report extends unknown ? Omit<Report, Key> : never;
/** What a report of a fault says beside where, when and of which fault. */
type ReportPart = Without<FaultReport, 'connection' | 'atMs' | 'fault'>;

/** How long browsers wait for the answer to a handshake (measured with a server that says nothing). */
const HANDSHAKE_TIMEOUT_MS = isGecko ? 20_000 : 240_000;

export function createFaultEngine(ring: Ring, recorder: Recorder, link: Link): FaultEngine {
  let faults: HeldFault | null = null;
  let faultCount = 0;
  const runInTask = createTasks(link);
  const traffic = createTraffic(recorder, runInTask, { onFrame, onHeld, onOpened, onClosing, onIdle: retire, onEnded });

  // --- commands ---------------------------------------------------------------------------------------------------

  function drop(commandId: number, number: number): void {
    const answer = (outcome: CommandOutcome) => {
      recorder.flush();
      link.post({ kind: 'answer', commandId, outcome });
    };
    runInTask(() => {
      const line = lineOf(findConnection(ring, number), OPEN);
      if (typeof line === 'string') answer(line);
      // With `error`: it gives more of an application's code a chance to be wrong.
      else traffic.cut(line, FAILED, false, () => answer('done'));
    }, traffic.finish);
  }

  function obey(command: FaultCommand): void {
    let outcome: CommandOutcome = 'failed';
    quietly(() => {
      outcome = execute(command);
    });
    recorder.flush();
    link.post({ kind: 'answer', commandId: command.commandId, outcome });
  }

  function execute(command: FaultCommand): CommandOutcome {
    if (command.kind === 'fault') return begin(command.fault);
    if (command.kind === 'releaseFrame') return release(command);
    const held = findFault(command.faultId);
    if (held === null) return 'notFound';
    stop(held);
    return 'done';
  }

  function begin(fault: PageFault): CommandOutcome {
    const { where } = fault;
    const known = findFault(fault.id);
    if (known !== null) stop(known);
    if (faultCount >= MAX_FAULTS) return 'tooMany';
    if (!replaceGetters()) return 'failed';
    const held: HeldFault = { fault, timesLeft: fault.times ?? -1, holdCount: 0, isOver: false, follower: faults };
    faults = held;
    faultCount++;
    let outcome: CommandOutcome = where.kind === 'connection' ? 'notFound' : 'done';
    for (let next = ring.oldestConnection; next !== null; next = next.next) {
      if (!isTarget(where, next)) continue;
      const line = lineOf(next, CLOSING);
      if (typeof line !== 'string') {
        start(held, line);
        outcome = 'done';
      } else if (where.kind === 'connection') outcome = line;
    }
    settle(held);
    return outcome;
  }

  function meet(connection: Connection, socket: WebSocket): void {
    for (let held = faults; held !== null; held = held.follower) {
      const { where } = held.fault;
      if (where.kind === 'connection' || !where.later || held.timesLeft === 0 || !isTarget(where, connection)) continue;
      connection.line ??= createLine(connection, socket);
      start(held, connection.line);
    }
  }

  function isTarget(where: FaultTarget, { firstFact, number }: Connection): boolean {
    const { report } = firstFact;
    if (where.kind === 'connection') return number === where.connection;
    return where.kind === 'all' || (report.kind === 'connectionCreated' && fitsPattern(report.url, where.urlPattern));
  }

  /** The line of a connection that has not come further than `latestState`. */
  function lineOf(connection: Connection | null, latestState: number): Line | CommandOutcome {
    if (connection === null) return 'notFound';
    const { line } = connection;
    if (connection.isClosed) return 'alreadyClosed';
    if (line !== null) return stateOf(line) > latestState ? 'alreadyClosed' : line;
    const socket = deref(connection.socket);
    if (socket === undefined) return 'notFound';
    if (socketReadyState(socket) > latestState) return 'alreadyClosed';
    if (!replaceGetters()) return 'failed';
    connection.line = createLine(connection, socket);
    return connection.line;
  }

  function findFault(id: string): HeldFault | null {
    let held = faults;
    while (held !== null && held.fault.id !== id) held = held.follower;
    return held;
  }

  // --- one fault on one connection --------------------------------------------------------------------------------

  function start(held: HeldFault, line: Line): void {
    const hold = createHold(held, line);
    const { when, what } = held.fault;
    const silences = what.kind === 'silence' && what.only.kind === 'any' ? what.direction : null;
    report(hold, { kind: 'faultStarted', effect: what.kind, silences });
    if (when.kind === 'now') fire(hold);
    else if (when.kind === 'every') fireAfter(hold, jittered(hold, when.periodMs, when.jitterMs));
    else if (when.kind === 'after' && (when.from === 'start' || line.hasShownOpen)) fireAfter(hold, when.delayMs);
  }

  function onOpened(line: Line): void {
    eachOn(line, (hold) => {
      const when = hold.trigger;
      if (when.kind === 'after' && when.from === 'open') fireAfter(hold, when.delayMs);
    });
  }

  function fireAfter(hold: Hold, delayMs: number): void {
    callAfter(delayMs, () => {
      if (hold.isGone) return;
      const when = hold.trigger;
      if (when.kind === 'every') fireAfter(hold, jittered(hold, when.periodMs, when.jitterMs));
      fire(hold);
    });
  }

  function onFrame(line: Line, direction: Direction, payload: Payload): void {
    eachOn(line, (hold) => {
      const when = hold.trigger;
      if (when.kind === 'frames' && reaches(when.direction, direction) && --hold.framesLeft === 0) fire(hold);
      if (when.kind === 'match' && reaches(when.direction, direction) && matches(when.match, payload)) fire(hold);
    });
  }

  function fire(hold: Hold): void {
    const { held } = hold;
    const what = hold.effect;
    if (hold.isOn || hold.isGone || held.timesLeft === 0) return;
    held.timesLeft--;
    hold.isSpent = hold.trigger.kind !== 'match' && hold.trigger.kind !== 'every';
    hold.isOn = true;
    hold.turn++;
    const { turn } = hold;
    report(hold, { kind: 'faultFired', count: ++hold.count });
    if (what.kind === 'end') {
      const { code, reason, lostBy, server } = what;
      const withError = lostBy === 'failure' || (lostBy === 'reset' && FOUND_DEAD.withError);
      const close: CloseFacts = { code, reason, wasClean: code !== 1006, withError };
      if (server === 'keptOpen') hold.keptSocket = hold.line.socket;
      runInTask(() => {
        if (hold.turn === turn && hold.isOn)
          traffic.cut(hold.line, close, server === 'keptOpen', () => recorder.flush());
      }, traffic.finish);
    } else if (what.kind === 'inject') {
      traffic.inject(
        hold.line,
        what.direction,
        dataOf(what.payload, what.direction === 'in' ? hold.line.socket : null),
      );
      hold.added++;
      endRound(hold, 'done');
    } else if (what.kind !== 'holdClose' || hold.line.isClosing) {
      endInTime(hold);
    }
  }

  function endInTime(hold: Hold): void {
    const what = hold.effect;
    const { turn } = hold;
    const durationMs =
      (what as Extract<typeof what, { durationMs: unknown }>).durationMs ??
      (what.kind === 'holdHandshake' ? HANDSHAKE_TIMEOUT_MS : null);
    if (durationMs !== null) callAfter(durationMs, () => hold.turn === turn && endRound(hold, 'done'));
  }

  /** A closing handshake has begun; true when its end is held. */
  function onClosing(line: Line): boolean {
    let isHeld = false;
    eachOn(line, (hold) => {
      if (!hold.isOn || hold.effect.kind !== 'holdClose') return;
      isHeld = true;
      endInTime(hold);
    });
    return isHeld;
  }

  /** The effect on this connection is over, or was never to come. */
  function endRound(hold: Hold, cause: FaultEndCause): void {
    if (hold.isGone) return;
    const wasOn = hold.isOn;
    const { held, line, lost, delayed, changed, added, count } = hold;
    const isLast = cause !== 'done' || hold.isSpent || held.timesLeft === 0 || line.isEnded;
    hold.isOn = false;
    hold.turn++;
    if (wasOn || cause !== 'done') {
      report(hold, { kind: 'faultEnded', cause, count, lost, delayed, changed, added }, isLast);
    }
    if (isLast) removeHold(hold);
    if (wasOn && !line.isEnded) undo(hold, cause);
    if (hold.keptSocket !== null) closeSocket(hold.keptSocket);
    hold.keptSocket = null;
    settle(held);
    retire(line);
  }

  function undo(hold: Hold, cause: FaultEndCause): void {
    const { line } = hold;
    const what = hold.effect;
    const isDone = cause === 'done';
    if (what.kind === 'sleep' && what.ending === 'close' && isDone) traffic.cutInTask(line, FOUND_DEAD);
    else if (what.kind === 'holdClose' && what.ending === 'abnormal' && isDone && line.isClosing)
      traffic.cutInTask(line, LOST);
    else if (
      what.kind === 'holdHandshake' &&
      isDone &&
      !line.hasShownOpen &&
      (what.ending === 'fail' || what.durationMs === null)
    ) {
      traffic.cutInTask(line, FAILED);
    } else {
      if (what.kind === 'silence') line.silencedBytes = 0;
      if (what.kind === 'end') line.endOnOpen = null;
      traffic.hurry(line, hold);
    }
  }

  function onEnded(line: Line): void {
    eachOn(line, (hold) => {
      // A connection that its server is to believe in is kept until the fault ends.
      if (hold.keptSocket === null) endRound(hold, hold.effect.kind === 'end' && hold.isOn ? 'done' : 'closed');
    });
  }

  function stop(held: HeldFault): void {
    held.isOver = true;
    eachHold(held, (hold) => endRound(hold, 'stopped'));
    forget(held);
  }

  function eachHold(held: HeldFault, visit: (hold: Hold) => void): void {
    for (let connection = ring.oldestConnection; connection !== null; connection = connection.next) {
      eachOn(connection.line, (hold) => hold.held === held && visit(hold));
    }
  }

  function stopAll(): void {
    while (faults !== null) stop(faults);
    recorder.flush();
  }

  /** A fault that can do nothing any more is over. */
  function settle(held: HeldFault): void {
    if (held.isOver) return;
    if (held.timesLeft === 0) {
      // Those that have not begun never will.
      eachHold(held, (hold) => !hold.isOn && removeHold(hold));
    }
    const { where } = held.fault;
    const isAwaiting = where.kind !== 'connection' && where.later && held.timesLeft !== 0;
    if (held.holdCount > 0 || isAwaiting) return;
    held.isOver = true;
    forget(held);
    recorder.flush();
    link.post({ kind: 'faultOver', faultId: held.fault.id });
  }

  function forget(held: HeldFault): void {
    faultCount--;
    if (faults === held) {
      faults = held.follower;
      return;
    }
    let previous = faults;
    while (previous !== null && previous.follower !== held) previous = previous.follower;
    if (previous !== null) previous.follower = held.follower;
  }

  /** The socket is native again when there is nothing left that the page must not know. */
  function retire(line: Line): void {
    if (line.holds === null && !line.isEnded && traffic.isIdle(line)) line.owner.line = null;
  }

  // --- held frames, and what is told ------------------------------------------------------------------------------

  function onHeld({ heldBy, ticket, kept }: Item, direction: Direction): void {
    if (heldBy === null) return;
    const { text, bytes } = kept;
    report(heldBy, {
      kind: 'frameHeld',
      heldId: ticket,
      direction,
      text: text === null ? null : sliceText(text, 0, MAX_HELD_PREVIEW),
      bytes: bytes === null ? null : copyBytes(bytes, MAX_HELD_PREVIEW),
      sizeBytes: sizeOf(kept),
    });
  }

  function release({ heldId, payload, isLost }: Extract<FaultCommand, { kind: 'releaseFrame' }>): CommandOutcome {
    for (let connection = ring.oldestConnection; connection !== null; connection = connection.next) {
      const { line } = connection;
      if (line === null) continue;
      const isIncoming = traffic.findHeld(line.incoming, heldId) !== null;
      const item = traffic.findHeld(line.incoming, heldId) ?? traffic.findHeld(line.outgoing, heldId);
      const hold = item?.heldBy ?? null;
      if (item === null || hold === null) continue;
      const out = isIncoming ? 0 : FRAME_OUT;
      if (payload !== null && !isLost) {
        recorder.noteFrame(connection, item.atMs, out | FRAME_LOST, item.kept);
        replaceContent(item, dataOf(payload, isIncoming ? line.socket : null));
        item.flags = FRAME_SIMULATED;
        hold.changed++;
      }
      item.isWasted = isLost;
      item.heldBy = null;
      if (isLost) hold.lost++;
      report(hold, { kind: 'frameReleased', heldId, isLost });
      traffic.pump(line);
      return 'done';
    }
    return 'notFound';
  }

  function report({ held, line }: Hold, part: ReportPart, isAlwaysTold = false): void {
    const { owner } = line;
    const fact = part as unknown as { -readonly [Key in keyof FaultReport]: FaultReport[Key] };
    fact.connection = owner.number;
    fact.atMs = nowMs();
    fact.fault = held.fault.id;
    if (owner.faultFacts++ < MAX_FAULT_REPORTS_PER_CONNECTION || isAlwaysTold)
      recorder.noteFact(owner, fact as FaultReport);
  }

  const { receiveOpen, receiveMessage, receiveError, receiveClose, sendOn, closeOn } = traffic;
  return { receiveOpen, receiveMessage, receiveError, receiveClose, sendOn, closeOn, meet, drop, obey, stopAll };
}
