import fc from 'fast-check';
import { expect, it } from 'vitest';
import { connectionOf, factsOf } from '../fixtures.ts';
import { survivorsOf } from './after.ts';
import { viewOf } from './view.ts';

it('those who were open before and heard from after are found, as by looking at each', () => {
  const time = fc.integer({ min: 0, max: 20_000 });
  const life = fc.record({ createdAtMs: time, openMs: fc.option(time), closeMs: fc.option(time), heardMs: time });
  fc.assert(
    fc.property(fc.array(life, { maxLength: 40 }), time, fc.nat(40), (sketches, atMs, except) => {
      const view = viewOf(
        factsOf(
          sketches.map(({ createdAtMs, openMs, closeMs, heardMs }) =>
            connectionOf({
              createdAtMs,
              openedAtMs: openMs === null ? null : createdAtMs + openMs,
              lastFrameAtMs: heardMs,
              endSeenAtMs: closeMs === null ? null : createdAtMs + (openMs ?? 0) + closeMs,
            }),
          ),
        ),
      );
      const left = new Set(view.lives.slice(except, except + 1).map(({ id }) => id));
      const plain = view.lives.filter(
        ({ id, openedMs, endMs, record }) =>
          !left.has(id) &&
          openedMs !== null &&
          openedMs < atMs &&
          (endMs ?? Number.POSITIVE_INFINITY) > atMs + 1_000 &&
          (record.lastFrameAtMs ?? 0) > atMs + 1_000,
      );
      expect(survivorsOf(view, atMs, left)).toEqual(plain);
      expect(survivorsOf(view, atMs, new Set(), 2)).toEqual(survivorsOf(view, atMs, new Set()).slice(0, 2));
    }),
  );
});
