/**
 * The memory of one document: its recent frames and its connections, both bounded. It is the only buffer on the page's
 * side: what has been handed to the content script is told by cursors into it, one per connection.
 *
 *     ring      oldest ─▶ f ─▶ f ─▶ f ─▶ f ─▶ f ─▶ newest      (next: in order of arrival, over all connections)
 *                         a0   b0   a1   a2   b1
 *     of a      oldestFrame = a0 ─▶ a1 ─▶ a2                   (nextOwn)
 *               unsentFrame = a1, sentSeq = 1, nextSeq = 3     a0 was handed over, a1 and a2 were not
 *
 * Frames leave the ring oldest first, so what a connection still has in it is always its latest. If unsent frames were
 * among those that left, `unsentFrame.seq` is beyond `sentSeq`: the difference is a gap, and exact. Linked lists, because
 * a page can intercept writes to an Array's elements, but not to an object's own fields.
 */

import { RING_CLOSED_CONNECTIONS, RING_FRAMES, RING_PAYLOAD_BYTES } from '../protocol/limits.ts';
import type {
  CloseRequested,
  ConnectionClosed,
  ConnectionCreated,
  ConnectionDropped,
  ConnectionErrored,
  ConnectionOpened,
  FaultReport,
} from '../protocol/page-report.ts';
import type { Acts } from './acts.ts';
import type { Line } from './faults/line.ts';
import type { Payload } from './payload.ts';

export interface Frame {
  readonly connection: Connection;
  readonly seq: number;
  readonly atMs: number;
  readonly flags: number;
  readonly payload: Payload;
  next: Frame | null;
  nextOwn: Frame | null;
}

/** What happened to a connection beside its frames; each at most once, those of faults a bounded number of times. */
export type FactReport =
  | FaultReport
  | ConnectionCreated
  | ConnectionOpened
  | ConnectionErrored
  | CloseRequested
  | ConnectionDropped
  | ConnectionClosed;

export interface Fact {
  readonly report: FactReport;
  next: Fact | null;
}

export interface Connection {
  readonly number: number;
  readonly socket: WeakRef<WebSocket>;
  readonly firstFact: Fact;
  lastFact: Fact;
  unsentFact: Fact | null;
  nextSeq: number;
  sentSeq: number;
  oldestFrame: Frame | null;
  newestFrame: Frame | null;
  unsentFrame: Frame | null;
  isClosed: boolean;
  /** While faults hold for it, and after one has ended it. */
  line: Line | null;
  faultFacts: number;
  /** Null: nothing of note. */
  actsSoFar: Acts | null;
  /** When it was last looked how much waits to be sent, and what was sent since. */
  sampledAtMs: number;
  unsampledWeight: number;
  sampledBytes: number;
  /** Whether somebody listens to its frames; null: nobody has watched from its beginning. */
  isHeard: boolean | null;
  /** Frames of it are not taken any more: it is closed, and nobody knows it (forgotten, or cleared from the list). */
  isMuted: boolean;
  /** In the list of remembered connections, by number. */
  next: Connection | null;
}

export interface Ring {
  connectionCount: number;
  closedCount: number;
  oldestConnection: Connection | null;
  newestConnection: Connection | null;
  frameCount: number;
  weight: number;
  oldestFrame: Frame | null;
  newestFrame: Frame | null;
}

export function createRing(): Ring {
  return {
    connectionCount: 0,
    closedCount: 0,
    oldestConnection: null,
    newestConnection: null,
    frameCount: 0,
    weight: 0,
    oldestFrame: null,
    newestFrame: null,
  };
}

/** The number that the next connection gets must already stand in `created`: `ring.connectionCount`. */
export function addConnection(ring: Ring, created: ConnectionCreated, socket: WeakRef<WebSocket>): Connection {
  const fact: Fact = { report: created, next: null };
  const connection: Connection = {
    number: ring.connectionCount++,
    socket,
    firstFact: fact,
    lastFact: fact,
    unsentFact: fact,
    nextSeq: 0,
    sentSeq: 0,
    oldestFrame: null,
    newestFrame: null,
    unsentFrame: null,
    isClosed: false,
    line: null,
    faultFacts: 0,
    actsSoFar: null,
    sampledAtMs: 0,
    unsampledWeight: 0,
    sampledBytes: 0,
    isHeard: null,
    isMuted: false,
    next: null,
  };
  if (ring.newestConnection === null) ring.oldestConnection = connection;
  else ring.newestConnection.next = connection;
  ring.newestConnection = connection;
  return connection;
}

/** The remembered connection of that number, or null. */
export function findConnection(ring: Ring, number: number): Connection | null {
  let connection = ring.oldestConnection;
  while (connection !== null && connection.number !== number) connection = connection.next;
  return connection;
}

/** `connectionClosed` ends a connection: from then on it may be forgotten. */
export function addFact(ring: Ring, connection: Connection, report: FactReport): void {
  const fact: Fact = { report, next: null };
  connection.lastFact.next = fact;
  connection.lastFact = fact;
  if (connection.unsentFact === null) connection.unsentFact = fact;
  if (report.kind === 'connectionClosed' && !connection.isClosed) {
    connection.isClosed = true;
    ring.closedCount++;
  }
}

/** Whether a fact of this kind is already known. */
export function hasFact(connection: Connection, kind: FactReport['kind']): boolean {
  let fact: Fact | null = connection.firstFact;
  while (fact !== null && fact.report.kind !== kind) fact = fact.next;
  return fact !== null;
}

/** Gives the frame the connection's next seq; older frames leave the ring to make room. */
export function addFrame(ring: Ring, connection: Connection, atMs: number, flags: number, payload: Payload): void {
  const frame: Frame = {
    connection,
    seq: connection.nextSeq++,
    atMs,
    flags: flags | payload.flags,
    payload,
    next: null,
    nextOwn: null,
  };
  if (ring.newestFrame === null) ring.oldestFrame = frame;
  else ring.newestFrame.next = frame;
  ring.newestFrame = frame;
  if (connection.newestFrame === null) connection.oldestFrame = frame;
  else connection.newestFrame.nextOwn = frame;
  connection.newestFrame = frame;
  if (connection.unsentFrame === null) connection.unsentFrame = frame;
  ring.frameCount++;
  ring.weight += payload.weight;
  while (ring.frameCount > RING_FRAMES || ring.weight > RING_PAYLOAD_BYTES) dropOldestFrame(ring);
}

function dropOldestFrame(ring: Ring): void {
  const frame = ring.oldestFrame;
  if (frame === null) return;
  ring.oldestFrame = frame.next;
  if (ring.oldestFrame === null) ring.newestFrame = null;
  ring.frameCount--;
  ring.weight -= frame.payload.weight;
  const { connection, nextOwn } = frame;
  connection.oldestFrame = nextOwn;
  if (nextOwn === null) connection.newestFrame = null;
  if (connection.unsentFrame === frame) connection.unsentFrame = nextOwn;
}

/**
 * Forgets closed connections beyond RING_CLOSED_CONNECTIONS, oldest first. Their frames stay until the ring turns over;
 * nothing leads to them any more.
 */
export function forgetClosedConnections(ring: Ring): void {
  let previous: Connection | null = null;
  let connection = ring.oldestConnection;
  while (connection !== null && ring.closedCount > RING_CLOSED_CONNECTIONS) {
    const { next }: Connection = connection;
    if (connection.isClosed) {
      connection.isMuted = true;
      ring.closedCount--;
      // A page may hold its socket, and so this object, for ever: it must not lead on to all that came after it.
      connection.next = null;
      if (previous === null) ring.oldestConnection = next;
      else previous.next = next;
      if (next === null) ring.newestConnection = previous;
    } else {
      previous = connection;
    }
    connection = next;
  }
}
