/**
 * Scrolls a list of any length with a constant number of elements. The scroller holds a spacer, which gives the scroll
 * bar its length, and in it a window that sticks to the top and holds just the rows in view:
 *
 *     scroller (overflow: auto)
 *       spacer (headPx + spacerPx high)
 *         window (sticky, as high as the scroller)
 *           head, rows first … end
 *
 * While it follows the end, new rows push older ones out at the top; scrolling or selecting stops that, until the end is
 * reached again.
 */
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import {
  AT_TOP,
  isAtEnd,
  type ListGeometry,
  MAX_SPACER_PX,
  placeAt,
  placeScrolledTo,
  type RowRange,
  revealRow,
  rowsInView,
  type ScrollPlace,
  spacerPxOf,
} from '../models/virtual-range.ts';
import { type Size, useSize } from './use-size.ts';

export interface VirtualScroll {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly size: Size;
  readonly range: RowRange;
  readonly spacerPx: number;
  /** Rows that are wholly visible. */
  readonly pageRows: number;
  /** Where a row is in the window, below its head. */
  rowTopPx(row: number): number;
  onScroll(): void;
  onWheel(event: WheelEvent): void;
  /** Brings a row into view, by the shortest way; follows the end from then on just when it is the last. */
  reveal(row: number): void;
}

export interface VirtualScrollOptions {
  readonly rowCount: number;
  readonly rowPx: number;
  readonly headPx: number;
  readonly followsEnd: boolean;
}

export function useVirtualScroll({ rowCount, rowPx, headPx, followsEnd }: VirtualScrollOptions): VirtualScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSize(scroller);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const place = useRef<ScrollPlace>(AT_TOP);
  const isPinned = useRef(followsEnd);
  /** What the scroll bar was last set to by us: its event is no wish of the user. */
  const setPx = useRef(-1);
  const mustSet = useRef(false);

  const geometry: ListGeometry = {
    rowCount,
    rowPx,
    viewportPx: Math.max(0, size.heightPx - headPx),
    maxPx: MAX_SPACER_PX,
  };

  function move(next: ScrollPlace): void {
    mustSet.current ||= next.scrollPx !== place.current.scrollPx;
    place.current = next;
  }

  // Rows came or went, or the size changed.
  const nearest = placeAt(geometry, isPinned.current && followsEnd ? Number.MAX_SAFE_INTEGER : place.current.topPx);
  if (nearest.topPx !== place.current.topPx) move(nearest);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!mustSet.current || !element) return;
    mustSet.current = false;
    element.scrollTop = place.current.scrollPx;
    setPx.current = element.scrollTop; // rounded
  });

  return {
    scroller,
    size,
    range: rowsInView(geometry, place.current.topPx),
    spacerPx: spacerPxOf(geometry),
    pageRows: Math.max(1, Math.floor(geometry.viewportPx / rowPx)),
    rowTopPx: (row) => row * rowPx - place.current.topPx,
    onScroll: () => {
      const scrolledPx = scroller.current?.scrollTop ?? 0;
      if (Math.abs(scrolledPx - setPx.current) <= 1) return;
      setPx.current = -1;
      const next = placeScrolledTo(geometry, place.current, scrolledPx);
      place.current = next;
      mustSet.current = Math.abs(next.scrollPx - scrolledPx) > 1;
      isPinned.current = isAtEnd(geometry, next.topPx);
      redraw(undefined);
    },
    onWheel: ({ deltaY }) => {
      // Rows that come in the same frame must not win over the user.
      if (deltaY < 0) isPinned.current = false;
    },
    reveal: (row) => {
      isPinned.current = row === rowCount - 1;
      const topPx = revealRow(geometry, place.current.topPx, row);
      if (topPx !== place.current.topPx) move(placeAt(geometry, topPx));
      redraw(undefined);
    },
  };
}
