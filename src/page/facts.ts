/** Opening, error and end of a connection as they are told, whether the browser dispatched them or a fault did. */
import { MAX_EXTENSIONS_CHARS, MAX_PROTOCOL_CHARS, MAX_REASON_CHARS } from '../protocol/limits.ts';
import { socketExtensions, socketProtocol } from './platform.ts';
import { sliceText } from './primordials.ts';
import type { Recorder } from './recorder.ts';
import type { Connection } from './ring.ts';

export function noteOpened(recorder: Recorder, connection: Connection, socket: WebSocket, atMs: number): void {
  recorder.noteFact(connection, {
    kind: 'connectionOpened',
    connection: connection.number,
    atMs,
    protocol: sliceText(socketProtocol(socket), 0, MAX_PROTOCOL_CHARS),
    extensions: sliceText(socketExtensions(socket), 0, MAX_EXTENSIONS_CHARS),
  });
}

export function noteErrored(recorder: Recorder, connection: Connection, atMs: number, simulated: boolean): void {
  recorder.noteFact(connection, { kind: 'connectionErrored', connection: connection.number, atMs, simulated });
}

export function noteClosed(
  recorder: Recorder,
  connection: Connection,
  atMs: number,
  code: number,
  reason: string,
  wasClean: boolean,
  simulated: boolean,
): void {
  recorder.noteFact(connection, {
    kind: 'connectionClosed',
    connection: connection.number,
    atMs,
    code,
    reason: sliceText(reason, 0, MAX_REASON_CHARS),
    wasClean,
    simulated,
  });
}
