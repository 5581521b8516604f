import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { closeFixture, connectionFixture } from './fixtures.ts';
import { layoutDowns, layoutEnds, MARK_PX } from './lane-marks.ts';

const SCALE = { fromMs: 0, toMs: 10_000, leftPx: 100, widthPx: 1_000 };
const NO_FAMILIES = new Map();

/** Lives as [made, opened or null, ended or null, code]. */
function generations(...lives: readonly (readonly [number, number | null, number | null, number?])[]) {
  return lives.map(([createdAtMs, openedAtMs, endMs, code = 1006], connection) =>
    connectionFixture({
      connection,
      createdAtMs,
      openedAtMs,
      close: endMs === null ? null : closeFixture(endMs, code),
    }),
  );
}

describe('marks of ends', () => {
  it('tell the kind, the code and whose doing it was', () => {
    const [lost, closed] = generations([0, 10, 1_000], [2_000, 2_010, 3_000, 1000]);
    const families = new Map([['doc/0', { family: 'network' as const, isSure: true, findingId: 'f' }]]);
    expect(layoutEnds([lost, closed] as ConnectionRecord[], families, SCALE)).toMatchObject([
      { kind: 'abnormal', family: 'network', label: '1006', xPx: 200, count: 1, connectionId: 'doc/0' },
      { kind: 'ordinary', family: null, label: '1000', xPx: 400 },
    ]);
  });

  it('never call a simulated end anybody’s doing', () => {
    const [record] = generations([0, 10, 1_000]);
    const dropped = { ...record, close: closeFixture(1_000, 1006, { simulated: true }) } as ConnectionRecord;
    const families = new Map([['doc/0', { family: 'server' as const, isSure: true, findingId: 'f' }]]);
    expect(layoutEnds([dropped], families, SCALE)).toMatchObject([{ kind: 'simulated', family: null }]);
  });

  it('that would cover each other are one, with their number and the one that weighs most', () => {
    const records = generations(
      [0, 10, 1_000, 1000],
      [1_005, 1_010, 1_020],
      [1_030, null, 1_040],
      [5_000, 5_010, 6_000],
    );
    expect(layoutEnds(records, NO_FAMILIES, SCALE)).toMatchObject([
      { kind: 'abnormal', count: 3, label: '', xPx: 200, connectionId: 'doc/1', isAttempt: false },
      { kind: 'abnormal', count: 1 },
    ]);
  });

  it('are as many as there is room for, and count every end, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12_000), { maxLength: 200 }), (ends) => {
        const sorted = [...ends].sort((a, b) => a - b);
        const marks = layoutEnds(generations(...sorted.map((at) => [at, at, at] as const)), NO_FAMILIES, SCALE);
        expect(marks.length).toBeLessThanOrEqual(SCALE.widthPx / MARK_PX + 1);
        expect(marks.reduce((sum, { count }) => sum + count, 0)).toBe(ends.filter((at) => at <= 10_000).length);
        marks.slice(1).forEach(({ xPx }, i) => {
          expect(xPx - (marks[i]?.xPx ?? 0)).toBeGreaterThanOrEqual(MARK_PX);
        });
      }),
    );
  });
});

describe('times without a connection', () => {
  it('last from the loss to the next open, over attempts that failed', () => {
    const records = generations([0, 10, 1_000], [1_500, null, 1_600], [2_000, 3_000, null]);
    expect(layoutDowns(records, SCALE, 9_000)).toEqual([
      { fromPx: 200, toPx: 400, tone: 'bad', reopenedPx: 400, label: '2.00 s' },
    ]);
  });

  it('go on to now for those who are missed, and end for those who closed in order', () => {
    expect(layoutDowns(generations([0, 10, 1_000]), SCALE, 9_000)).toEqual([
      { fromPx: 200, toPx: 1_000, tone: 'bad', reopenedPx: null, label: '' },
    ]);
    expect(layoutDowns(generations([0, 10, 1_000, 1000]), SCALE, 9_000)).toEqual([]);
  });

  it('go on to now while somebody tries to come back', () => {
    expect(layoutDowns(generations([0, 10, 1_000, 1000], [2_000, null, null]), SCALE, 9_000)).toMatchObject([
      { fromPx: 200, toPx: 1_000, tone: 'plain', reopenedPx: null },
    ]);
  });

  it('are not missed by a page that went away', () => {
    const [record] = generations([0, 10, 1_000]);
    expect(layoutDowns([{ ...record, goneAtMs: 1_000 } as ConnectionRecord], SCALE, 9_000)).toEqual([]);
  });

  it('say that they were simulated', () => {
    const [lost, back] = generations([0, 10, 1_000], [1_500, 2_000, null]);
    const dropped = { ...lost, close: closeFixture(1_000, 1006, { simulated: true }) } as ConnectionRecord;
    expect(layoutDowns([dropped, back as ConnectionRecord], SCALE, 9_000)).toMatchObject([{ tone: 'simulated' }]);
  });

  it('are cut at what is in view, and say how long they were only where they begin in it', () => {
    const records = generations([0, 10, 1_000], [1_500, 3_000, null]);
    const scale = { ...SCALE, fromMs: 2_000, toMs: 4_000 };
    expect(layoutDowns(records, scale, 9_000)).toMatchObject([{ fromPx: 100, toPx: 600, reopenedPx: 600, label: '' }]);
    expect(layoutDowns(records, { ...SCALE, fromMs: 4_000 }, 9_000)).toEqual([]);
  });
});
