/**
 * The line between one client and the server library that serves it: a Duplex laid over the TCP socket.
 * It watches both directions frame by frame and can go silent or be cut, without the library knowing and without any
 * patching of it. It never changes a byte that it lets through.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createFrameDecoder, type WireFrame } from './frame-decoder.ts';
import { HEAD_BYTES } from './frame-log.ts';

export interface LineWatcher {
  /** A frame of the server was handed to TCP. */
  sent(frame: WireFrame): void;
  received(frame: WireFrame): void;
  /** The TCP socket is gone. */
  gone(): void;
}

export interface Line {
  /** What the server library gets in place of the TCP socket. */
  readonly stream: Duplex;
  isMuted(): boolean;
  /**
   * Half-open at will. While muted, nothing of the server reaches the client after the handshake's answer - no frame,
   * no Close, no FIN - and it hears nothing. What the server said meanwhile is lost; what the client said is heard later.
   */
  mute(on: boolean): void;
  /** Writes bytes past the library, for what no library would send. Muted lines swallow them like all else. */
  writeRaw(bytes: Buffer): void;
  /** Ends the TCP connection at once: with FIN, or with RST. */
  cut(how: 'fin' | 'reset'): void;
}

const END_OF_HEADERS = Buffer.from('\r\n\r\n');

/** Splits the stream of the server into the handshake's answer and the frames after it, wherever chunks are cut. */
function createHandshakeSplitter(): (chunk: Buffer) => { readonly answer: Buffer; readonly frames: Buffer } {
  const none = Buffer.alloc(0);
  let tail: Buffer | null = none;
  return (chunk) => {
    if (tail === null) return { answer: none, frames: chunk };
    const seen = Buffer.concat([tail, chunk]);
    const end = seen.indexOf(END_OF_HEADERS);
    if (end < 0) {
      tail = seen.subarray(-(END_OF_HEADERS.length - 1));
      return { answer: chunk, frames: none };
    }
    const answerBytes = end + END_OF_HEADERS.length - tail.length;
    tail = null;
    return { answer: chunk.subarray(0, answerBytes), frames: chunk.subarray(answerBytes) };
  };
}

/** Lays a line over `socket`, a TCP socket after an upgrade request; `head` is what was read behind the request. */
export function createLine(socket: Socket, head: Buffer, watcher: LineWatcher): Line {
  const sentDecoder = createFrameDecoder(HEAD_BYTES, watcher.sent);
  const receivedDecoder = createFrameDecoder(HEAD_BYTES, watcher.received);
  const splitHandshake = createHandshakeSplitter();
  let muted = false;
  /** What the library did to the stream while it was muted, owed to the TCP socket. */
  let owed: 'nothing' | 'end' | 'destroy' = 'nothing';

  function toWire(chunk: Buffer, done: () => void): void {
    const { answer, frames } = splitHandshake(chunk);
    const through = muted ? answer : chunk;
    if (!muted && frames.length > 0) sentDecoder.push(frames);
    // An error is not passed on: the socket's own 'close' follows and ends the stream.
    if (through.length > 0 && !socket.destroyed) socket.write(through, () => done());
    else process.nextTick(done);
  }

  const stream = new Duplex({
    read() {
      if (!muted) socket.resume();
    },
    write(chunk: Buffer, _encoding, callback) {
      toWire(chunk, callback);
    },
    writev(chunks, callback) {
      toWire(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), callback);
    },
    final(callback) {
      if (muted) owed = 'end';
      else socket.end();
      callback();
    },
    destroy(error, callback) {
      if (muted) owed = 'destroy';
      else socket.destroy();
      callback(error);
    },
  });
  stream.on('error', () => {});

  socket.setTimeout(0);
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    receivedDecoder.push(chunk);
    if (!stream.push(chunk)) socket.pause();
  });
  socket.on('end', () => stream.push(null));
  socket.on('error', () => {});
  socket.on('close', () => {
    muted = false;
    stream.destroy();
    watcher.gone();
  });
  if (head.length > 0) receivedDecoder.push(head);

  return {
    stream,
    isMuted: () => muted,
    mute(on) {
      if (on === muted || socket.destroyed) return;
      muted = on;
      if (on) {
        socket.pause();
        return;
      }
      if (owed === 'destroy') socket.destroy();
      else if (owed === 'end') socket.end();
      socket.resume();
    },
    writeRaw(bytes) {
      stream.write(bytes);
    },
    cut(how) {
      if (how === 'reset') socket.resetAndDestroy();
      else socket.destroy();
    },
  };
}
