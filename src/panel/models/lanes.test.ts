import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineageIndex, lineagesOf } from '../../analysis/lineage.ts';
import { closeFixture, connectionFixture } from './fixtures.ts';
import {
  createLanes,
  firstAlive,
  generationAt,
  type Lane,
  laneIndexOf,
  lanesOfLineages,
  lanesOfListed,
} from './lanes.ts';

type Records = ReturnType<typeof connectionFixture>[];
const lineageIn = (records: Records) => {
  const index = lineageIndex(lineagesOf(records));
  return (id: string) => index.get(id);
};
const of = (records: Records) => createLanes()(lanesOfListed(records, lineageIn(records)));

describe('lanes', () => {
  const lost = connectionFixture({ connection: 1, createdAtMs: 0, openedAtMs: 10, close: closeFixture(100, 1006) });
  const back = connectionFixture({ connection: 2, createdAtMs: 150, openedAtMs: 160 });
  const beside = connectionFixture({ connection: 3, createdAtMs: 50, openedAtMs: 60 });
  const other = connectionFixture({ connection: 4, createdAtMs: 5, url: 'wss://api.example.test/other' });

  it('hold connections that took each other’s place', () => {
    const [lane] = of([lost, back]);
    expect(lane?.generations).toEqual([lost, back]);
    expect(lane).toMatchObject({ laneId: 'doc/1', name: '/live', ordinal: null });
  });

  it('are apart for those that lived side by side, and numbered', () => {
    const lanes = of([lost, other, beside, back]);
    expect(lanes.map(({ name, ordinal }) => [name, ordinal])).toEqual([
      ['/live', 1],
      ['/other', null],
      ['/live', 2],
    ]);
    expect(lanes[0]?.generations).toEqual([lost, back]);
    expect(laneIndexOf(lanes, 'doc/2')).toBe(0);
    expect(laneIndexOf(lanes, 'doc/9')).toBe(-1);
  });

  it('leave out what the filter leaves out', () => {
    const lanes = createLanes()(lanesOfListed([lost], lineageIn([lost, back])));
    expect(lanes.map(({ generations }) => generations)).toEqual([[lost]]);
  });

  it('stay the same objects where nothing has changed, and are numbered as the list is now', () => {
    const lanesIn = createLanes();
    const list = [lost, other, beside];
    const before = lanesIn(lanesOfListed(list, lineageIn(list)));
    const more = [lost, other, { ...beside, framesIn: 1 }, back];
    const after = lanesIn(lanesOfListed(more, lineageIn(more)));
    expect(after).toEqual(of(more));
    expect(after.map((lane, i) => lane === before[i])).toEqual([false, true, false]);
    const fewer = [other, beside];
    expect(lanesIn(lanesOfListed(fewer, lineageIn(fewer)))).toEqual(of(fewer));
  });

  it('have every connection once, and never two at a time', () => {
    const record = fc.record({
      createdAtMs: fc.nat(1_000),
      lifeMs: fc.option(fc.nat(300)),
      path: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 40 }), (plans) => {
        const records = plans.map(({ createdAtMs, lifeMs, path }, connection) =>
          connectionFixture({
            connection,
            createdAtMs,
            openedAtMs: createdAtMs,
            url: `wss://x.test/${path}`,
            close: lifeMs === null ? null : closeFixture(createdAtMs + lifeMs, 1006),
          }),
        );
        const sorted = [...records].sort((a, b) => a.createdAtMs - b.createdAtMs || a.connection - b.connection);
        const lanes = of(sorted);
        expect(createLanes()(lanesOfLineages(lineagesOf(records)))).toEqual(lanes);
        const held = lanes.flatMap(({ generations }) => generations.map(({ connection }) => connection));
        expect([...held].sort((a, b) => a - b)).toEqual(records.map(({ connection }) => connection));
        for (const { generations } of lanes) {
          generations.slice(1).forEach((later, i) => {
            expect(later.createdAtMs).toBeGreaterThanOrEqual(generations[i]?.close?.atMs ?? Number.POSITIVE_INFINITY);
          });
        }
      }),
    );
  });

  it('tell who lived at a moment, or nearest to it', () => {
    const lane = of([lost, back])[0] as Lane;
    expect([-5, 50, 110, 140, 900].map((atMs) => generationAt(lane, atMs)?.connection)).toEqual([1, 1, 1, 2, 2]);
    expect([0, 100, 101, 999].map((atMs) => firstAlive(lane, atMs))).toEqual([0, 0, 1, 1]);
  });
});
