/**
 * What is known of all frames of one connection without their payloads: when they were, what they are in their protocol,
 * how long their answers took, and which heartbeats follow each other with nothing between. Columns that grow; about
 * eleven bytes a frame. Pure.
 *
 *     seq     0     1     2     3     4     5     6     7
 *             tick  ping  pong  ping  pong  tick  ping  tick
 *     runs          [ 1 … 4, 2 beats      ]                      one beat alone is no run
 */
import type { FrameKind } from '../../decoders/protocol.ts';

export const FRAME_KINDS: readonly FrameKind[] = ['beat', 'beatAnswer', 'greeting', 'control', 'farewell', 'message'];

/** Bits of `kinds`; the lowest three are an index of FRAME_KINDS. */
const KIND_MASK = 7;
export const INDEX_OUT = 8;
/** A heartbeat that nothing was done to: it may be hidden among its like. */
export const INDEX_FOLDABLE = 16;
/** No frame of this seq was recorded. */
export const INDEX_MISSING = 32;

/** Consecutive seqs, as a reader gives them. */
export interface FrameSlice {
  readonly firstSeq: number;
  /** Epoch milliseconds. */
  readonly atMs: Float64Array<ArrayBuffer>;
  readonly kinds: Uint8Array<ArrayBuffer>;
  /** Indexes of `names`, the first of which is ''. */
  readonly nameIds: Uint16Array<ArrayBuffer>;
  /** Those that are new, in the order of their ids. */
  readonly newNames: readonly string[];
  /** Frames (perhaps earlier ones) whose answers have come, and after how long. */
  readonly answeredSeqs: Uint32Array<ArrayBuffer>;
  readonly latenciesMs: Float32Array<ArrayBuffer>;
  /** Whether ids mean what they seem to. */
  readonly areAnswersSure: boolean;
}

export interface HeartbeatRun {
  readonly firstSeq: number;
  /** Frames in it, beats and answers. */
  readonly frames: number;
  /** From the side that began. */
  readonly beats: number;
  /** From beat to beat; null with fewer than two. */
  readonly minGapMs: number | null;
  readonly maxGapMs: number | null;
  readonly firstAtMs: number;
}

export interface FrameIndex {
  /** Frames with lower seqs are known. */
  readonly length: number;
  kindAt(seq: number): FrameKind | null;
  /** The protocol's word and the application's; '' for none. */
  nameAt(seq: number): string;
  /** To a tenth of a millisecond; null where there is no frame. */
  atMs(seq: number): number | null;
  /** Null: nobody answered, as far as can be seen. */
  latencyMs(seq: number): number | null;
  /** The first seq that is not before this moment; `length` where all are. */
  seqFrom(atMs: number): number;
  readonly runCount: number;
  /** Rising, `runCount` of each are valid: seqs, frames in each run, and frames that runs before it save. */
  readonly runFirstSeqs: Uint32Array;
  readonly runFrames: Uint32Array;
  readonly runSaves: Uint32Array;
  run(index: number): HeartbeatRun | null;
  /** Whether the frame is one of a run. */
  isInRun(seq: number): boolean;
  append(slice: FrameSlice): void;
}

const TICKS_PER_MS = 10;
const MAX_TICKS = 0xffff_ffff;

export function createFrameIndex(): FrameIndex {
  let length = 0;
  let originMs = 0;
  let ticks = new Uint32Array(0);
  let kinds = new Uint8Array(0);
  let nameIds = new Uint16Array(0);
  let latencies = new Float32Array(0);
  let areAnswersSure = true;
  const names: string[] = [''];

  let runCount = 0;
  let runFirstSeqs = new Uint32Array(16);
  let runFrames = new Uint32Array(16);
  let runSaves = new Uint32Array(16);
  let runBeats = new Uint32Array(16);
  let runMinGaps = new Float64Array(16);
  let runMaxGaps = new Float64Array(16);
  let runFirstMs = new Float64Array(16);
  /** Of the run at the end, if the last frame is one of a run: when the side that began beat last. */
  let openSince = -1;
  let openBeats = 0;
  let openLastMs = 0;
  let openMinGap = Number.POSITIVE_INFINITY;
  let openMaxGap = 0;
  let openFirstMs = 0;

  function reserve(capacity: number): void {
    if (capacity <= kinds.length) return;
    const size = Math.max(capacity, 2 * kinds.length, 1_024);
    ticks = grown(ticks, new Uint32Array(size));
    kinds = grown(kinds, new Uint8Array(size));
    nameIds = grown(nameIds, new Uint16Array(size));
    const before = latencies.length;
    latencies = grown(latencies, new Float32Array(size));
    latencies.fill(Number.NaN, before);
  }

  function reserveRun(): void {
    if (runCount < runFrames.length) return;
    const size = 2 * runFrames.length;
    runFirstSeqs = grown(runFirstSeqs, new Uint32Array(size));
    runFrames = grown(runFrames, new Uint32Array(size));
    runSaves = grown(runSaves, new Uint32Array(size));
    runBeats = grown(runBeats, new Uint32Array(size));
    runMinGaps = grown(runMinGaps, new Float64Array(size));
    runMaxGaps = grown(runMaxGaps, new Float64Array(size));
    runFirstMs = grown(runFirstMs, new Float64Array(size));
  }

  function beat(seq: number, kind: number, atMs: number): void {
    if (openSince < 0) {
      openSince = seq;
      openBeats = 1;
      openLastMs = atMs;
      openFirstMs = atMs;
      openMinGap = Number.POSITIVE_INFINITY;
      openMaxGap = 0;
      return;
    }
    if ((kind & INDEX_OUT) === ((kinds[openSince] ?? 0) & INDEX_OUT)) {
      const gapMs = Math.max(0, atMs - openLastMs);
      openMinGap = Math.min(openMinGap, gapMs);
      openMaxGap = Math.max(openMaxGap, gapMs);
      openLastMs = atMs;
      openBeats++;
    }
    const frames = seq - openSince + 1;
    if (frames === 2) {
      reserveRun();
      const last = runCount - 1;
      runSaves[runCount] = last < 0 ? 0 : (runSaves[last] ?? 0) + (runFrames[last] ?? 1) - 1;
      runFirstSeqs[runCount] = openSince;
      runFirstMs[runCount] = openFirstMs;
      runCount++;
    }
    const run = runCount - 1;
    runFrames[run] = frames;
    runBeats[run] = openBeats;
    runMinGaps[run] = openMinGap;
    runMaxGaps[run] = openMaxGap;
  }

  return {
    get length() {
      return length;
    },
    get runCount() {
      return runCount;
    },
    get runFirstSeqs() {
      return runFirstSeqs;
    },
    get runFrames() {
      return runFrames;
    },
    get runSaves() {
      return runSaves;
    },
    kindAt: (seq) => {
      const kind = seq < length ? (kinds[seq] ?? INDEX_MISSING) : INDEX_MISSING;
      return kind & INDEX_MISSING ? null : (FRAME_KINDS[kind & KIND_MASK] ?? null);
    },
    nameAt: (seq) => (seq < length ? (names[nameIds[seq] ?? 0] ?? '') : ''),
    atMs: (seq) =>
      seq < 0 || seq >= length || (kinds[seq] ?? INDEX_MISSING) & INDEX_MISSING
        ? null
        : originMs + (ticks[seq] ?? 0) / TICKS_PER_MS,
    latencyMs: (seq) => {
      const ms = seq < length && areAnswersSure ? (latencies[seq] ?? Number.NaN) : Number.NaN;
      return Number.isNaN(ms) ? null : ms;
    },
    seqFrom: (atMs) => {
      const wanted = (atMs - originMs) * TICKS_PER_MS;
      let low = 0;
      let high = length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((ticks[middle] ?? 0) < wanted) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    run: (index) =>
      index < 0 || index >= runCount
        ? null
        : {
            firstSeq: runFirstSeqs[index] ?? 0,
            frames: runFrames[index] ?? 0,
            beats: runBeats[index] ?? 0,
            minGapMs: (runBeats[index] ?? 0) < 2 ? null : (runMinGaps[index] ?? 0),
            maxGapMs: (runBeats[index] ?? 0) < 2 ? null : (runMaxGaps[index] ?? 0),
            firstAtMs: runFirstMs[index] ?? 0,
          },
    isInRun: (seq) => {
      if (seq >= length || ((kinds[seq] ?? 0) & INDEX_FOLDABLE) === 0) return false;
      const isBeat = (at: number) => at >= 0 && at < length && ((kinds[at] ?? 0) & INDEX_FOLDABLE) !== 0;
      return isBeat(seq - 1) || isBeat(seq + 1);
    },
    append: (slice) => {
      const from = Math.max(0, length - slice.firstSeq);
      const end = slice.firstSeq + slice.kinds.length;
      if (end <= length || slice.firstSeq > length) return;
      for (const name of slice.newNames) names.push(name);
      reserve(end);
      if (length === 0) originMs = slice.atMs[0] ?? 0;
      for (let i = from; i < slice.kinds.length; i++) {
        const seq = slice.firstSeq + i;
        const kind = slice.kinds[i] ?? INDEX_MISSING;
        const atMs = slice.atMs[i] ?? 0;
        kinds[seq] = kind;
        nameIds[seq] = slice.nameIds[i] ?? 0;
        const before = seq === 0 ? 0 : (ticks[seq - 1] ?? 0);
        // A frame that is missing is as late as the one before it, so that times can be searched.
        ticks[seq] =
          kind & INDEX_MISSING
            ? before
            : Math.min(MAX_TICKS, Math.max(0, Math.round((atMs - originMs) * TICKS_PER_MS)));
        if (kind & INDEX_FOLDABLE) beat(seq, kind, atMs);
        else openSince = -1;
      }
      length = end;
      slice.answeredSeqs.forEach((seq, i) => {
        latencies[seq] = slice.latenciesMs[i] ?? Number.NaN;
      });
      areAnswersSure = slice.areAnswersSure;
    },
  };
}

function grown<Column extends Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array>(
  before: Column,
  larger: Column,
): Column {
  larger.set(before);
  return larger;
}
