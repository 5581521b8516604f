import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyUrl } from '../../../e2e/arbitraries.ts';
import {
  FRAME_BINARY,
  FRAME_DISCARDED,
  FRAME_LOST,
  FRAME_OUT,
  FRAME_SIMULATED,
  FRAME_TRUNCATED,
} from '../../protocol/frame-columns.ts';
import { connectionOf } from '../fixtures.ts';
import { createDigester } from './digester.ts';
import { chunkOf, digestFrames, every, inOrder, received, sent } from './fixtures.ts';

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
    const url = fc.oneof(anyUrl, fc.string(), fc.constant('ws://x/?EIO=4&e=%E0%A4%A'));
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 60 }), protocol, url, (sketches, chosen, where) => {
        const digest = digestFrames(sketches, { record: { protocol: chosen, url: where, protocols: [where] } });
        expect(JSON.stringify(digest).length).toBeLessThan(40_000);
        // Infinity and NaN do not survive it.
        expect(JSON.parse(JSON.stringify(digest))).toEqual(digest);
      }),
      { numRuns: 150, seed: 5 },
    );
  });
});
