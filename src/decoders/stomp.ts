/**
 * STOMP 1.0 to 1.2. Heartbeats are bare newlines, from either side as both have agreed; nobody answers them. Source:
 * stomp.github.io, STOMP 1.2, "Heart-beating".
 */
import { durationMs, type Frame } from './frame.ts';
import type { Announced, FrameReading, Protocol } from './protocol.ts';
import { answering, asking, farewell, MESSAGE, reading } from './readings.ts';

/** Command and headers are looked for in so much of a frame. */
const HEAD_CHARS = 1_024;
const COMMAND =
  /^(CONNECT|STOMP|CONNECTED|SEND|SUBSCRIBE|UNSUBSCRIBE|ACK|NACK|BEGIN|COMMIT|ABORT|DISCONNECT|MESSAGE|RECEIPT|ERROR)\r?\n/;
const BEAT = reading('beat', 'heart-beat');

function headOf({ content }: Frame): string {
  return typeof content === 'string'
    ? content.slice(0, HEAD_CHARS)
    : String.fromCharCode(...content.subarray(0, HEAD_CHARS));
}

function header(head: string, name: string): string | undefined {
  return new RegExp(`\\n${name}:([^\\r\\n]*)`).exec(head)?.[1];
}

function read(frame: Frame): FrameReading {
  const head = headOf(frame);
  if (head === '\n' || head === '\r\n') return BEAT;
  const command = COMMAND.exec(head)?.[1];
  if (command === undefined) return MESSAGE;
  if (command === 'CONNECTED') return reading('greeting', command);
  if (command === 'ERROR') return farewell(command, header(head, 'message'));
  if (command === 'RECEIPT') return answering(reading('control', command), header(head, 'receipt-id'));
  const kind = command === 'MESSAGE' || command === 'SEND' ? 'message' : 'control';
  return asking(reading(kind, command), header(head, 'receipt'));
}

/** CONNECT says what the page can send and wants to get, CONNECTED what the server can and wants: the slower one counts. */
function announces(frame: Frame, before: Announced | null): Announced | null {
  const head = headOf(frame);
  const command = COMMAND.exec(head)?.[1];
  if (command !== 'CONNECT' && command !== 'STOMP' && command !== 'CONNECTED') return before;
  const [own = Number.NaN, other = Number.NaN] = (header(head, 'heart-beat') ?? '').split(',').map(Number);
  if (command !== 'CONNECTED') return { periodMs: durationMs(own), timeoutMs: durationMs(other) };
  return {
    periodMs: slower(before?.periodMs ?? null, durationMs(other)),
    timeoutMs: slower(before?.timeoutMs ?? null, durationMs(own)),
  };
}

function slower(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}

export const stomp: Protocol = {
  id: 'stomp',
  name: 'STOMP',
  isDevServer: false,
  subprotocol: /^v1[0-2]\.stomp$/,
  isFirst: (frame) => frame.isOut && /^(?:CONNECT|STOMP)\r?\n/.test(headOf(frame)),
  heartbeat: { by: 'either', isAnswered: false, onlyWhenIdle: true, usualPeriodMs: 10_000 },
  read,
  announces,
  closeCodes: [],
};
