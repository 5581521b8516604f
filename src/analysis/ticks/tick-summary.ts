/**
 * When the frames of one connection came and went, in bounded memory: counts per bucket of time, only buckets that hold
 * something. Buckets begin at a millisecond wide and are doubled whenever there would be too many of them, so that an
 * hour of traffic costs what a minute does.
 *
 * Counts are sums over all buckets up to and with their own, so that how many frames lie between two moments is one
 * subtraction, however many they are: timelines draw from that.
 */

export const MAX_BUCKETS = 16_384;
const FIRST_CAPACITY = 64;

/** What is counted: frames the page received and sent, and how many of them were heartbeats. */
export const TICK_KINDS = ['ins', 'outs', 'beatIns', 'beatOuts'] as const;
export type TickKind = (typeof TICK_KINDS)[number];

export interface TickBuckets extends Readonly<Record<TickKind, Uint32Array>> {
  readonly originMs: number;
  readonly bucketMs: number;
  readonly length: number;
  /** Bucket i covers originMs + index[i] * bucketMs and bucketMs more. Rising. */
  readonly index: Uint32Array;
  /** Of the frame in the bucket that was added first. */
  readonly firstSeq: Uint32Array;
}

export interface TickSummary {
  /** A frame; `isBeat`: a heartbeat. Called for every frame of a recording, so without an object. */
  add(seq: number, atMs: number, isOut: boolean, isBeat?: boolean): void;
  /** The present buckets. Valid until the next `add`. */
  buckets(): TickBuckets;
}

/**
 * Frames of a connection that begins at `originMs`; anything earlier counts as of then. `expectedFrames`: about how many
 * will come at least, so that room for them need not be made again and again.
 */
export function createTickSummary(originMs: number, maxBuckets = MAX_BUCKETS, expectedFrames = 0): TickSummary {
  const columns = createColumns(Math.min(Math.max(FIRST_CAPACITY, expectedFrames), maxBuckets));
  return resumeTickSummary({ originMs, bucketMs: 1, length: 0, ...columns }, maxBuckets);
}

/** Goes on from buckets that were counted before, at most `maxBuckets`; they are its own from then on. */
export function resumeTickSummary(counted: TickBuckets, maxBuckets = MAX_BUCKETS): TickSummary {
  const { originMs } = counted;
  let { bucketMs, length } = counted;
  let columns: Columns = columnsOf(counted);

  function add(seq: number, atMs: number, isOut: boolean, isBeat = false): void {
    const place = placeOf(Math.max(0, Math.floor((atMs - originMs) / bucketMs)), seq);
    const counts = isOut ? columns.outs : columns.ins;
    const beats = isOut ? columns.beatOuts : columns.beatIns;
    // Nearly always the last: what comes late changes all sums behind it.
    for (let i = place; i < length; i++) {
      counts[i] = (counts[i] ?? 0) + 1;
      if (isBeat) beats[i] = (beats[i] ?? 0) + 1;
    }
  }

  /** Position of the bucket, which is made when it is not there. */
  function placeOf(wanted: number, seq: number): number {
    const { index } = columns;
    let place = length;
    while (place > 0 && (index[place - 1] ?? 0) > wanted) place--;
    if (place > 0 && index[place - 1] === wanted) return place - 1;
    if (length === maxBuckets) {
      const at = wanted * bucketMs;
      widen();
      return placeOf(Math.floor(at / bucketMs), seq);
    }
    insert(place, wanted, seq);
    return place;
  }

  function insert(place: number, wanted: number, seq: number): void {
    if (length === columns.index.length)
      columns = grown(columns, Math.min(Math.max(FIRST_CAPACITY, 2 * length), maxBuckets));
    const { index, firstSeq, ins, outs, beatIns, beatOuts } = columns;
    if (place < length) {
      for (const column of [index, firstSeq, ...countsOf(columns)]) column.copyWithin(place + 1, place, length);
    }
    index[place] = wanted;
    firstSeq[place] = seq;
    // One by one: nearly every frame of a recording comes by here, and a list of the columns would be made for each.
    const before = place - 1;
    ins[place] = ins[before] ?? 0;
    outs[place] = outs[before] ?? 0;
    beatIns[place] = beatIns[before] ?? 0;
    beatOuts[place] = beatOuts[before] ?? 0;
    length++;
  }

  /** Doubles the width until half of the buckets are enough. */
  function widen(): void {
    while (length > maxBuckets / 2) {
      bucketMs *= 2;
      length = halve(columns, length);
    }
  }

  return { add, buckets: () => ({ originMs, bucketMs, length, ...columns }) };
}

type Columns = Readonly<Record<TickKind | 'index' | 'firstSeq', Uint32Array>>;

function columnsOf({ index, firstSeq, ins, outs, beatIns, beatOuts }: TickBuckets): Columns {
  return { index, firstSeq, ins, outs, beatIns, beatOuts };
}

/** The same frames in at most so many buckets, and in memory of their own that is just large enough. */
export function coarserBuckets(buckets: TickBuckets, maxBuckets: number): TickBuckets {
  let { bucketMs, length } = buckets;
  let columns = trimmed(columnsOf(buckets), length);
  while (length > maxBuckets) {
    bucketMs *= 2;
    length = halve(columns, length);
  }
  if (bucketMs > buckets.bucketMs) columns = trimmed(columns, length);
  return { originMs: buckets.originMs, bucketMs, length, ...columns };
}

function trimmed(columns: Columns, length: number): Columns {
  const { index, firstSeq, ins, outs, beatIns, beatOuts } = columns;
  return {
    index: index.slice(0, length),
    firstSeq: firstSeq.slice(0, length),
    ins: ins.slice(0, length),
    outs: outs.slice(0, length),
    beatIns: beatIns.slice(0, length),
    beatOuts: beatOuts.slice(0, length),
  };
}

/** Makes buckets of twice the width of them, in place; gives how many are left. */
function halve({ index, firstSeq, ins, outs, beatIns, beatOuts }: Columns, length: number): number {
  let kept = 0;
  for (let i = 0; i < length; i++) {
    const half = (index[i] ?? 0) >>> 1;
    const isNew = kept === 0 || index[kept - 1] !== half;
    const to = isNew ? kept++ : kept - 1;
    index[to] = half;
    if (isNew) firstSeq[to] = firstSeq[i] ?? 0;
    ins[to] = ins[i] ?? 0;
    outs[to] = outs[i] ?? 0;
    beatIns[to] = beatIns[i] ?? 0;
    beatOuts[to] = beatOuts[i] ?? 0;
  }
  return kept;
}

function createColumns(capacity: number): Columns {
  const column = () => new Uint32Array(capacity);
  return { index: column(), firstSeq: column(), ins: column(), outs: column(), beatIns: column(), beatOuts: column() };
}

function countsOf({ ins, outs, beatIns, beatOuts }: Columns): readonly Uint32Array[] {
  return [ins, outs, beatIns, beatOuts];
}

function grown(columns: Columns, capacity: number): Columns {
  const larger = createColumns(capacity);
  for (const [name, column] of Object.entries(columns)) larger[name as keyof Columns].set(column);
  return larger;
}

/** The first bucket that begins at `atMs` or later. */
export function bucketFrom({ originMs, bucketMs, index, length }: TickBuckets, atMs: number): number {
  const wanted = (atMs - originMs) / bucketMs;
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((index[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Frames of a kind in the buckets from … to (behind the last). */
export function countBetween(buckets: TickBuckets, kind: TickKind, from: number, to: number): number {
  const sums = buckets[kind];
  return to <= from ? 0 : (sums[to - 1] ?? 0) - (from > 0 ? (sums[from - 1] ?? 0) : 0);
}

/** The bucket nearest to a moment; -1 when there is none. */
export function nearestBucket(buckets: TickBuckets, atMs: number): number {
  const { originMs, bucketMs, index, length } = buckets;
  if (length === 0) return -1;
  const after = bucketFrom(buckets, atMs);
  if (after === 0) return 0;
  const endOfBefore = originMs + ((index[after - 1] ?? 0) + 1) * bucketMs;
  if (after === length) return length - 1;
  return atMs - endOfBefore <= originMs + (index[after] ?? 0) * bucketMs - atMs ? after - 1 : after;
}
