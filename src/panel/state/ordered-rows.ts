/**
 * Rows by id, in an order that is kept as they come: a thousand connections of which some change with every frame of the
 * screen are not sorted each time.
 */

export interface OrderedRows<Row> {
  has(id: string): boolean;
  size(): number;
  /** A new row, or a newer state of one that is there; its place in the order must not change by it. */
  set(row: Row): void;
  delete(id: string): void;
  clear(): void;
  /** As they are now; later changes do not show in it. The same array until something changes. */
  list(): readonly Row[];
}

export function createOrderedRows<Row>(
  idOf: (row: Row) => string,
  compare: (a: Row, b: Row) => number,
): OrderedRows<Row> {
  let rows: Row[] = [];
  const places = new Map<string, number>();
  /** What was given out is not changed any more. */
  let isShared = false;

  function own(): Row[] {
    if (isShared) rows = rows.slice();
    isShared = false;
    return rows;
  }

  function remember(fromPlace: number): void {
    for (let place = fromPlace; place < rows.length; place++) {
      const row = rows[place];
      if (row !== undefined) places.set(idOf(row), place);
    }
  }

  /** Behind all that are not greater. Nearly always at the end. */
  function placeFor(row: Row): number {
    let low = 0;
    let high = rows.length;
    const last = rows.at(-1);
    if (last === undefined || compare(last, row) <= 0) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = rows[middle];
      if (other !== undefined && compare(other, row) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    has: (id) => places.has(id),
    size: () => rows.length,
    set: (row) => {
      const known = places.get(idOf(row));
      if (known !== undefined) {
        own()[known] = row;
        return;
      }
      const place = placeFor(row);
      own().splice(place, 0, row);
      remember(place);
    },
    delete: (id) => {
      const place = places.get(id);
      if (place === undefined) return;
      own().splice(place, 1);
      places.delete(id);
      remember(place);
    },
    clear: () => {
      rows = [];
      isShared = false;
      places.clear();
    },
    list: () => {
      isShared = true;
      return rows;
    },
  };
}
