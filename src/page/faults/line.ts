/**
 * One connection while faults hold for it: what the page may know of its socket, and the frames that are kept back. A
 * connection without faults has no line, and its socket is native in every respect.
 *
 *     native event ──▶ incoming ──▶ page          CONNECTING ─▶ OPEN ─▶ CLOSED as the page was shown them,
 *     network      ◀── outgoing ◀── send(), close()              CLOSING from its own close() on
 */
import { masked, replace } from '../mask.ts';
import type { Payload } from '../payload.ts';
import {
  CLOSED,
  CLOSING,
  CONNECTING,
  isGecko,
  OPEN,
  socketBufferedAmount,
  socketPrototype,
  socketReadyState,
} from '../platform.ts';
import { apply, max, min } from '../primordials.ts';
import { type Connection, hasFact } from '../ring.ts';
import { connectionOf } from '../sockets.ts';
import type { Hold } from './hold.ts';

export interface CloseFacts {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  readonly withError: boolean;
}

/** A connection that its network lost; and one that the browser failed, which is told by `error` first. */
export const LOST: CloseFacts = { code: 1006, reason: '', wasClean: false, withError: false };
export const FAILED: CloseFacts = { code: 1006, reason: '', wasClean: false, withError: true };

/** Found dead: by a TCP reset, by TCP that gave up, by an answer that never came. Firefox fails it, Chromium just loses it. */
export const FOUND_DEAD: CloseFacts = isGecko ? FAILED : LOST;

/** Something that waits for its turn. Of its kind: `message` a frame, `close` the end, `open` the opening (incoming only). */
export interface Item {
  readonly kind: 'open' | 'message' | 'close';
  /** When it came: of frames that are sent, what is recorded. */
  readonly atMs: number;
  /** Not before. */
  dueMs: number;
  /** FRAME_… of a message, but for its payload's. */
  flags: number;
  /** What a message event has, or send() takes. */
  content: unknown;
  kept: Payload;
  readonly origin: string;
  /** Of a close. Outgoing: what close() was called with. */
  close: CloseFacts | null;
  closeArgs: readonly unknown[] | null;
  /** It waits for `releaseFrame`, which names its ticket. */
  heldBy: Hold | null;
  ticket: number;
  /** Let go, but not to arrive. */
  isWasted: boolean;
  follower: Item | null;
}

/** First in, first out: as a TCP stream, nothing overtakes. */
export interface Queue {
  oldest: Item | null;
  newest: Item | null;
  /** Its turn comes after the next frame (`reorder`), or when that does not come. */
  straggler: Item | null;
  /** A task for the oldest item is on its way. */
  isScheduled: boolean;
  /** When the bandwidth is free again. */
  freeAtMs: number;
}

export interface Line {
  readonly owner: Connection;
  /** Until it has ended; then NO_SOCKET, for a line must not keep alive what its page has forgotten. */
  socket: WebSocket;
  readonly incoming: Queue;
  readonly outgoing: Queue;
  holds: Hold | null;
  hasShownOpen: boolean;
  /** The page has called close(), or is to believe in a closing handshake. */
  isClosing: boolean;
  /** The page has seen the end. */
  isEnded: boolean;
  /** Its end is on its way. */
  isDoomed: boolean;
  /** A native `error` was kept back; its `close` follows. */
  hasErrored: boolean;
  /** A clean end that waits for the handshake. */
  endOnOpen: CloseFacts | null;
  /** bufferedAmount when it ended. */
  endBytes: number;
  /** Sent and not on its way: what close() made void, and what a dead network does not take. */
  voidBytes: number;
  /** Kept back in this task, as any frame is in bufferedAmount until the next. */
  freshBytes: number;
  /** Lost in silence: a system's send buffer takes so much before bufferedAmount grows. */
  silencedBytes: number;
}

export const NO_SOCKET: WebSocket = socketPrototype;

/**
 * Linux: so much of what is never acknowledged browser and system take before bufferedAmount grows. (Of what a living
 * system acknowledges, and its program does not read, it is about 4 MiB.)
 */
const SEND_BUFFER_BYTES = (isGecko ? 64 : 224) * 1024;

export function createLine(connection: Connection, socket: WebSocket): Line {
  return {
    owner: connection,
    socket,
    incoming: createQueue(),
    outgoing: createQueue(),
    holds: null,
    hasShownOpen: hasFact(connection, 'connectionOpened'),
    isClosing: socketReadyState(socket) === CLOSING,
    isEnded: false,
    isDoomed: false,
    hasErrored: false,
    endOnOpen: null,
    endBytes: 0,
    voidBytes: 0,
    freshBytes: 0,
    silencedBytes: 0,
  };
}

function createQueue(): Queue {
  return { oldest: null, newest: null, straggler: null, isScheduled: false, freeAtMs: 0 };
}

/** readyState as the page is to see it. */
export function stateOf(line: Line): number {
  if (line.isEnded) return CLOSED;
  if (line.isClosing) return CLOSING;
  return min(socketReadyState(line.socket), line.hasShownOpen ? OPEN : CONNECTING);
}

export function bufferedBytesOf(line: Line): number {
  const { isEnded, endBytes, voidBytes, freshBytes, silencedBytes } = line;
  if (isEnded) return endBytes + voidBytes;
  return socketBufferedAmount(line.socket) + voidBytes + freshBytes + max(0, silencedBytes - SEND_BUFFER_BYTES);
}

let areGettersReplaced = false;

/**
 * The getters answer for lines, from the first fault on. Not before: readyState is read before most calls of send(), a
 * page without faults should run at native speed and be native. The price: code that took a getter out of the prototype
 * before the first fault goes on to see the truth. False, and nothing to be done, when the page does not let us.
 */
export function replaceGetters(): boolean {
  areGettersReplaced =
    areGettersReplaced ||
    (replaceGetter('readyState', stateOf) &&
      replaceGetter('bufferedAmount', bufferedBytesOf) &&
      replaceGetter('protocol', emptyBeforeOpen) &&
      replaceGetter('extensions', emptyBeforeOpen));
  return areGettersReplaced;
}

function emptyBeforeOpen(line: Line): string | null {
  return line.hasShownOpen ? null : '';
}

function replaceGetter(name: string, answer: (line: Line) => number | string | null): boolean {
  return replace(socketPrototype, name, 'get', (native) =>
    masked(native, {
      __proto__: null,
      apply(target, socket: WebSocket, args) {
        const line = connectionOf(socket)?.line ?? null;
        return (line === null ? null : answer(line)) ?? apply(target, socket as never, args as never);
      },
    }),
  );
}
