/**
 * Moves what the faults let pass: frames in both directions, opening and end. Keeps the order of a TCP stream, dispatches
 * each event in a task of its own, and writes down what each side really got.
 */
import type { Direction } from '../../protocol/fault.ts';
import {
  FRAME_DELAYED,
  FRAME_DISCARDED,
  FRAME_LOST,
  FRAME_OUT,
  FRAME_SIMULATED,
} from '../../protocol/frame-columns.ts';
import { noteClosed, noteErrored, noteOpened } from '../facts.ts';
import { binaryPayload, isObject, type Payload, payloadOf, sizeOf } from '../payload.ts';
import {
  CLOSING,
  CONNECTING,
  callAfter,
  closeCode,
  closeReason,
  closeSocket,
  closeWasClean,
  dispatch,
  eventTimeMs,
  isGecko,
  messageData,
  messageOrigin,
  NativeCloseEvent,
  NativeEvent,
  NativeMessageEvent,
  nativeClose,
  nowMs,
  OPEN,
  sendNatively,
  socketReadyState,
  socketUrl,
} from '../platform.ts';
import { apply, ceil, indexOfText, quietly, sliceText } from '../primordials.ts';
import type { Recorder } from '../recorder.ts';
import type { Connection } from '../ring.ts';
import { isValidClose } from './close-arguments.ts';
import { frozen } from './data.ts';
import { decide, dueMsOfEnds, type Fate, isGated, isStuck } from './fate.ts';
import type { Hold } from './hold.ts';
import {
  bufferedBytesOf,
  type CloseFacts,
  FAILED,
  FOUND_DEAD,
  type Item,
  type Line,
  NO_SOCKET,
  type Queue,
  stateOf,
} from './line.ts';
import { append, findHeld, hurryQueue, isIdleQueue, isMemoryFull, newItem, queueOf, shift } from './queue.ts';
import { refuseToSend } from './refusal.ts';
import type { RunInTask } from './tasks.ts';

type NativeMethod = (...args: never[]) => unknown;

export interface TrafficEdges {
  /** A frame has come or gone, whatever became of it: faults may wait for it. */
  readonly onFrame: (line: Line, direction: Direction, payload: Payload) => void;
  readonly onOpened: (line: Line) => void;
  /** A closing handshake has begun. True: a fault holds its end. */
  readonly onClosing: (line: Line) => boolean;
  readonly onHeld: (item: Item, direction: Direction) => void;
  /** Something is done, and perhaps there is nothing left to do. */
  readonly onIdle: (line: Line) => void;
  /** The page has seen the end of the connection. */
  readonly onEnded: (line: Line) => void;
}

export interface Traffic {
  /** Native events. True: it is not for the page, now or ever. */
  readonly receiveOpen: (line: Line) => boolean;
  readonly receiveMessage: (line: Line, event: Event) => boolean;
  readonly receiveError: (line: Line) => boolean;
  readonly receiveClose: (line: Line, event: Event) => boolean;
  /** Calls of the page, with data that has been converted. */
  readonly sendOn: (line: Line, socket: WebSocket, data: unknown) => void;
  readonly closeOn: (line: Line, native: NativeMethod, socket: WebSocket, args: readonly unknown[]) => unknown;
  /** In a task that `finish` ends: the connection is over for the page. */
  readonly cut: (line: Line, close: CloseFacts, keepsOpen: boolean, announce: () => void) => void;
  readonly finish: () => void;
  readonly cutInTask: (line: Line, close: CloseFacts) => void;
  readonly inject: (line: Line, direction: Direction, data: unknown) => void;
  /** Lets pass what nothing keeps back any more. */
  readonly pump: (line: Line) => void;
  /** The same, when that fault is over: what it held, or delayed, is due. */
  readonly hurry: (line: Line, hold: Hold) => void;
  readonly isIdle: (line: Line) => boolean;
  readonly findHeld: (queue: Queue, heldId: number) => Item | null;
}

interface Ending {
  readonly connection: Connection;
  readonly socket: WebSocket;
  readonly close: CloseFacts;
  readonly simulated: boolean;
}

/** A frame that should come after the next one comes after so long when there is none. */
const STRAGGLER_MS = 500;
/** How long browsers wait for the server's close frame (measured with a stopped server). */
const CLOSE_TIMEOUT_MS = isGecko ? 20_000 : 60_000;

export function createTraffic(recorder: Recorder, runInTask: RunInTask, edges: TrafficEdges): Traffic {
  let lastHeldId = 0;
  /** The end whose `error` is being dispatched; `close` follows. */
  let ending: Ending | null = null;

  const NOTHING = payloadOf('');

  // --- what waits -------------------------------------------------------------------------------------------------

  function enqueue(line: Line, direction: Direction, added: Item): void {
    append(queueOf(line, direction), added);
    pumpOne(line, direction);
  }

  function releaseStraggler(line: Line, direction: Direction): void {
    const queue = queueOf(line, direction);
    const { straggler } = queue;
    queue.straggler = null;
    if (straggler !== null) enqueue(line, direction, straggler);
  }

  function isFree(line: Line, direction: Direction, kind: Item['kind']): boolean {
    const queue = queueOf(line, direction);
    return queue.oldest === null && !queue.isScheduled && queue.straggler === null && !isGated(line, direction, kind);
  }

  function pump(line: Line): void {
    pumpOne(line, 'in');
    pumpOne(line, 'out');
  }

  function hurry(line: Line, hold: Hold): void {
    hurryQueue(line.incoming, hold);
    hurryQueue(line.outgoing, hold);
    releaseStraggler(line, 'in');
    releaseStraggler(line, 'out');
    pump(line);
  }

  function pumpOne(line: Line, direction: Direction): void {
    const queue = queueOf(line, direction);
    const first = queue.oldest;
    if (queue.isScheduled || first === null || first.heldBy !== null || isGated(line, direction, first.kind)) return;
    const waitMs = ceil(first.dueMs - nowMs());
    if (waitMs <= 0) {
      queue.isScheduled = true;
      runInTask(
        () => deliver(line, direction),
        () => {
          queue.isScheduled = false;
          finish();
          pumpOne(line, direction);
          edges.onIdle(line);
        },
      );
    } else {
      callAfter(waitMs, () => pumpOne(line, direction));
    }
  }

  function deliver(line: Line, direction: Direction): void {
    const queue = queueOf(line, direction);
    const first = queue.oldest;
    if (first === null || first.heldBy !== null || isGated(line, direction, first.kind)) return;
    shift(queue);
    if (direction === 'out') transmit(line, first);
    else if (first.kind === 'open') open(line);
    else if (first.kind === 'message') show(line, first);
    else if (first.close !== null) end(line, first.close, false);
  }

  function open(line: Line): void {
    const { owner: connection, socket } = line;
    line.hasShownOpen = true;
    noteOpened(recorder, connection, socket, nowMs());
    dispatch(socket, new NativeEvent('open'));
    afterOpen(line);
  }

  function afterOpen(line: Line): void {
    // A server that closes at once does so when the handshake is over.
    const close = line.endOnOpen;
    if (close !== null) cutInTask(line, close);
    edges.onOpened(line);
  }

  function show(line: Line, { content, origin, flags, kept, isWasted }: Item): void {
    const isRead = stateOf(line) === OPEN && !isWasted;
    recorder.noteFrame(line.owner, nowMs(), isRead ? flags : flags | FRAME_LOST, kept);
    if (isRead) dispatch(line.socket, new NativeMessageEvent('message', { __proto__: null, data: content, origin }));
  }

  function transmit(line: Line, { kind, atMs, content, flags, kept, closeArgs, isWasted }: Item): void {
    const { owner: connection, socket } = line;
    if (kind === 'close') {
      apply(nativeClose, socket, closeArgs as never);
      return;
    }
    const isOpen = socketReadyState(socket) === OPEN && !isWasted;
    if (isOpen) sendNatively(socket, content as never);
    recorder.noteFrame(connection, atMs, FRAME_OUT | (isOpen ? flags : flags | FRAME_LOST), kept);
  }

  // --- the end ----------------------------------------------------------------------------------------------------

  function cut(line: Line, close: CloseFacts, keepsOpen: boolean, announce: () => void): void {
    const { owner: connection, socket } = line;
    if (line.isEnded) {
      announce();
      return;
    }
    if (!line.hasShownOpen && close.code !== 1006) {
      line.endOnOpen = close;
      announce();
      return;
    }
    recorder.noteFact(connection, { kind: 'connectionDropped', connection: connection.number, atMs: nowMs() });
    end(line, line.hasShownOpen ? close : FAILED, true, () => {
      if (!keepsOpen) quietly(() => closeSocket(socket));
      announce();
    });
  }

  function cutInTask(line: Line, close: CloseFacts): void {
    line.isDoomed = true;
    runInTask(() => cut(line, close, false, nothing), finish);
  }

  /** In `first` of a task, whose `second` is `finish`. */
  function end(line: Line, close: CloseFacts, simulated: boolean, beforeEvents: () => void = nothing): void {
    const { owner: connection, socket } = line;
    settleEnd(line);
    if (close.withError) noteErrored(recorder, connection, nowMs(), simulated);
    ending = { socket, close, connection, simulated };
    beforeEvents();
    line.socket = NO_SOCKET;
    if (close.withError) dispatch(socket, new NativeEvent('error'));
    edges.onEnded(line);
  }

  function finish(): void {
    if (ending === null) return;
    const { socket, close, connection, simulated } = ending;
    ending = null;
    const { code, reason, wasClean } = close;
    noteClosed(recorder, connection, nowMs(), code, reason, wasClean, simulated);
    dispatch(socket, new NativeCloseEvent('close', { __proto__: null, code, reason, wasClean }));
  }

  /** The line is as it will stay; what still waits will never arrive. */
  function settleEnd(line: Line): void {
    line.endBytes = bufferedBytesOf(line);
    line.voidBytes = 0;
    line.isEnded = true;
    abandonQueue(line, line.incoming, 0);
    abandonQueue(line, line.outgoing, FRAME_OUT);
  }

  function abandonQueue({ owner: connection }: Line, queue: Queue, direction: number): void {
    const { straggler } = queue;
    queue.straggler = null;
    for (let next = straggler ?? shift(queue); next !== null; next = shift(queue)) {
      const { kind, atMs, flags, kept } = next;
      if (kind === 'message') recorder.noteFrame(connection, atMs, direction | flags | FRAME_LOST, kept);
    }
  }

  // --- frames -----------------------------------------------------------------------------------------------------

  /** True: it does not pass by itself; what passes of it is on its way. */
  function take(line: Line, direction: Direction, fate: Fate, atMs: number, payload: Payload, origin: string): boolean {
    const out = direction === 'in' ? 0 : FRAME_OUT;
    const isWasted = fate.isWasted || isMemoryFull();
    if (isWasted || fate.isChanged) recorder.noteFrame(line.owner, atMs, out | FRAME_LOST, payload);
    if (isWasted) return true;
    const isDirect = !(fate.isChanged || fate.isDoubled || fate.isLate) && fate.dueMs === 0 && fate.heldBy === null;
    if (isDirect && isFree(line, direction, 'message')) return false;
    const copy = (flags: number) => {
      const next = newItem('message', fate.kept, direction === 'in' ? fate.content : frozen(fate.content), origin);
      next.flags = flags;
      next.dueMs = fate.dueMs;
      return next;
    };
    const first = copy(fate.isChanged ? FRAME_SIMULATED : FRAME_DELAYED);
    if (fate.heldBy !== null) {
      first.heldBy = fate.heldBy;
      first.ticket = ++lastHeldId;
      fate.heldBy.delayed++;
      edges.onHeld(first, direction);
    }
    const queue = queueOf(line, direction);
    if (fate.isLate && queue.straggler === null) {
      queue.straggler = first;
      callAfter(STRAGGLER_MS, () => {
        if (queue.straggler === first) releaseStraggler(line, direction);
      });
    } else {
      enqueue(line, direction, first);
      releaseStraggler(line, direction);
    }
    if (fate.isDoubled) enqueue(line, direction, copy(FRAME_SIMULATED));
    return true;
  }

  function receiveMessage(line: Line, event: Event): boolean {
    if (line.isEnded) return true;
    const data = messageData(event);
    const payload = payloadOf(data);
    const atMs = eventTimeMs(event);
    if (line.isClosing) {
      recorder.noteFrame(line.owner, atMs, FRAME_LOST, payload);
      return true;
    }
    const fate = decide(line, 'in', data, payload);
    const isTaken = take(line, 'in', fate, atMs, payload, messageOrigin(event));
    edges.onFrame(line, 'in', payload);
    return isTaken;
  }

  function sendOn(line: Line, socket: WebSocket, data: unknown): void {
    // What throws natively throws natively: data of the wrong kind always, any while the handshake is really under way.
    const isRefused = typeof data === 'symbol' || (isObject(data) && binaryPayload(data) === null);
    if (isRefused || socketReadyState(socket) === CONNECTING) sendNatively(socket, data as never);
    else if (stateOf(line) === CONNECTING) refuseToSend();
    else quietly(() => submit(line, socket, data));
  }

  function submit(line: Line, socket: WebSocket, data: unknown): void {
    const payload = payloadOf(data);
    if (stateOf(line) >= CLOSING) {
      line.voidBytes += sizeOf(payload);
      recorder.noteFrame(line.owner, nowMs(), FRAME_OUT | FRAME_DISCARDED, payload);
      return;
    }
    const fate = decide(line, 'out', data, payload);
    // The connection has ended already, which the page is not to know yet.
    if (socketReadyState(socket) !== OPEN) fate.isWasted = true;
    if (take(line, 'out', fate, nowMs(), payload, '')) buffer(line, sizeOf(payload), fate.isSilenced);
    else {
      sendNatively(socket, data as never);
      recorder.noteFrame(line.owner, nowMs(), FRAME_OUT, payload);
    }
    edges.onFrame(line, 'out', payload);
  }

  /** In bufferedAmount until the next task, as a frame that the system takes at once. */
  function buffer(line: Line, bytes: number, isSilenced: boolean): void {
    line.freshBytes += bytes;
    runInTask(nothing, () => {
      line.freshBytes -= bytes;
      if (isSilenced) line.silencedBytes += bytes;
      edges.onIdle(line);
    });
  }

  function inject(line: Line, direction: Direction, data: unknown): void {
    if (stateOf(line) !== OPEN) return;
    const injected = newItem('message', payloadOf(data), data, originOf(socketUrl(line.socket)));
    injected.flags = FRAME_SIMULATED;
    enqueue(line, direction, injected);
  }

  // --- opening and closing ----------------------------------------------------------------------------------------

  function receiveOpen(line: Line): boolean {
    if (line.isEnded) return true;
    const dueMs = dueMsOfEnds(line);
    if (dueMs === 0 && isFree(line, 'in', 'open')) {
      line.hasShownOpen = true;
      afterOpen(line);
      return false;
    }
    const waiting = newItem('open', NOTHING, null);
    waiting.dueMs = dueMs;
    enqueue(line, 'in', waiting);
    return true;
  }

  function receiveError(line: Line): boolean {
    if (line.isEnded) return true;
    line.hasErrored = !isFree(line, 'in', 'close') || dueMsOfEnds(line) > 0;
    return line.hasErrored;
  }

  function receiveClose(line: Line, event: Event): boolean {
    if (line.isEnded) return true;
    const dueMs = line.isClosing ? 0 : dueMsOfEnds(line);
    if (!line.hasErrored && dueMs === 0 && isFree(line, 'in', 'close')) {
      settleEnd(line);
      line.socket = NO_SOCKET;
      edges.onEnded(line);
      return false;
    }
    releaseStraggler(line, 'in');
    const waiting = newItem('close', NOTHING, null);
    const wasClean = closeWasClean(event);
    waiting.close = { code: closeCode(event), reason: closeReason(event), wasClean, withError: line.hasErrored };
    waiting.dueMs = dueMs;
    // Until it comes, the closing handshake goes on, as far as the page can see; a dead connection looks open.
    if (wasClean && edges.onClosing(line)) line.isClosing = true;
    enqueue(line, 'in', waiting);
    return true;
  }

  function closeOn(line: Line, native: NativeMethod, socket: WebSocket, args: readonly unknown[]): unknown {
    // It throws, natively.
    if (!isValidClose(args)) return apply(native, socket, args as never);
    const state = stateOf(line);
    if (state >= CLOSING) return undefined;
    line.isClosing = true;
    edges.onClosing(line);
    if (state === CONNECTING) {
      // What a browser does with a handshake under way: it fails it.
      if (isFree(line, 'in', 'open')) return apply(native, socket, args as never);
      cutInTask(line, FAILED);
      return undefined;
    }
    releaseStraggler(line, 'out');
    if (isStuck(line)) callAfter(CLOSE_TIMEOUT_MS, () => isStuck(line) && cutInTask(line, FOUND_DEAD));
    if (isFree(line, 'out', 'close')) return apply(native, socket, args as never);
    const waiting = newItem('close', NOTHING, null);
    waiting.closeArgs = args;
    enqueue(line, 'out', waiting);
    return undefined;
  }

  return {
    receiveOpen,
    receiveMessage,
    receiveError,
    receiveClose,
    sendOn,
    closeOn,
    cut,
    cutInTask,
    finish,
    inject,
    pump,
    hurry,
    isIdle: ({ incoming, outgoing, isClosing, isDoomed, freshBytes }) =>
      isIdleQueue(incoming) && isIdleQueue(outgoing) && !isClosing && !isDoomed && freshBytes === 0,
    findHeld,
  };
}

function nothing(): void {}

/** As `MessageEvent.origin` of a WebSocket has it. */
function originOf(url: string): string {
  return sliceText(url, 0, indexOfText(url, '/', 'ws://x'.length));
}
