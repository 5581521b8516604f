/** What the server sends and how fast. Every loop is bounded by what the clients take: little waits in Node's memory. */

import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Load, Pace } from './task.ts';

/** A WebSocket and the TCP stream under it, which alone can be corked and tells when it is full. */
export interface Peer {
  readonly socket: WebSocket;
  readonly stream: Duplex;
}

const MAX_WAITING_BYTES = 512 * 1024;
const BYTES_PER_TURN = 64 * 1024;
/** Of the timer that paces. Finer ones only cost: frames leave in small bunches, as they do from real servers. */
const TICK_MS = 4;

const NUMBER_AT = '{"type":"trade","id":"'.length;
const NUMBER_DIGITS = 10;

/**
 * Gives the payload of frame `n`: exactly `payloadBytes` long, and no two alike, because browsers keep equal texts once
 * and so flatter whatever remembers them.
 */
export function createPayloads(payloadBytes: number): (n: number) => Buffer {
  const head = `{"type":"trade","id":"${'0'.repeat(NUMBER_DIGITS)}","symbol":"XYZ","text":"`;
  if (payloadBytes < head.length + 2) throw new Error(`A payload has at least ${head.length + 2} bytes.`);
  const template = Buffer.from(`${head.padEnd(payloadBytes - 2, 'abcdefghij')}"}`);
  return (n) => {
    const payload = Buffer.from(template);
    payload.write(String(n).padStart(NUMBER_DIGITS, '0'), NUMBER_AT, 'latin1');
    return payload;
  };
}

/** Sends `load.frames` frames, a few to each peer in turn, as fast as they are taken. Ends early when all have gone. */
export async function sendBurst(peers: readonly Peer[], load: Load): Promise<void> {
  const payloadOf = createPayloads(load.payloadBytes);
  const binary = load.kind === 'binary';
  const perTurn = Math.max(1, Math.floor(BYTES_PER_TURN / load.payloadBytes / Math.sqrt(peers.length)));
  let sent = 0;
  while (sent < load.frames && peers.some(isOpen)) {
    for (const peer of peers) {
      const count = Math.min(perTurn, load.frames - sent);
      sendTo(peer, payloadOf, sent, count, binary);
      sent += count;
      await roomIn(peer);
    }
    await turn();
  }
}

/**
 * Sends frames at a pace, spread over the peers that `peers()` gives at that moment, until the time is over or `signal`
 * says stop. A late timer is made up for at the next tick.
 */
export async function sendPaced(
  peers: () => readonly Peer[],
  payloadBytes: number,
  { framesPerSecond, durationMs }: Pace,
  signal: AbortSignal,
): Promise<void> {
  const payloadOf = createPayloads(payloadBytes);
  const startedMs = performance.now();
  const frames = Math.round((framesPerSecond * durationMs) / 1000);
  let sent = 0;
  let next = 0;
  while (sent < frames && !signal.aborted) {
    await delay(TICK_MS);
    const due = Math.min(frames, Math.floor(((performance.now() - startedMs) * framesPerSecond) / 1000)) - sent;
    const ready = peers().filter((peer) => isOpen(peer) && peer.stream.writableLength < MAX_WAITING_BYTES);
    const perPeer = Math.ceil(due / ready.length);
    for (let left = due; left > 0 && ready.length > 0; left -= perPeer) {
      const peer = ready[next++ % ready.length] as Peer;
      sendTo(peer, payloadOf, sent, Math.min(perPeer, left), false);
      sent += Math.min(perPeer, left);
    }
  }
}

export function isOpen({ socket }: Peer): boolean {
  return socket.readyState === WebSocket.OPEN;
}

function sendTo(peer: Peer, payloadOf: (n: number) => Buffer, from: number, count: number, binary: boolean): void {
  if (!isOpen(peer)) return;
  peer.stream.cork();
  for (let i = from; i < from + count; i++) {
    peer.socket.send(payloadOf(i), { binary });
  }
  peer.stream.uncork();
}

async function roomIn({ stream }: Peer): Promise<void> {
  while (stream.writableLength > MAX_WAITING_BYTES && !stream.destroyed) {
    const stopped = new AbortController();
    await Promise.race([
      once(stream, 'drain', { signal: stopped.signal }),
      once(stream, 'close', { signal: stopped.signal }),
    ]).finally(() => stopped.abort());
  }
}
