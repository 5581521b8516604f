import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fullRecording, START_MS } from '../fixtures.ts';
import { readCollectorUrl } from './collector.ts';
import { backoffMs, createOtlpSender, type OtlpQueue, type OtlpSenderState, retryAfterMs } from './otlp-sender.ts';
import { tracesOf } from './spans.ts';

const OPTIONS = { version: '0.1.0', nowMs: START_MS + 100_000 };

interface Traces {
  readonly resourceSpans: readonly [
    {
      readonly resource: { readonly attributes: readonly Attribute[] };
      readonly scopeSpans: readonly [{ readonly spans: readonly Span[] }];
    },
  ];
}
interface Attribute {
  readonly key: string;
  readonly value: object;
}
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly {
    readonly name: string;
    readonly timeUnixNano: string;
    readonly attributes: readonly Attribute[];
  }[];
  readonly status: object;
}

/** A queue that lasts as long as the program. */
function queueInMemory(): OtlpQueue {
  const waiting: { readonly id: string; readonly body: string }[] = [];
  let nextId = 0;
  return {
    add: async (body) => void waiting.push({ id: String(nextId++), body }),
    first: async () => waiting[0] ?? null,
    remove: async (id) => {
      const at = waiting.findIndex((one) => one.id === id);
      if (at >= 0) waiting.splice(at, 1);
    },
    count: async () => waiting.length,
  };
}

const attribute = (attributes: readonly Attribute[], key: string) => attributes.find((one) => one.key === key)?.value;

describe('OTLP', () => {
  it('makes a span of each connection, as proto3 JSON', async () => {
    const traces = (await tracesOf(fullRecording(), OPTIONS)) as unknown as Traces;
    const [{ resource, scopeSpans }] = traces.resourceSpans;
    const { spans } = scopeSpans[0];
    expect(spans.length).toBe(3);
    for (const span of spans) {
      expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
      expect(span.startTimeUnixNano).toMatch(/^\d{19}$/);
      expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
    }
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(3);
    expect(attribute(resource.attributes, 'service.name')).toEqual({ stringValue: 'browser-websockets' });
    expect(attribute(resource.attributes, 'os.name')).toEqual({ stringValue: 'Linux' });
    const [first, second] = spans;
    expect(attribute(first?.attributes ?? [], 'websocket.frames.received')).toEqual({ intValue: '12' });
    expect(attribute(first?.attributes ?? [], 'websocket.close.code')).toEqual({ intValue: '1006' });
    expect(first?.events.map(({ name }) => name)).toEqual(['open', 'marker', 'close_called', 'drop', 'error', 'close']);
    expect(first?.startTimeUnixNano).toBe(`${START_MS + 10}000000`);
    expect(first?.events[0]?.timeUnixNano).toBe(`${START_MS + 52}699951`);
    expect([first?.status, second?.status]).toEqual([
      { code: 0, message: 'closed on purpose by Socketscope' },
      { code: 2, message: expect.stringMatching(/^1006 /) },
    ]);
  });

  it('has no payload in it, and the same ids each time', async () => {
    const [one, two] = [await tracesOf(fullRecording(), OPTIONS), await tracesOf(fullRecording(), OPTIONS)];
    expect(one).toEqual(two);
    expect(JSON.stringify(one)).not.toContain('123456789012345678901');
  });

  it.each([
    ['http://localhost:4318', 'http://localhost:4318/v1/traces'],
    ['https://c.example/otlp/', 'https://c.example/otlp/v1/traces'],
    ['https://c.example/v1/traces', 'https://c.example/v1/traces'],
    ['ftp://c.example', null],
    ['c.example', null],
    ['https://u:p@c.example', null],
  ])('reads the collector address %s', (text, url) => {
    expect(readCollectorUrl(text).url).toBe(url);
  });
});

/** A collector that answers as it is told, one answer after the other. */
async function collector(answers: readonly ((request: IncomingMessage, response: ServerResponse) => void)[]) {
  const bodies: string[] = [];
  let next = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => {
      body += String(piece);
    });
    request.on('end', () => {
      bodies.push(body);
      (answers[next++] ?? ok)(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    bodies,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const answer =
  (status: number, headers: Readonly<Record<string, string>> = {}, body = '') =>
  (_request: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(status, headers).end(body);
const ok = answer(200, {}, '{}');
const broken = (request: IncomingMessage) => void request.socket.destroy();

/** Time passes only while the sender waits; a wait for an answer never ends, but the first time with `late`. */
function createWorld(url: string, late: Promise<void> | null = null) {
  const states: OtlpSenderState[] = [];
  const waits: number[] = [];
  const queue = queueInMemory();
  let now = 0;
  let isOnce = false;
  const make = () =>
    createOtlpSender({
      url,
      fetch,
      queue,
      nowMs: () => now,
      wait: async (delayMs, signal) => {
        if (delayMs === 30_000) {
          if (late && !isOnce) {
            isOnce = true;
            await late;
          } else await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
          return;
        }
        waits.push(delayMs);
        now += delayMs;
      },
      random: () => 0.5,
      onState: (state) => states.push(state),
    });
  return { states, waits, queue, make };
}

const TRACES = { resourceSpans: [{ n: 1 }] };

describe('the sender', () => {
  it('comes back until a collector that is down, broken and asks for patience has taken all', async () => {
    const server = await collector([
      broken,
      answer(500, {}, 'oh'),
      answer(503, { 'retry-after': '7' }),
      answer(429),
      ok,
      ok,
    ]);
    const { states, waits, queue, make } = createWorld(server.url);
    const sender = make();
    await sender.send(TRACES);
    await sender.send({ resourceSpans: [{ n: 2 }] });
    await sender.settled();
    expect(waits).toEqual([1_000, 2_000, 7_000, 8_000]);
    expect(await queue.count()).toBe(0);
    expect(server.bodies.map((body) => (JSON.parse(body) as typeof TRACES).resourceSpans[0]?.n)).toEqual([
      1, 1, 1, 1, 1, 2,
    ]);
    expect(states.filter(({ kind }) => kind === 'retrying')).toMatchObject([
      { waiting: 2, problem: expect.stringContaining('cannot be reached'), retryAtMs: 1_000, failures: 1 },
      { problem: 'The collector answered 500: oh', failures: 2 },
      { problem: 'The collector answered 503', retryAtMs: 10_000 },
      { problem: 'The collector answered 429' },
    ]);
    expect(states.at(-1)).toMatchObject({ kind: 'idle', waiting: 0, sent: 2 });
    server.close();
  });

  it('loses nothing when it is refused: it waits until somebody has mended it', async () => {
    const server = await collector([answer(401, {}, 'no key'), ok]);
    const { states, queue, make } = createWorld(server.url);
    const sender = make();
    await sender.send(TRACES);
    await sender.settled();
    expect(states.at(-1)).toMatchObject({ kind: 'refused', waiting: 1, problem: 'The collector answered 401: no key' });
    sender.retry();
    await sender.settled();
    expect(await queue.count()).toBe(0);
    server.close();
  });

  it('does not wait for ever for an answer', async () => {
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const server = await collector([arrive, ok]);
    const { states, make } = createWorld(server.url, arrived);
    const sender = make();
    await sender.send(TRACES);
    await sender.settled();
    expect(states.find(({ kind }) => kind === 'retrying')).toMatchObject({
      problem: 'The collector did not answer within 30 s.',
    });
    expect(states.at(-1)).toMatchObject({ kind: 'idle', waiting: 0 });
    server.close();
  });

  it('goes on with what an earlier life has left', async () => {
    const server = await collector([]);
    const { queue, make } = createWorld(server.url);
    await queue.add(JSON.stringify(TRACES));
    const sender = make();
    sender.retry();
    await sender.settled();
    expect(server.bodies).toEqual([JSON.stringify(TRACES)]);
    expect(await queue.count()).toBe(0);
    server.close();
  });

  it('tells of spans that were rejected although the batch was taken', async () => {
    const server = await collector([answer(200, {}, '{"partialSuccess":{"rejectedSpans":"3"}}')]);
    const { states, make } = createWorld(server.url);
    const sender = make();
    await sender.send(TRACES);
    await sender.settled();
    expect(states.at(-1)).toMatchObject({ kind: 'idle', rejectedSpans: 3 });
    server.close();
  });

  it('waits longer each time, but never longer than five minutes', () => {
    expect([1, 2, 3, 9, 10, 1_000].map((failures) => backoffMs(failures, 0.5))).toEqual([
      1_000, 2_000, 4_000, 256_000, 300_000, 300_000,
    ]);
    expect([backoffMs(1, 0), backoffMs(1, 0.999)]).toEqual([800, 1_200]);
  });

  it.each([
    ['5', 5_000],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 60_000],
    ['99999999', 3_600_000],
    ['-1', null],
    ['soon', null],
    [null, null],
  ])('reads Retry-After: %s', (value, ms) => {
    expect(retryAfterMs(value, 0)).toBe(ms);
  });
});
