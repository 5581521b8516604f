import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../protocol/records.ts';
import { steadyEndpointOf } from './endpoint.ts';
import { connectionOf } from './fixtures.ts';
import { lineageIndex, lineagesOf } from './lineage.ts';

/** One that opened at once (unless `fails`), and ended after so long (or not). */
function lived(url: string, createdAtMs: number, endMs: number | null, fails = false): ConnectionRecord {
  const close = endMs === null ? null : { atMs: endMs, code: 1006, reason: '', wasClean: false, simulated: false };
  return connectionOf({ url: `wss://x.test${url}`, createdAtMs, openedAtMs: fails ? null : createdAtMs + 1, close });
}

function lineages(...connections: readonly ConnectionRecord[]): readonly (readonly number[])[] {
  return lineagesOf(connections).map(({ generations }) => generations.map((record) => connections.indexOf(record)));
}

describe('lineages', () => {
  it('follow a session over its reconnects, with the times when nobody was there', () => {
    const connections = [
      lived('/ws', 0, 100),
      lived('/ws', 200, 210, true),
      lived('/ws', 400, 410, true),
      lived('/ws', 800, 900),
      lived('/ws', 1_000, 1_010, true),
    ];
    expect(lineagesOf(connections)).toEqual([
      {
        lineageId: connections[0]?.connectionId,
        documentId: 'doc',
        endpoint: 'wss://x.test/ws',
        generations: connections,
        gaps: [
          { fromMs: 100, toMs: 801, attempts: 3 },
          { fromMs: 900, toMs: null, attempts: 1 },
        ],
      },
    ]);
  });

  it('stay apart for rooms of one endpoint, and together for tokens, session ids and times', () => {
    const [one, other] = ['/ws?room=a', '/ws?room=b'];
    expect(lineages(lived(one, 0, 10), lived(other, 1, 9), lived(one, 20, null), lived(other, 21, null))).toEqual([
      [0, 2],
      [1, 3],
    ]);
    const tries = ['/ws?token=abc&room=a', '/ws?token=xyz&room=a&t=1767225600', '/ws?room=a&sid=3f2a'];
    expect(lineages(...tries.map((url, i) => lived(url, i * 10, i * 10 + 5)))).toEqual([[0, 1, 2]]);
  });

  it('hold a parameter that changes from try to try for one when nothing else fits', () => {
    expect(
      lineages(lived('/ws?turn=one', 0, 5), lived('/ws?turn=two', 10, 15), lived('/ws?turn=three', 20, 25)),
    ).toEqual([[0, 1, 2]]);
  });

  it('see through the sessions of SockJS', () => {
    expect(
      lineages(lived('/echo/123/abcd1234/websocket', 0, 5), lived('/echo/007/zyxw9876/websocket', 10, 15)),
    ).toEqual([[0, 1]]);
  });

  it('hold each connection once, whatever there is', () => {
    const some = fc.record({
      url: fc.constantFrom('/a', '/a?x=1', '/a?x=2', '/b?token=9'),
      at: fc.nat(90),
      lives: fc.option(fc.nat(40)),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 40 }), (sketches) => {
        const connections = sketches.map(({ url, at, lives }) => lived(url, at, lives === null ? null : at + lives));
        const all = lineagesOf(connections);
        expect(all.flatMap(({ generations }) => generations)).toHaveLength(connections.length);
        expect(lineageIndex(all).size).toBe(connections.length);
        const tooEarly = all.flatMap(({ generations }) =>
          generations.filter(({ createdAtMs }, i) => (generations[i - 1]?.close?.atMs ?? 0) > createdAtMs),
        );
        expect(tooEarly).toEqual([]);
      }),
      { numRuns: 200, seed: 8 },
    );
  });
});

describe('what stays of a URL', () => {
  it.each([
    ['wss://x.test/ws', 'wss://x.test/ws'],
    ['wss://x.test/ws?b=2&a=1#x', 'wss://x.test/ws?a=1&b=2'],
    ['wss://x.test/ws?access_token=1&auth=2&x-auth-token=3&sig=4', 'wss://x.test/ws'],
    ['wss://x.test/ws?X-Amz-Date=1&X-Amz-Signature=2&v=3', 'wss://x.test/ws?v=3'],
    ['wss://x.test/ws?tab=9f1c2d3e4f5a6b7c8d9e&lang=en', 'wss://x.test/ws?lang=en'],
    ['wss://x.test/ws?u=123e4567-e89b-12d3-a456-426614174000', 'wss://x.test/ws'],
    [
      'wss://x.test/socket.io/?EIO=4&transport=websocket&t=PXy1&sid=x',
      'wss://x.test/socket.io/?EIO=4&transport=websocket',
    ],
    ['wss://x.test/ws?channel=news-of-the-whole-world', 'wss://x.test/ws?channel=news-of-the-whole-world'],
    ['no URL at all', 'no URL at all'],
  ])('%s: %s', (url, steady) => {
    expect(steadyEndpointOf(url)).toBe(steady);
  });

  it('is found of any text', () => {
    const evil = ['a_'.repeat(8_000), `${'-'.repeat(8_000)}=1`, `x=${'a'.repeat(16_000)}!`, '&'.repeat(16_000)];
    const anyText = fc.oneof(fc.string(), fc.constantFrom(...evil));
    fc.assert(fc.property(anyText, (text) => steadyEndpointOf(`ws://x/?${text}`).startsWith('ws://x/')));
  });
});
