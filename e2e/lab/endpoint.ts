/**
 * One WebSocket endpoint of the lab: a real server behind a line per client, and the misbehaviours it can be asked for.
 * The server library knows nothing of them. Everything here acts on the wire, so that what a test asks for is what the
 * browser gets.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { WAIT_TIMEOUT_MS } from '../browsers/wait.ts';
import type { EndpointId } from './roster.ts';
import type { EndpointServer } from './servers/server.ts';
import { createFrameLog, type FrameCounts, type FrameLog } from './wire/frame-log.ts';
import { createLine, type Line } from './wire/line.ts';

/** What happens to a handshake: an HTTP status to answer with, or 'drop' for a TCP connection closed without an answer. */
export type Refusal = number | 'drop';

export interface RefuseOptions {
  /** 400-599, or 'drop'. Default 502. */
  readonly status?: Refusal;
  /** How many handshakes. Default: all, until `allow()`. */
  readonly times?: number;
}

/**
 * How far a silence reaches: the connections that are open now ('open': the classic half-open connection, a new one
 * works), those and new ones ('all': handshakes are answered, then nothing), or the handshakes as well ('handshakes').
 * Chromium makes one handshake at a time per address and port, so 'handshakes' holds up every other client of the lab.
 */
export type SilenceReach = 'open' | 'all' | 'handshakes';

/** An endpoint's condition as JSON. */
export interface EndpointState {
  readonly id: EndpointId;
  readonly path: string;
  /** TCP connections that were upgraded and still exist, muted ones among them. */
  readonly open: number;
  /** How many of those are half-open. */
  readonly muted: number;
  /** Handshakes so far that were let through to the server. */
  readonly accepted: number;
  /** Handshakes so far that were refused. */
  readonly refused: number;
  /** Handshakes that wait for an answer. */
  readonly held: number;
  /** `timesLeft` null: until allowed. */
  readonly refusing: { readonly status: Refusal; readonly timesLeft: number | null } | null;
  readonly silence: SilenceReach | null;
  /** True between `restart()` and the moment when it serves again. */
  readonly restarting: boolean;
  readonly sent: FrameCounts;
  readonly received: FrameCounts;
}

export interface Endpoint {
  readonly id: EndpointId;
  readonly path: string;
  /** Absolute ws: URL. */
  readonly url: string;
  /** Every frame that the server handed to TCP. Handed over is not arrived: a cut may lose the last of them. */
  readonly sent: FrameLog;
  /** Every frame that the server got from TCP. */
  readonly received: FrameLog;
  /**
   * Closes every connection with a Close frame. Any code 0-65535: what no server may send (1004, 1006, 1015, ...) goes
   * out all the same, as broken servers do, and the client will fail the connection. 1005 sends a Close frame without a
   * code. `reason` has at most 123 UTF-8 bytes. A muted connection hears none of it. Throws RangeError.
   */
  closeAll(code?: number, reason?: string): void;
  /** Ends every TCP connection without a Close frame: 1006 at the client. Default 'fin'. */
  destroyAll(how?: 'fin' | 'reset'): void;
  /** Goes silent (default reach 'all'), or answers again. */
  silence(on: boolean, reach?: SilenceReach): void;
  /** Refuses handshakes; open connections stay. Throws RangeError. */
  refuse(options?: RefuseOptions): void;
  /** Ends every misbehaviour: handshakes are let through and silence is over. */
  allow(): void;
  /** Close 1012 for all, then 502 for `downMs`, as behind a proxy. Resolves when it serves again. */
  restart(options: { readonly downMs: number }): Promise<void>;
  state(): EndpointState;
  /** Resolves with the first state for which `test` is true, now or later. Rejects after `timeoutMs`. */
  waitFor(test: (state: EndpointState) => boolean, timeoutMs?: number): Promise<EndpointState>;
}

/** What only the lab itself does with an endpoint. */
export interface OwnedEndpoint extends Endpoint {
  /** Takes an HTTP upgrade request for this path. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
  stop(): Promise<void>;
}

const MAX_REASON_BYTES = 123;
const NO_STATUS_CODE = 1005;

/** Codes that a server may put into a Close frame (RFC 6455 section 7.4, IANA registry): `ws` refuses all others. */
function isSendableCode(code: number): boolean {
  return (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
}

/** A Close frame of a server (unmasked), whatever the code. */
function encodeClose(code: number, reason: string): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2);
  return Buffer.concat([Buffer.from([0x88, payload.length]), payload]);
}

function checkCode(code: number, reason: string): void {
  if (!Number.isInteger(code) || code < 0 || code > 0xffff) throw new RangeError(`close code ${code} is not 0-65535`);
  const reasonBytes = Buffer.byteLength(reason);
  if (reasonBytes > MAX_REASON_BYTES) throw new RangeError(`close reason has ${reasonBytes} bytes, at most 123 fit`);
}

function checkRefusal(status: Refusal, times: number | undefined): void {
  if (status !== 'drop' && (!Number.isInteger(status) || status < 400 || status > 599)) {
    throw new RangeError(`refusal status ${status} is neither 400-599 nor 'drop'`);
  }
  if (times !== undefined && (!Number.isInteger(times) || times < 1)) {
    throw new RangeError(`refusal times ${times} is not a whole number from 1`);
  }
}

/** Answers an upgrade request as a reverse proxy would, and hangs up. */
function answerRefusal(socket: Socket, status: Refusal): void {
  if (status === 'drop') {
    socket.destroy();
    return;
  }
  const text = STATUS_CODES[status] ?? 'Refused';
  const body = `<html><body><h1>${status} ${text}</h1></body></html>\n`;
  const headers = [
    `HTTP/1.1 ${status} ${text}`,
    'Server: nginx/1.26.3',
    // Bearer and not Basic: Basic would open the browser's password dialog.
    ...(status === 401 ? ['WWW-Authenticate: Bearer realm="lab", error="invalid_token"'] : []),
    'Content-Type: text/html',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
}

export interface EndpointParts {
  readonly id: EndpointId;
  readonly path: string;
  readonly url: string;
  readonly server: EndpointServer;
}

/** An endpoint that serves. */
export function createEndpoint({ id, path, url, server }: EndpointParts): OwnedEndpoint {
  const sent = createFrameLog();
  const received = createFrameLog();
  const lines = new Set<Line>();
  const changeListeners = new Set<() => void>();
  const refusedSockets = new Set<Socket>();
  let heldHandshakes: (() => void)[] = [];
  let accepted = 0;
  let refused = 0;
  let refusing: EndpointState['refusing'] = null;
  let reach: SilenceReach | null = null;
  let endRestart: (() => void) | null = null;

  function changed(): void {
    for (const listener of changeListeners) listener();
  }

  function state(): EndpointState {
    return {
      id,
      path,
      open: lines.size,
      muted: [...lines].filter((line) => line.isMuted()).length,
      accepted,
      refused,
      held: heldHandshakes.length,
      refusing,
      silence: reach,
      restarting: endRestart !== null,
      sent: sent.counts(),
      received: received.counts(),
    };
  }

  function accept(request: IncomingMessage, socket: Socket, head: Buffer): void {
    accepted += 1;
    const connection = accepted;
    const line = createLine(socket, head, {
      sent(frame) {
        sent.add(connection, frame);
        changed();
      },
      received(frame) {
        received.add(connection, frame);
        changed();
      },
      gone() {
        lines.delete(line);
        changed();
      },
    });
    lines.add(line);
    if (reach === 'all') line.mute(true);
    server.upgrade(request, line.stream, head);
    changed();
  }

  function refuseOne(socket: Socket, { status, timesLeft }: NonNullable<EndpointState['refusing']>): void {
    refused += 1;
    if (timesLeft !== null) refusing = timesLeft > 1 ? { status, timesLeft: timesLeft - 1 } : null;
    refusedSockets.add(socket);
    socket.on('close', () => refusedSockets.delete(socket));
    answerRefusal(socket, status);
    changed();
  }

  function upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => {});
    if (reach === 'handshakes') {
      heldHandshakes.push(() => {
        if (!socket.destroyed) upgrade(request, socket, head);
      });
      changed();
    } else if (refusing !== null) {
      refuseOne(socket, refusing);
    } else {
      accept(request, socket, head);
    }
  }

  function silence(on: boolean, nextReach: SilenceReach = 'all'): void {
    reach = on ? nextReach : null;
    for (const line of lines) line.mute(on);
    const waiting = heldHandshakes;
    heldHandshakes = [];
    for (const resume of waiting) resume();
    changed();
  }

  function closeAll(code = 1000, reason = ''): void {
    checkCode(code, reason);
    if (code === NO_STATUS_CODE || isSendableCode(code)) {
      for (const socket of server.sockets()) {
        if (code === NO_STATUS_CODE) socket.close();
        else socket.close(code, reason);
      }
    } else {
      for (const line of lines) line.writeRaw(encodeClose(code, reason));
    }
  }

  return {
    id,
    path,
    url,
    sent,
    received,
    state,
    upgrade,
    silence,
    closeAll,
    destroyAll(how = 'fin') {
      for (const line of lines) line.cut(how);
    },
    refuse({ status = 502, times } = {}) {
      checkRefusal(status, times);
      refusing = { status, timesLeft: times ?? null };
      changed();
    },
    allow() {
      refusing = null;
      endRestart?.();
      silence(false);
    },
    restart({ downMs }) {
      if (!Number.isFinite(downMs) || downMs < 0) throw new RangeError(`downMs ${downMs} is not a time`);
      endRestart?.();
      silence(false);
      closeAll(1012, 'service restart');
      refusing = { status: 502, timesLeft: null };
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          if (endRestart === end) endRestart = null;
          refusing = null;
          changed();
          resolve();
        };
        const timer = setTimeout(end, downMs);
        endRestart = end;
        changed();
      });
    },
    waitFor(test, timeoutMs = WAIT_TIMEOUT_MS) {
      return new Promise((resolve, reject) => {
        const check = () => {
          const now = state();
          if (!test(now)) return;
          clearTimeout(timer);
          changeListeners.delete(check);
          resolve(now);
        };
        const timer = setTimeout(() => {
          changeListeners.delete(check);
          reject(new Error(`endpoint ${id}: not within ${timeoutMs} ms: ${test}\nlast: ${JSON.stringify(state())}`));
        }, timeoutMs);
        changeListeners.add(check);
        check();
      });
    },
    async stop() {
      endRestart?.();
      heldHandshakes = [];
      for (const line of lines) line.cut('fin');
      for (const socket of refusedSockets) socket.destroy();
      await server.stop();
    },
  };
}
