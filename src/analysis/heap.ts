/** A binary heap: the smallest of what was added, in logarithmic time. Knows nothing of what it holds. */

export interface Heap<Item> {
  add(item: Item): void;
  /** The smallest; undefined when it is empty. */
  first(): Item | undefined;
  /** Takes the smallest out. */
  takeFirst(): Item | undefined;
  /** In no order. */
  all(): readonly Item[];
}

/** `compare` as for `Array.sort`. Of equal items, any may come first. */
export function createHeap<Item>(compare: (a: Item, b: Item) => number): Heap<Item> {
  /** The children of items[i] are items[2i + 1] and items[2i + 2], and not smaller than it. */
  const items: Item[] = [];

  /** Whether the item at `i` belongs above the one at `k`; false when one of them is not there. */
  function isSmaller(i: number, k: number): boolean {
    const [a, b] = [items[i], items[k]];
    return a !== undefined && b !== undefined && compare(a, b) < 0;
  }

  function swap(i: number, k: number): void {
    const [a, b] = [items[i], items[k]];
    if (a === undefined || b === undefined) return;
    items[i] = b;
    items[k] = a;
  }

  return {
    first: () => items[0],
    all: () => items,
    add: (item) => {
      items.push(item);
      for (let i = items.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (!isSmaller(i, parent)) return;
        swap(i, parent);
        i = parent;
      }
    },
    takeFirst: () => {
      const smallest = items[0];
      const last = items.pop();
      if (items.length === 0 || last === undefined) return smallest;
      items[0] = last;
      for (let i = 0; ; ) {
        const left = 2 * i + 1;
        const child = isSmaller(left + 1, left) ? left + 1 : left;
        if (!isSmaller(child, i)) return smallest;
        swap(i, child);
        i = child;
      }
    },
  };
}
