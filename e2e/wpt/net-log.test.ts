import { describe, expect, it } from 'vitest';
import { parseNetLog } from './net-log.ts';

const CONSTANTS = {
  logEventTypes: { REQUEST_ALIVE: 2, WEBSOCKET_RECV_FRAME_HEADER: 622, WEBSOCKET_SENT_FRAME_HEADER: 623, OTHER: 9 },
  timeTickOffset: 1_000_000,
};
const [RECEIVED, SENT] = [622, 623];

const first = `${JSON.stringify({ constants: CONSTANTS }).slice(0, -1)},`;
const line = (id: number, type: number, params: object) =>
  `${JSON.stringify({ params, phase: 0, source: { id, type: 1 }, time: '500', type })},`;
const request = (id: number, url: string) => line(id, 2, { url });
const frame = (id: number, type: number, opcode: number, length: number, more: object = {}) =>
  line(id, type, { opcode, final: true, reserved1: false, payload_length: length, ...more });

const parse = (...lines: string[]) => parseNetLog([first, '"events": [', ...lines]);

describe('parseNetLog', () => {
  it('counts messages, not frames, and leaves control frames out', async () => {
    const [connection] = await parse(
      request(7, 'ws://host/echo'),
      frame(7, SENT, 1, 5),
      frame(7, SENT, 2, 10, { final: false }),
      frame(7, SENT, 9, 4),
      frame(7, SENT, 0, 20),
      frame(7, RECEIVED, 10, 4),
      frame(7, RECEIVED, 1, 0),
      frame(7, RECEIVED, 3, 3),
      frame(7, SENT, 8, 2),
      frame(7, RECEIVED, 8, 5),
    );
    expect(connection).toEqual({
      url: 'ws://host/echo',
      startedAtMs: 1_000_500,
      sent: { text: 1, binary: 1, bytes: 35 },
      received: { text: 1, binary: 0, bytes: 0 },
      closeBytes: 5,
    });
  });

  it('knows no true size of what was compressed', async () => {
    const [connection] = await parse(request(7, 'ws://h/'), frame(7, RECEIVED, 1, 9, { reserved1: true }));
    expect(connection?.received).toEqual({ text: 1, binary: 0, bytes: null });
    expect(connection?.sent.bytes).toBe(0);
  });

  it('keeps connections apart, and passes over everything else', async () => {
    const connections = await parse(
      request(1, 'http://h/'),
      request(2, 'ws://h/'),
      line(2, 9, {}),
      request(3, 'wss://h/secret (credentials redacted)'),
      frame(3, SENT, 1, 1),
      frame(1, SENT, 1, 1),
      '{"phase":0,"sou',
    );
    expect(connections.map(({ url, sent }) => [url, sent.text])).toEqual([
      ['ws://h/', 0],
      ['wss://h/secret', 1],
    ]);
  });

  it('refuses what is no such log', async () => {
    await expect(parseNetLog([])).rejects.toThrow('empty');
    await expect(parseNetLog(['{"constants":{"logEventTypes":{}},'])).rejects.toThrow('knows no REQUEST_ALIVE');
  });
});
