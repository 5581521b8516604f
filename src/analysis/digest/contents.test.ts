/** What a digest takes from the contents of frames: latency, numbering, tokens. */
import { describe, expect, it } from 'vitest';
import { FRAME_DELAYED } from '../../protocol/frame-columns.ts';
import { connectionOf } from '../fixtures.ts';
import { createDigester } from './digester.ts';
import { chunkOf, digestFrames, every, received, sent } from './fixtures.ts';

const base64 = (value: unknown) =>
  btoa(JSON.stringify(value)).replace(/=+$/, '').replace(/\+/g, '-').replace(/\//g, '_');
const token = (claims: unknown) => `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64(claims)}.c2lnbmF0dXJl`;
const S = 1_000;

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
