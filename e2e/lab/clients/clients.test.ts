/** Every client of the roster against its own server, in Node, with `ws` for the browser's WebSocket. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type ClientId, roster } from '../roster.ts';
import { type Lab, startLab } from '../server.ts';
import { backoffDelayMs, MAX_ATTEMPTS } from './backoff.ts';
import { rejoinDelayMs } from './chat.ts';
import { type ClientClose, type ClientState, type Described, describe as describeData, readClose } from './client.ts';
import { doublingDelayMs } from './queueing.ts';
import { clients } from './table.ts';

let lab: Lab;

/** As in a browser, an 'error' to which nobody listens is nothing; Node would end the process. */
class BrowserLikeWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    this.on('error', () => {});
  }
}

beforeAll(async () => {
  vi.stubGlobal('WebSocket', BrowserLikeWebSocket);
  lab = await startLab();
});

afterAll(async () => {
  await lab.close();
  vi.unstubAllGlobals();
});

/** A client of the lab with a memory of all that it reported. */
function startRecorded(id: ClientId) {
  const states: ClientState[] = [];
  const closes: ClientClose[] = [];
  const received: Described[] = [];
  const sent: Described[] = [];
  const client = clients[id](lab.endpoint(id).url, {
    state: (state) => states.push(state),
    closed: (close) => closes.push(close),
    received: (message) => received.push(message),
    sent: (message) => sent.push(message),
  });
  return { client, states, closes, received, sent, opens: () => states.filter((state) => state === 'open').length };
}

/** Waits for a condition; generous, since two cores may be busy with browsers. */
function until(condition: () => boolean): Promise<void> {
  return vi.waitFor(() => expect(condition()).toBe(true), { timeout: 20_000, interval: 10 });
}

const GIVES_UP_AT_ONCE: readonly ClientId[] = ['plain', 'binary'];
const LONG_MS = 40_000;

describe.each(roster)('$name', { concurrent: true }, ({ id }) => {
  test(
    'connects, speaks with its server, loses the connection and does what its card says',
    async ({ expect }) => {
      const { client, states, closes, received, sent, opens } = startRecorded(id);
      const endpoint = lab.endpoint(id);
      client.connect();
      await until(() => states.at(-1) === 'open');
      expect(states[0]).toBe('connecting');
      client.connect();
      client.pulse(0);
      client.sendText('hello');
      client.sendBinary?.(Uint8Array.of(1, 2, 3));
      await until(() => received.length >= 2);
      expect(sent.length).toBeGreaterThanOrEqual(client.sendBinary === null ? 2 : 3);
      await endpoint.waitFor((state) => state.received.frames >= sent.length);
      expect(endpoint.state()).toMatchObject({ open: 1, accepted: 1 });

      endpoint.destroyAll();
      await until(() => closes.length > 0);
      expect(closes[0]?.code).toBe(1006);
      await until(() => states.includes('closed'));
      if (GIVES_UP_AT_ONCE.includes(id)) client.connect();
      await until(() => opens() === 2);
      await endpoint.waitFor(({ accepted, open }) => accepted === 2 && open === 1);

      client.disconnect();
      await endpoint.waitFor(({ open }) => open === 0);
      await until(() => states.at(-1) === 'closed');
      client.connect();
      await until(() => opens() === 3);
      client.disconnect();
      await endpoint.waitFor(({ open }) => open === 0);
    },
    LONG_MS,
  );
});

describe('own clients', () => {
  test('wait as long as their cards say', () => {
    expect([0, 1, 2, 3, 4].map(backoffDelayMs)).toEqual([1000, 1500, 2250, 3375, 5062.5]);
    expect(backoffDelayMs(50)).toBe(30_000);
    expect([0, 1, 2, 3, 4, 5, 6].map(doublingDelayMs)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect([rejoinDelayMs(0), rejoinDelayMs(0.5)]).toEqual([1000, 2000]);
  });

  test(
    'the queueing client joins again with a new token and loses nothing that was said while it was down',
    async () => {
      const { client, closes, opens } = startRecorded('queueing');
      const endpoint = lab.endpoint('queueing');
      client.connect();
      await until(() => opens() === 1);
      endpoint.received.clear();
      endpoint.destroyAll();
      await until(() => closes.length === 1);
      for (const text of ['first', 'second', 'third']) client.sendText(text);
      await until(() => opens() === 2);
      await until(() => endpoint.received.entries().length >= 5);
      expect(endpoint.received.entries().map(({ head }) => head)).toEqual([
        '{"type":"join","channel":"orders"}',
        '{"type":"join","channel":"alerts"}',
        'first',
        'second',
        'third',
      ]);
      client.disconnect();
      await endpoint.waitFor(({ open }) => open === 0);
    },
    LONG_MS,
  );

  test(
    `the backoff client gives up after ${MAX_ATTEMPTS} attempts`,
    async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
      try {
        const { client, closes, states } = startRecorded('backoff');
        const endpoint = lab.endpoint('backoff');
        const before = endpoint.state().refused;
        endpoint.refuse({ status: 502 });
        client.connect();
        const realTurn = () => new Promise((resolve) => setImmediate(resolve));
        for (let attempt = 0; attempt <= MAX_ATTEMPTS; attempt++) {
          while (closes.length <= attempt) await realTurn();
          await vi.advanceTimersByTimeAsync(backoffDelayMs(attempt));
        }
        expect(vi.getTimerCount()).toBe(0);
        expect(endpoint.state().refused - before).toBe(1 + MAX_ATTEMPTS);
        expect(states.at(-1)).toBe('closed');
        endpoint.allow();
      } finally {
        vi.useRealTimers();
      }
    },
    LONG_MS,
  );
});

test('a close event is read whatever a library made of it', () => {
  const close = { code: 1006, reason: '', wasClean: false };
  expect(readClose(close)).toEqual(close);
  expect(readClose(close, 'transport close')).toEqual({ ...close, reason: 'transport close' });
  expect(readClose({ code: 'close', reason: close })).toEqual(close);
  expect(readClose(undefined, 'timeout')).toEqual({ code: null, reason: 'timeout', wasClean: null });
});

test('what is shown of a message', () => {
  expect(describeData('grüße')).toEqual({ text: 'grüße', bytes: 7 });
  expect(describeData(Uint8Array.from([1, 255]).buffer)).toEqual({ text: 'ArrayBuffer, 2 bytes: 01 ff', bytes: 2 });
  expect(describeData(new Uint8Array(9))).toEqual({ text: '9 bytes: 00 00 00 00 00 00 00 00 …', bytes: 9 });
  expect(describeData(new Blob(['abc']))).toEqual({ text: 'Blob, 3 bytes', bytes: 3 });
  expect(describeData({ a: 1 })).toEqual({ text: '{"a":1}', bytes: 7 });
});
