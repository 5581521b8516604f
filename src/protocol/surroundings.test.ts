import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SURROUNDINGS } from './evidence.ts';
import { MAX_SURROUNDINGS_PER_BATCH } from './limits.ts';
import { parseSurroundings } from './surroundings.ts';

it('keeps what is right, and of it what is known', () => {
  const whole = { kind: 'blocked', atMs: 5, durationMs: 1, detail: 'connect-src', url: 'wss://a/', leftOut: 3 };
  expect(
    parseSurroundings([
      { ...whole, more: 1 },
      { kind: 'online', atMs: 1 },
    ]),
  ).toEqual([whole, { kind: 'online', atMs: 1 }]);
});

it.each([
  ['no list', { kind: 'online', atMs: 1 }],
  ['an unknown kind', [{ kind: 'dropped', atMs: 1 }]],
  ['no time', [{ kind: 'online', atMs: -1 }]],
  ['nothing', [null, 7]],
])('leaves out %s', (_, value) => {
  expect(parseSurroundings(value)).toEqual([]);
});

it('leaves out fields that are wrong, and too many', () => {
  const odd = { kind: 'woke', atMs: 1, durationMs: -1, detail: 'x'.repeat(1e5), url: 7, leftOut: 0 };
  expect(parseSurroundings(Array(2_000).fill(odd))).toEqual(
    Array(MAX_SURROUNDINGS_PER_BATCH).fill({ kind: 'woke', atMs: 1 }),
  );
});

it('never throws', () => {
  const kind = fc.constantFrom(...SURROUNDINGS);
  fc.assert(
    fc.property(
      fc.anything(),
      fc.array(fc.record({ kind, atMs: fc.anything(), durationMs: fc.anything() })),
      (a, b) => {
        parseSurroundings(a);
        for (const one of parseSurroundings(b)) expect(SURROUNDINGS).toContain(one.kind);
      },
    ),
  );
});
