import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_BUFFERED_SAMPLES } from '../protocol/limits.ts';
import { parsePageReport } from '../protocol/page-report.ts';
import { type ActsObserver, createActs } from './acts.ts';
import { addConnection, type Connection, createRing } from './ring.ts';

const socket = {} as WebSocket;
const first = { type: 'message' } as Event;
const error = { type: 'error' } as Event;
let nowMs: number;
let waitingBytes: number;
let dispatched: Event | null;
let isRecording: boolean;
let stacks: number;
let changes: number;
let reads: number;
let hasHandler: boolean;
let acts: ActsObserver;
let connection: Connection;

beforeEach(() => {
  [nowMs, waitingBytes, dispatched, isRecording, stacks, changes, reads] = [1_000, 0, null, true, 0, 0, 0];
  hasHandler = false;
  acts = createActs({
    nowMs: () => nowMs,
    isRecording: () => isRecording,
    noteActs: () => changes++,
    amountWaiting: () => {
      reads++;
      return waitingBytes;
    },
    isBeingDispatched: (event) => event === dispatched,
    errorText: () => `${'x'.repeat(1_000)}`,
    currentStack: () => `stack ${++stacks}`,
    hasHandler: () => hasHandler,
  });
  const created = { kind: 'connectionCreated', connection: 0, atMs: 0, url: 'ws://a/', protocols: [] } as const;
  connection = addConnection(createRing(), created, {} as WeakRef<WebSocket>);
});

/** As it would be told; the other side must accept it. */
function noted(): unknown {
  const told = connection.actsSoFar?.noted;
  if (told) expect(parsePageReport(told)).toEqual(told);
  return told;
}

it('is nothing as long as a page behaves', () => {
  acts.noteDelivery(connection, socket, first);
  acts.noteSent(connection, socket, nowMs, 10);
  acts.noteCall(connection, 'constructedAt');
  acts.noteError(error);
  expect(connection.actsSoFar).toBeNull();
  expect([changes, stacks]).toEqual([0, 0]);
});

it('counts sends that throw, with the time of the first', () => {
  acts.noteThrownSend(connection);
  nowMs = 2_000;
  acts.noteThrownSend(connection);
  expect(noted()).toMatchObject({ sendsThrown: 2, firstThrownAtMs: 1_000 });
});

it('counts errors while a frame is given to handlers, and no others', () => {
  connection.nextSeq = 8;
  acts.noteError(error);
  acts.noteDelivery(connection, socket, first);
  dispatched = first;
  acts.noteError(error);
  nowMs = 2_000;
  acts.noteError(error);
  dispatched = null;
  acts.noteError(error);
  expect(noted()).toMatchObject({ handlerErrors: 2, firstHandlerErrorAtMs: 1_000, firstHandlerErrorSeq: 7 });
  expect((noted() as { handlerErrorText: string }).handlerErrorText).toHaveLength(300);
});

it('holds no event for longer than it must, and none where nobody records', () => {
  dispatched = first;
  acts.noteDelivery(connection, socket, first);
  acts.endDelivery();
  acts.noteError(error);
  isRecording = false;
  acts.noteDelivery(connection, socket, first);
  acts.noteError(error);
  expect(connection.actsSoFar).toBeNull();
});

it('takes stacks only when they are wanted', () => {
  acts.recordStacks(true);
  acts.noteCall(connection, 'constructedAt');
  acts.noteCall(connection, 'closedAt');
  isRecording = false;
  acts.noteCall(connection, 'closedAt');
  isRecording = true;
  acts.recordStacks(false);
  acts.noteCall(connection, 'closedAt');
  expect(noted()).toMatchObject({ constructedAt: 'stack 1', closedAt: 'stack 2' });
});

it('samples what waits when it has changed much, and reads it seldom', () => {
  const send = (bytes: number, afterMs: number, weight = 10) => {
    nowMs += afterMs;
    waitingBytes = bytes;
    acts.noteSent(connection, socket, nowMs, weight);
  };
  send(1_000, 0);
  send(100_000, 10);
  expect(reads).toBe(1);
  send(100_000, 50);
  send(110_000, 50);
  send(500_000, 0, 70_000);
  send(0, 60);
  const [, , ...rest] = [0, 0, ...((noted() as { buffered: number[] }).buffered ?? [])];
  expect(rest).toEqual([1_060, 100_000, 1_110, 500_000, 1_170, 0]);
});

it('keeps a bounded number of samples, from first to last', () => {
  for (let i = 0; i < 1_000; i++) {
    nowMs += 100;
    waitingBytes = i % 2 === 0 ? 1e6 : 0;
    acts.noteSent(connection, socket, nowMs, 1);
  }
  const { buffered } = noted() as { buffered: readonly number[] };
  expect(buffered.length).toBeLessThanOrEqual(2 * (MAX_BUFFERED_SAMPLES + 1));
  expect(buffered[0]).toBe(1_100);
  expect(buffered.at(-2)).toBe(nowMs);
  const times = buffered.filter((_, i) => i % 2 === 0);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

describe('frames that nobody listens to', () => {
  const unheard = () => (noted() as { unheard: number } | undefined)?.unheard ?? 0;
  const deliver = () => acts.noteDelivery(connection, socket, first);

  it('are counted where listeners are watched from the beginning', () => {
    acts.watchListeners(true);
    acts.noteMade(connection);
    acts.noteListener(connection, 'close');
    deliver();
    deliver();
    expect(unheard()).toBe(2);
    acts.watchListeners(false);
    deliver();
    expect(unheard()).toBe(2);
  });

  it('are none with a handler, after any listener, and where nobody knows', () => {
    acts.noteMade(connection);
    acts.watchListeners(true);
    deliver();
    expect(unheard()).toBe(0);
    acts.noteMade(connection);
    hasHandler = true;
    deliver();
    hasHandler = false;
    acts.noteListener(connection, { toString: () => 'message' });
    deliver();
    expect(unheard()).toBe(0);
  });
});
