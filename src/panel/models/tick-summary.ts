/**
 * When the frames of one connection came and went, in bounded memory: counts per bucket of time, only buckets that hold
 * something. Buckets begin at a millisecond wide and are doubled whenever there would be too many of them, so that an
 * hour of traffic costs what a minute does, and drawing it does not depend on the number of frames.
 */

export const MAX_BUCKETS = 16_384;

export interface TickSummary {
  readonly originMs: number;
  add(atMs: number, isOut: boolean): void;
  /** The present buckets, rising. Valid until the next `add`. */
  buckets(): TickBuckets;
}

export interface TickBuckets {
  readonly originMs: number;
  readonly bucketMs: number;
  readonly length: number;
  /** Bucket i covers originMs + index[i] * bucketMs and bucketMs more. */
  readonly index: Float64Array;
  readonly ins: Uint32Array;
  readonly outs: Uint32Array;
}

/** Frames of a connection that begins at `originMs`; anything earlier counts as of then. */
export function createTickSummary(originMs: number, maxBuckets = MAX_BUCKETS): TickSummary {
  let bucketMs = 1;
  let length = 0;
  let capacity = Math.min(256, maxBuckets);
  let index = new Float64Array(capacity);
  let ins = new Uint32Array(capacity);
  let outs = new Uint32Array(capacity);

  function add(atMs: number, isOut: boolean): void {
    const place = placeOf(Math.max(0, Math.floor((atMs - originMs) / bucketMs)));
    const counts = isOut ? outs : ins;
    counts[place] = (counts[place] ?? 0) + 1;
  }

  /** Position of the bucket, which is made when it is not there. Nearly always it is the last or behind it. */
  function placeOf(wanted: number): number {
    let place = length;
    while (place > 0 && (index[place - 1] ?? 0) > wanted) place--;
    if (place > 0 && index[place - 1] === wanted) return place - 1;
    if (length === maxBuckets) {
      const at = wanted * bucketMs;
      widen();
      return placeOf(Math.floor(at / bucketMs));
    }
    if (length === capacity) grow();
    if (place < length) {
      index.copyWithin(place + 1, place, length);
      ins.copyWithin(place + 1, place, length);
      outs.copyWithin(place + 1, place, length);
    }
    index[place] = wanted;
    ins[place] = 0;
    outs[place] = 0;
    length++;
    return place;
  }

  /** Doubles the width until half of the buckets are enough. */
  function widen(): void {
    while (length > maxBuckets / 2) {
      bucketMs *= 2;
      let kept = 0;
      for (let i = 0; i < length; i++) {
        const half = Math.floor((index[i] ?? 0) / 2);
        if (kept > 0 && index[kept - 1] === half) {
          ins[kept - 1] = (ins[kept - 1] ?? 0) + (ins[i] ?? 0);
          outs[kept - 1] = (outs[kept - 1] ?? 0) + (outs[i] ?? 0);
          continue;
        }
        index[kept] = half;
        ins[kept] = ins[i] ?? 0;
        outs[kept] = outs[i] ?? 0;
        kept++;
      }
      length = kept;
    }
  }

  function grow(): void {
    capacity = Math.min(2 * capacity, maxBuckets);
    const [oldIndex, oldIns, oldOuts] = [index, ins, outs];
    index = new Float64Array(capacity);
    ins = new Uint32Array(capacity);
    outs = new Uint32Array(capacity);
    index.set(oldIndex);
    ins.set(oldIns);
    outs.set(oldOuts);
  }

  return { originMs, add, buckets: () => ({ originMs, bucketMs, length, index, ins, outs }) };
}

/** Ticks of one lane, at most one per pixel, rising. */
export interface PixelTicks {
  readonly xPx: readonly number[];
  readonly ins: readonly number[];
  readonly outs: readonly number[];
}

export const NO_TICKS: PixelTicks = { xPx: [], ins: [], outs: [] };

/** The frames with fromMs <= bucket < toMs on `widthPx` pixels, of which the first is at 0. */
export function decimate(buckets: TickBuckets, fromMs: number, toMs: number, widthPx: number): PixelTicks {
  const { originMs, bucketMs, length, index } = buckets;
  const xPx: number[] = [];
  const ins: number[] = [];
  const outs: number[] = [];
  const pxPerMs = widthPx / (toMs - fromMs);
  for (let i = firstAtOrAfter(index, length, (fromMs - originMs) / bucketMs); i < length; i++) {
    const atMs = originMs + (index[i] ?? 0) * bucketMs;
    if (atMs >= toMs) break;
    const x = Math.floor((atMs - fromMs) * pxPerMs);
    const last = xPx.length - 1;
    if (xPx[last] === x) {
      ins[last] = (ins[last] ?? 0) + (buckets.ins[i] ?? 0);
      outs[last] = (outs[last] ?? 0) + (buckets.outs[i] ?? 0);
    } else {
      xPx.push(x);
      ins.push(buckets.ins[i] ?? 0);
      outs.push(buckets.outs[i] ?? 0);
    }
  }
  return { xPx, ins, outs };
}

function firstAtOrAfter(index: Float64Array, length: number, wanted: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((index[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
