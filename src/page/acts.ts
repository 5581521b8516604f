/**
 * What the page itself does around a connection: sends that throw, handlers that throw while they are given a frame, what
 * waits to be sent, and, where that is wanted, whose call constructed and closed it. Counted, so that a page that does it
 * for ever costs no more than one that does it twice. Knows no DOM; changes nothing for the page.
 */
import { MAX_BUFFERED_SAMPLES, MAX_ERROR_TEXT_CHARS, MAX_STACK_CHARS } from '../protocol/limits.ts';
import type { ConnectionActsNoted } from '../protocol/page-report.ts';
import { append, sliceText } from './primordials.ts';
import type { Connection } from './ring.ts';

type Changing<Fields> = { -readonly [Name in keyof Fields]: Fields[Name] };

export interface Acts {
  /** All of it, as it is now. */
  readonly noted: Changing<ConnectionActsNoted>;
  /** Not handed over as it is now. */
  isUnsent: boolean;
}

/** How much waits is read again after so long, or so much: pages send in bursts, and to read it is not free. */
const SAMPLE_EVERY_MS = 50;
const SAMPLE_EVERY_WEIGHT = 64 * 1024;
/** It has changed much when it has doubled or halved, and by at least this. */
const SAMPLE_STEP_BYTES = 16 * 1024;

export interface ActsEdges {
  readonly nowMs: () => number;
  readonly isRecording: () => boolean;
  /** Something about the connection is new. */
  readonly noteActs: (connection: Connection) => void;
  readonly amountWaiting: (socket: WebSocket) => number;
  /** False once all listeners of the event have been called. */
  readonly isBeingDispatched: (event: Event) => boolean;
  readonly errorText: (event: Event) => string;
  /** The stack of the call that is under way; null where it cannot be had without running code of the page. */
  readonly currentStack: () => string | null;
  /** `onmessage` is set. */
  readonly hasHandler: (socket: WebSocket) => boolean;
}

export interface ActsObserver {
  /** The page's call that constructs the connection, or closes it, is under way. */
  readonly noteCall: (connection: Connection, name: 'constructedAt' | 'closedAt') => void;
  readonly noteThrownSend: (connection: Connection) => void;
  readonly noteSent: (connection: Connection, socket: WebSocket, atMs: number, weight: number) => void;
  /** The page's own listeners are called next, with the frame that was noted last. */
  readonly noteDelivery: (connection: Connection, socket: WebSocket, event: Event) => void;
  /** An exception that nobody has caught was reported. */
  readonly noteError: (event: Event) => void;
  /** All events that were noted have been dispatched: an event, and the frame in it, must not be kept alive for long. */
  readonly endDelivery: () => void;
  readonly recordStacks: (on: boolean) => void;
  /** Off: frames are not counted as unheard any more. */
  readonly watchListeners: (on: boolean) => void;
  /** A connection was made, and nobody but us can have listened to it yet. */
  readonly noteMade: (connection: Connection) => void;
  /** The page called `addEventListener` of a socket. */
  readonly noteListener: (connection: Connection, type: unknown) => void;
}

export function createActs(edges: ActsEdges): ActsObserver {
  let areStacksWanted = false;
  let areListenersWatched = false;
  let delivered: Event | null = null;
  let receiver: Connection | null = null;

  function change(connection: Connection): ConnectionActsNotedSoFar {
    connection.actsSoFar ??= { noted: nothingOf(connection.number), isUnsent: true };
    connection.actsSoFar.isUnsent = true;
    return connection.actsSoFar.noted;
  }

  function noteCall(connection: Connection, name: 'constructedAt' | 'closedAt'): void {
    const stack = areStacksWanted && edges.isRecording() ? edges.currentStack() : null;
    if (stack === null) return;
    const kept = sliceText(stack, 0, MAX_STACK_CHARS);
    if (name === 'constructedAt') change(connection).constructedAt = kept;
    else change(connection).closedAt = kept;
    edges.noteActs(connection);
  }

  function noteThrownSend(connection: Connection): void {
    const noted = change(connection);
    if (noted.sendsThrown++ === 0) noted.firstThrownAtMs = edges.nowMs();
    edges.noteActs(connection);
  }

  function noteSent(connection: Connection, socket: WebSocket, atMs: number, weight: number): void {
    connection.unsampledWeight += weight;
    if (atMs - connection.sampledAtMs < SAMPLE_EVERY_MS && connection.unsampledWeight < SAMPLE_EVERY_WEIGHT) return;
    connection.sampledAtMs = atMs;
    connection.unsampledWeight = 0;
    const bytes = edges.amountWaiting(socket);
    const before = connection.sampledBytes;
    const isMuchMore = bytes >= 2 * before && bytes - before >= SAMPLE_STEP_BYTES;
    const isMuchLess = bytes <= before / 2 && before - bytes >= SAMPLE_STEP_BYTES;
    if (!isMuchMore && !isMuchLess) return;
    connection.sampledBytes = bytes;
    const noted = change(connection);
    noted.buffered = withSample(noted.buffered, atMs, bytes);
    edges.noteActs(connection);
  }

  function noteDelivery(connection: Connection, socket: WebSocket, event: Event): void {
    if (!edges.isRecording()) return;
    if (areListenersWatched && connection.isHeard === false && !edges.hasHandler(socket)) {
      change(connection).unheard++;
      edges.noteActs(connection);
    }
    delivered = event;
    receiver = connection;
  }

  function noteError(event: Event): void {
    if (delivered === null || receiver === null || !edges.isBeingDispatched(delivered)) return;
    const noted = change(receiver);
    if (noted.handlerErrors++ === 0) {
      noted.firstHandlerErrorAtMs = edges.nowMs();
      noted.firstHandlerErrorSeq = receiver.nextSeq - 1;
      noted.handlerErrorText = sliceText(edges.errorText(event), 0, MAX_ERROR_TEXT_CHARS);
    }
    edges.noteActs(receiver);
  }

  return {
    noteCall,
    noteThrownSend,
    noteSent,
    noteDelivery,
    noteError,
    endDelivery() {
      delivered = null;
      receiver = null;
    },
    recordStacks(on) {
      areStacksWanted = on;
    },
    watchListeners(on) {
      areListenersWatched = on;
    },
    noteMade(connection) {
      if (areListenersWatched) connection.isHeard = false;
    },
    noteListener(connection, type) {
      // What is no string becomes one by code of the page: it may be 'message'. Whoever has listened once counts for good.
      if (connection.isHeard === false && (type === 'message' || typeof type !== 'string')) connection.isHeard = true;
    },
  };
}

type ConnectionActsNotedSoFar = Acts['noted'];

function nothingOf(connection: number): ConnectionActsNotedSoFar {
  return {
    kind: 'connectionActs',
    connection,
    atMs: 0,
    constructedAt: null,
    closedAt: null,
    sendsThrown: 0,
    firstThrownAtMs: null,
    unheard: 0,
    handlerErrors: 0,
    firstHandlerErrorAtMs: null,
    firstHandlerErrorSeq: null,
    handlerErrorText: '',
    buffered: [],
  };
}

/** Every other sample goes when there are too many: what is left still spans all the time. */
function withSample(samples: readonly number[], atMs: number, bytes: number): readonly number[] {
  const step = samples.length < 2 * MAX_BUFFERED_SAMPLES ? 2 : 4;
  const kept: number[] = [];
  for (let i = 0; i < samples.length; i += step) {
    append(kept, samples[i] ?? 0);
    append(kept, samples[i + 1] ?? 0);
  }
  append(kept, atMs);
  append(kept, bytes);
  return kept;
}
