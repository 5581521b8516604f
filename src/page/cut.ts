/**
 * The simulated drop. The page's socket looks from one task to the next as if its connection had been lost: readyState 3,
 * `error`, then `close` 1006, not clean, no reason. The real socket is ended by its native close() and kept silent.
 *
 * What browsers do was measured (Chromium 156, Firefox 153): readyState changes, `error` and `close` are dispatched in one
 * task, with a microtask checkpoint after every listener. An OPEN socket whose TCP connection is destroyed natively gets
 * `close` 1006 without `error`; one that the browser itself fails (bad frame, failed handshake) gets both. A drop fires
 * both in any case: applications that reconnect in `onerror` and those that do so in `onclose` are both put to the test.
 */

import type { CommandOutcome } from '../protocol/page-report.ts';
import type { Link } from './link.ts';
import { masked, replace } from './mask.ts';
import {
  CLOSED,
  CLOSING,
  closeSocket,
  dispatch,
  NativeCloseEvent,
  NativeEvent,
  nowMs,
  socketBufferedAmount,
  socketPrototype,
  socketReadyState,
} from './platform.ts';
import { apply, deref, NativeWeakMap, weakGet, weakSet } from './primordials.ts';
import type { Recorder } from './recorder.ts';
import { type Connection, findConnection, type Ring } from './ring.ts';

export interface Cut {
  /** What the page reads as bufferedAmount. */
  bufferedBytes: number;
}

const cuts = new NativeWeakMap<WebSocket, Cut>();

/** The cut of a socket; undefined for a whole one. */
export function cutOf(socket: WebSocket): Cut | undefined {
  return weakGet(cuts, socket);
}

interface Order {
  readonly commandId: number;
  readonly number: number;
  next: Order | null;
}

interface Victim {
  readonly connection: Connection;
  readonly socket: WebSocket;
}

/** Gives the function that carries out `drop` commands. The answer is posted when the socket has been cut. */
export function createDropper(ring: Ring, recorder: Recorder, link: Link): (commandId: number, number: number) => void {
  let firstOrder: Order | null = null;
  let victim: Victim | null = null;

  function drop(commandId: number, number: number): void {
    firstOrder = { commandId, number, next: firstOrder };
    link.callInTask(cutAndFail, close);
  }

  function cutAndFail(): void {
    // One call for each order; which of two orders given in the same moment is first makes no difference.
    if (firstOrder === null) return;
    const { commandId, number, next } = firstOrder;
    firstOrder = next;
    const target = find(ring, number);
    const outcome = typeof target === 'string' ? target : cut(target);
    if (outcome === 'done') victim = target as Victim;
    recorder.flush();
    link.post({ kind: 'answer', commandId, outcome });
    if (victim !== null) dispatch(victim.socket, new NativeEvent('error'));
  }

  function cut({ connection, socket }: Victim): CommandOutcome {
    try {
      if (!replaceGetters()) return 'failed';
      weakSet(cuts, socket, { bufferedBytes: socketBufferedAmount(socket) });
      closeSocket(socket);
    } catch {
      return 'failed';
    }
    const atMs = nowMs();
    recorder.noteFact(connection, { kind: 'connectionDropped', connection: connection.number, atMs });
    recorder.noteFact(connection, { kind: 'connectionErrored', connection: connection.number, atMs, simulated: true });
    return 'done';
  }

  /** The second half, after what the listeners of `error` left in the microtask queue. */
  function close(): void {
    if (victim === null) return;
    const { connection, socket } = victim;
    victim = null;
    recorder.noteFact(connection, {
      kind: 'connectionClosed',
      connection: connection.number,
      atMs: nowMs(),
      code: 1006,
      reason: '',
      wasClean: false,
      simulated: true,
    });
    dispatch(socket, new NativeCloseEvent('close', { __proto__: null, code: 1006, reason: '', wasClean: false }));
  }

  return drop;
}

function find(ring: Ring, number: number): Victim | CommandOutcome {
  const connection = findConnection(ring, number);
  if (connection === null) return 'notFound';
  if (connection.isClosed) return 'alreadyClosed';
  const socket = deref(connection.socket);
  if (socket === undefined) return 'notFound';
  return cutOf(socket) !== undefined || socketReadyState(socket) >= CLOSING ? 'alreadyClosed' : { connection, socket };
}

let areGettersReplaced = false;

/**
 * `readyState` and `bufferedAmount` answer for cut sockets, from the first drop on. Not before: readyState is read before
 * most calls of send(), a page without a drop should run at native speed and be native; a drop is the user's own doing.
 * The price: code that took the getter out of the prototype before the first drop goes on to see the truth (CLOSING, and
 * CLOSED once the real socket has closed).
 */
function replaceGetters(): boolean {
  if (areGettersReplaced) return true;
  areGettersReplaced =
    replaceGetter('readyState', () => CLOSED) && replaceGetter('bufferedAmount', ({ bufferedBytes }) => bufferedBytes);
  return areGettersReplaced;
}

function replaceGetter(name: string, answer: (cut: Cut) => number): boolean {
  return replace(socketPrototype, name, 'get', (native) =>
    masked(native, {
      __proto__: null,
      apply(target, socket: WebSocket, args) {
        const cut = cutOf(socket);
        return cut === undefined ? apply(target, socket as never, args as never) : answer(cut);
      },
    }),
  );
}
