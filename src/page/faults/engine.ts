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
import { copyStart, type Payload, sizeOf } from '../payload.ts';
import { CLOSING, callAfter, closeSocket, isGecko, nowMs, OPEN, socketReadyState } from '../platform.ts';
import { deref, quietly, sliceText } from '../primordials.ts';
import type { Recorder } from '../recorder.ts';
import { type Connection, findConnection, type Ring } from '../ring.ts';
import { fitsPattern, jittered, matches } from './chance.ts';
import { dataOf } from './data.ts';
import { reaches, replaceContent } from './fate.ts';
import { createHold, type HeldFault, type Hold, removeHold } from './hold.ts';
import { type CloseFacts, createLine, type Item, type Line, replaceGetters, stateOf } from './line.ts';
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

/** A drop fires `error`, too: it gives more of an application's code a chance to be wrong. */
const DROPPED: CloseFacts = { code: 1006, reason: '', wasClean: false, withError: true };
const LOST: CloseFacts = { code: 1006, reason: '', wasClean: false, withError: false };
/** How long browsers wait for the answer to a handshake (measured with a server that says nothing). */
const HANDSHAKE_TIMEOUT_MS = isGecko ? 20_000 : 240_000;

export function createFaultEngine(ring: Ring, recorder: Recorder, link: Link): FaultEngine {
  let faults: HeldFault | null = null;
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
      else traffic.cut(line, DROPPED, false, () => answer('done'));
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
    if (!replaceGetters()) return 'failed';
    const only = where.kind === 'connection' ? findConnection(ring, where.connection) : null;
    const line = where.kind === 'connection' ? lineOf(only, CLOSING) : null;
    if (typeof line === 'string') return line;
    let count = 0;
    for (let other = faults; other !== null; other = other.next) count++;
    if (count >= MAX_FAULTS) return 'tooMany';
    const held: HeldFault = { fault, timesLeft: fault.times ?? -1, holdCount: 0, isOver: false, next: faults };
    faults = held;
    if (line !== null) start(held, line);
    for (let next = line === null ? ring.oldestConnection : null; next !== null; next = next.next) {
      const other = isTarget(where, next) ? lineOf(next, CLOSING) : null;
      if (other !== null && typeof other !== 'string') start(held, other);
    }
    settle(held);
    return 'done';
  }

  function meet(connection: Connection, socket: WebSocket): void {
    for (let held = faults; held !== null; held = held.next) {
      const { where } = held.fault;
      if (where.kind === 'connection' || !where.later || held.timesLeft === 0 || !isTarget(where, connection)) continue;
      connection.line ??= createLine(connection, socket);
      start(held, connection.line);
    }
  }

  function isTarget(where: FaultTarget, { firstFact, isClosed }: Connection): boolean {
    const { report } = firstFact;
    if (isClosed || report.kind !== 'connectionCreated' || where.kind === 'connection') return false;
    return where.kind === 'all' || fitsPattern(report.url, where.urlPattern);
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
    while (held !== null && held.fault.id !== id) held = held.next;
    return held;
  }

  // --- one fault on one connection --------------------------------------------------------------------------------

  function start(held: HeldFault, line: Line): void {
    const hold = createHold(held, line);
    const { when } = held.fault;
    report(hold, { kind: 'faultStarted', connection: numberOf(hold), atMs: nowMs(), fault: held.fault.id });
    if (when.kind === 'now') fire(hold);
    else if (when.kind === 'every') fireAfter(hold, jittered(hold, when.periodMs, when.jitterMs));
    else if (when.kind === 'after' && (when.from === 'start' || line.hasShownOpen)) fireAfter(hold, when.delayMs);
  }

  function onOpened(line: Line): void {
    for (let hold = line.holds; hold !== null; hold = hold.next) {
      const { when } = hold.held.fault;
      if (when.kind === 'after' && when.from === 'open') fireAfter(hold, when.delayMs);
    }
  }

  function fireAfter(hold: Hold, delayMs: number): void {
    callAfter(delayMs, () => {
      if (hold.isGone) return;
      const { when } = hold.held.fault;
      if (when.kind === 'every') fireAfter(hold, jittered(hold, when.periodMs, when.jitterMs));
      fire(hold);
    });
  }

  function onFrame(line: Line, direction: Direction, payload: Payload): void {
    let next = line.holds;
    while (next !== null) {
      const hold = next;
      next = hold.next;
      const { when } = hold.held.fault;
      if (when.kind === 'frames' && reaches(when.direction, direction) && --hold.framesLeft === 0) fire(hold);
      if (when.kind === 'match' && reaches(when.direction, direction) && matches(when.match, payload)) fire(hold);
    }
  }

  function fire(hold: Hold): void {
    const { held } = hold;
    const { id, what, when } = held.fault;
    if (hold.isOn || hold.isGone || held.timesLeft === 0) return;
    held.timesLeft--;
    hold.isSpent = when.kind !== 'match' && when.kind !== 'every';
    hold.isOn = true;
    hold.round++;
    const { round } = hold;
    report(hold, { kind: 'faultFired', connection: numberOf(hold), atMs: nowMs(), fault: id, count: ++hold.count });
    if (what.kind === 'end') {
      const { code, reason, withError, server } = what;
      const close: CloseFacts = { code, reason, wasClean: code !== 1006, withError };
      if (server === 'keptOpen') hold.keptSocket = hold.line.socket;
      runInTask(() => {
        if (hold.round === round && hold.isOn)
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
    const { what } = hold.held.fault;
    const { round } = hold;
    if (what.kind === 'end' || what.kind === 'inject') return;
    const durationMs = what.durationMs ?? (what.kind === 'holdHandshake' ? HANDSHAKE_TIMEOUT_MS : null);
    if (durationMs !== null) callAfter(durationMs, () => hold.round === round && endRound(hold, 'done'));
  }

  /** A closing handshake has begun, whose end may be held. */
  function onClosing(line: Line): void {
    for (let hold = line.holds; hold !== null; hold = hold.next) {
      if (hold.isOn && hold.held.fault.what.kind === 'holdClose') endInTime(hold);
    }
  }

  /** The effect on this connection is over, or was never to come. */
  function endRound(hold: Hold, cause: FaultEndCause): void {
    if (hold.isGone) return;
    const wasOn = hold.isOn;
    const { held, line, lost, delayed, changed, added, count } = hold;
    hold.isOn = false;
    hold.round++;
    if (wasOn || cause !== 'done') {
      report(hold, {
        kind: 'faultEnded',
        connection: numberOf(hold),
        atMs: nowMs(),
        fault: held.fault.id,
        cause,
        count,
        lost,
        delayed,
        changed,
        added,
      });
    }
    if (cause !== 'done' || hold.isSpent || held.timesLeft === 0 || line.isEnded) removeHold(hold);
    if (wasOn && !line.isEnded) undo(hold, cause);
    if (hold.keptSocket !== null) closeSocket(hold.keptSocket);
    hold.keptSocket = null;
    settle(held);
    retire(line);
  }

  function undo(hold: Hold, cause: FaultEndCause): void {
    const { line } = hold;
    const { what } = hold.held.fault;
    const isDone = cause === 'done';
    if (what.kind === 'sleep' && what.ending === 'close' && isDone) traffic.cutInTask(line, LOST);
    else if (what.kind === 'holdClose' && what.ending === 'abnormal' && isDone && line.isClosing)
      traffic.cutInTask(line, LOST);
    else if (
      what.kind === 'holdHandshake' &&
      isDone &&
      !line.hasShownOpen &&
      (what.ending === 'fail' || what.durationMs === null)
    ) {
      traffic.cutInTask(line, DROPPED);
    } else {
      if (what.kind === 'silence') line.silencedBytes = 0;
      if (what.kind === 'end') line.endOnOpen = null;
      traffic.hurry(line, hold);
    }
  }

  function onEnded(line: Line): void {
    let next = line.holds;
    while (next !== null) {
      const hold = next;
      next = hold.next;
      // A connection that its server is to believe in is kept until the fault ends.
      if (hold.keptSocket === null)
        endRound(hold, hold.held.fault.what.kind === 'end' && hold.isOn ? 'done' : 'closed');
    }
  }

  function stop(held: HeldFault): void {
    held.isOver = true;
    for (let connection = ring.oldestConnection; connection !== null; connection = connection.next) {
      let next = connection.line?.holds ?? null;
      while (next !== null) {
        const hold = next;
        next = hold.next;
        if (hold.held === held) endRound(hold, 'stopped');
      }
    }
    forget(held);
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
      for (let connection = ring.oldestConnection; connection !== null; connection = connection.next) {
        let next = connection.line?.holds ?? null;
        while (next !== null) {
          const hold = next;
          next = hold.next;
          if (hold.held === held && !hold.isOn) removeHold(hold);
        }
      }
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
    if (faults === held) {
      faults = held.next;
      return;
    }
    let previous = faults;
    while (previous !== null && previous.next !== held) previous = previous.next;
    if (previous !== null) previous.next = held.next;
  }

  /** The socket is native again when there is nothing left that the page must not know. */
  function retire(line: Line): void {
    if (line.holds === null && !line.isEnded && traffic.isIdle(line)) line.connection.line = null;
  }

  // --- held frames, and what is told ------------------------------------------------------------------------------

  function onHeld({ heldBy, heldId, payload }: Item, direction: Direction): void {
    if (heldBy === null) return;
    const { text, bytes } = payload;
    report(heldBy, {
      kind: 'frameHeld',
      connection: numberOf(heldBy),
      atMs: nowMs(),
      fault: heldBy.held.fault.id,
      heldId,
      direction,
      text: text === null ? null : sliceText(text, 0, MAX_HELD_PREVIEW),
      bytes: bytes === null ? null : copyStart(bytes, MAX_HELD_PREVIEW),
      sizeBytes: sizeOf(payload),
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
        recorder.noteFrame(connection, item.atMs, out | FRAME_LOST, item.payload);
        replaceContent(item, dataOf(payload, isIncoming ? line.socket : null));
        item.flags = FRAME_SIMULATED;
        hold.changed++;
      }
      item.isLost = isLost;
      item.heldBy = null;
      if (isLost) hold.lost++;
      report(hold, { kind: 'frameReleased', connection: numberOf(hold), atMs: nowMs(), heldId, isLost });
      traffic.pump(line);
      return 'done';
    }
    return 'notFound';
  }

  function report({ line }: Hold, fact: FaultReport): void {
    const { connection } = line;
    if (connection.faultFacts++ < MAX_FAULT_REPORTS_PER_CONNECTION) recorder.noteFact(connection, fact);
  }

  const { receiveOpen, receiveMessage, receiveError, receiveClose, sendOn, closeOn } = traffic;
  return { receiveOpen, receiveMessage, receiveError, receiveClose, sendOn, closeOn, meet, drop, obey, stopAll };
}

function numberOf({ line }: Hold): number {
  return line.connection.number;
}
