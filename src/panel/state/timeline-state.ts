/**
 * What the timeline needs beside the connections: when their frames were. Reads the columns of all frames once, without
 * payloads, and keeps counts per bucket of time; and which part of time is in view.
 */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { FRAME_DISCARDED, FRAME_OUT } from '../../protocol/frame-columns.ts';
import type { ChunkRecord, ConnectionRecord } from '../../protocol/records.ts';
import type { RecordingSource } from '../link/recording-source.ts';
import { wholeSpan } from '../models/lane-layout.ts';
import { createTickSummary, type TickBuckets, type TickSummary } from '../models/tick-summary.ts';
import { pan, revealing, type TimeSpan, zoom } from '../models/time-scale.ts';

/** Frames that are read and counted at a time, of however many connections: 17 bytes each, so about half a megabyte. */
const STEP_FRAMES = 32_768;
/** While one step is counted the database reads the next ones. */
const STEPS_AHEAD = 3;

export interface TimelineState {
  /** Changes when frames have been read. */
  readonly loads: ReadonlySignal<number>;
  /** Frames are being read: what is drawn is not all there is. */
  readonly isBusy: ReadonlySignal<boolean>;
  /** The part of time in view; null: all of it, and what will come. */
  readonly fixedSpan: ReadonlySignal<TimeSpan | null>;
  /** The part of time to which lists of frames are limited, fromMs <= frame < toMs; null: they are not. */
  readonly brush: ReadonlySignal<TimeSpan | null>;
  bucketsOf(connectionId: string): TickBuckets | null;
  zoom(factor: number, aboutMs: number): void;
  pan(byMs: number): void;
  /** Brings a part of time into view, large enough to be looked at. */
  reveal(span: TimeSpan): void;
  follow(): void;
  /** Limits lists of frames to a part of time, given in either direction; null: no longer. */
  setBrush(span: TimeSpan | null): void;
}

export interface TimelineInput {
  readonly source: RecordingSource;
  readonly connections: ReadonlySignal<readonly ConnectionRecord[]>;
  nowMs(): number;
  yieldToOthers(): Promise<void>;
  /** Between looking for what has come: a picture of live traffic need not change with every frame of the screen. */
  pause(): Promise<void>;
  onError(error: unknown): void;
}

interface Lane {
  readonly connectionId: string;
  readonly summary: TickSummary;
  /** Up to here frames are counted. */
  readTo: number;
  /** Up to here they are, or are being read. */
  askedTo: number;
}

/** Frames of one lane that are being read. */
interface Run {
  readonly lane: Lane;
  readonly fromSeq: number;
  readonly toSeq: number;
}

export function createTimelineState(input: TimelineInput): TimelineState {
  const { source, connections, nowMs, yieldToOthers, pause, onError } = input;
  const lanes = new Map<string, Lane>();
  const loads = signal(0);
  const fixedSpan = signal<TimeSpan | null>(null);
  const brush = signal<TimeSpan | null>(null);
  const hasConnections = computed(() => connections.value.length > 0);

  const isBusy = signal(false);
  let isReading = false;
  /** Reads what has come, until there is nothing new. */
  async function read(): Promise<void> {
    if (isReading) return;
    isReading = true;
    try {
      for (let run = nextRuns(); run.length > 0; run = nextRuns()) {
        await readAll(run);
        isBusy.value = false;
        await pause();
      }
    } catch (error) {
      // What was asked for and did not come is asked for again.
      for (const lane of lanes.values()) lane.askedTo = lane.readTo;
      onError(error);
    } finally {
      isReading = false;
      isBusy.value = false;
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
        for (const chunk of chunks) addFrames(run.lane.summary, chunk, run.fromSeq, run.toSeq);
        run.lane.readTo = run.toSeq;
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
    for (const { connectionId, createdAtMs, nextSeq } of connections.peek()) {
      const lane = lanes.get(connectionId) ?? {
        connectionId,
        summary: createTickSummary(createdAtMs),
        readTo: 0,
        askedTo: 0,
      };
      if (lane.askedTo >= nextSeq) continue;
      lanes.set(connectionId, lane);
      const fromSeq = lane.askedTo;
      lane.askedTo = Math.min(nextSeq, fromSeq + room);
      runs.push({ lane, fromSeq, toSeq: lane.askedTo });
      room -= lane.askedTo - fromSeq;
      if (room === 0) break;
    }
    return runs;
  }

  effect(() => {
    const known = new Set(connections.value.map(({ connectionId }) => connectionId));
    for (const id of lanes.keys()) if (!known.has(id)) lanes.delete(id);
    void read();
  });
  effect(() => {
    // A list that was cleared begins anew.
    if (hasConnections.value) return;
    fixedSpan.value = null;
    brush.value = null;
  });

  function change(by: (span: TimeSpan, whole: TimeSpan) => TimeSpan): void {
    const whole = wholeSpan(connections.peek(), nowMs());
    const span = by(fixedSpan.peek() ?? whole, whole);
    // Zoomed out as far as it goes, it follows again.
    fixedSpan.value = span.toMs - span.fromMs >= whole.toMs - whole.fromMs ? null : span;
  }

  return {
    loads,
    isBusy,
    fixedSpan,
    brush,
    bucketsOf: (connectionId) => lanes.get(connectionId)?.summary.buckets() ?? null,
    zoom: (factor, aboutMs) => change((span, whole) => zoom(span, factor, aboutMs, whole)),
    pan: (byMs) => {
      if (fixedSpan.peek()) change((span, whole) => pan(span, byMs, whole));
    },
    reveal: (span) => change((shown, whole) => revealing(span, shown, whole)),
    follow: () => {
      fixedSpan.value = null;
    },
    setBrush: (span) => {
      brush.value = span && { fromMs: Math.min(span.fromMs, span.toMs), toMs: Math.max(span.fromMs, span.toMs) };
    },
  };
}

function addFrames(summary: TickSummary, chunk: ChunkRecord, fromSeq: number, toSeq: number): void {
  const first = Math.max(0, fromSeq - chunk.firstSeq);
  const end = Math.min(chunk.count, toSeq - chunk.firstSeq);
  for (let i = first; i < end; i++) {
    const flags = chunk.flags[i] ?? 0;
    // A discarded frame never was on the wire.
    if ((flags & FRAME_DISCARDED) === 0) summary.add(chunk.atMs[i] ?? 0, (flags & FRAME_OUT) !== 0);
  }
}
