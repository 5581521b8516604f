import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_BINARY, FRAME_BLOB, FRAME_DISCARDED, FRAME_OUT } from '../../protocol/frame-columns.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { factsOf, splitText } from './content.ts';
import { closeFixture, connectionFixture, documentFixture } from './fixtures.ts';
import { createLru } from './lru.ts';
import { connectionsSince, newestPageStartMs } from './pages.ts';
import { createTotals, sumUp } from './totals.ts';

describe('content of a frame', () => {
  it('is described by its flags', () => {
    expect(factsOf(FRAME_OUT | FRAME_DISCARDED)).toMatchObject({ isOut: true, kind: 'text', isDiscarded: true });
    expect(factsOf(FRAME_BINARY)).toMatchObject({ isOut: false, kind: 'binary' });
    expect(factsOf(FRAME_BINARY | FRAME_BLOB).kind).toBe('blob');
  });

  it('is cut into parts that make up the whole', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 2, max: 30 }),
        (text, partChars) => {
          const parts = splitText(text, partChars);
          expect(parts.join('')).toBe(text);
          for (const part of parts) {
            expect(part.length).toBeLessThanOrEqual(partChars + 1);
            expect(part).not.toMatch(/^[\udc00-\udfff]/);
          }
        },
      ),
    );
    expect(splitText('aa\nbb\ncc', 4)).toEqual(['aa\n', 'bb\n', 'cc']);
  });
});

describe('pages', () => {
  const documents = new Map(
    [
      documentFixture({ documentId: 'old', openedAtMs: 100, goneAtMs: 500 }),
      documentFixture({ documentId: 'new', openedAtMs: 500.4 }),
      documentFixture({ documentId: 'frame', openedAtMs: 700, frameId: 9 }),
    ].map((document) => [document.documentId, document]),
  );
  const of = (documentId: string) => connectionFixture({ documentId });

  it('began with the latest document of the top frame', () => {
    expect(newestPageStartMs(documents.values())).toBe(500.4);
    expect(newestPageStartMs([])).toBeNull();
  });

  it('have the connections of what was opened since', () => {
    const connections = [of('old'), of('new'), of('frame'), of('not told yet')];
    expect(connectionsSince(connections, documents, 501)).toEqual(connections.slice(1));
    expect(connectionsSince(connections, documents, null)).toEqual(connections);
  });

  it('knows which workers belong to it', () => {
    const documentId = 'session.outside.0';
    const documents = new Map([
      ['page', documentFixture({ documentId: 'page', openedAtMs: 500 })],
      [documentId, documentFixture({ documentId, openedAtMs: 300 })],
    ]);
    const [before, after] = [400, 900].map((createdAtMs) => connectionFixture({ documentId, createdAtMs }));
    expect(newestPageStartMs(documents.values())).toBe(500);
    expect(
      connectionsSince(
        [before, after].filter((one) => one !== undefined),
        documents,
        500,
      ),
    ).toEqual([after]);
  });
});

it('sums up', () => {
  const connections = [
    connectionFixture({
      framesIn: 3,
      framesOut: 4,
      bytesIn: 10,
      bytesOut: 20,
      gaps: [{ firstSeq: 0, count: 5, reason: 'ring' }],
      framesMissed: 7,
    }),
    connectionFixture({ framesIn: 1, openedAtMs: 0, close: closeFixture(1, 1006) }),
    connectionFixture({ openedAtMs: 0, close: closeFixture(1, 1006, { simulated: true }) }),
  ];
  const totals = sumUp(connections, [documentFixture({ rejected: 2 }), documentFixture({ rejected: 1 })]);
  expect(totals).toMatchObject({ connections: 3, abnormal: 1, simulated: 1, frames: 8, bytes: 30, rejected: 3 });
  expect([...totals.missed]).toEqual([
    ['ring', 5],
    ['unlisted', 2],
  ]);
});

it('sums up a list that changes as if it were new each time', () => {
  const record = fc
    .record({
      framesIn: fc.nat(9),
      bytesOut: fc.nat(9),
      framesMissed: fc.nat(3),
      seenBy: fc.constantFrom('page', 'network'),
      openedAtMs: fc.constantFrom(null, 0),
      gaps: fc.array(
        fc.record({
          firstSeq: fc.nat(9),
          count: fc.integer({ min: 1, max: 2 }),
          reason: fc.constantFrom('ring', 'cleared'),
        }),
        { maxLength: 2 },
      ),
      close: fc.constantFrom(null, closeFixture(1, 1006), closeFixture(1, 1006, { simulated: true })),
    })
    .map((fields) => connectionFixture(fields as Partial<ConnectionRecord>));
  fc.assert(
    fc.property(fc.array(fc.array(record, { maxLength: 5 }), { maxLength: 4 }), (lists) => {
      const totalsOf = createTotals();
      let before: readonly ConnectionRecord[] = [];
      for (const fresh of lists) {
        // Some stay, some are others, some go.
        const list = fresh.map((row, i) => (i % 2 === 0 ? (before[i] ?? row) : row));
        expect(totalsOf(list, [])).toEqual(sumUp(list, []));
        before = list;
      }
    }),
    { numRuns: 100, seed: 2 },
  );
});

describe('the cache', () => {
  it('forgets what was not used for the longest', () => {
    const lru = createLru<string, string>(3);
    lru.set('a', 'A', 1);
    lru.set('b', 'B', 1);
    lru.set('c', 'C', 1);
    lru.get('a');
    lru.set('d', 'D', 1);
    expect(['a', 'b', 'c', 'd'].map(lru.get)).toEqual(['A', undefined, 'C', 'D']);
  });

  it('keeps the latest even when it alone costs too much', () => {
    const lru = createLru<string, string>(3);
    lru.set('a', 'A', 1);
    lru.set('b', 'B', 9);
    expect([...lru.values()]).toEqual(['B']);
  });

  it('counts an entry once that is set again', () => {
    const lru = createLru<string, string>(3);
    for (let i = 0; i < 10; i++) lru.set('a', `A${i}`, 2);
    lru.set('b', 'B', 1);
    expect([...lru.values()]).toEqual(['A9', 'B']);
  });
});
