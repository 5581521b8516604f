/**
 * Where the rows of a virtual list are, for any number of rows. Browsers limit the height of an element (Firefox to
 * 17.9 million px, Chromium to 33.5 million), so a longer list has a spacer of `maxPx` and a place of its own:
 *
 *     topPx      place in the list as if it had its true height      0 … rowCount * rowPx - viewportPx
 *     scrollPx   place of the scroll bar                             0 … spacerPx - viewportPx
 *
 * In a list that fits, the two are the same. In a longer one, small steps (wheel, arrows) move `topPx` by as many pixels
 * as the scroll bar moved, and jumps (dragging the thumb) move it in proportion. The two may drift apart on the way;
 * near an end the scroll bar is put right, so that no row is out of reach.
 */

/** Firefox gives up at 17,895,697 px (bug 1527949 and others); half of it leaves room for zoom. */
export const MAX_SPACER_PX = 8_000_000;

/** Room that the scroll bar is given towards an end that the list has not reached. */
const MARGIN_PX = 2_000;

export interface ListGeometry {
  readonly rowCount: number;
  readonly rowPx: number;
  readonly viewportPx: number;
  /** Height that the spacer may have. */
  readonly maxPx: number;
}

export interface ScrollPlace {
  readonly topPx: number;
  readonly scrollPx: number;
}

export interface RowRange {
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
}

export const AT_TOP: ScrollPlace = { topPx: 0, scrollPx: 0 };

/** Height of the element that makes the scroll bar. */
export function spacerPxOf({ rowCount, rowPx, maxPx }: ListGeometry): number {
  return Math.min(rowCount * rowPx, maxPx);
}

function maxTopPx({ rowCount, rowPx, viewportPx }: ListGeometry): number {
  return Math.max(0, rowCount * rowPx - viewportPx);
}

function maxScrollPx(geometry: ListGeometry): number {
  return Math.max(0, spacerPxOf(geometry) - geometry.viewportPx);
}

/** The place with this `topPx` (or the nearest possible), its scroll bar in proportion. */
export function placeAt(geometry: ListGeometry, topPx: number): ScrollPlace {
  const maxTop = maxTopPx(geometry);
  const maxScroll = maxScrollPx(geometry);
  const top = clamp(topPx, 0, maxTop);
  if (maxTop === maxScroll) return { topPx: top, scrollPx: top };
  return { topPx: top, scrollPx: withRoom(top, maxTop, (top / maxTop) * maxScroll, maxScroll) };
}

/**
 * The place after the scroll bar was moved to `scrollPx`. When the result's `scrollPx` is another, the element has to be
 * given it.
 */
export function placeScrolledTo(geometry: ListGeometry, from: ScrollPlace, scrollPx: number): ScrollPlace {
  const maxTop = maxTopPx(geometry);
  const maxScroll = maxScrollPx(geometry);
  const scroll = clamp(scrollPx, 0, maxScroll);
  if (maxTop === maxScroll) return { topPx: scroll, scrollPx: scroll };
  const deltaPx = scroll - from.scrollPx;
  const isStep = Math.abs(deltaPx) <= geometry.viewportPx;
  const top = clamp(isStep ? from.topPx + deltaPx : (scroll / maxScroll) * maxTop, 0, maxTop);
  return { topPx: top, scrollPx: withRoom(top, maxTop, scroll, maxScroll) };
}

/** `scrollPx`, but at an end exactly when the list is at that end, and otherwise with room to get there. */
function withRoom(topPx: number, maxTop: number, scrollPx: number, maxScroll: number): number {
  const below = Math.min(topPx, MARGIN_PX);
  const above = maxScroll - Math.min(maxTop - topPx, MARGIN_PX);
  if (topPx === 0) return 0;
  if (topPx === maxTop) return maxScroll;
  return clamp(scrollPx, below, above);
}

/** Rows that are at least partly visible. */
export function rowsInView({ rowCount, rowPx, viewportPx }: ListGeometry, topPx: number): RowRange {
  const first = clamp(Math.floor(topPx / rowPx), 0, rowCount);
  return { first, end: clamp(Math.ceil((topPx + viewportPx) / rowPx), first, rowCount) };
}

/** True when the last row is (all but a pixel) in view. Fractions of pixels come with zoom. */
export function isAtEnd(geometry: ListGeometry, topPx: number): boolean {
  return topPx >= maxTopPx(geometry) - 1;
}

/** The `topPx` nearest to the present one at which `row` is wholly visible. */
export function revealRow(
  { rowPx, viewportPx }: Pick<ListGeometry, 'rowPx' | 'viewportPx'>,
  topPx: number,
  row: number,
): number {
  const rowTop = row * rowPx;
  if (rowTop < topPx) return rowTop;
  return Math.max(topPx, rowTop + rowPx - viewportPx);
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
