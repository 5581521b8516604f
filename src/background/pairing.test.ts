import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAIRING_TOLERANCE_MS, pairUp, type Reported, type Sighted } from './pairing.ts';

const URL = 'ws://127.0.0.1/live';

function sighted(key: string, startedAtMs: number, change: Partial<Sighted> = {}): Sighted {
  return { key, frameId: 0, url: URL, startedAtMs, ...change };
}
function reported(connectionId: string, createdAtMs: number, change: Partial<Reported> = {}): Reported {
  return { connectionId, frameId: 0, url: URL, createdAtMs, settledAtMs: createdAtMs + 20, ...change };
}
const pairs = (handshakes: readonly Sighted[], connections: readonly Reported[]) =>
  Object.fromEntries(pairUp(handshakes, connections));

describe('a handshake', () => {
  it('is that of the connection that was being made', () => {
    expect(pairs([sighted('h', 10_005)], [reported('a', 10_000)])).toEqual({ h: 'a' });
  });

  it('may be much later than the constructor: browsers make them wait', () => {
    expect(pairs([sighted('h', 70_000)], [reported('a', 10_000, { settledAtMs: 70_100 })])).toEqual({ h: 'a' });
    expect(pairs([sighted('h', 70_000)], [reported('a', 10_000, { settledAtMs: null })])).toEqual({ h: 'a' });
  });

  it.each([
    ['before it was made', sighted('h', 10_000 - PAIRING_TOLERANCE_MS - 1)],
    ['after it had opened', sighted('h', 10_020 + PAIRING_TOLERANCE_MS + 1)],
    ['in another frame', sighted('h', 10_005, { frameId: 3 })],
    ['to another URL', sighted('h', 10_005, { url: `${URL}?x` })],
  ])('%s is not', (_, handshake) => {
    expect(pairs([handshake], [reported('a', 10_000)])).toEqual({});
  });

  it('of an unknown frame may be in any', () => {
    const anywhere = sighted('h', 10_005, { frameId: null });
    expect(pairs([anywhere], [reported('a', 10_000, { frameId: 12884901890 })])).toEqual({ h: 'a' });
  });

  it.each([
    ['wss://127.0.0.1/live', 'upgraded by HSTS'],
    ['ws://user:secret@127.0.0.1/live', 'with a password'],
    ['ws://127.0.0.1/live#top', 'with a fragment'],
  ])('to %s is to the same URL: %s', (url) => {
    expect(pairs([sighted('h', 10_005, { url })], [reported('a', 10_000)])).toEqual({ h: 'a' });
  });

  it('to a password in the path is to another', () => {
    expect(pairs([sighted('h', 10_005, { url: 'ws://127.0.0.1/a@127.0.0.1/live' })], [reported('a', 10_000)])).toEqual(
      {},
    );
  });
});

it('a page and its worker that connect to the same URL at once: one is left over', () => {
  expect(pairs([sighted('first', 10_001), sighted('second', 10_002)], [reported('a', 10_000)])).toEqual({ first: 'a' });
});

it('a refused connection without a handshake takes nobody else’s', () => {
  const refused = reported('refused', 10_000, { settledAtMs: 10_050 });
  const again = reported('again', 12_000);
  expect(pairs([sighted('h', 12_001)], [refused, again])).toEqual({ h: 'again' });
});

it('each reported connection finds its handshake, in any order, and what is left over is as many as there are others', () => {
  const moment = fc.integer({ min: 0, max: 30_000 });
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: moment, wait: fc.nat(3_000), life: fc.nat(3_000), url: fc.nat(2), frame: fc.nat(2) }), {
        maxLength: 60,
      }),
      fc.array(fc.record({ at: moment, url: fc.nat(2), frame: fc.nat(2) }), { maxLength: 20 }),
      (own, others) => {
        const connections = own.map(({ at, wait, life, url, frame }, i) =>
          reported(`c${i}`, at, { url: `ws://h/${url}`, frameId: frame, settledAtMs: at + wait + life }),
        );
        const handshakes = [
          ...own.map(({ at, wait, url, frame }, i) =>
            sighted(`own${i}`, at + wait, { url: `ws://h/${url}`, frameId: frame }),
          ),
          ...others.map(({ at, url, frame }, i) => sighted(`other${i}`, at, { url: `ws://h/${url}`, frameId: frame })),
        ];
        const found = pairUp(handshakes, connections);
        expect(new Set(found.values()).size).toBe(found.size);
        expect(found.size).toBeLessThanOrEqual(connections.length);
        if (others.length === 0) expect(found.size).toBe(connections.length);
      },
    ),
  );
});
