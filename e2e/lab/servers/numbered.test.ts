/** Numbered frames: all of them, in order, at the pace asked for, and never faster than the client takes them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Lab, startLab } from '../server.ts';
import { closeOf, nextMessages, openSocket } from '../test-sockets.ts';
import { MAX_WAITING_BYTES, numberedFrame, sendNumbered } from './numbered.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});

afterAll(() => lab.close());

describe('numbered frames', () => {
  const receiveAll = async (query: string) => {
    const socket = new WebSocket(`${lab.endpoint('numbered').url}?${query}`);
    const messages: string[] = [];
    socket.on('message', (data) => messages.push(String(data)));
    return { close: await closeOf(socket), messages };
  };

  test.each(['text', 'binary'])('as %s come all, in order and in the size asked for', async (kind) => {
    const { close, messages } = await receiveAll(`count=5000&everyMs=0&bytes=200&kind=${kind}&end=close`);
    expect(close).toEqual({ code: 1000, reason: '5000 frames' });
    expect(messages).toEqual(Array.from({ length: 5000 }, (_, i) => numberedFrame(i, 200)));
    const log = lab
      .endpoint('numbered')
      .sent.entries()
      .filter((frame) => frame.kind === kind);
    expect(log).toHaveLength(5000);
    expect(log.every(({ payloadBytes }) => payloadBytes === 200)).toBe(true);
  });

  test('keep the pace', async () => {
    const startedMs = performance.now();
    const { messages } = await receiveAll('count=21&everyMs=10&bytes=8&end=close');
    expect(messages).toHaveLength(21);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(200);
  });

  test('wait for a client that does not read, and then come all the same', async () => {
    const slow = await openSocket(`${lab.endpoint('numbered').url}?count=500&everyMs=0&bytes=100000`);
    const all = nextMessages(slow, 500);
    slow.pause();
    // In the time in which another client gets as much, the slow one has got nothing.
    expect((await receiveAll('count=500&everyMs=0&bytes=100000&end=close')).messages).toHaveLength(500);
    slow.resume();
    expect((await all).map((frame) => frame.slice(0, frame.indexOf(':')))).toEqual(
      Array.from({ length: 500 }, (_, i) => `${i}`),
    );
    slow.terminate();
  });

  test('never pile up in the server', async () => {
    const bytes = 100_000;
    const sent: string[] = [];
    let waitingBytes = 0;
    let mostWaitingBytes = 0;
    await sendNumbered(
      {
        readyState: WebSocket.OPEN,
        // A client that takes in less than a frame whenever somebody looks.
        get bufferedAmount() {
          waitingBytes = Math.max(0, waitingBytes - 60_000);
          return waitingBytes;
        },
        send(data) {
          sent.push(String(data));
          waitingBytes += data.length;
          mostWaitingBytes = Math.max(mostWaitingBytes, waitingBytes);
        },
        close: () => {},
      },
      { count: 80, everyMs: 0, bytes, kind: 'text', closeAtEnd: false },
    );
    expect(sent).toEqual(Array.from({ length: 80 }, (_, i) => numberedFrame(i, bytes)));
    expect(mostWaitingBytes).toBeLessThanOrEqual(MAX_WAITING_BYTES + bytes);
  });

  test('with a bad query are refused', async () => {
    expect((await receiveAll('count=many')).close.code).toBe(1008);
    expect((await receiveAll('bytes=-1')).close.code).toBe(1008);
    expect((await receiveAll('count=1e9')).close.code).toBe(1008);
  });
});
