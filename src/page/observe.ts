/**
 * Listens to native sockets and tells the recorder. One capture listener per event, registered before the page has the
 * socket, hence ahead of all of the page's; it changes nothing that a page could see. (Chromium calls the listeners of a
 * socket in the order of registration, whether they capture or not; Firefox calls capturing ones first. First it is.)
 *
 * Only trusted events count: a page may dispatch an Event named "message" of its own, which has no data.
 */
import { MAX_PROTOCOL_CHARS, MAX_PROTOCOLS, MAX_URL_CHARS } from '../protocol/limits.ts';
import type { ActsObserver } from './acts.ts';
import { noteClosed, noteErrored, noteOpened } from './facts.ts';
import type { FaultEngine } from './faults/engine.ts';
import type { Line } from './faults/line.ts';
import { binaryPayload, textPayload } from './payload.ts';
import {
  addListener,
  closeCode,
  closeReason,
  closeWasClean,
  eventTimeMs,
  messageData,
  socketUrl,
  stopEvent,
} from './platform.ts';
import { append, getOwnPropertyDescriptor, isArray, NativeWeakRef, quietly, sliceText } from './primordials.ts';
import type { Recorder } from './recorder.ts';
import type { Connection } from './ring.ts';
import { connectionOf, rememberConnection } from './sockets.ts';

/** Whether the event is not for the page, now or ever. */
type IsKept = (line: Line, event: Event) => boolean;

export interface Observer {
  /** Begins to observe a socket that was constructed with these arguments at that time. */
  readonly watch: (socket: WebSocket, args: readonly unknown[], createdAtMs: number) => Connection;
}

export function createObserver(recorder: Recorder, faults: FaultEngine, acts: ActsObserver): Observer {
  const onOpen = listener(
    (connection, event, socket) => noteOpened(recorder, connection, socket, eventTimeMs(event)),
    faults.receiveOpen,
  );
  const onMessage = listener((connection, event, socket) => {
    const data = messageData(event);
    const payload = typeof data === 'string' ? textPayload(data) : binaryPayload(data as object);
    if (payload === null) return;
    recorder.noteFrame(connection, eventTimeMs(event), 0, payload);
    acts.noteDelivery(connection, socket, event);
  }, faults.receiveMessage);
  const onError = listener(
    (connection, event) => noteErrored(recorder, connection, eventTimeMs(event), false),
    faults.receiveError,
  );
  const onClose = listener(
    (connection, event) =>
      noteClosed(
        recorder,
        connection,
        eventTimeMs(event),
        closeCode(event),
        closeReason(event),
        closeWasClean(event),
        false,
      ),
    faults.receiveClose,
  );

  /** Shows `note` a native event; one that a fault keeps from the page is stopped instead. */
  function listener(note: (connection: Connection, event: Event, socket: WebSocket) => void, isKept: IsKept) {
    return function onEvent(this: EventTarget, event: Event): void {
      quietly(() => {
        const socket = this as WebSocket;
        const connection = connectionOf(socket);
        if (connection === undefined || !event.isTrusted) return;
        if (connection.line !== null && isKept(connection.line, event)) stopEvent(event);
        else note(connection, event, socket);
      });
    };
  }

  function watch(socket: WebSocket, args: readonly unknown[], createdAtMs: number): Connection {
    addListener(socket, 'open', onOpen, true);
    addListener(socket, 'message', onMessage, true);
    addListener(socket, 'error', onError, true);
    addListener(socket, 'close', onClose, true);
    const created = {
      atMs: createdAtMs,
      url: sliceText(socketUrl(socket), 0, MAX_URL_CHARS),
      protocols: protocolsOf(args.length > 1 ? args[1] : undefined),
    };
    const connection = recorder.noteConnection(created, new NativeWeakRef(socket));
    rememberConnection(socket, connection);
    return connection;
  }

  return { watch };
}

/** What can be read of the constructor's second argument without running code of the page. */
function protocolsOf(value: unknown): readonly string[] {
  const protocols: string[] = [];
  if (typeof value === 'string') append(protocols, sliceText(value, 0, MAX_PROTOCOL_CHARS));
  if (!isArray(value)) return protocols;
  for (let i = 0; i < value.length && i < MAX_PROTOCOLS; i++) {
    const element: unknown = getOwnPropertyDescriptor(value, i)?.value;
    if (typeof element === 'string') append(protocols, sliceText(element, 0, MAX_PROTOCOL_CHARS));
  }
  return protocols;
}
