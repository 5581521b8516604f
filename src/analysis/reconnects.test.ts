/** The pairing of lost and new connections, against its plain form, and what it costs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../protocol/records.ts';
import { endedAtMs } from './connection-state.ts';
import { endpointOf, steadyEndpointOf } from './endpoint.ts';
import { connectionOf } from './fixtures.ts';
import { createHeap } from './heap.ts';
import { RECONNECT_WITHIN_MS } from './pairing.ts';
import { findReconnects, type Reconnect } from './reconnects.ts';

/** As one would say it: every new connection looks at all earlier ones; first at those of its own URL, then at the rest. */
function plainReconnects(connections: readonly ConnectionRecord[]): ReadonlyMap<string, Reconnect> {
  const inOrder = [...connections].sort((a, b) => a.createdAtMs - b.createdAtMs || a.connection - b.connection);
  const successorOf = new Map<ConnectionRecord, ConnectionRecord>();
  for (const nameOf of [steadyEndpointOf, endpointOf]) pairPlainly(inOrder, nameOf, successorOf);
  return followPlainly(successorOf);
}

function pairPlainly(
  inOrder: readonly ConnectionRecord[],
  nameOf: (url: string) => string,
  successorOf: Map<ConnectionRecord, ConnectionRecord>,
): void {
  const taken = new Set(successorOf.values());
  inOrder.forEach((record, i) => {
    if (taken.has(record)) return;
    const [from] = inOrder
      .slice(0, i)
      .filter((earlier) => {
        const ended = endedAtMs(earlier);
        return (
          earlier.documentId === record.documentId &&
          nameOf(earlier.url) === nameOf(record.url) &&
          !successorOf.has(earlier) &&
          ended !== null &&
          ended <= record.createdAtMs &&
          record.createdAtMs - ended <= RECONNECT_WITHIN_MS
        );
      })
      .sort((a, b) => (endedAtMs(a) ?? 0) - (endedAtMs(b) ?? 0));
    if (from) successorOf.set(from, record);
  });
}

function followPlainly(successorOf: ReadonlyMap<ConnectionRecord, ConnectionRecord>): ReadonlyMap<string, Reconnect> {
  const found = new Map<string, Reconnect>();
  for (const [from, firstAttempt] of successorOf) {
    let attempts = 1;
    let attempt: ConnectionRecord | undefined = firstAttempt;
    while (attempt && attempt.openedAtMs === null) {
      attempt = successorOf.get(attempt);
      if (attempt) attempts++;
    }
    const reopened = attempt ?? null;
    const downMs = reopened?.openedAtMs != null ? reopened.openedAtMs - (endedAtMs(from) ?? 0) : null;
    found.set(from.connectionId, { from, firstAttempt, reopened, attempts, downMs });
  }
  return found;
}

/** Times in steps, so that many fall together and some are RECONNECT_WITHIN_MS apart. */
const stepMs = RECONNECT_WITHIN_MS / 6;
const someConnection = fc.record({
  documentId: fc.constantFrom('doc', 'other'),
  url: fc.constantFrom('ws://127.0.0.1/a', 'ws://127.0.0.1/a?token=1', 'ws://127.0.0.1/a?room=1', 'ws://127.0.0.1/b'),
  createdSteps: fc.nat(20),
  opens: fc.boolean(),
  /** Negative: before it was made, as clocks that are set back have it. */
  livesSteps: fc.option(fc.integer({ min: -2, max: 10 })),
  isGone: fc.boolean(),
});

function connectionsOf(sketches: readonly (typeof someConnection extends fc.Arbitrary<infer T> ? T : never)[]) {
  return sketches.map(({ documentId, url, createdSteps, opens, livesSteps, isGone }, i) => {
    const createdAtMs = createdSteps * stepMs;
    const endMs = livesSteps === null ? null : createdAtMs + livesSteps * stepMs;
    return connectionOf({
      connectionId: `${documentId}/${i}`,
      connection: i,
      documentId,
      url,
      createdAtMs,
      openedAtMs: opens ? createdAtMs + 1 : null,
      close:
        endMs === null || isGone ? null : { atMs: endMs, code: 1006, reason: '', wasClean: false, simulated: false },
      goneAtMs: isGone ? endMs : null,
    });
  });
}

describe('reconnects', () => {
  it('are those of the plain form', () => {
    fc.assert(
      fc.property(fc.array(someConnection, { maxLength: 40 }), (sketches) => {
        const connections = connectionsOf(sketches);
        const [found, plain] = [findReconnects(connections), plainReconnects(connections)];
        expect(found).toEqual(plain);
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  /** Counts how often an end is asked for: what all the comparisons are made of. */
  function readsOf(connections: readonly ConnectionRecord[]): number {
    let reads = 0;
    const counted = connections.map(
      (record) =>
        new Proxy(record, {
          get: (target, key, receiver) => {
            reads++;
            return Reflect.get(target, key, receiver) as unknown;
          },
        }),
    );
    findReconnects(counted);
    return reads;
  }

  const SHAPES = {
    'that live side by side': (i: number, count: number) => ({ createdAtMs: i, openedAtMs: i, goneAtMs: count + i }),
    'that all fail, one after the other': (i: number) => ({ createdAtMs: 2 * i, goneAtMs: 2 * i + 1 }),
    'of which half came back': (i: number, count: number) =>
      i < count / 2
        ? { createdAtMs: i, openedAtMs: i, goneAtMs: count + ((i * 7919) % count) }
        : { createdAtMs: 2 * count + i, openedAtMs: 2 * count + i },
  } as const satisfies Record<string, (i: number, count: number) => Partial<ConnectionRecord>>;

  it.each(Object.entries(SHAPES))('cost little more than twice as much for twice the connections (%s)', (_, shape) => {
    const of = (count: number) =>
      readsOf(
        Array.from({ length: count }, (__, i) =>
          connectionOf({ connectionId: `doc/${i}`, connection: i, ...shape(i, count) }),
        ),
      );
    // n log n: 2 * 12 / 11. The plain form reads four times as often.
    expect(of(4_096) / of(2_048)).toBeLessThan(2.4);
  });
});

describe('a heap', () => {
  it('gives the smallest first, whatever comes and goes between', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer())), (steps) => {
        const heap = createHeap<number>((a, b) => a - b);
        const list: number[] = [];
        for (const step of steps) {
          if (step === null) expect(heap.takeFirst()).toBe(list.shift());
          else {
            heap.add(step);
            list.push(step);
            list.sort((a, b) => a - b);
          }
          expect(heap.first()).toBe(list[0]);
        }
      }),
    );
  });
});
