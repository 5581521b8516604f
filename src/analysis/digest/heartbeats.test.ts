/** Heartbeats in a digest: those that the protocol tells, and those that are learned. */
import { describe, expect, it } from 'vitest';
import { connectionOf } from '../fixtures.ts';
import { LAST_FRAMES } from './digest.ts';
import { createDigester } from './digester.ts';
import { chunkOf, digestFrames, every, inOrder, received, sent } from './fixtures.ts';

const S = 1_000;

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
