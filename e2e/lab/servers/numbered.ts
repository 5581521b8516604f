/**
 * A stream of numbered frames for loss tests: `/numbered?count=N&everyMs=..&bytes=..&kind=text|binary&end=close`.
 * Frame i is `i:` and padding, exactly `bytes` long (or as long as its number needs). `everyMs` may be a fraction; 0 is
 * as fast as the client takes them. With `end=close` the server closes 1000 after the last; else it stays open.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { createPlainServer, type StartServer } from './server.ts';

export interface NumberedRequest {
  readonly count: number;
  readonly everyMs: number;
  readonly bytes: number;
  readonly kind: 'text' | 'binary';
  readonly closeAtEnd: boolean;
}

const DEFAULTS = { count: 100, everyMs: 10, bytes: 64 } as const;
const MAX_COUNT = 1_000_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** The most that waits in Node's memory for a slow client. */
export const MAX_WAITING_BYTES = 1024 * 1024;
/** Yield to other connections after this many frames in one go. */
const FRAMES_PER_TURN = 256;

/** Reads the query; null when a value is missing its number or is out of range. */
function parseNumberedRequest(params: URLSearchParams): NumberedRequest | null {
  const read = (name: keyof typeof DEFAULTS, max: number): number => {
    const value = Number(params.get(name) ?? DEFAULTS[name]);
    return value >= 0 && value <= max ? value : Number.NaN;
  };
  const request = {
    count: read('count', MAX_COUNT),
    everyMs: read('everyMs', 60_000),
    bytes: read('bytes', MAX_BYTES),
  };
  if (!Number.isInteger(request.count) || !Number.isInteger(request.bytes) || Number.isNaN(request.everyMs))
    return null;
  return {
    ...request,
    kind: params.get('kind') === 'binary' ? 'binary' : 'text',
    closeAtEnd: params.get('end') === 'close',
  };
}

/** The text of frame `i`. */
export function numberedFrame(i: number, bytes: number): string {
  return `${i}:`.padEnd(bytes, '.');
}

/** The part of a `ws` WebSocket that a stream of frames needs. */
export type FrameSink = Pick<WebSocket, 'readyState' | 'bufferedAmount' | 'close'> & {
  send(data: string | Buffer): void;
};

/** Sends what was asked for, at its pace and at the client's. Resolves when all is sent or the socket is not open. */
export async function sendNumbered(socket: FrameSink, request: NumberedRequest): Promise<void> {
  const startedMs = performance.now();
  for (let i = 0; i < request.count; i++) {
    // Paced against the start, so that late timers do not add up.
    const waitMs = startedMs + i * request.everyMs - performance.now();
    if (waitMs > 0 || i % FRAMES_PER_TURN === 0) await delay(Math.max(0, waitMs));
    while (socket.readyState === WebSocket.OPEN && socket.bufferedAmount > MAX_WAITING_BYTES) await delay(5);
    if (socket.readyState !== WebSocket.OPEN) return;
    const frame = numberedFrame(i, request.bytes);
    socket.send(request.kind === 'binary' ? Buffer.from(frame) : frame);
  }
  if (request.closeAtEnd) socket.close(1000, `${request.count} frames`);
}

export const startNumberedServer: StartServer = () =>
  createPlainServer((socket, request) => {
    const numbered = parseNumberedRequest(new URL(request.url ?? '/', 'http://lab').searchParams);
    if (numbered === null) socket.close(1008, 'count, everyMs and bytes must be numbers in range');
    else void sendNumbered(socket, numbered);
    return {};
  });
