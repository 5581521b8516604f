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
  /** Rows that come are followed. */
  readonly isAtEnd: boolean;
}

/** By what rows are known again when others come or go above them. */
export interface RowAnchor {
  /** Changes with the rows. */
  readonly version: unknown;
  keyOf(row: number): string;
  /** Where the row, or what took its place, is now; -1 for none. */
  rowOf(key: string): number;
}

export interface VirtualScrollOptions {
  readonly rowCount: number;
  readonly rowPx: number;
  readonly headPx: number;
  readonly followsEnd: boolean;
  readonly anchor?: RowAnchor | undefined;
}

export function useVirtualScroll(options: VirtualScrollOptions): VirtualScroll {
  const { rowCount, rowPx, headPx, followsEnd, anchor } = options;
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

  // What was at the top stays there, whatever came or went above it.
  const held = useRef<{ version: unknown; key: string; row: number } | null>(null);
  if (anchor && held.current && held.current.version !== anchor.version && !isPinned.current) {
    const row = anchor.rowOf(held.current.key);
    const byRows = row < 0 ? 0 : row - held.current.row;
    if (byRows !== 0) move(placeAt(geometry, place.current.topPx + byRows * rowPx));
  }

  // Rows came or went, or the size changed.
  const nearest = placeAt(geometry, isPinned.current && followsEnd ? Number.MAX_SAFE_INTEGER : place.current.topPx);
  if (nearest.topPx !== place.current.topPx) move(nearest);

  const range = rowsInView(geometry, place.current.topPx);
  useLayoutEffect(() => {
    held.current =
      anchor && range.first < rowCount
        ? { version: anchor.version, key: anchor.keyOf(range.first), row: range.first }
        : null;
  });
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
    range,
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
    isAtEnd: isAtEnd(geometry, place.current.topPx),
  };
}
