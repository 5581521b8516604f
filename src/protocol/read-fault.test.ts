/** The reader of faults: what is right passes unchanged, everything else is refused with the name of the field. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault, FaultEffect } from './fault.ts';
import { MAX_FAULT_MS } from './limits.ts';
import { readFault } from './read-fault.ts';

const any = { kind: 'any' } as const;
const end = { kind: 'end', code: 1006, reason: '', lostBy: 'end', server: 'ended' } as const;

const EFFECTS: readonly FaultEffect[] = [
  end,
  { ...end, lostBy: 'reset', server: 'keptOpen' },
  { ...end, code: 4401, reason: 'ğ'.repeat(61) },
  { ...end, code: 1005 },
  { kind: 'refuse', count: 3, durationMs: null },
  { kind: 'holdClose', durationMs: null, ending: 'close' },
  { kind: 'silence', direction: 'both', only: any, durationMs: 8_000 },
  { kind: 'silence', direction: 'out', only: { kind: 'text', text: 'ping' }, durationMs: null },
  {
    kind: 'silence',
    direction: 'in',
    only: { kind: 'pattern', pattern: '^\\xd0\\x00$', flags: 's' },
    durationMs: null,
  },
  { kind: 'holdHandshake', durationMs: 20_000, ending: 'fail' },
  { kind: 'delay', direction: 'in', delayMs: 300, jitterMs: 100, bytesPerSecond: 32_000, durationMs: null },
  { kind: 'mangle', direction: 'both', loss: 0.1, duplicate: 0, reorder: 1, corrupt: 0, truncate: 0, durationMs: 5 },
  { kind: 'sleep', durationMs: 120_000, ending: 'backlog' },
  { kind: 'inject', direction: 'in', payload: { kind: 'text', text: '' } },
  { kind: 'inject', direction: 'out', payload: { kind: 'binary', base64: 'wAA=' } },
  { kind: 'inject', direction: 'out', payload: { kind: 'binary', base64: '' } },
  { kind: 'hold', direction: 'both', match: any, durationMs: null },
];

const BASE: Fault = {
  id: 'f1',
  where: { kind: 'connection', connection: 0 },
  when: { kind: 'now' },
  what: end,
  times: 1,
  seed: 7,
};

const FAULTS: readonly Fault[] = [
  ...EFFECTS.map((what) => ({ ...BASE, what })),
  { ...BASE, where: { kind: 'matching', urlPattern: 'wss://*/socket*', later: true } },
  { ...BASE, where: { kind: 'all', later: false }, times: null },
  { ...BASE, when: { kind: 'after', delayMs: 2_000, from: 'open' } },
  { ...BASE, when: { kind: 'frames', count: 5, direction: 'in' } },
  { ...BASE, when: { kind: 'match', match: { kind: 'text', text: 'boom' }, direction: 'both' } },
  { ...BASE, when: { kind: 'every', periodMs: 10_000, jitterMs: 3_000 } },
];

describe('a fault', () => {
  it.each(FAULTS)('passes: $what.kind $when.kind $where.kind', (fault) => {
    expect(readFault(structuredClone(fault))).toEqual({ ok: true, value: fault });
  });

  it('keeps known fields only', () => {
    expect(readFault({ ...BASE, script: 'x', what: { ...end, script: 'x' } })).toEqual({ ok: true, value: BASE });
    const what: FaultEffect = { kind: 'inject', direction: 'in', payload: { kind: 'text', text: 'x' } };
    const more = { ...what, payload: { ...what.payload, more: 1 } };
    expect(readFault(doing(more))).toEqual({ ok: true, value: { ...BASE, what } });
  });

  it.each<[string, unknown]>([
    ['', null],
    ['', [BASE]],
    ['id', { ...BASE, id: '' }],
    ['id', { ...BASE, id: 'x'.repeat(65) }],
    ['where', { ...BASE, where: 'all' }],
    ['where.kind', { ...BASE, where: { kind: 'constructor' } }],
    ['where.kind', { ...BASE, where: { kind: '__proto__' } }],
    ['where.connection', { ...BASE, where: { kind: 'connection', connection: -1 } }],
    ['where.later', { ...BASE, where: { kind: 'all' } }],
    ['where.urlPattern', { ...BASE, where: { kind: 'matching', urlPattern: '', later: true } }],
    ['when.kind', { ...BASE, when: { kind: 'soon' } }],
    ['when.delayMs', { ...BASE, when: { kind: 'after', delayMs: MAX_FAULT_MS + 1, from: 'start' } }],
    ['when.delayMs', { ...BASE, when: { kind: 'after', delayMs: Number.NaN, from: 'start' } }],
    ['when.from', { ...BASE, when: { kind: 'after', delayMs: 1, from: 'close' } }],
    ['when.count', { ...BASE, when: { kind: 'frames', count: 0, direction: 'in' } }],
    ['when.direction', { ...BASE, when: { kind: 'frames', count: 1, direction: 'up' } }],
    ['when.match.text', { ...BASE, when: { kind: 'match', match: { kind: 'text', text: '' }, direction: 'in' } }],
    ['when.match.pattern', matching('(')],
    ['when.match.pattern', matching('x', 'g')],
    ['when.periodMs', { ...BASE, when: { kind: 'every', periodMs: 0, jitterMs: 0 } }],
    ['when.jitterMs', { ...BASE, when: { kind: 'every', periodMs: 5, jitterMs: 6 } }],
    ['what.code', doing({ ...end, code: 999 })],
    ['what.code', doing({ ...end, code: 5000 })],
    ['what.code', doing({ ...end, code: 1015 })],
    ['what.code', doing({ ...end, code: 1000.5 })],
    ['what.reason', doing({ ...end, reason: 'why' })],
    ['what.reason', doing({ ...end, code: 4000, reason: 'x'.repeat(124) })],
    ['what.reason', doing({ ...end, code: 4000, reason: 'ğ'.repeat(62) })],
    ['what.lostBy', doing({ ...end, code: 4000, lostBy: 'reset' })],
    ['what.server', doing({ ...end, server: 'gone' })],
    ['what.count', doing({ kind: 'refuse', count: null, durationMs: null })],
    ['what.durationMs', doing({ kind: 'sleep', durationMs: 0, ending: 'close' })],
    ['what.bytesPerSecond', doing({ ...EFFECTS[10], bytesPerSecond: 0 })],
    ['what.loss', doing({ ...EFFECTS[11], loss: 1.1 })],
    ['what.direction', doing({ kind: 'inject', direction: 'both', payload: { kind: 'text', text: 'x' } })],
    ['what.payload', doing({ kind: 'inject', direction: 'in', payload: 'x' })],
    ['what.payload.base64', doing({ kind: 'inject', direction: 'in', payload: { kind: 'binary', base64: 'wAA' } })],
    ['what.payload.base64', doing({ kind: 'inject', direction: 'in', payload: { kind: 'binary', base64: '=x==' } })],
    ['times', { ...BASE, times: 0 }],
    ['seed', { ...BASE, seed: 2 ** 32 }],
  ])('is refused for %s', (field, value) => {
    expect(readFault(value)).toEqual({ ok: false, field, problem: expect.stringMatching(/^(must|may|or) /) });
  });

  it('is never read with an exception, and what passes passes again', () => {
    const hostile = fc.oneof(
      fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }),
      fc
        .tuple(fc.constantFrom(...FAULTS), fc.anything())
        .chain(([fault, junk]) =>
          fc.constantFrom('id', 'where', 'when', 'what', 'times', 'seed').map((key) => ({ ...fault, [key]: junk })),
        ),
      fc
        .tuple(fc.constantFrom(...FAULTS), fc.anything())
        .chain(([fault, junk]) =>
          fc
            .constantFrom(...Object.keys(fault.what))
            .map((key) => ({ ...fault, what: { ...fault.what, [key]: junk } })),
        ),
    );
    fc.assert(
      fc.property(hostile, (value) => {
        const once = readFault(value);
        if (once.ok) expect(readFault(once.value)).toEqual(once);
      }),
      { numRuns: 500 },
    );
  });
});

function doing(what: unknown): unknown {
  return { ...BASE, what };
}

function matching(pattern: string, flags = ''): unknown {
  return { ...BASE, when: { kind: 'match', match: { kind: 'pattern', pattern, flags }, direction: 'in' } };
}
