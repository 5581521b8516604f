import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionOf } from './fixtures.ts';
import { chooseSessionsToDelete, oldestToDelete } from './retention.ts';

const LIMITS = { nowMs: 1_000, maxBytes: 100, maxAgeMs: 500 };
const ended = (id: string, endedAtMs: number, storedBytes: number, pinned = false) =>
  sessionOf(id, { endedAtMs, storedBytes, pinned });

describe('retention', () => {
  it.each([
    ['keeps what fits', [ended('a', 900, 50), ended('b', 950, 50)], []],
    ['deletes the oldest of too much', [ended('b', 950, 60), ended('a', 900, 60)], ['a']],
    ['deletes what is too old', [ended('a', 499, 1), ended('b', 500, 1)], ['a']],
    ['keeps pinned ones', [ended('a', 1, 500, true), ended('b', 900, 1)], ['b']],
    ['keeps what is being recorded', [sessionOf('a', { storedBytes: 500 })], []],
    ['has nothing to do with nothing', [], []],
  ])('%s', (_, sessions, chosen) => {
    expect(chooseSessionsToDelete(sessions, LIMITS)).toEqual(chosen);
  });

  it.each([
    ['the oldest that has ended', [sessionOf('live'), ended('b', 950, 1), ended('a', 900, 1)], 'a'],
    ['no pinned one', [ended('a', 1, 1, true), ended('b', 2, 1)], 'b'],
    [
      'one whose end could not be written',
      [sessionOf('live'), sessionOf('a', { startedAtMs: 5 }), ended('b', 6, 1)],
      'a',
    ],
    ['nothing, when all must stay', [sessionOf('live'), ended('a', 1, 1, true)], null],
  ])('gives up %s when there is no room', (_, sessions, oldest) => {
    expect(oldestToDelete(sessions, new Set(['live']))).toBe(oldest);
  });

  it('never chooses a pinned or a live session, nor one newer than one that stays', () => {
    const session = fc.record({
      endedAtMs: fc.option(fc.nat(1_000)),
      storedBytes: fc.nat(80),
      pinned: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(session), (sketches) => {
        const sessions = sketches.map((sketch, i) => sessionOf(`${i}`, sketch));
        const chosen = new Set(chooseSessionsToDelete(sessions, LIMITS));
        const gone = sessions.filter(({ sessionId }) => chosen.has(sessionId));
        const candidates = sessions.filter(({ endedAtMs, pinned }) => endedAtMs !== null && !pinned);
        const kept = candidates.filter(({ sessionId }) => !chosen.has(sessionId));
        expect(gone.every((one) => candidates.includes(one))).toBe(true);
        for (const one of gone)
          for (const other of kept) expect(one.endedAtMs).toBeLessThanOrEqual(other.endedAtMs ?? 0);
        const bytes = sessions.reduce(
          (sum, { sessionId, storedBytes }) => sum + (chosen.has(sessionId) ? 0 : storedBytes),
          0,
        );
        expect(bytes <= LIMITS.maxBytes || kept.length === 0).toBe(true);
        expect(kept.every(({ endedAtMs }) => LIMITS.nowMs - (endedAtMs ?? 0) <= LIMITS.maxAgeMs)).toBe(true);
      }),
    );
  });
});
