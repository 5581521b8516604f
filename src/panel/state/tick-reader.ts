/**
 * Counts per bucket of time of all frames. What was counted before is read as it is; of the rest the columns, once and
 * without payloads, many connections at a time, because a database answers many questions as fast as one. A connection is
 * read again when it becomes known which of its frames are heartbeats. Of a stored session the counts are kept.
 */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { HeartbeatFacts } from '../../analysis/digest/digest.ts';
import { areTelling, type BeatSample, beatSignsOf, knownBeats } from '../../analysis/ticks/beat-signs.ts';
import { addFrames } from '../../analysis/ticks/count-ticks.ts';
import { packTicks, unpackTicks } from '../../analysis/ticks/tick-record.ts';
import {
  countBetween,
  createTickSummary,
  MAX_BUCKETS,
  nearestBucket,
  resumeTickSummary,
  type TickBuckets,
  type TickSummary,
} from '../../analysis/ticks/tick-summary.ts';
import { FRAME_DISCARDED, FRAME_OUT } from '../../protocol/frame-columns.ts';
import type { ChunkRecord, ConnectionRecord, TickBeats, TickRecord } from '../../protocol/records.ts';
import type { RecordingSource } from '../link/recording-source.ts';
import { createTickDetail, type TickView } from './tick-detail.ts';

/** Frames that are read and counted at a time, of however many connections: 17 bytes each, so about half a megabyte. */
const STEP_FRAMES = 32_768;
/** While one step is counted the database reads the next ones. */
const STEPS_AHEAD = 3;
/** Frames of one connection that are read at a time when somebody looks closely. */
const DETAIL_STEP_FRAMES = 8_192;
/** Connections whose counts are kept at a time. */
const KEPT_AT_ONCE = 16;
/** A frame is looked for among so many. */
const NEAR_FRAMES = 4_096;

export interface TickReader {
  /** Changes when frames have been read. */
  readonly loads: ReadonlySignal<number>;
  /** Frames are being read: what is drawn is not all there is. */
  readonly isBusy: ReadonlySignal<boolean>;
  /** Counts over all of it; with a view, to the millisecond where that can be seen and has been read. */
  bucketsOf(connectionId: string, view?: TickView): TickBuckets | null;
  /** The frame nearest to a moment; null when there is none. */
  frameNear(connectionId: string, atMs: number): Promise<NearFrame | null>;
}

export interface NearFrame {
  readonly seq: number;
  readonly atMs: number;
}

export interface TickReaderInput {
  readonly source: Pick<RecordingSource, 'chunks' | 'ticks' | 'keepTicks'>;
  /** Null: none is shown yet. */
  readonly sessionId: ReadonlySignal<string | null>;
  /** Nothing comes to the session any more. */
  readonly isStored: boolean;
  readonly connections: ReadonlySignal<readonly ConnectionRecord[]>;
  /** What analysis found out about heartbeats, by connectionId. */
  readonly heartbeats: ReadonlySignal<ReadonlyMap<string, HeartbeatFacts>>;
  yieldToOthers(): Promise<void>;
  /**
   * Between looking for what has come, which took so long: a picture of live traffic need not change with every frame of
   * the screen.
   */
  pause(tookMs: number): Promise<void>;
  nowMs(): number;
  onError(error: unknown): void;
}

interface Lane {
  readonly connectionId: string;
  readonly summary: TickSummary;
  /** By what heartbeats are told in it; null: by nothing yet. */
  readonly beats: TickBeats | null;
  /** Up to here frames are counted. */
  readTo: number;
  /** Up to here they are, or are being read. */
  askedTo: number;
  /** Heartbeats that were found. */
  found: number;
  /** It is stored as it is. */
  isKept: boolean;
}

/** Frames of one lane that are being read. */
interface Run {
  readonly lane: Lane;
  readonly fromSeq: number;
  readonly toSeq: number;
}

export function createTickReader(input: TickReaderInput): TickReader {
  const { source, sessionId, isStored, connections, heartbeats, yieldToOthers, pause, nowMs, onError } = input;
  const lanes = new Map<string, Lane>();
  /** Being read anew, to take the place of those. */
  const fresh = new Map<string, Lane>();
  /** By which frames its heartbeats were looked for. */
  const askedBy = new Map<string, string>();
  const loads = signal(0);
  const isBusy = signal(false);
  /** What was counted before, of which it has not come yet; null: there is nothing to wait for. */
  let asked: Promise<readonly TickRecord[]> | null = null;
  /** By connectionId. */
  const stored = new Map<string, TickRecord>();

  let isReading = false;
  /** Reads what has come, until there is nothing new. */
  async function read(): Promise<void> {
    if (isReading) return;
    isReading = true;
    try {
      await takeStored();
      for (let runs = nextRuns(); runs.length > 0; runs = nextRuns()) {
        const startedMs = nowMs();
        await readAll(runs);
        isBusy.value = false;
        await pause(nowMs() - startedMs);
      }
      if (isStored) await keepAll();
    } catch (error) {
      // What was asked for and did not come is asked for again.
      for (const lane of [...lanes.values(), ...fresh.values()]) lane.askedTo = lane.readTo;
      onError(error);
    } finally {
      isReading = false;
      isBusy.value = false;
    }
  }

  async function takeStored(): Promise<void> {
    while (asked) {
      isBusy.value = true;
      const mine = asked;
      const rows = await mine;
      if (mine !== asked) continue;
      asked = null;
      stored.clear();
      for (const row of rows) stored.set(row.connectionId, row);
    }
    isBusy.value = false;
  }

  /** For who opens the session next. */
  async function keepAll(): Promise<void> {
    const id = sessionId.peek();
    const waiting = [...lanes.values()].filter(({ isKept }) => !isKept);
    while (id !== null && waiting.length > 0) {
      await yieldToOthers();
      const some = waiting.splice(0, KEPT_AT_ONCE);
      for (const lane of some) lane.isKept = true;
      const rows = some.map(({ connectionId, readTo, beats, summary }) =>
        packTicks({ connectionId, sessionId: id, readTo, beats }, summary.buckets()),
      );
      // They can be counted again.
      await source.keepTicks(id, rows).catch(() => undefined);
    }
  }

  /** Step by step, the first of which is given. */
  async function readAll(first: readonly Run[]): Promise<void> {
    isBusy.value = true;
    const steps = [fetch(first)];
    for (let step = steps.shift(); step; step = steps.shift()) {
      while (steps.length < STEPS_AHEAD) {
        const runs = nextRuns();
        if (runs.length === 0) break;
        steps.push(fetch(runs));
      }
      for (const { run, chunks } of await step) {
        for (const chunk of chunks) countFrames(run.lane, chunk, run.fromSeq, run.toSeq);
        run.lane.readTo = run.toSeq;
        takeOver(run.lane);
      }
      loads.value++;
      await yieldToOthers();
    }
  }

  function fetch(runs: readonly Run[]): Promise<readonly { run: Run; chunks: readonly ChunkRecord[] }[]> {
    const read = Promise.all(
      runs.map(async (run) => ({
        run,
        chunks: await source.chunks(run.lane.connectionId, run.fromSeq, run.toSeq),
      })),
    );
    // Its failure is met when its turn comes; until then nobody looks.
    read.catch(() => undefined);
    return read;
  }

  /** What is to be read next, of connections in their order, and not much more than a step's worth. */
  function nextRuns(): readonly Run[] {
    const runs: Run[] = [];
    let room = STEP_FRAMES;
    let isMore = false;
    for (const record of connections.peek()) {
      const { connectionId, nextSeq } = record;
      if (nextSeq === 0) continue;
      let lane = fresh.get(connectionId) ?? lanes.get(connectionId);
      if (!lane) {
        lane = firstLane(record);
        lanes.set(connectionId, lane);
        isMore ||= lane.readTo > 0;
      }
      if (lane.askedTo >= nextSeq) continue;
      const fromSeq = lane.askedTo;
      lane.askedTo = Math.min(nextSeq, fromSeq + room);
      runs.push({ lane, fromSeq, toSeq: lane.askedTo });
      room -= lane.askedTo - fromSeq;
      if (room === 0) break;
    }
    // Not `++`, which an effect would take for its own reading.
    if (isMore) loads.value = loads.peek() + 1;
    return runs;
  }

  function firstLane(record: ConnectionRecord): Lane {
    const row = stored.get(record.connectionId);
    if (!row || row.readTo > record.nextSeq) return createLane(record, null);
    stored.delete(record.connectionId);
    if (row.beats) askedBy.set(record.connectionId, row.beats.knownBy);
    return keptLane(row);
  }

  /** A lane that was read anew takes the place of the old one as soon as it knows as much. */
  function takeOver(lane: Lane): void {
    const { connectionId, readTo } = lane;
    if (fresh.get(connectionId) !== lane || readTo < (lanes.get(connectionId)?.readTo ?? 0)) return;
    fresh.delete(connectionId);
    lanes.set(connectionId, lane);
    judge(connectionId);
  }

  /** Other frames may be as long as heartbeats: then nothing is taken for one. */
  function judge(connectionId: string): void {
    const lane = lanes.get(connectionId);
    const facts = heartbeats.peek().get(connectionId);
    if (!lane?.beats?.signs || !facts || areTelling(lane.found, facts)) return;
    readAnew(connectionId, { ...lane.beats, signs: null });
  }

  function readAnew(connectionId: string, beats: TickBeats): void {
    const record = connections.peek().find((candidate) => candidate.connectionId === connectionId);
    if (!record) return;
    fresh.set(connectionId, createLane(record, beats));
    void read();
  }

  /** Once per connection, and again when its first beats are others. */
  async function learnBeats(connectionId: string, facts: HeartbeatFacts): Promise<void> {
    const seqs = knownBeats(facts);
    const first = seqs.slice(0, 2).join(' ');
    if (askedBy.get(connectionId) === first) return judge(connectionId);
    askedBy.set(connectionId, first);
    const signs = beatSignsOf(await samplesOf(connectionId, seqs));
    readAnew(connectionId, { knownBy: first, signs });
  }

  /** Of the frames with these seqs, rising. */
  async function samplesOf(connectionId: string, seqs: readonly number[]): Promise<readonly BeatSample[]> {
    const samples: BeatSample[] = [];
    let chunk: ChunkRecord | undefined;
    for (const seq of seqs) {
      if (!chunk || seq >= chunk.firstSeq + chunk.count) [chunk] = await source.chunks(connectionId, seq, seq + 1);
      const i = chunk ? seq - chunk.firstSeq : -1;
      const flags = chunk?.flags[i];
      if (flags === undefined) continue;
      samples.push({ isOut: (flags & FRAME_OUT) !== 0, sizeBytes: chunk?.sizeBytes[i] ?? 0 });
    }
    return samples;
  }

  /** Of which connections heartbeats are to be learnt, and from what. */
  const unlearnt = new Map<string, HeartbeatFacts>();
  let isLearning = false;
  /** One after the other: to ask for all at once would keep the panel's thread for long. */
  async function learnAll(): Promise<void> {
    if (isLearning) return;
    isLearning = true;
    for (const [connectionId, facts] of unlearnt) {
      unlearnt.delete(connectionId);
      await learnBeats(connectionId, facts).catch(onError);
    }
    isLearning = false;
  }

  const detail = createTickDetail({
    readsWhole: isStored,
    read: async (connectionId, fromSeq, toSeq) => {
      const signs = lanes.get(connectionId)?.beats?.signs ?? null;
      let summary: TickSummary | null = null;
      for (let from = fromSeq; from < toSeq; from += DETAIL_STEP_FRAMES) {
        const to = Math.min(toSeq, from + DETAIL_STEP_FRAMES);
        for (const chunk of await source.chunks(connectionId, from, to)) {
          summary ??= createTickSummary(firstMs(chunk, from), MAX_BUCKETS, toSeq - fromSeq);
          addFrames(summary, chunk, from, to, signs);
        }
      }
      return (summary ?? createTickSummary(0)).buckets();
    },
    onRead: () => {
      loads.value++;
    },
    onError,
  });

  effect(() => {
    const id = sessionId.value;
    asked = id === null ? null : source.ticks(id);
    // Its failure is met when it is waited for.
    asked?.catch(() => undefined);
  });
  effect(() => {
    const known = new Set(connections.value.map(({ connectionId }) => connectionId));
    for (const kept of [lanes, fresh, askedBy]) {
      for (const id of kept.keys()) if (!known.has(id)) kept.delete(id);
    }
    void read();
  });
  effect(() => {
    const known = new Set(connections.peek().map(({ connectionId }) => connectionId));
    for (const [connectionId, facts] of heartbeats.value) {
      if (known.has(connectionId)) unlearnt.set(connectionId, facts);
    }
    void learnAll();
  });

  return {
    loads,
    isBusy,
    bucketsOf: (connectionId, view) => {
      const lane = lanes.get(connectionId);
      const buckets = lane?.summary.buckets() ?? null;
      return lane && buckets && view ? detail.bucketsOf({ connectionId, buckets, readTo: lane.readTo }, view) : buckets;
    },
    frameNear: async (connectionId, atMs) => {
      const buckets = lanes.get(connectionId)?.summary.buckets();
      if (!buckets) return null;
      const [from, to] = rangeNear(buckets, atMs);
      return nearestFrame(await source.chunks(connectionId, from, to), from, to, atMs);
    },
  };
}

function createLane(
  { connectionId, createdAtMs, nextSeq }: Pick<ConnectionRecord, 'connectionId' | 'createdAtMs' | 'nextSeq'>,
  beats: TickBeats | null,
): Lane {
  const summary = createTickSummary(createdAtMs, MAX_BUCKETS, nextSeq);
  return { connectionId, summary, beats, readTo: 0, askedTo: 0, found: 0, isKept: false };
}

function keptLane(row: TickRecord): Lane {
  const { connectionId, readTo, beats } = row;
  const buckets = unpackTicks(row);
  const end = buckets.length;
  const found = countBetween(buckets, 'beatIns', 0, end) + countBetween(buckets, 'beatOuts', 0, end);
  return { connectionId, summary: resumeTickSummary(buckets), beats, readTo, askedTo: readTo, found, isKept: true };
}

function countFrames(lane: Lane, chunk: ChunkRecord, fromSeq: number, toSeq: number): void {
  lane.found += addFrames(lane.summary, chunk, fromSeq, toSeq, lane.beats?.signs ?? null);
  lane.isKept = false;
}

/** When the first frame that is asked for came. */
function firstMs({ firstSeq, atMs }: ChunkRecord, fromSeq: number): number {
  return Math.floor(atMs[Math.max(0, fromSeq - firstSeq)] ?? 0);
}

/** Seqs among which the frame nearest to a moment is: those of the bucket, and the first of the next. */
function rangeNear(buckets: TickBuckets, atMs: number): readonly [number, number] {
  const place = nearestBucket(buckets, atMs);
  const from = buckets.firstSeq[place] ?? 0;
  const next = place + 1 < buckets.length ? (buckets.firstSeq[place + 1] ?? from) : from + NEAR_FRAMES;
  return [from, Math.min(Math.max(next, from) + 1, from + NEAR_FRAMES)];
}

function nearestFrame(chunks: readonly ChunkRecord[], fromSeq: number, toSeq: number, atMs: number): NearFrame | null {
  let nearest: NearFrame | null = null;
  let leastMs = Number.POSITIVE_INFINITY;
  for (const chunk of chunks) {
    for (let i = Math.max(0, fromSeq - chunk.firstSeq); i < Math.min(chunk.count, toSeq - chunk.firstSeq); i++) {
      const frameAtMs = chunk.atMs[i] ?? 0;
      const distanceMs = Math.abs(frameAtMs - atMs);
      if (distanceMs >= leastMs || ((chunk.flags[i] ?? 0) & FRAME_DISCARDED) !== 0) continue;
      nearest = { seq: chunk.firstSeq + i, atMs: frameAtMs };
      leastMs = distanceMs;
    }
  }
  return nearest;
}
