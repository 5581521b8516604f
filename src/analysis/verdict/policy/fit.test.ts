/** Policies with known numbers make waits with known noise; what is found in them must be those numbers again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitPolicy } from './fit.ts';
import { type Growth, ruleMs } from './policy.ts';

/** A fixed seed: what is found by chance must not fail by chance. */
const RUNS = { numRuns: 25, seed: 1006, endOnFailure: true };

/** A repeatable random number from [0, 1). */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Client {
  readonly baseMs: number;
  readonly growth: Growth;
  readonly capMs: number | null;
  readonly jitter: number;
  readonly cap: 'before jitter' | 'after jitter';
}

/** Waits as a page sees them: timers up to 4 ms late, one in twenty by up to 150 ms. */
function observe(client: Client, drops: number, gaps: number, seed: number, lateMs = 4): number[][] {
  const random = chance(seed);
  const late = () => random() * lateMs + (random() < 0.05 && lateMs > 0 ? random() * 150 : 0);
  return Array.from({ length: drops }, () =>
    Array.from({ length: gaps }, (_, index) => {
      const factor = 1 + client.jitter * (2 * random() - 1);
      const isCutAfter = client.cap === 'after jitter';
      const plain = ruleMs({ ...client, capMs: isCutAfter ? null : client.capMs }, index) * factor;
      return (isCutAfter ? Math.min(plain, client.capMs ?? plain) : plain) + late();
    }),
  );
}

const steady = { jitter: 0, cap: 'before jitter', capMs: null } as const;
const seeds = fc.integer({ min: 1, max: 2 ** 31 });

function expectNear(found: number | null, truth: number, share: number): void {
  expect(found).not.toBeNull();
  expect(Math.abs((found ?? 0) / truth - 1), `found ${found}, true ${truth}`).toBeLessThanOrEqual(share);
}

describe('a policy without jitter', () => {
  it('is found when exponential: base within 10 %, factor within 0.1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 3000 }),
        fc.double({ min: 1.25, max: 3, noNaN: true }),
        fc.integer({ min: 5, max: 9 }),
        seeds,
        (baseMs, factor, gaps, seed) => {
          const client: Client = { ...steady, baseMs, growth: { kind: 'exponential', factor } };
          const policy = fitPolicy(observe(client, 3, gaps, seed));
          expect(policy).toMatchObject({ kind: 'exponential', capMs: null, jitter: 0, exceptionalFirstMs: null });
          expectNear(policy.baseMs, baseMs, 0.1);
          expect(Math.abs((policy.factor ?? 0) - factor)).toBeLessThanOrEqual(0.1);
        },
      ),
      RUNS,
    );
  });

  it('is found with its cap, which is within 10 %', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 2000 }),
        fc.double({ min: 1.5, max: 2.5, noNaN: true }),
        fc.integer({ min: 3, max: 5 }),
        seeds,
        (baseMs, factor, growing, seed) => {
          const capMs = baseMs * factor ** (growing - 0.4);
          const client: Client = { ...steady, baseMs, growth: { kind: 'exponential', factor }, capMs };
          const policy = fitPolicy(observe(client, 3, growing + 3, seed));
          expect(policy).toMatchObject({ kind: 'exponential', jitter: 0 });
          expectNear(policy.baseMs, baseMs, 0.1);
          expectNear(policy.capMs, capMs, 0.1);
          expect(Math.abs((policy.factor ?? 0) - factor)).toBeLessThanOrEqual(0.1);
        },
      ),
      RUNS,
    );
  });

  it('is found when fixed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 5000 }), fc.integer({ min: 4, max: 9 }), seeds, (baseMs, gaps, seed) => {
        const policy = fitPolicy(observe({ ...steady, baseMs, growth: { kind: 'fixed' } }, 2, gaps, seed));
        expect(policy).toMatchObject({ kind: 'fixed', factor: 1, jitter: 0 });
        expectNear(policy.baseMs, baseMs, 0.1);
      }),
      RUNS,
    );
  });

  it('is found when linear', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 80, max: 1000 }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.integer({ min: 6, max: 9 }),
        seeds,
        (baseMs, share, gaps, seed) => {
          const stepMs = baseMs * share;
          const policy = fitPolicy(observe({ ...steady, baseMs, growth: { kind: 'linear', stepMs } }, 3, gaps, seed));
          expect(policy).toMatchObject({ kind: 'linear', jitter: 0 });
          expectNear(policy.baseMs, baseMs, 0.1);
          expectNear(policy.stepMs, stepMs, 0.1);
        },
      ),
      RUNS,
    );
  });

  it('is found in the waits of a single drop, when the page is quick', () => {
    const client: Client = { ...steady, baseMs: 1000, growth: { kind: 'exponential', factor: 1.5 } };
    const policy = fitPolicy(observe(client, 1, 5, 7, 0));
    expect(policy).toMatchObject({ kind: 'exponential', sureness: 'high', gaps: 5, drops: 1 });
    expect(policy.factor).toBeCloseTo(1.5);
  });
});

describe('a policy with jitter', () => {
  const jitters = fc.double({ min: 0.1, max: 0.4, noNaN: true });

  it('is found when exponential, from a dozen sockets', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 150, max: 2000 }),
        fc.double({ min: 1.3, max: 2.5, noNaN: true }),
        jitters,
        seeds,
        (baseMs, factor, jitter, seed) => {
          const client: Client = { ...steady, baseMs, growth: { kind: 'exponential', factor }, jitter };
          const policy = fitPolicy(observe(client, 14, 7, seed));
          expect(policy.kind).toBe('exponential');
          expectNear(policy.baseMs, baseMs, 0.1);
          expect(Math.abs((policy.factor ?? 0) - factor)).toBeLessThanOrEqual(0.1);
          expect(Math.abs((policy.jitter ?? 0) - jitter)).toBeLessThanOrEqual(0.12);
        },
      ),
      RUNS,
    );
  });

  it.each(['before jitter', 'after jitter'] as const)('is found with its cap, cut %s', (cap) => {
    fc.assert(
      fc.property(fc.integer({ min: 150, max: 1000 }), jitters, seeds, (baseMs, jitter, seed) => {
        const capMs = baseMs * 9;
        const client: Client = { baseMs, growth: { kind: 'exponential', factor: 2 }, jitter, cap, capMs };
        const policy = fitPolicy(observe(client, 14, 8, seed));
        expect(policy.kind).toBe('exponential');
        expectNear(policy.baseMs, baseMs, 0.1);
        expectNear(policy.capMs, capMs, 0.1);
        expect(Math.abs((policy.factor ?? 0) - 2)).toBeLessThanOrEqual(0.1);
      }),
      RUNS,
    );
  });

  it('is found when fixed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 3000 }), jitters, seeds, (baseMs, jitter, seed) => {
        const policy = fitPolicy(observe({ ...steady, baseMs, growth: { kind: 'fixed' }, jitter }, 10, 6, seed));
        expect(policy.kind).toBe('fixed');
        expectNear(policy.baseMs, baseMs, 0.1);
        expect(policy.jitter).toBeGreaterThan(0.05);
      }),
      RUNS,
    );
  });
});

describe('what is no such rule', () => {
  it.each([
    ['no attempt', [[]], { kind: 'none', gaps: 0 }],
    ['attempts at once', [[0.3, 1, 2, 0]], { kind: 'immediate', sureness: 'high' }],
    ['a single wait', [[1003]], { kind: 'unclear', baseMs: 1003, gaps: 1, sureness: 'low' }],
    ['two waits that grow', [[200, 400]], { kind: 'unclear', baseMs: 200 }],
    ['three waits that double', [[200, 401, 800]], { kind: 'exponential', sureness: 'medium' }],
    [
      'a table, seen twice',
      [
        [10, 50, 101, 150, 201, 250, 500, 1001, 2000],
        [11, 51, 100, 152, 200, 251, 502, 1000, 2003],
      ],
      { kind: 'irregular', jitter: 0 },
    ],
    ['at once, then doubling', [[1, 200, 401, 800, 1601]], { kind: 'exponential', exceptionalFirstMs: 1, capMs: null }],
    ['at once, then a fixed wait', [[0, 1000, 1001, 1000]], { kind: 'fixed', exceptionalFirstMs: 0 }],
  ])('%s', (_, drops, expected) => {
    expect(fitPolicy(drops)).toMatchObject(expected);
  });

  it('is never an error, whatever the numbers', () => {
    const waits = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.array(waits, { maxLength: 6 }), { maxLength: 4 }), (drops) => {
        const policy = fitPolicy(drops);
        for (const value of [policy.baseMs, policy.factor, policy.capMs, policy.jitter]) {
          expect(value === null || Number.isFinite(value)).toBe(true);
        }
      }),
    );
  });
});
