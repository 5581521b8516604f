import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FRAME_BINARY,
  FRAME_DELAYED,
  FRAME_DISCARDED,
  FRAME_LOST,
  FRAME_OUT,
  FRAME_SIMULATED,
  FRAME_TRUNCATED,
} from '../../protocol/frame-columns.ts';
import { connectionOf } from '../fixtures.ts';
import { LAST_FRAMES } from './digest.ts';
import { createDigester } from './digester.ts';
import { chunkOf, digestFrames, every, inOrder, received, sent } from './fixtures.ts';

const base64 = (value: unknown) =>
  btoa(JSON.stringify(value)).replace(/=+$/, '').replace(/\+/g, '-').replace(/\//g, '_');
const token = (claims: unknown) => `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64(claims)}.c2lnbmF0dXJl`;
const S = 1_000;

describe('the protocol of a conversation', () => {
  it('is what subprotocol, URL and first frames say together', () => {
    const frames = [received(0, '0{"sid":"a","pingInterval":5000,"pingTimeout":4000,"maxPayload":9}'), sent(1, '40')];
    const { protocol } = digestFrames(frames, { record: { url: 'wss://x.test/socket.io/?EIO=4&transport=websocket' } });
    expect(protocol).toEqual({
      id: 'socket.io-4',
      name: 'Socket.IO 3–4 (Engine.IO 4)',
      isDevServer: false,
      signs: ['url', 'first frame'],
    });
  });

  it('is home-made where somebody says ping, however late, and none where nobody does', () => {
    const data = every(S, 30, (atMs, n) => received(atMs, `{"type":"news","n":${n}}`));
    expect(digestFrames(data).protocol).toBeNull();
    expect(digestFrames([...data, sent(40 * S, 'ping')]).protocol?.id).toBe('home-made');
  });

  it('is known of a dev server', () => {
    const record = { protocol: 'vite-hmr', protocols: ['vite-hmr'] };
    expect(digestFrames([received(0, '{"type":"connected"}')], { record }).protocol?.isDevServer).toBe(true);
  });
});

describe('a heartbeat that the protocol tells', () => {
  const open = received(0, '0{"sid":"a","pingInterval":25000,"pingTimeout":20000,"maxPayload":9}');
  const record = { url: 'wss://x.test/socket.io/?EIO=4&transport=websocket' };
  const beats = every(25 * S, 6, (atMs) => [received(atMs, '2'), sent(atMs + 3, '3')], 25 * S);

  it('has its period, its answers, its round trips and what was announced', () => {
    const { heartbeat } = digestFrames([open, ...beats], { record });
    expect(heartbeat).toMatchObject({
      by: 'server',
      known: 'protocol',
      periodMs: 25_000,
      spread: 0,
      beats: 6,
      answers: 6,
      unanswered: 0,
      isAnswered: true,
      announced: { periodMs: 25_000, timeoutMs: 20_000 },
      longestGapMs: 25_000,
      lastBeatAtMs: 150_000,
    });
    expect(heartbeat?.roundTrip).toEqual({ count: 6, medianMs: 3, p95Ms: 3, maxMs: 3, slowest: [1, 2] });
    expect(heartbeat?.seqs).toContain(1);
  });

  it('tells the longest gap and when it began', () => {
    const stretched = every(60 * S, 3, (atMs) => [received(atMs, '2'), sent(atMs + 3, '3')], 210 * S);
    expect(digestFrames([open, ...beats, ...stretched], { record }).heartbeat).toMatchObject({
      periodMs: 25_000,
      longestGapMs: 60_000,
      longestGapAtMs: 150_000,
    });
  });

  it('counts beats at the end that nobody answered, when there was time to', () => {
    const url = 'wss://x.test/socket/websocket?vsn=2.0.0';
    const asked = every(30 * S, 4, (atMs, n) => [
      sent(atMs, `[null,"${n}","phoenix","heartbeat",{}]`),
      ...(n < 2 ? [received(atMs + 40, `[null,"${n}","phoenix","phx_reply",{"status":"ok","response":{}}]`)] : []),
    ]);
    const facts = (untilMs: number) => digestFrames(asked, { record: { url }, untilMs }).heartbeat;
    expect(facts(120 * S)).toMatchObject({ by: 'page', answers: 2, unanswered: 2, isAnswered: true });
    expect(facts(90 * S + 50)).toMatchObject({ unanswered: 1 });
  });

  it('is never unanswered where the protocol has no answers', () => {
    const stomp = every(10 * S, 5, (atMs) => [sent(atMs, '\n'), received(atMs + S, '\n')]);
    expect(digestFrames(stomp, { record: { protocol: 'v12.stomp' } }).heartbeat).toMatchObject({
      by: 'both',
      isAnswered: false,
      unanswered: 0,
      answers: 0,
      periodMs: 10_000,
      onlyWhenIdle: true,
    });
  });

  it('takes the echo of a heartbeat for its answer', () => {
    const echoed = every(25 * S, 4, (atMs) => [
      sent(atMs, '{"type":"heartbeat"}'),
      received(atMs + 8, '{"type":"heartbeat"}'),
    ]);
    expect(digestFrames(echoed).heartbeat).toMatchObject({ by: 'page', beats: 4, answers: 4, roundTrip: { maxMs: 8 } });
  });

  it('is announced in the first frames of home-made protocols, too', () => {
    const frames = [
      received(0, '{"op":10,"d":{"heartbeat_interval":41250}}'),
      sent(41_250, '{"op":"heartbeat","d":1}'),
    ];
    expect(digestFrames(frames).heartbeat?.announced).toEqual({ periodMs: 41_250, timeoutMs: null });
  });

  it('has no gap where frames are missing from the recording', () => {
    const connection = connectionOf({ createdAtMs: 0, openedAtMs: 0, protocol: 'mqtt' });
    const digester = createDigester(connection);
    const pings = (fromMs: number) =>
      every(60 * S, 3, (atMs) => [sent(atMs, [0xc0, 0]), received(atMs + 9, [0xd0, 0])], fromMs);
    const [before, after] = [chunkOf('c', 0, pings(0)), chunkOf('c', 900, pings(9_000 * S))];
    digester.add(before, before);
    digester.add(after, after);
    const digest = digester.finish(connection, 9_120 * S);
    expect(digest.heartbeat).toMatchObject({ beats: 6, longestGapMs: 60_000, unanswered: 0 });
    expect(digest.longestSilence?.durationMs).toBeLessThan(61_000);
  });
});

describe('a heartbeat that is learned', () => {
  const news = every(170, 2_000, (atMs, n) =>
    received(atMs, `{"kind":"price","bid":${n},"text":"${'x'.repeat(n % 50)}"}`),
  );

  it('is a small frame in an even rhythm among data, with its answers', () => {
    const jitter = [0, 120, -90, 40, 200, -150, 60];
    const beats = every(15 * S, 20, (atMs, n) => {
      const askedMs = atMs + (jitter[n % 7] ?? 0);
      return [sent(askedMs, `{"alive":${n}}`), received(askedMs + 55, `{"alive":${n},"ok":true}`)];
    });
    const { heartbeat, lastFrames } = digestFrames(inOrder(beats, news), { untilMs: 340 * S });
    expect(heartbeat).toMatchObject({ by: 'page', known: 'learned', beats: 20, isAnswered: true, unanswered: 0 });
    expect(heartbeat?.periodMs).toBeCloseTo(15_000, -3);
    expect(heartbeat?.roundTrip).toMatchObject({ count: 20, maxMs: 55 });
    expect(lastFrames.some(({ isHeartbeat }) => isHeartbeat)).toBe(false);
  });

  it('is not made of data that a server sends in an even rhythm, which may end any time', () => {
    const prices = every(2 * S, 30, (atMs, n) => received(atMs, `{"price":${20 + (n % 7) / 10},"n":${n}}`));
    const lines = every(2 * S, 30, (atMs, n) => received(atMs, `{"line":"${['hello', 'again', 'lunch'][n % 3]}"}`));
    const bytes = every(2 * S, 30, (atMs, n) => received(atMs, [48, 3, 0, n]));
    for (const frames of [prices, lines, bytes]) expect(digestFrames(frames).heartbeat).toBeNull();
    const beats = every(2 * S, 30, (atMs, n) => received(atMs, `{"alive":${1767225600 + 2 * n}}`));
    expect(digestFrames(beats).heartbeat).toMatchObject({ by: 'server', periodMs: 2_000 });
  });

  it('may be the server’s, or both sides’ own', () => {
    const server = every(20 * S, 10, (atMs) => received(atMs, 'alive?!'), 3 * S);
    expect(digestFrames(inOrder(server, news)).heartbeat).toMatchObject({ by: 'server', isAnswered: false });
    const page = every(31 * S, 10, (atMs) => sent(atMs, 'i am here'));
    expect(digestFrames(inOrder(server, page)).heartbeat).toMatchObject({ by: 'both', known: 'learned' });
  });

  it('is found though a hidden tab stretched it', () => {
    const even = every(15 * S, 12, (atMs) => sent(atMs, '{"alive":1}'));
    const stretched = every(60 * S, 3, (atMs) => sent(atMs, '{"alive":1}'), 12 * 15 * S + 45 * S);
    expect(digestFrames([...even, ...stretched]).heartbeat).toMatchObject({
      periodMs: 15_000,
      longestGapMs: 60_000,
      longestGapAtMs: 165_000,
    });
  });

  it('marks its frames among the last', () => {
    const beats = every(15 * S, 8, (atMs) => sent(atMs, '{"alive":1}'));
    expect(
      digestFrames([...beats, received(200 * S, '{"bye":1}')]).lastFrames.map(({ isHeartbeat }) => isHeartbeat),
    ).toEqual([...Array(LAST_FRAMES - 1).fill(true), false]);
  });

  it('tells what stayed unanswered at the end', () => {
    const beats = every(15 * S, 10, (atMs, n) => [
      sent(atMs, '{"alive":1}'),
      ...(n < 8 ? [received(atMs + 30, '{"yes":1}')] : []),
    ]);
    expect(digestFrames(beats, { untilMs: 150 * S }).heartbeat).toMatchObject({ unanswered: 2 });
  });

  it.each([
    ['a random rhythm', [0, 3, 11, 14, 26, 28, 41, 45, 60].map((s) => sent(s * S, '{"alive":1}'))],
    ['fewer than five', every(15 * S, 4, (atMs) => sent(atMs, '{"alive":1}'))],
    ['a fast one', every(200, 50, (atMs) => sent(atMs, '{"x":1}'))],
    ['long frames', every(15 * S, 9, (atMs) => sent(atMs, `{"report":"${'x'.repeat(400)}"}`))],
  ])('is not made of %s', (_, frames) => {
    expect(digestFrames(frames).heartbeat).toBeNull();
  });
});

describe('latency', () => {
  it('is taken from acknowledgements', () => {
    const frames = every(S, 20, (atMs, n) => [
      sent(atMs, `42${n}["say","x"]`),
      received(atMs + 10 + n, `43${n}[{"ok":true}]`),
    ]);
    const { latency } = digestFrames(frames, { record: { url: 'ws://x/?EIO=4' } });
    expect(latency).toEqual({ count: 20, medianMs: 19.5, p95Ms: expect.closeTo(28.05), maxMs: 29, slowest: [38, 39] });
  });

  it('is taken from ids of unknown protocols when they mostly pair', () => {
    const paired = every(S, 10, (atMs, n) => [
      sent(atMs, `{"do":"x","requestId":"r${n}"}`),
      received(atMs + 7, `{"requestId":"r${n}"}`),
    ]);
    expect(digestFrames(paired).latency).toMatchObject({ count: 10, maxMs: 7 });
    const things = every(S, 40, (atMs, n) => [
      sent(atMs, `{"select":1,"id":${n % 3}}`),
      received(atMs + 400, `{"id":${n % 3}}`),
    ]);
    const others = every(S, 40, (atMs, n) => sent(atMs, `{"select":1,"id":${n % 3}}`), 100 * S);
    expect(digestFrames([...things, ...others]).latency).toBeNull();
  });

  it('leaves out what a fault held up', () => {
    const frames = [
      sent(0, '421["a"]'),
      received(5 * S, '431[]', FRAME_DELAYED),
      sent(6 * S, '422["a"]'),
      received(6_020, '432[]'),
    ];
    expect(digestFrames(frames, { record: { url: 'ws://x/?EIO=4' } }).latency).toMatchObject({ count: 1, maxMs: 20 });
  });

  it('is not taken from a subscription, which is answered when something happens', () => {
    const ask = (query: string) => `{"id":"1","type":"subscribe","payload":{"query":"${query}"}}`;
    const answered = [received(9 * S, '{"id":"1","type":"next","payload":{}}')];
    const record = { protocol: 'graphql-transport-ws' };
    expect(digestFrames([sent(0, ask('subscription { a }')), ...answered], { record }).latency).toBeNull();
    expect(digestFrames([sent(0, ask('{ a }')), ...answered], { record }).latency).toMatchObject({ maxMs: 9_000 });
  });
});

describe('numbers that frames carry', () => {
  const numbered = (numbers: readonly number[], sketch = (n: number) => `{"type":"news","seq":${n},"size":${n * 7}}`) =>
    digestFrames(numbers.map((n, i) => received(i * 100, sketch(n)))).numbering;
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 40);

  it('are found by their rising by one', () => {
    expect(numbered(upTo(30))).toEqual({
      path: '$.seq',
      isOut: false,
      frames: 30,
      missing: 0,
      reordered: 0,
      repeated: 0,
      firstSeqs: [],
    });
  });

  it('tell what is missing, late, and there twice', () => {
    const numbers = upTo(40);
    const [ten = 0, eleven = 0] = numbers.splice(10, 2);
    numbers.splice(15, 0, ten);
    numbers.push(numbers.at(-1) ?? 0);
    expect(eleven).toBe(51);
    expect(numbered(numbers)).toMatchObject({ missing: 1, reordered: 1, repeated: 1, firstSeqs: [10, 15, 39] });
  });

  it('may be counted within each topic, in an object, and in the arguments of Socket.IO', () => {
    const byTopic = upTo(40).map((n) => received(n, `{"channel":"${n % 2}","n":${Math.floor(n / 2) + (n % 2) * 500}}`));
    expect(digestFrames(byTopic).numbering).toMatchObject({ path: '$.n', missing: 0, frames: 40 });
    expect(numbered(upTo(20), (n) => `{"meta":{"offset":${n}}}`)?.path).toBe('$.meta.offset');
    expect(numbered(upTo(20), (n) => `42["news",{"seq":${n}}]`)?.path).toBe('$.seq');
  });

  it('start anew after joining again, and where the recording has a gap', () => {
    expect(numbered([...upTo(20), 0, 1, 2, 3, 4, 5])).toMatchObject({ missing: 0, repeated: 0, reordered: 0 });
    const connection = connectionOf({ createdAtMs: 0, openedAtMs: 0 });
    const digester = createDigester(connection);
    for (const firstSeq of [0, 100]) {
      const frames = upTo(20).map((n) => received(n + firstSeq, `{"seq":${n + firstSeq}}`));
      const chunk = chunkOf('c', firstSeq, frames);
      digester.add(chunk, chunk);
    }
    expect(digester.finish(connection, 999).numbering).toMatchObject({ frames: 40, missing: 0 });
  });

  it('are not seen in prices, times and ids', () => {
    expect(numbered(upTo(30), (n) => `{"price":${(n * 7919) % 101},"id":${n},"ts":${n}}`)).toBeNull();
  });
});

describe('tokens', () => {
  const expires = { exp: 1_800_000_000, iat: 1_799_996_400 };
  const times = { expiresAtMs: 1_800_000_000_000, issuedAtMs: 1_799_996_400_000, renewedUntilMs: null };

  it.each([
    ['the URL', { url: `wss://x.test/ws?access_token=${token(expires)}` }, []],
    ['the URL, escaped', { url: `wss://x.test/ws?auth=${encodeURIComponent(`Bearer ${token(expires)}`)}` }, []],
  ])('are found in %s', (_, record, frames) => {
    expect(digestFrames(frames, { record }).token).toEqual({ where: 'url', seq: null, ...times });
  });

  it('are found in subprotocols and first frames; of several, the one that ends first', () => {
    expect(digestFrames([], { record: { protocols: ['bearer', token(expires)] } }).token?.where).toBe('subprotocol');
    const frames = [sent(0, `{"token":"${token({ exp: 1_800_000_500 })}"}`), sent(1, `{"jwt":"${token(expires)}"}`)];
    expect(digestFrames(frames).token).toEqual({ where: 'frame', seq: 1, ...times });
  });

  it('are found by the names of parameters', () => {
    const at = (url: string) => digestFrames([], { record: { url } }).token?.expiresAtMs;
    expect(at('wss://x.test/?expires=1800000000')).toBe(1_800_000_000_000);
    expect(at('wss://x.test/?expires_at=2027-01-15T08:00:00Z')).toBe(Date.UTC(2027, 0, 15, 8));
    expect(at('wss://x.test/?X-Amz-Date=20270115T080000Z&X-Amz-Expires=300')).toBe(Date.UTC(2027, 0, 15, 8, 5));
    expect(at('wss://x.test/?expires=soon&token=abc')).toBeUndefined();
  });

  it('may be renewed later', () => {
    const first = sent(0, `{"token":"${token(expires)}"}`);
    const renewal = sent(3_000 * S, `{"token":"${token({ exp: 1_800_003_600 })}"}`);
    expect(digestFrames([first, renewal]).token).toMatchObject({ ...times, renewedUntilMs: 1_800_003_600_000 });
  });

  it('leave nothing of themselves behind', () => {
    const secret = token(expires);
    const digest = digestFrames([sent(0, `{"type":"auth","token":"${secret}"}`)], {
      record: { url: `ws://x/?t=${secret}` },
    });
    expect(JSON.stringify(digest)).not.toContain(secret.slice(0, 20));
  });
});

describe('what else is told', () => {
  it('times, silence, the largest frames and the busiest second', () => {
    const frames = [
      received(1_000, 'a'),
      sent(1_500, 'bb'),
      ...every(10, 5, (atMs) => received(atMs, 'c'), 2_000),
      received(9_000, 'dddd'),
    ];
    const digest = digestFrames(frames, { untilMs: 12_000 });
    expect(digest).toMatchObject({
      firstInAtMs: 1_000,
      lastInAtMs: 9_000,
      lastOutAtMs: 1_500,
      longestSilence: { atMs: 2_040, durationMs: 6_960 },
      survived: { eitherMs: 6_960, inMs: 6_960, outMs: 1_500 },
      peakFramesPerSecond: 5,
      largestIn: { seq: 7, sizeBytes: 4 },
      largestOut: { seq: 1, sizeBytes: 2 },
    });
    expect(digest.lastFrames.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const later = digestFrames(frames, { untilMs: 60_000 });
    expect(later.longestSilence).toEqual({ atMs: 9_000, durationMs: 51_000 });
    expect(later.survived).toEqual(digest.survived);
    expect(digestFrames([], { untilMs: 5_000 }).longestSilence).toEqual({ atMs: 0, durationMs: 5_000 });
    expect(digestFrames([], { untilMs: 5_000, record: { openedAtMs: null } }).longestSilence).toBeNull();
  });

  it('discarded sends, which count nowhere else', () => {
    const digest = digestFrames([sent(0, 'a'), sent(5, 'b', FRAME_DISCARDED), sent(6, 'c', FRAME_DISCARDED)]);
    expect(digest).toMatchObject({ discardedSends: 2, firstDiscardedSeq: 1, lastOutAtMs: 0 });
    expect(digest.lastFrames).toHaveLength(1);
  });

  it('nothing of what Socketscope put in, and truly what its faults held back', () => {
    const frames = [
      received(0, '{"seq":1}'),
      received(1, 'x'.repeat(99), FRAME_SIMULATED),
      received(2, '{"seq":2}', FRAME_LOST),
      sent(3, 'ping', FRAME_LOST),
    ];
    expect(digestFrames(frames)).toMatchObject({
      lastInAtMs: 2,
      lastOutAtMs: null,
      heartbeat: null,
      largestIn: { seq: 0 },
    });
  });

  it('the last farewell, with its reason', () => {
    const frames = [
      received(0, '{"type":"welcome"}'),
      received(9, '{"type":"disconnect","reason":"unauthorized","reconnect":false}'),
    ];
    expect(digestFrames(frames, { record: { protocol: 'actioncable-v1-json' } }).farewell).toEqual({
      seq: 1,
      atMs: 9,
      isOut: false,
      label: 'disconnect',
      says: 'unauthorized (do not reconnect)',
    });
  });

  it('what a check says of the messages that came, and of nothing else', () => {
    const validate = (value: unknown) =>
      typeof value === 'object' && value !== null && 'type' in value ? null : 'no type';
    const frames = [
      received(0, '{"type":"a"}'),
      received(1, '{"tpye":"a"}'),
      received(2, 'oops'),
      sent(3, '{}'),
      received(4, 'ping'),
    ];
    expect(digestFrames(frames, { options: { validate } }).validation).toEqual({
      checked: 3,
      failed: 2,
      firstSeqs: [1, 2],
      firstError: 'no type',
    });
    expect(digestFrames(frames).validation).toBeNull();
  });
});

describe('reading chunk by chunk', () => {
  const frames = inOrder(
    every(15 * S, 10, (atMs, n) => [sent(atMs, `{"alive":${n}}`), received(atMs + 55, `{"ok":${n}}`)]),
    every(700, 150, (atMs, n) => received(atMs, `{"type":"news","seq":${n},"id":"${n}"}`)),
  );

  it('gives the same, however it is cut', () => {
    const whole = digestFrames(frames, { chunkFrames: frames.length, record: { connectionId: 'c' } });
    for (const chunkFrames of [1, 2, 13, 100]) {
      expect(digestFrames(frames, { chunkFrames, record: { connectionId: 'c' } })).toEqual(whole);
    }
  });

  it('takes a chunk again that has grown, and may be asked between', () => {
    const connection = connectionOf({ connectionId: 'c', createdAtMs: 0, openedAtMs: 0, protocol: '' });
    const digester = createDigester(connection);
    for (let count = 10; count <= frames.length; count += 10) {
      const chunk = chunkOf('c', 0, frames.slice(0, count));
      digester.add(chunk, chunk);
      digester.finish(connection, count);
    }
    const untilMs = frames.at(-1)?.atMs ?? 0;
    expect(digester.finish(connection, untilMs)).toEqual(digestFrames(frames, { record: { connectionId: 'c' } }));
  });

  it('does without payloads', () => {
    const connection = connectionOf({ createdAtMs: 0, openedAtMs: 0 });
    const digester = createDigester(connection);
    digester.add(chunkOf('c', 0, frames), null);
    expect(digester.finish(connection, 999_999)).toMatchObject({ protocol: null, heartbeat: null, numbering: null });
  });

  it('never throws, and stays small, whatever the frames hold', () => {
    const json = fc.json({ maxDepth: 4 });
    const pieces = fc.constantFrom(
      '2',
      '3',
      'o',
      'h',
      'ping',
      '\n',
      '42["x"]',
      'c[3000',
      '{"type":6}\u001e',
      '[6,{},"x"]',
      '{}',
    );
    const content = fc.oneof(json, pieces, fc.string(), fc.array(fc.nat(255), { maxLength: 40 }));
    const flags = fc.constantFrom(
      0,
      FRAME_OUT,
      FRAME_SIMULATED,
      FRAME_LOST,
      FRAME_DISCARDED,
      FRAME_TRUNCATED,
      FRAME_BINARY,
    );
    const frame = fc.record({ data: content, flags, atMs: fc.double({ noNaN: true, min: -1e12, max: 1e13 }) });
    const protocol = fc.constantFrom(null, '', 'mqtt', 'v12.stomp', 'wamp.2.json', 'graphql-ws', 'actioncable-v1-json');
    const url = fc.oneof(
      fc.webUrl({ withQueryParameters: true }),
      fc.string(),
      fc.constant('ws://x/?EIO=4&e=%E0%A4%A'),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 60 }), protocol, url, (sketches, chosen, where) => {
        const digest = digestFrames(sketches, { record: { protocol: chosen, url: where, protocols: [where] } });
        expect(JSON.stringify(digest).length).toBeLessThan(40_000);
        expect(structuredClone(digest)).toEqual(digest);
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});
