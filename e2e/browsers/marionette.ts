/**
 * A client for Marionette, the automation server inside every Firefox: JSON packets over TCP, `length:json`.
 * https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
 */

import { connect, type Socket } from 'node:net';

/** A request is `[0, id, command, parameters]`, its answer `[1, id, error, result]`. */
const ANSWER = 1;

export interface Marionette {
  /** Sends a command and gives its result. Rejects with Firefox's message when it fails or the connection ends. */
  send(command: string, parameters?: object): Promise<unknown>;
  /** Ends the connection; commands without an answer reject. */
  close(): void;
}

/** Connects to the Marionette server of this machine at the port. */
export async function connectMarionette(port: number): Promise<Marionette> {
  const socket = connect({ host: '127.0.0.1', port });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return createClient(socket);
}

interface Waiting {
  readonly command: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

function createClient(socket: Socket): Marionette {
  const waiting = new Map<number, Waiting>();
  const reader = createPacketReader();
  let lastId = 0;
  let closed: Error | null = null;

  function end(reason: Error): void {
    closed ??= reason;
    for (const { command, reject } of waiting.values()) {
      reject(new Error(`${command}: ${reason.message}`));
    }
    waiting.clear();
  }

  socket.on('data', (bytes) => {
    for (const packet of reader(bytes)) {
      // The first packet is a greeting, an object.
      if (!Array.isArray(packet) || packet[0] !== ANSWER) {
        continue;
      }
      const [, id, error, result] = packet as [number, number, MarionetteError | null, unknown];
      const request = waiting.get(id);
      waiting.delete(id);
      if (error === null) {
        request?.resolve(result);
      } else {
        request?.reject(new Error(`${request.command}: ${error.error}: ${error.message}`, { cause: error.stacktrace }));
      }
    }
  });
  socket.on('error', end);
  socket.on('close', () => end(new Error('Firefox has closed the connection')));

  return {
    send(command, parameters = {}) {
      if (closed !== null) {
        return Promise.reject(new Error(`${command}: ${closed.message}`));
      }
      lastId += 1;
      const id = lastId;
      const text = JSON.stringify([0, id, command, parameters]);
      return new Promise((resolve, reject) => {
        waiting.set(id, { command, resolve, reject });
        socket.write(`${Buffer.byteLength(text)}:${text}`);
      });
    },
    close() {
      socket.destroy();
    },
  };
}

interface MarionetteError {
  readonly error: string;
  readonly message: string;
  readonly stacktrace: string;
}

const COLON = 0x3a;

/** A function that takes the stream's bytes as they come and gives the packets that became complete. */
export function createPacketReader(): (bytes: Buffer) => unknown[] {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const packets: unknown[] = [];
    for (;;) {
      const colon = rest.indexOf(COLON);
      if (colon < 0) {
        return packets;
      }
      const end = colon + 1 + Number(rest.toString('latin1', 0, colon));
      if (rest.length < end) {
        return packets;
      }
      packets.push(JSON.parse(rest.toString('utf8', colon + 1, end)));
      rest = rest.subarray(end);
    }
  };
}
