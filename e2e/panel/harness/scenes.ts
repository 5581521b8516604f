/** Recordings to look at: what a page with several kinds of clients does in half a minute. The same every time. */
import { FRAME_BLOB, FRAME_DISCARDED, FRAME_TRUNCATED } from '../../../src/protocol/frame-columns.ts';
import type { ConnectionRecord } from '../../../src/protocol/records.ts';
import type { FakeFrame, FakeRecording } from './fake-recording.ts';
import { closeRow, connectionRow, documentRow } from './rows.ts';

/** Small, and good enough to look natural. https://en.wikipedia.org/wiki/Linear_congruential_generator */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Plan {
  readonly url: string;
  readonly protocol?: string;
  readonly fromMs: number;
  readonly handshakeMs?: number;
  readonly toMs?: number;
  readonly end?: Partial<ConnectionRecord>;
  /** Frames between open and end. */
  readonly frames: (atMs: number, i: number) => FakeFrame | null;
  readonly everyMs: number;
}

const SYMBOLS = ['ACME', 'GLOBEX', 'INITECH', 'UMBRELLA'];

/** Six kinds of clients, a real loss with its reconnect, a simulated drop with its own, a refused login, a restart. */
export function playBusy(recording: FakeRecording, startMs: number): void {
  const random = createRandom(7);
  const documentId = 'busy';
  recording.documents.set(documentId, documentRow({ documentId, openedAtMs: startMs - 400, rejected: 3 }));
  let connection = 0;

  const tick = (atMs: number, i: number): FakeFrame => ({
    atMs,
    text: JSON.stringify({
      type: 'tick',
      symbol: SYMBOLS[i % SYMBOLS.length],
      price: Number((80 + 40 * random()).toFixed(2)),
      volume: Math.floor(random() * 5_000),
      at: new Date(atMs).toISOString(),
    }),
  });
  const chat = (atMs: number, i: number): FakeFrame =>
    i % 4 === 0
      ? { atMs, isOut: true, text: JSON.stringify({ type: 'say', room: 'lobby', text: `message ${i}` }) }
      : { atMs, text: JSON.stringify({ type: 'said', room: 'lobby', from: `user ${i % 5}`, text: 'hello there' }) };
  const socketIo = (atMs: number, i: number): FakeFrame => {
    if (i === 0) return { atMs, text: '0{"sid":"x7Qz","upgrades":[],"pingInterval":25000,"pingTimeout":20000}' };
    if (i % 9 === 0) return { atMs, text: '2' };
    if (i % 9 === 1) return { atMs, isOut: true, text: '3' };
    return { atMs, isOut: i % 3 === 0, text: `42["order placed",{"id":${1000 + i},"lines":[{"sku":"A-${i}","n":2}]}]` };
  };
  const graphql = (atMs: number, i: number): FakeFrame =>
    i === 0
      ? { atMs, isOut: true, text: '{"type":"connection_init"}' }
      : { atMs, text: `{"id":"1","type":"next","payload":{"data":{"temperature":${(18 + 4 * random()).toFixed(1)}}}}` };
  const binary = (atMs: number, i: number): FakeFrame => ({
    atMs,
    isOut: i % 3 === 2,
    bytes: Array.from({ length: 24 + (i % 5) * 16 }, (_, k) => (i * 31 + k * 7) & 0xff),
  });
  const mqtt = (atMs: number, i: number): FakeFrame =>
    i % 6 === 0
      ? { atMs, isOut: true, bytes: [0xc0, 0x00] }
      : { atMs, bytes: [0x30, 0x12, 0x00, 0x05, ...new TextEncoder().encode(`rooms${i % 10}:21.5C`)] };

  const host = 'wss://lab.example.test';
  const plans: readonly Plan[] = [
    {
      url: `${host}/ticker?token=eyJhbGciOi`,
      fromMs: 0,
      handshakeMs: 60,
      toMs: 11_800,
      frames: tick,
      everyMs: 90,
      end: { close: closeRow(0, 1006) },
    },
    { url: `${host}/chat/lobby`, fromMs: 150, handshakeMs: 45, frames: chat, everyMs: 420 },
    {
      url: `${host}/socket.io/?EIO=4&transport=websocket`,
      fromMs: 300,
      handshakeMs: 80,
      frames: socketIo,
      everyMs: 340,
    },
    {
      url: `${host}/graphql`,
      protocol: 'graphql-transport-ws',
      fromMs: 420,
      handshakeMs: 50,
      toMs: 16_400,
      frames: graphql,
      everyMs: 800,
      end: { close: closeRow(0, 1012, { reason: 'deploying v42' }) },
    },
    { url: `${host}/mqtt`, protocol: 'mqtt', fromMs: 520, handshakeMs: 70, frames: mqtt, everyMs: 650 },
    {
      url: `${host}/binary`,
      fromMs: 640,
      handshakeMs: 40,
      toMs: 20_300,
      frames: binary,
      everyMs: 260,
      end: { close: closeRow(0, 1006, { simulated: true }), droppedAtMs: startMs + 20_300 },
    },
    {
      url: `${host}/admin`,
      fromMs: 2_000,
      handshakeMs: 90,
      toMs: 2_300,
      frames: (atMs, i) => (i === 0 ? { atMs, isOut: true, text: '{"login":"guest"}' } : null),
      everyMs: 100,
      end: { close: closeRow(0, 1008, { reason: 'login required' }) },
    },
    {
      url: `${host}/ticker?token=eyJhbGciOi`,
      fromMs: 12_800,
      toMs: 13_100,
      frames: () => null,
      everyMs: 1_000,
      end: { close: closeRow(0, 1006) },
    },
    { url: `${host}/ticker?token=eyJhbGciOi`, fromMs: 15_100, handshakeMs: 120, frames: tick, everyMs: 90 },
    {
      url: `${host}/graphql`,
      protocol: 'graphql-transport-ws',
      fromMs: 17_300,
      handshakeMs: 60,
      frames: graphql,
      everyMs: 800,
    },
    { url: `${host}/binary`, fromMs: 21_350, handshakeMs: 40, frames: binary, everyMs: 260 },
    {
      url: `${host}/upload`,
      fromMs: 22_000,
      handshakeMs: 60,
      toMs: 25_000,
      frames: (atMs, i) => ({ atMs, isOut: true, text: `part ${i} ${'x'.repeat(200)}` }),
      everyMs: 150,
      end: {
        closeRequested: { atMs: startMs + 24_900, code: 1000, reason: 'done' },
        close: closeRow(0, 1000, { reason: 'done' }),
      },
    },
  ];
  const untilMs = 31_000;
  for (const plan of plans) {
    const { url, protocol = '', fromMs, handshakeMs, toMs, end, frames, everyMs } = plan;
    const connectionId = `${documentId}/${connection}`;
    const openedAtMs = handshakeMs === undefined ? null : startMs + fromMs + handshakeMs;
    const close = end?.close && toMs !== undefined ? { ...end.close, atMs: startMs + toMs } : null;
    recording.connections.set(
      connectionId,
      connectionRow({
        connectionId,
        documentId,
        connection,
        url,
        protocol,
        createdAtMs: startMs + fromMs,
        openedAtMs,
        ...end,
        close,
      }),
    );
    connection++;
    if (openedAtMs === null) continue;
    const list: FakeFrame[] = [];
    let atMs = openedAtMs + 5;
    for (let i = 0; atMs < startMs + (toMs ?? untilMs); i++) {
      const frame = frames(atMs, i);
      if (frame) list.push(frame);
      atMs += everyMs * (0.6 + 0.8 * random());
    }
    recording.addFrames(connectionId, list);
  }
  recording.addGap(`${documentId}/1`, 1_204, 'paused');
  recording.addFrames(`${documentId}/1`, [
    { atMs: startMs + 30_600, text: '{"type":"said","room":"lobby","from":"user 2","text":"back again"}' },
    { atMs: startMs + 30_700, isOut: true, text: '{"type":"say"}', flags: FRAME_DISCARDED },
    { atMs: startMs + 30_800, text: `{"blob":"${'y'.repeat(60)}`, sizeBytes: 3_200_000, flags: FRAME_TRUNCATED },
    { atMs: startMs + 30_900, bytes: [], sizeBytes: 5, flags: FRAME_BLOB },
  ]);
  recording.addContent(`${documentId}/1`, recording.connections.get(`${documentId}/1`)?.nextSeq ?? 1, [1, 2, 3, 4, 5]);
}
