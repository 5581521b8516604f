import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../../../e2e/arbitraries.ts';
import type { Recording } from '../../protocol/recording.ts';
import { allFrames, fullRecording, START_MS, textOfStream } from '../fixtures.ts';
import { collectRecording } from '../read-record.ts';
import { createJsonSplitter } from './json-splitter.ts';
import { readHar } from './read.ts';
import { writeHar } from './write.ts';

const OPTIONS = { name: 'a.har', nowMs: START_MS };
const write = (recording: Recording) => textOfStream(writeHar(recording, { version: '0.1.0' }));

async function* pieces(...all: readonly (string | Uint8Array)[]) {
  yield* all;
}
const read = (...all: readonly (string | Uint8Array)[]) => collectRecording(readHar(pieces(...all), OPTIONS));

interface Har {
  readonly log: {
    readonly version: string;
    readonly pages: readonly { readonly id: string }[];
    readonly entries: readonly {
      readonly _resourceType: string;
      readonly _webSocketMessages: readonly { type: string; time: number; opcode: number; data: string }[];
      readonly comment: string;
      readonly pageref: string;
      readonly _socketscope: { readonly close: unknown };
    }[];
  };
}

describe('HAR, written', () => {
  it('has the shape that the Network panel of Chrome imports', async () => {
    const { log } = JSON.parse(await write(fullRecording())) as Har;
    expect(log.version).toBe('1.2');
    const [entry] = log.entries;
    expect(entry).toMatchObject({
      _resourceType: 'websocket',
      startedDateTime: '2026-03-01T09:00:00.010Z',
      time: 29_990.001,
      request: { method: 'GET', url: 'wss://app.example/live', headersSize: -1, bodySize: -1 },
      response: { status: 101, statusText: 'Switching Protocols' },
      timings: { send: 0, wait: 42.7, receive: expect.any(Number) },
      comment: expect.stringMatching(/^Closed with 1006 \(.*\), not clean, simulated, 29\.990 s after its beginning/),
      _socketscope: { close: { code: 1006, simulated: true }, framesMissed: 5 },
    });
    expect(entry?._webSocketMessages.slice(0, 4)).toMatchObject([
      {
        type: 'receive',
        time: (START_MS + 100) / 1000,
        opcode: 1,
        data: expect.stringContaining('123456789012345678901'),
      },
      { opcode: 1, data: '' },
      { opcode: 2, data: '' },
      { opcode: 2, data: 'AAEC/f7/' },
    ]);
    expect(log.entries.map(({ _webSocketMessages }) => _webSocketMessages.length)).toEqual([25, 0, 1]);
    for (const { pageref } of log.entries) expect(log.pages.map(({ id }) => id)).toContain(pageref);
    expect(log.entries[1]).toMatchObject({ response: { status: 502, headers: [{ name: 'server' }, { name: 'via' }] } });
  });

  it('comes back with closes, gaps, flags and frames', async () => {
    const { recording, problems, isComplete } = await read(await write(fullRecording()));
    expect({ problems, isComplete }).toEqual({ problems: [], isComplete: true });
    const original = fullRecording();
    const facts = ({ connections }: Recording) =>
      connections.map(({ url, close, closeRequested, gaps, framesIn, bytesOut, seenBy, droppedAtMs, openedAtMs }) => ({
        ...{ url, close, closeRequested, gaps, framesIn, bytesOut, seenBy, droppedAtMs, openedAtMs },
      }));
    expect(facts(recording ?? original)).toEqual(facts(original));
    const frames = await allFrames(recording ?? original);
    const before = await allFrames(original);
    expect(frames.map(({ seq, sizeBytes }) => [seq, sizeBytes])).toEqual(
      before.map(({ seq, sizeBytes }) => [seq, sizeBytes]),
    );
    expect(frames.slice(0, 14).map(({ text, flags }) => [text, flags])).toEqual(
      before.slice(0, 14).map(({ text, flags }) => [text, flags]),
    );
    expect(frames[14]?.bytes).toEqual(before[14]?.content);
    expect(recording?.handshakes.map(({ status, outcome }) => [status, outcome])).toEqual([
      [101, 'opened'],
      [502, 'answered'],
      [null, 'failed'],
    ]);
  });
});

/** As Chromium 156 writes it: messages before the request, base64 for binary, a nonsense time for what never connected. */
const CHROME = {
  log: {
    version: '1.2',
    creator: { name: 'WebInspector', version: '537.36' },
    pages: [
      { startedDateTime: '2026-03-01T09:00:00.000Z', id: 'page_1', title: 'https://app.example/', pageTimings: {} },
    ],
    entries: [
      {
        startedDateTime: '2026-03-01T09:00:00.000Z',
        time: 1,
        request: { url: 'https://app.example/' },
        response: { status: 200 },
      },
      {
        _initiator: { type: 'script' },
        _resourceType: 'websocket',
        _webSocketMessages: [
          { type: 'send', time: 1772355601.5, opcode: 1, data: 'hi' },
          { type: 'receive', time: 1772355601.6, opcode: 2, data: '3q2+7w==' },
          { type: 'receive', time: 1772355601.7, opcode: 9, data: '' },
        ],
        pageref: 'page_1',
        startedDateTime: '2026-03-01T09:00:01.000Z',
        time: 5000,
        timings: { blocked: 1, dns: -1, connect: 2, send: 0, wait: 7, receive: 4990, ssl: 1 },
        request: {
          method: 'GET',
          url: 'wss://app.example/live',
          headers: [
            { name: 'Sec-WebSocket-Protocol', value: 'a, b' },
            { name: 'Cookie', value: 'sid=1' },
          ],
        },
        response: {
          status: 101,
          headers: [
            { name: 'Sec-WebSocket-Protocol', value: 'b' },
            { name: 'Set-Cookie', value: 'sid=1' },
            { name: 'Server', value: 'nginx' },
          ],
        },
      },
      {
        _resourceType: 'websocket',
        _webSocketMessages: [{ type: 'error', time: 1772355602, opcode: -1, data: 'net::ERR_CONNECTION_REFUSED' }],
        startedDateTime: '2026-03-01T09:00:02.000Z',
        time: 1.7e15,
        request: { url: 'ws://127.0.0.1:1/' },
        response: { status: 0 },
      },
    ],
  },
};

/** As Firefox writes it: no messages, the scheme of HTTP. */
const FIREFOX = {
  log: {
    version: '1.2',
    creator: { name: 'Firefox', version: '153.0' },
    browser: { name: 'Firefox', version: '153.0' },
    pages: [
      {
        id: 'page_1',
        pageTimings: {},
        startedDateTime: '2026-03-01T10:00:00.000+01:00',
        title: 'https://app.example/',
      },
    ],
    entries: [
      {
        startedDateTime: '2026-03-01T10:00:01.000+01:00',
        request: {
          bodySize: 0,
          method: 'GET',
          url: 'https://app.example/live',
          headers: [{ name: 'Upgrade', value: 'websocket' }],
        },
        response: { status: 101, statusText: 'Switching Protocols', headers: [] },
        cache: {},
        timings: { blocked: 0, dns: 0, connect: 3, ssl: 0, send: 0, wait: 4, receive: 0 },
        time: 7,
        pageref: 'page_1',
      },
    ],
  },
};

describe('HAR, read', () => {
  it('of Chrome', async () => {
    const { recording, problems, isComplete } = await read(JSON.stringify(CHROME));
    expect(isComplete).toBe(true);
    expect(problems).toEqual([{ line: 2, unit: 'entry', text: '1 message of this entry could not be read.' }]);
    expect(recording?.session).toMatchObject({ name: 'a.har', kind: 'imported', startedAtMs: START_MS + 1_000 });
    expect(recording?.connections).toMatchObject([
      {
        url: 'wss://app.example/live',
        protocols: ['a', 'b'],
        protocol: 'b',
        seenBy: 'devtools',
        createdAtMs: START_MS + 1_000,
        openedAtMs: START_MS + 1_010,
        endSeenAtMs: START_MS + 6_000,
        close: null,
        framesIn: 1,
        framesOut: 1,
        bytesIn: 4,
        nextSeq: 2,
      },
      { url: 'ws://127.0.0.1:1/', openedAtMs: null, endSeenAtMs: null, erroredAtMs: START_MS + 2_000 },
    ]);
    const frames = await allFrames(recording ?? fullRecording());
    expect(frames).toMatchObject([
      { text: 'hi', flags: 1 },
      { bytes: Uint8Array.of(0xde, 0xad, 0xbe, 0xef), flags: 2 },
    ]);
    expect(recording?.handshakes).toMatchObject([
      {
        status: 101,
        outcome: 'opened',
        headers: [
          ['sec-websocket-protocol', 'b'],
          ['server', 'nginx'],
        ],
      },
      { status: null, outcome: 'failed', networkError: 'net::ERR_CONNECTION_REFUSED' },
    ]);
    expect(recording?.documents).toMatchObject([{ url: 'https://app.example/' }, { url: 'about:blank' }]);
  });

  it('of Firefox', async () => {
    const { recording, problems } = await read(JSON.stringify(FIREFOX, null, 2));
    expect(problems).toEqual([]);
    expect(recording?.connections).toMatchObject([
      { url: 'wss://app.example/live', createdAtMs: START_MS + 1_000, openedAtMs: START_MS + 1_007, nextSeq: 0 },
    ]);
  });

  it.each([
    ['', 'no HAR file'],
    ['{}', 'no HAR file'],
    ['[1,2', 'no HAR file'],
    ['hello', 'no HAR file'],
    ['{"log":{"entries":[]}}', 'no entries'],
    ['{"log":{"pages":[]}}', 'no HAR file'],
    ['{"log":{"entries":[{"request":{"url":"https://x/"}}]}}', 'no WebSocket'],
    ['{"log":'.repeat(1_000), 'no HAR file'],
  ])('says why %s cannot be used', async (text, problem) => {
    expect(await read(text)).toMatchObject({
      recording: null,
      isComplete: false,
      failed: { line: null, text: expect.stringContaining(problem) },
    });
  });

  it('leaves out what is wrong, with the number of its entry', async () => {
    const wrong = [
      { ...CHROME.log.entries[1], startedDateTime: 'yesterday' },
      { ...CHROME.log.entries[1], request: 5 },
      {
        ...CHROME.log.entries[1],
        _webSocketMessages: [1, null, { type: 'send', time: 'x', data: 4 }, { type: 'close' }],
      },
      { ...CHROME.log.entries[1], _webSocketMessages: 'none' },
      JSON.parse('{"__proto__":{"polluted":true},"_resourceType":"websocket"}') as object,
    ];
    const { recording, problems } = await read(JSON.stringify({ log: { entries: wrong } }));
    expect(problems.map(({ line, text }) => [line, text])).toEqual([
      [1, expect.stringContaining('no time')],
      [2, expect.stringContaining('request must be an object')],
      [3, '4 messages of this entry could not be read.'],
      [5, expect.stringContaining('startedDateTime is missing')],
    ]);
    expect(recording?.connections.length).toBe(2);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('broken off anywhere gives what was whole before', async () => {
    const text = JSON.stringify(CHROME);
    for (let length = 0; length < text.length; length += 41) {
      const { isComplete } = await read(text.slice(0, length));
      expect(isComplete).toBe(false);
    }
    expect((await read(text.slice(0, -200))).recording?.connections.length).toBe(1);
  });
});

describe('the splitter', () => {
  const split = (text: string, sizes: readonly number[]) => {
    const splitter = createJsonSplitter(new Set(['a', 'a.*.b']), 1_000_000);
    const parts = [];
    let at = 0;
    for (let i = 0; at < text.length; i++) {
      const size = sizes[i % sizes.length] ?? text.length;
      parts.push(...splitter.take(text.slice(at, at + size)));
      at += size;
    }
    const end = splitter.end();
    return { parts: [...parts, ...end.parts], isComplete: end.isComplete };
  };

  it('gives items by themselves, and the rest without them', () => {
    expect(split('{"x":[1,{"a":[2]}],"a":[ {"n":"]}\\"","b":[1,"two"]} , 7 ,[8]],"y":"\\\\"}', [1])).toEqual({
      parts: [
        { path: 'a.*.b.*', text: '1' },
        { path: 'a.*.b.*', text: '"two"' },
        { path: 'a.*', text: ' {"n":"]}\\"","b":[]} ' },
        { path: 'a.*', text: ' 7 ' },
        { path: 'a.*', text: '[8]' },
        { path: '', text: '{"x":[1,{"a":[2]}],"a":[],"y":"\\\\"}' },
      ],
      isComplete: true,
    });
  });

  it('gives the same in whatever pieces it comes, and the items of what JSON.parse reads', () => {
    const items = fc.array(
      fc.record({ b: fc.array(fc.string({ unit: anyCharacter })), '\\"]': fc.jsonValue() }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(items, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (a, sizes) => {
        const text = JSON.stringify({ before: [a], a, after: { a } });
        const { parts, isComplete } = split(text, sizes);
        expect(isComplete).toBe(true);
        expect(parts).toEqual(split(text, [text.length]).parts);
        const whole = parts.filter(({ path }) => path === 'a.*').map(({ text: item }) => JSON.parse(item ?? ''));
        expect(whole).toEqual(a.map((item) => JSON.parse(JSON.stringify(item.b ? { ...item, b: [] } : item))));
        expect(parts.filter(({ path }) => path === 'a.*.b.*').map(({ text: item }) => JSON.parse(item ?? ''))).toEqual(
          a.flatMap(({ b }) => b ?? []),
        );
      }),
    );
  });

  it('drops what is too long, and goes on', () => {
    const splitter = createJsonSplitter(new Set(['a']), 50);
    const parts = splitter.take(`{"a":["${'x'.repeat(100)}",1]}`);
    expect([...parts, ...splitter.end().parts].map(({ path, text }) => [path, text])).toEqual([
      ['a.*', null],
      ['a.*', '1'],
      ['', '{"a":[]}'],
    ]);
  });
});
