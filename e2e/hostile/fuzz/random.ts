/** A seeded source of randomness, so that every fuzzed input can be made again from two numbers. */

export interface Random {
  /** In [0, 1). */
  next(): number;
  /** An integer in [0, below). */
  int(below: number): number;
  /** True once in `times`. */
  oneIn(times: number): boolean;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

/** Input `index` of the run `seed`: neighbours in either number have nothing in common. */
export function createRandom(seed: number, index = 0): Random {
  let state = (Math.imul(seed, 0x9e37_79b1) ^ Math.imul(index + 1, 0x85eb_ca6b)) | 0;

  // mulberry32, by Tommy Ettinger (public domain): 32 bits of state, more than enough to vary inputs.
  function next(): number {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  const int = (below: number) => Math.floor(next() * below);
  return {
    next,
    int,
    oneIn: (times) => int(times) === 0,
    pick: (items) => items[int(items.length)] ?? items[0],
  };
}
