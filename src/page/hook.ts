/**
 * Replaces, in this realm, `WebSocket` and the methods `send` and `close` of its prototype, each by a proxy with one trap
 * around the native function. The page constructs, and gets, native sockets; what the native function returns or throws
 * is what the page gets, and what is recorded is recorded after it has returned.
 */
import { FRAME_DISCARDED, FRAME_OUT } from '../protocol/frame-columns.ts';
import { MAX_URL_CHARS } from '../protocol/limits.ts';
import type { ActsObserver } from './acts.ts';
import type { FaultEngine } from './faults/engine.ts';
import { stateOf } from './faults/line.ts';
import type { Link } from './link.ts';
import { masked, maskFunctionToString, replace } from './mask.ts';
import type { Observer } from './observe.ts';
import { binaryPayload, isBinary, isObject, textPayload } from './payload.ts';
import {
  CLOSING,
  CONNECTING,
  eventTargetPrototype,
  nowMs,
  page,
  socketPrototype,
  socketReadyState,
} from './platform.ts';
import { apply, construct, quietly, round, sliceText } from './primordials.ts';
import type { Recorder } from './recorder.ts';
import { type Connection, hasFact } from './ring.ts';
import { connectionOf } from './sockets.ts';

export interface HookParts {
  readonly recorder: Recorder;
  readonly observer: Observer;
  readonly faults: FaultEngine;
  readonly acts: ActsObserver;
  readonly post: Link['post'];
}

export function installHook({ recorder, observer, faults, acts, post }: HookParts): void {
  maskFunctionToString();
  replace(page, 'WebSocket', 'value', (native) => {
    const hooked = masked(native, {
      __proto__: null,
      construct(target, args, newTarget) {
        const createdAtMs = nowMs();
        let socket: WebSocket | null = null;
        try {
          socket = construct(target, args, newTarget === hooked ? target : newTarget) as WebSocket;
        } finally {
          const made = socket;
          quietly(() => {
            if (made === null) noteFailure(args);
            else meet(made, args, createdAtMs);
          });
        }
        return socket;
      },
    });
    // Another wrapper, there before us, may have left it as it was.
    replace(socketPrototype, 'constructor', 'value', (current) => (current === native ? hooked : current));
    return hooked;
  });
  replace(socketPrototype, 'send', 'value', (native) => masked(native, { __proto__: null, apply: send }));
  replace(socketPrototype, 'close', 'value', (native) => masked(native, { __proto__: null, apply: close }));

  function meet(socket: WebSocket, args: readonly unknown[], createdAtMs: number): void {
    const connection = observer.watch(socket, args, createdAtMs);
    acts.noteMade(connection);
    acts.noteCall(connection, 'constructedAt');
    faults.meet(connection, socket);
  }

  /** The constructor throws, by the specification or because a policy says so. An object as URL would be asked for its text twice. */
  function noteFailure(args: readonly unknown[]): void {
    const url = args[0];
    if (typeof url === 'string') post({ kind: 'constructorThrew', url: sliceText(url, 0, MAX_URL_CHARS) });
  }

  function send(native: (...args: never[]) => unknown, socket: WebSocket, args: unknown[]): unknown {
    const connection = connectionOf(socket);
    if (connection === undefined || args.length === 0) return apply(native, socket, args as never);
    const data = convertOnce(args[0]);
    const { line } = connection;
    const state = line === null ? socketReadyState(socket) : stateOf(line);
    // It will throw, by the specification.
    if (state === CONNECTING) quietly(() => acts.noteThrownSend(connection));
    if (line !== null) return faults.sendOn(line, socket, data);
    const result = apply(native, socket, [data] as never);
    quietly(() => noteSent(connection, socket, data, state >= CLOSING));
    return result;
  }

  function noteSent(connection: Connection, socket: WebSocket, data: unknown, isDiscarded: boolean): void {
    const payload = isObject(data) ? binaryPayload(data) : textPayload(`${data}`);
    if (payload === null) return;
    const atMs = nowMs();
    recorder.noteFrame(connection, atMs, isDiscarded ? FRAME_OUT | FRAME_DISCARDED : FRAME_OUT, payload);
    acts.noteSent(connection, socket, atMs, payload.weight);
  }

  function close(native: (...args: never[]) => unknown, socket: WebSocket, args: unknown[]): unknown {
    const connection = connectionOf(socket);
    if (connection === undefined) return apply(native, socket, args as never);
    const { line } = connection;
    const isFirst = (line === null ? socketReadyState(socket) : stateOf(line)) < CLOSING;
    const result = line === null ? apply(native, socket, args as never) : faults.closeOn(line, native, socket, args);
    quietly(() => {
      if (!isFirst || hasFact(connection, 'closeRequested')) return;
      noteCloseRequest(connection, args);
      acts.noteCall(connection, 'closedAt');
    });
    return result;
  }

  function noteCloseRequest(connection: Connection, args: readonly unknown[]): void {
    const code = args.length > 0 ? args[0] : undefined;
    const reason = args.length > 1 ? args[1] : undefined;
    recorder.noteFact(connection, {
      kind: 'closeRequested',
      connection: connection.number,
      atMs: nowMs(),
      // Valid, or close() would have thrown; WebIDL's [Clamp] rounds, too. An object's conversion is the page's code, and
      // has run once already.
      code: code === undefined || isObject(code) ? null : round(+(code as number)),
      reason: reason === undefined || isObject(reason) ? null : `${reason}`,
    });
  }
}

/**
 * What is to be sent and recorded, the same value: an object that send() would convert to a string (WebIDL, USVString)
 * is converted here, because its toString is the page's and must run once. May throw what it throws.
 */
function convertOnce(data: unknown): unknown {
  return isObject(data) && !isBinary(data) ? `${data}` : data;
}

/**
 * Tells `acts` of the listeners that the page adds to sockets. Only where the user wants it: it is one more function that
 * is not the browser's own, and all of the page's listeners pass through it.
 */
export function hookAddListener(acts: ActsObserver): void {
  replace(eventTargetPrototype, 'addEventListener', 'value', (native) =>
    masked(native, {
      __proto__: null,
      apply(target, self: EventTarget, args: unknown[]) {
        const result = apply(target, self, args as never);
        quietly(() => {
          const connection = connectionOf(self as WebSocket);
          if (connection !== undefined) acts.noteListener(connection, args[0]);
        });
        return result;
      },
    }),
  );
}
