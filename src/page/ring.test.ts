import { describe, expect, it } from 'vitest';
import { MAX_FRAMES_PER_REPORT, RING_CLOSED_CONNECTIONS, RING_FRAMES, RING_PAYLOAD_BYTES } from '../protocol/limits.ts';
import type { Payload } from './payload.ts';
import {
  addConnection,
  addFact,
  addFrame,
  type Connection,
  createRing,
  findConnection,
  forgetClosedConnections,
  hasFact,
  type Ring,
} from './ring.ts';

function connect(ring: Ring): Connection {
  const connection = ring.connectionCount;
  const created = { kind: 'connectionCreated', connection, atMs: 0, url: 'ws://x/', protocols: [] } as const;
  return addConnection(ring, created, {} as WeakRef<WebSocket>);
}

function close(ring: Ring, { number }: Connection): void {
  const connection = findConnection(ring, number);
  if (!connection) throw new Error(`connection ${number} is not known`);
  const ending = { code: 1000, reason: '', wasClean: true, simulated: false };
  addFact(ring, connection, { kind: 'connectionClosed', connection: number, atMs: 1, ...ending });
}

function weighing(weight: number): Payload {
  return { flags: 0, sizeBytes: weight, text: '', bytes: null, blob: null, weight };
}

function numbers(ring: Ring): readonly number[] {
  const found: number[] = [];
  for (let c = ring.oldestConnection; c; c = c.next) found.push(c.number);
  return found;
}

describe('frames', () => {
  it('leave the ring oldest first when there are too many', () => {
    const ring = createRing();
    const [a, b] = [connect(ring), connect(ring)];
    for (let i = 0; i < RING_FRAMES; i++) addFrame(ring, i % 2 ? b : a, i, 0, weighing(1));
    expect([a.oldestFrame?.seq, b.oldestFrame?.seq, ring.frameCount]).toEqual([0, 0, RING_FRAMES]);
    addFrame(ring, b, 0, 0, weighing(1));
    expect([a.oldestFrame?.seq, b.oldestFrame?.seq, ring.frameCount]).toEqual([1, 0, RING_FRAMES]);
    expect([a.unsentFrame?.seq, b.unsentFrame?.seq, ring.weight]).toEqual([1, 0, RING_FRAMES]);
  });

  it('leave the ring when they weigh too much', () => {
    const ring = createRing();
    const a = connect(ring);
    for (let i = 0; i < 4; i++) addFrame(ring, a, i, 0, weighing(RING_PAYLOAD_BYTES / 4));
    expect(ring.frameCount).toBe(4);
    addFrame(ring, a, 5, 0, weighing(1));
    expect([a.oldestFrame?.seq, ring.frameCount]).toEqual([1, 4]);
  });

  it('of a connection that lost all of them start anew', () => {
    const ring = createRing();
    const [a, b] = [connect(ring), connect(ring)];
    addFrame(ring, a, 0, 0, weighing(1));
    for (let i = 0; i < RING_FRAMES; i++) addFrame(ring, b, 0, 0, weighing(0));
    expect([a.oldestFrame, a.newestFrame, a.unsentFrame]).toEqual([null, null, null]);
    addFrame(ring, a, 9, 0, weighing(1));
    expect([a.oldestFrame?.seq, a.newestFrame?.seq, a.unsentFrame?.seq]).toEqual([1, 1, 1]);
  });

  it('of one connection fit one report, however many the ring holds', () => {
    expect(RING_FRAMES).toBeLessThanOrEqual(MAX_FRAMES_PER_REPORT);
  });
});

describe('connections', () => {
  it('that are open always stay; of the closed ones the latest', () => {
    const ring = createRing();
    const all = Array.from({ length: RING_CLOSED_CONNECTIONS + 4 }, () => connect(ring));
    const [first, second, third, fourth, ...others] = all;
    if (!first || !second || !third || !fourth) throw new Error('too few');
    for (const connection of [...others, second, fourth]) close(ring, connection);
    forgetClosedConnections(ring);
    expect(ring.closedCount).toBe(RING_CLOSED_CONNECTIONS);
    expect(numbers(ring).slice(0, 3)).toEqual([0, 2, 4]);
    expect([second.isMuted, fourth.isMuted, third.isMuted]).toEqual([true, true, false]);
    expect(second.next).toBeNull();
  });

  it('can all be forgotten and followed by new ones', () => {
    const ring = createRing();
    for (let i = 0; i <= RING_CLOSED_CONNECTIONS; i++) close(ring, connect(ring));
    forgetClosedConnections(ring);
    const next = connect(ring);
    expect(numbers(ring)).toHaveLength(RING_CLOSED_CONNECTIONS + 1);
    expect(numbers(ring).at(-1)).toBe(next.number);
    expect(findConnection(ring, 0)).toBeNull();
    expect(findConnection(ring, next.number)).toBe(next);
  });

  it('know what happened to them', () => {
    const ring = createRing();
    const a = connect(ring);
    expect(hasFact(a, 'connectionClosed')).toBe(false);
    close(ring, a);
    expect([hasFact(a, 'connectionCreated'), hasFact(a, 'connectionClosed')]).toEqual([true, true]);
  });
});
