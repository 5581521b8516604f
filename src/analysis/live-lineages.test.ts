/** Lineages that follow a changing list, against those that are found anew each time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../protocol/records.ts';
import { closeOf, connectionOf } from './fixtures.ts';
import { lineageIndex, lineagesOf } from './lineage.ts';
import { createLiveLineages } from './live-lineages.ts';
import { RECONNECT_WITHIN_MS } from './pairing.ts';
import { findReconnects } from './reconnects.ts';

/** Times in steps, so that many fall together and some are RECONNECT_WITHIN_MS apart. */
const STEP_MS = RECONNECT_WITHIN_MS / 6;
const at = fc.nat(24).map((steps) => steps * STEP_MS);
const which = fc.nat(1_000);

const step = fc.oneof(
  // Now and then before others, told late.
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('make'),
      documentId: fc.constantFrom('doc', 'doc', 'doc', 'doc', 'other'),
      path: fc.constantFrom('/a', '/a', '/a?token=1', '/a?room=1', '/a?room=2'),
      stepsLater: fc.nat(2),
      isLate: fc.nat(11).map((n) => n === 0),
    }),
  },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('end'), which, at, isSoon: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('open'), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('count'), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove'), which }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('told') }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const isBefore = (a: ConnectionRecord, b: ConnectionRecord) =>
  a.createdAtMs - b.createdAtMs || a.connection - b.connection;

/** The list after each `told`, and in the end. */
function* listsOf(steps: readonly Step[]): Generator<readonly ConnectionRecord[]> {
  let rows: readonly ConnectionRecord[] = [];
  let nowMs = 0;
  let made = 0;
  const change = (n: number, by: (row: ConnectionRecord) => Partial<ConnectionRecord>) => {
    rows = rows.map((row, i) => (i === n % rows.length ? { ...row, ...by(row) } : row));
  };
  for (const one of steps) {
    if (one.kind === 'make' && 'path' in one) {
      nowMs += one.stepsLater * STEP_MS;
      const createdAtMs = one.isLate ? Math.max(0, nowMs - 3 * STEP_MS) : nowMs;
      const { documentId, path } = one;
      const connection = made++;
      const row = {
        connectionId: `${documentId}/${connection}`,
        connection,
        documentId,
        url: `ws://h${path}`,
        createdAtMs,
      };
      rows = [...rows, connectionOf(row)].sort(isBefore);
    }
    if (one.kind === 'end' && 'at' in one) {
      change(one.which, ({ createdAtMs }) => ({ close: closeOf(one.isSoon ? createdAtMs + 1 : one.at, 1006) }));
    }
    if (one.kind === 'open' && 'which' in one)
      change(one.which, ({ createdAtMs }) => ({ openedAtMs: createdAtMs + 1 }));
    if (one.kind === 'count' && 'which' in one) change(one.which, ({ framesIn }) => ({ framesIn: framesIn + 1 }));
    if (one.kind === 'remove' && 'which' in one) rows = rows.filter((_, i) => i !== one.which % rows.length);
    if (one.kind === 'told') yield rows;
  }
  yield rows;
}

describe('lineages of a list that changes', () => {
  it('are those of the list as it is', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const live = createLiveLineages();
        for (const rows of listsOf(steps)) {
          const { lineageOf, reconnectOf, all } = live(rows);
          const reconnects = findReconnects(rows);
          const lineages = lineageIndex(lineagesOf(rows, reconnects));
          expect(new Set(all())).toEqual(new Set(lineages.values()));
          for (const { connectionId: id } of rows) {
            expect(lineageOf(id)).toEqual(lineages.get(id));
            expect(reconnectOf(id)).toEqual(reconnects.get(id));
          }
        }
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('stay the same objects where nothing has changed', () => {
    const live = createLiveLineages();
    const [a, b] = [connectionOf({ url: 'ws://h/a' }), connectionOf({ url: 'ws://h/b', createdAtMs: 1 })];
    const before = live([a, b]).lineageOf(a.connectionId);
    expect(live([a, { ...b, framesIn: 1 }]).lineageOf(a.connectionId)).toBe(before);
    expect(live([{ ...a, framesIn: 1 }, b]).lineageOf(a.connectionId)).not.toBe(before);
  });

  it('take back one for whom it had become too late, when another end turns out to be later', () => {
    const live = createLiveLineages();
    const ended = (createdAtMs: number, endMs: number) => connectionOf({ createdAtMs, close: closeOf(endMs, 1006) });
    const [a, b] = [ended(0, 10), ended(1, 20)];
    const next = connectionOf({ createdAtMs: 30 });
    const muchLater = connectionOf({ createdAtMs: 40 + RECONNECT_WITHIN_MS });
    expect(live([a, b, next, muchLater]).lineageOf(next.connectionId)?.generations).toEqual([a, next]);
    const later = { ...a, close: closeOf(50 + RECONNECT_WITHIN_MS, 1006) };
    expect(live([later, b, next, muchLater]).lineageOf(next.connectionId)?.generations).toEqual([b, next]);
  });

  it('are worked out for what is new alone', () => {
    const live = createLiveLineages();
    let reads = 0;
    const counted = (row: ConnectionRecord) =>
      new Proxy(row, {
        get: (target, key, receiver) => {
          reads++;
          return Reflect.get(target, key, receiver) as unknown;
        },
      });
    const rows = Array.from({ length: 2_000 }, (_, i) =>
      counted(connectionOf({ createdAtMs: i, ...(i < 1_000 && { close: closeOf(1_500 + i, 1006) }) })),
    );
    live(rows);
    reads = 0;
    const came = counted(connectionOf({ createdAtMs: 3_000 }));
    expect(live([...rows, came]).lineageOf(came.connectionId)?.generations).toHaveLength(2);
    expect(reads).toBeLessThan(50);
    // One that was taken away among the last.
    const [gone, ...others] = rows.slice(-5);
    live([...rows.slice(0, -5), ...others, came]);
    expect(gone).toBeDefined();
    expect(reads).toBeLessThan(300);
  });
});
