/** The few statistics that analysis needs. Pure. */

/** The value below which `share` (0 to 1) of the numbers lie, interpolated; NaN of none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Slope and intercept of the least-squares line; null with fewer than two different x. */
export function lineThrough(
  points: readonly (readonly [x: number, y: number])[],
): { readonly slope: number; readonly intercept: number } | null {
  const meanX = sum(points.map(([x]) => x)) / points.length;
  const meanY = sum(points.map(([, y]) => y)) / points.length;
  const spreadX = sum(points.map(([x]) => (x - meanX) ** 2));
  if (!(spreadX > 0)) return null;
  const slope = sum(points.map(([x, y]) => (x - meanX) * (y - meanY))) / spreadX;
  return { slope, intercept: meanY - slope * meanX };
}

/** Smallest of each group of waits with the same number, by number. */
export function lowest(waits: readonly { readonly index: number; readonly ms: number }[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const { index, ms } of waits) found.set(index, Math.min(ms, found.get(index) ?? ms));
  return found;
}

/** Index of the first of rising numbers that is `least` or more. */
export function firstAtOrAfter(rising: readonly number[], least: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first of rising numbers that is larger; their count when there is none. */
export function firstAfter(rising: readonly number[], least: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] ?? 0) <= least) low = middle + 1;
    else high = middle;
  }
  return low;
}
