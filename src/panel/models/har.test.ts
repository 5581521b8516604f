/** The network log of Chromium's DevTools: what is in it is recorded once and whole, whatever else is in it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  FRAME_BINARY,
  FRAME_OUT,
  FRAME_TRUNCATED,
  parseFrameColumns,
  textOf,
} from '../../protocol/frame-columns.ts';
import { KEPT_PAYLOAD_BYTES } from '../../protocol/limits.ts';
import { type DevtoolsReport, parseDevtoolsReport } from '../../protocol/outside.ts';
import { type KnownConnection, type LoggedSocket, MESSAGE_FRAMES, newReports, parseFailures, parseHar } from './har.ts';

const STARTED_MS = Date.parse('2026-11-21T12:03:52.093Z');

interface Message {
  readonly type: string;
  readonly time: number;
  readonly opcode: number;
  readonly data: string;
}

/** An entry as Chromium 156 writes it, as far as we read it. */
function entry(messages: readonly Message[], change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    _initiator: { type: 'script', stack: { callFrames: [{ url: 'http://127.0.0.1/w.js' }] } },
    _resourceType: 'websocket',
    request: {
      url: 'ws://127.0.0.1/dedicated',
      headers: [{ name: 'Sec-WebSocket-Protocol', value: 'chat, x' }],
    },
    response: {
      status: 101,
      headers: [
        { name: 'sec-websocket-accept', value: 'BGY0IUdyEW4HKZi8+ZjF2B4mOt8=' },
        { name: 'Sec-WebSocket-Protocol', value: 'chat' },
      ],
    },
    startedDateTime: '2026-11-21T12:03:52.093Z',
    time: 39.5,
    timings: { wait: 39.5, receive: 0 },
    _webSocketMessages: messages,
    ...change,
  };
}

const text = (data: string, atMs: number, type = 'receive'): Message => ({ type, time: atMs / 1_000, opcode: 1, data });
const binary = (bytes: readonly number[], atMs: number, type = 'receive'): Message => ({
  type,
  time: atMs / 1_000,
  opcode: 2,
  data: btoa(String.fromCharCode(...bytes)),
});
const error: Message = { type: 'error', time: STARTED_MS / 1_000, opcode: -1, data: '' };

const UNKNOWN: KnownConnection = {
  connection: 4,
  seenBy: 'network',
  openedAtMs: STARTED_MS + 2,
  nextSeq: 0,
  endSeenAtMs: null,
  goneAtMs: null,
  protocols: [],
};
const KNOWN: KnownConnection = { ...UNKNOWN, seenBy: 'devtools', protocols: ['chat', 'x'] };

function only(value: unknown): LoggedSocket {
  const [socket] = parseHar(value);
  if (!socket) throw new Error('no socket');
  return socket;
}

/** What is known once the reports are written. */
function written(known: KnownConnection, reports: readonly DevtoolsReport[]): KnownConnection {
  let row = known;
  for (const report of reports) row = { ...row, ...changeBy(report, row) };
  return row;
}

function changeBy(report: DevtoolsReport, { nextSeq }: KnownConnection): Partial<KnownConnection> {
  switch (report.kind) {
    case 'connectionSeen':
      return { seenBy: report.seenBy, protocols: report.protocols };
    case 'connectionOpened':
      return { openedAtMs: report.atMs };
    case 'framesMissed':
      expect(report.firstSeq).toBe(nextSeq);
      return { nextSeq: nextSeq + report.count };
    case 'framesCaptured':
      expect(report.firstSeq).toBe(nextSeq);
      return { nextSeq: nextSeq + report.columns.count };
    case 'connectionEnded':
      return { endSeenAtMs: report.atMs };
  }
}

const framesIn = (reports: readonly DevtoolsReport[]) =>
  reports.flatMap((report) =>
    report.kind === 'framesCaptured'
      ? Array.from({ length: report.columns.count }, (_, i) => ({
          atMs: report.columns.atMs[i],
          flags: report.columns.flags[i],
          sizeBytes: report.columns.sizeBytes[i],
          text: textOf(report.columns, i),
          bytes: [...bytesOf(report.columns, i)],
        }))
      : [],
  );

describe('a log', () => {
  it('gives its sockets', () => {
    const messages = [text('hi', STARTED_MS + 30)];
    expect(parseHar({ entries: [{ request: { url: 'http://127.0.0.1/' } }, entry(messages), 7] })).toEqual([
      {
        handshake: {
          accept: 'BGY0IUdyEW4HKZi8+ZjF2B4mOt8=',
          url: 'ws://127.0.0.1/dedicated',
          protocols: ['chat', 'x'],
          protocol: 'chat',
          extensions: '',
          startedAtMs: STARTED_MS,
          openedAtMs: STARTED_MS + 30,
          ownerUrl: 'http://127.0.0.1/w.js',
        },
        endedAtMs: null,
        messages,
      },
    ]);
  });

  it('may be a single entry, as DevTools tell of one that has finished', () => {
    expect(only(entry([], { time: 5_000, timings: { wait: 39, receive: 4_961 } })).endedAtMs).toBe(STARTED_MS + 5_000);
  });

  it.each([
    ['failed', { response: { status: 0, headers: [] } }],
    ['was refused', { response: { status: 502, headers: [] } }],
    ['never connected', { startedDateTime: '1969-12-31T23:59:59.000Z', time: 5_585_569 }],
    ['has no name', { response: { status: 101, headers: [] } }],
    ['has no time', { startedDateTime: 'yesterday' }],
  ])('says nothing of a handshake that %s', (_, change) => {
    expect(parseHar(entry([], change))).toEqual([]);
  });

  it('of any kind throws nothing', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (any, inEntry, message) => {
        parseHar(any);
        parseHar({
          entries: [any, entry([], { request: inEntry }), entry([], { _initiator: inEntry, timings: inEntry })],
        });
        for (const socket of parseHar(entry([message as Message, text('x', 1)]))) {
          for (const report of newReports(socket, KNOWN, 0)) expect(parseDevtoolsReport(report)).toEqual(report);
        }
      }),
    );
  });
});

describe('new reports', () => {
  it('say who tells, and what it says', () => {
    const messages = [text('hi', STARTED_MS + 30, 'send'), binary([1, 2, 255], STARTED_MS + 31.5), error];
    const reports = newReports(only(entry(messages)), { ...UNKNOWN, openedAtMs: null }, 0);
    expect(reports.map(({ kind }) => kind)).toEqual(['connectionSeen', 'connectionOpened', 'framesCaptured']);
    expect(reports[0]).toMatchObject({ connection: 4, seenBy: 'devtools', protocols: ['chat', 'x'] });
    expect(framesIn(reports)).toEqual([
      { atMs: STARTED_MS + 30, flags: FRAME_OUT, sizeBytes: 2, text: 'hi', bytes: [] },
      { atMs: STARTED_MS + 31.5, flags: FRAME_BINARY, sizeBytes: 3, text: '', bytes: [1, 2, 255] },
    ]);
  });

  it('are none when all is known', () => {
    const socket = only(entry([text('hi', STARTED_MS)]));
    expect(newReports(socket, { ...KNOWN, nextSeq: 1 }, 0)).toEqual([]);
  });

  it('tell the end after the last frame, once, and not of what went with its page', () => {
    const messages = Array.from({ length: MESSAGE_FRAMES + 1 }, (_, i) => text(String(i), STARTED_MS + i));
    const socket = only(entry(messages, { time: 5_000, timings: { receive: 12 } }));
    const first = newReports(socket, KNOWN, 0);
    expect(first.map(({ kind }) => kind)).toEqual(['framesCaptured']);
    const second = newReports(socket, written(KNOWN, first), 0);
    expect(second.map(({ kind }) => kind)).toEqual(['framesCaptured', 'connectionEnded']);
    expect(newReports(socket, written(written(KNOWN, first), second), 0)).toEqual([]);
    expect(newReports(socket, { ...written(KNOWN, first), goneAtMs: 1 }, 0).at(-1)?.kind).toBe('framesCaptured');
  });

  it('leave what came before the list was cleared as a gap', () => {
    const messages = [1, 2, 3, 4].map((i) => text(String(i), STARTED_MS + i));
    const socket = only(entry(messages));
    expect(newReports(socket, KNOWN, STARTED_MS + 3)).toMatchObject([
      { kind: 'framesMissed', firstSeq: 0, count: 2, reason: 'ring' },
      { kind: 'framesCaptured', firstSeq: 2, columns: { text: '34' } },
    ]);
    expect(newReports(socket, KNOWN, STARTED_MS + 9)).toMatchObject([{ kind: 'framesMissed', count: 4 }]);
  });

  it('keep a part of what is large, and its true size', () => {
    const large = 'ä'.repeat(KEPT_PAYLOAD_BYTES + 5);
    const bytes = Array.from({ length: 9 }, (_, i) => i);
    const base64 = btoa('\u00ff'.repeat(KEPT_PAYLOAD_BYTES + 2));
    const messages = [
      text(large, STARTED_MS),
      { ...binary([], STARTED_MS), data: base64 },
      binary(bytes, STARTED_MS),
      { ...binary([], STARTED_MS), data: '*'.repeat(8) },
    ];
    const socket = only(entry(messages));
    let known = KNOWN;
    const frames: ReturnType<typeof framesIn> = [];
    for (let i = 0; i < 4; i++) {
      const reports = newReports(socket, known, 0);
      frames.push(...framesIn(reports));
      known = written(known, reports);
    }
    expect(
      frames.map(({ flags, sizeBytes, text: kept, bytes: keptBytes }) => [
        flags,
        sizeBytes,
        kept.length,
        keptBytes.length,
      ]),
    ).toEqual([
      [FRAME_TRUNCATED, 2 * KEPT_PAYLOAD_BYTES + 10, KEPT_PAYLOAD_BYTES, 0],
      [FRAME_BINARY | FRAME_TRUNCATED, KEPT_PAYLOAD_BYTES + 2, 0, KEPT_PAYLOAD_BYTES],
      [FRAME_BINARY, 9, 0, 9],
      [FRAME_BINARY | FRAME_TRUNCATED, 6, 0, 0],
    ]);
    expect(frames[2]?.bytes).toEqual(bytes);
  });

  it('tell each frame once and in order, however the log grows and whatever is written or lost', () => {
    const message = fc.oneof(
      fc.record({ kind: fc.constant('text' as const), data: fc.string(), out: fc.boolean() }),
      fc.record({ kind: fc.constant('binary' as const), data: fc.uint8Array({ maxLength: 9 }), out: fc.boolean() }),
      fc.constant({ kind: 'error' as const }),
    );
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 60 }),
        fc.array(fc.tuple(fc.nat(60), fc.boolean())),
        (all, readings) => {
          const messages = all.map((one, i) => {
            if (one.kind === 'error') return error;
            const type = one.out ? 'send' : 'receive';
            return one.kind === 'text'
              ? text(one.data, STARTED_MS + i, type)
              : binary([...one.data], STARTED_MS + i, type);
          });
          let known = UNKNOWN;
          let length = 0;
          const seen: (string | readonly number[])[] = [];
          // The last two readings see everything, with the end, and are written.
          const endless = [...readings, [messages.length, true] as const, [messages.length, true] as const];
          endless.forEach(([more, isWritten], i) => {
            length = Math.min(messages.length, Math.max(length, more));
            const isEnd = i >= readings.length;
            const timings = { receive: isEnd ? 3 : 0 };
            const socket = only(entry(messages.slice(0, length), { timings }));
            const reports = newReports(socket, known, 0);
            if (!isWritten) return;
            for (const frame of framesIn(reports)) {
              seen.push((frame.flags ?? 0) & FRAME_BINARY ? frame.bytes : frame.text);
            }
            known = written(known, reports);
          });
          expect(seen).toEqual(
            all.flatMap((one) => (one.kind === 'error' ? [] : [one.kind === 'text' ? one.data : [...one.data]])),
          );
          expect(known).toMatchObject({ nextSeq: seen.length, seenBy: 'devtools', endSeenAtMs: STARTED_MS + 39.5 });
        },
      ),
    );
  });

  it('hold columns that the store takes', () => {
    const reports = newReports(only(entry([text('', 1), binary([], 2), text('😀', 3)])), KNOWN, 0);
    const [report] = reports;
    expect(report?.kind === 'framesCaptured' && parseFrameColumns(report.columns)).toBeTruthy();
  });
});

describe('handshakes that failed', () => {
  const failed = (time: unknown, change: Record<string, unknown> = {}) =>
    entry([error], { response: { status: 0, headers: [] }, time, ...change });

  it('were answered badly, or never connected', () => {
    const url = 'ws://127.0.0.1/dedicated';
    const answered = { kind: 'answered', url, startedAtMs: STARTED_MS, endedAtMs: STARTED_MS + 4 };
    expect(parseFailures(failed(4))).toEqual([answered]);
    // As Chromium writes a connection that was refused.
    const refused = failed(24_961_562.695, {
      startedDateTime: '1969-12-31T23:59:59.000Z',
      _webSocketMessages: [{ type: 'error', time: 24_960.560077, opcode: -1, data: '' }],
    });
    expect(parseFailures(refused)).toEqual([{ kind: 'neverConnected', url, uptimeMs: 24_960_560.077 }]);
    expect(parseFailures({ entries: [failed(4), entry([]), failed(4)] })).toEqual([answered, answered]);
  });

  it.each([
    ['one that opened', entry([error])],
    ['one that is on its way', failed(4, { _webSocketMessages: [] })],
    ['another kind of request', failed(4, { _resourceType: 'fetch' })],
    ['nothing at all', null],
  ])('are not %s', (_, value) => {
    expect(parseFailures(value)).toEqual([]);
  });

  it('are read whatever is in the log', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (value, time) => {
        parseFailures(value);
        parseFailures(failed(time));
        parseFailures(failed(4, { _webSocketMessages: value, startedDateTime: time }));
      }),
    );
  });
});
