import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AT_TOP,
  isAtEnd,
  type ListGeometry,
  MAX_SPACER_PX,
  placeAt,
  placeScrolledTo,
  revealRow,
  rowsInView,
  type ScrollPlace,
  spacerPxOf,
} from './virtual-range.ts';

const MILLION: ListGeometry = { rowCount: 1_000_000, rowPx: 21, viewportPx: 400, maxPx: MAX_SPACER_PX };

const geometries = fc.record({
  rowCount: fc.integer({ min: 0, max: 5_000_000 }),
  rowPx: fc.integer({ min: 15, max: 30 }),
  viewportPx: fc.integer({ min: 50, max: 1500 }),
  maxPx: fc.constantFrom(20_000, MAX_SPACER_PX),
});

function maxTop({ rowCount, rowPx, viewportPx }: ListGeometry): number {
  return Math.max(0, rowCount * rowPx - viewportPx);
}
function maxScroll(geometry: ListGeometry): number {
  return Math.max(0, spacerPxOf(geometry) - geometry.viewportPx);
}

describe('a list that fits', () => {
  it('is where its scroll bar is', () => {
    const geometry = { rowCount: 1000, rowPx: 20, viewportPx: 400, maxPx: MAX_SPACER_PX };
    expect(spacerPxOf(geometry)).toBe(20_000);
    expect(placeScrolledTo(geometry, AT_TOP, 1234.5)).toEqual({ topPx: 1234.5, scrollPx: 1234.5 });
    expect(placeScrolledTo(geometry, AT_TOP, 1e9)).toEqual({ topPx: 19_600, scrollPx: 19_600 });
  });

  it('shows just the rows that overlap its viewport', () => {
    fc.assert(
      fc.property(geometries, fc.double({ min: 0, max: 1, noNaN: true }), (geometry, fraction) => {
        const topPx = fraction * maxTop(geometry);
        const { first, end } = rowsInView(geometry, topPx);
        // The naive reference, about the edges of the range.
        for (let row = Math.max(0, first - 2); row < Math.min(geometry.rowCount, end + 2); row++) {
          const overlaps = row * geometry.rowPx < topPx + geometry.viewportPx && (row + 1) * geometry.rowPx > topPx;
          expect(row >= first && row < end, `row ${row} of ${first}–${end}`).toBe(overlaps);
        }
        expect(end - first).toBeLessThanOrEqual(Math.ceil(geometry.viewportPx / geometry.rowPx) + 1);
      }),
    );
  });
});

describe('a list that is taller than an element may be', () => {
  it('keeps its spacer within the limit', () => {
    expect(spacerPxOf(MILLION)).toBe(MAX_SPACER_PX);
  });

  it('moves by as much as the wheel did', () => {
    const from = placeAt(MILLION, 9_000_000);
    const to = placeScrolledTo(MILLION, from, from.scrollPx + 100);
    expect(to.topPx - from.topPx).toBeCloseTo(100);
  });

  it('moves in proportion when the thumb is dragged', () => {
    const to = placeScrolledTo(MILLION, AT_TOP, maxScroll(MILLION) / 2);
    expect(to.topPx / maxTop(MILLION)).toBeCloseTo(0.5);
  });

  it('reaches every row in small steps, from either end', () => {
    const geometry = { rowCount: 3000, rowPx: 20, viewportPx: 200, maxPx: 5000 };
    for (const stepPx of [150, -150]) {
      let place: ScrollPlace = placeAt(geometry, stepPx > 0 ? 0 : maxTop(geometry));
      let steps = 0;
      for (; steps < 1000; steps++) {
        const next = placeScrolledTo(geometry, place, place.scrollPx + stepPx);
        if (next.topPx === place.topPx) break;
        expect(Math.abs(next.topPx - place.topPx)).toBeLessThanOrEqual(150);
        place = next;
      }
      expect(place.topPx).toBe(stepPx > 0 ? maxTop(geometry) : 0);
      expect(steps).toBe(Math.ceil(maxTop(geometry) / 150));
    }
  });
});

describe('every place', () => {
  const moves = fc.array(fc.oneof(fc.integer({ min: -300, max: 300 }), fc.integer({ min: -1e8, max: 1e8 })), {
    maxLength: 40,
  });

  it('is within the list, and its scroll bar at an end just when the list is', () => {
    fc.assert(
      fc.property(geometries, moves, (geometry, deltas) => {
        let place: ScrollPlace = AT_TOP;
        for (const delta of deltas) {
          place = placeScrolledTo(geometry, place, place.scrollPx + delta);
          expect(place.topPx).toBeGreaterThanOrEqual(0);
          expect(place.topPx).toBeLessThanOrEqual(maxTop(geometry));
          expect(place.scrollPx === 0).toBe(place.topPx === 0);
          expect(place.scrollPx === maxScroll(geometry)).toBe(place.topPx === maxTop(geometry));
          // An element rounds what it is given; that is no movement.
          expect(placeScrolledTo(geometry, place, place.scrollPx)).toEqual(place);
        }
      }),
    );
  });

  it('can be asked for', () => {
    fc.assert(
      fc.property(geometries, fc.double({ min: -10, max: 2e8, noNaN: true }), (geometry, topPx) => {
        const place = placeAt(geometry, topPx);
        expect(place.topPx).toBe(Math.min(Math.max(topPx, 0), maxTop(geometry)));
        expect(isAtEnd(geometry, place.topPx)).toBe(place.topPx >= maxTop(geometry) - 1);
      }),
    );
  });

  it('is moved no further than a row needs to be seen', () => {
    const geometry = { rowCount: 100, rowPx: 20, viewportPx: 100, maxPx: MAX_SPACER_PX };
    expect(revealRow(geometry, 200, 12)).toBe(200);
    expect(revealRow(geometry, 200, 3)).toBe(60);
    expect(revealRow(geometry, 200, 20)).toBe(320);
  });
});
