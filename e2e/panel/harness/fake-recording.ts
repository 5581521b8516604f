/**
 * A recording in memory, behind the panel's RecordingSource: tests add documents, connections and frames to it and the
 * panel reads them as it would read the database. Chunks are cut as the store cuts them; those of a bulk connection are
 * made when they are asked for, so that a million frames cost nothing until they are seen.
 */
import type { RecordingSource } from '../../../src/panel/link/recording-source.ts';
import { FRAME_BINARY, FRAME_OUT, utf8Bytes } from '../../../src/protocol/frame-columns.ts';
import { CHUNK_FRAMES } from '../../../src/protocol/limits.ts';
import type {
  ChunkRecord,
  ConnectionRecord,
  ContentRecord,
  ContextRecord,
  DocumentRecord,
  PayloadRecord,
  SessionRecord,
  TickRecord,
} from '../../../src/protocol/records.ts';
import { sessionRow } from './rows.ts';

export interface FakeFrame {
  readonly atMs: number;
  readonly isOut?: boolean;
  readonly text?: string;
  readonly bytes?: readonly number[];
  /** Bits in addition to those that follow from the above. */
  readonly flags?: number;
  /** Where it is not that of the kept payload. */
  readonly sizeBytes?: number;
}

/** Gives frame `seq` of a bulk connection, the same every time. */
export type FrameMaker = (seq: number) => FakeFrame;

interface Frames {
  /** Number of frames, seqs 0 … count - 1 but for those in gaps. */
  count: number;
  readonly at: (seq: number) => FakeFrame | null;
}

export interface FakeRecording {
  readonly source: RecordingSource;
  readonly documents: Map<string, DocumentRecord>;
  readonly connections: Map<string, ConnectionRecord>;
  readonly context: ContextRecord[];
  setSession(fields: Partial<SessionRecord>): void;
  /** Appends frames and gives the connection's new row. */
  addFrames(connectionId: string, frames: readonly FakeFrame[]): ConnectionRecord;
  /** Makes the connection one of `count` invented frames. */
  setBulk(connectionId: string, count: number, make: FrameMaker): ConnectionRecord;
  addGap(connectionId: string, count: number, reason: ConnectionRecord['gaps'][number]['reason']): ConnectionRecord;
  addContent(connectionId: string, seq: number, bytes: readonly number[]): void;
  /** Every read rejects with it until it is null again. */
  setError(error: Error | null): void;
  readonly counters: { reads: number; deletions: number };
  clear(): void;
}

/** A task of its own, as a database answers. In Node a time-out takes a millisecond at least. */
const nextTask = (then: () => void) =>
  typeof setImmediate === 'function' ? void setImmediate(then) : void setTimeout(then);

export function createFakeRecording(): FakeRecording {
  const documents = new Map<string, DocumentRecord>();
  const connections = new Map<string, ConnectionRecord>();
  const context: ContextRecord[] = [];
  const stored = new Map<string, (FakeFrame | null)[]>();
  const bulk = new Map<string, Frames>();
  const contents = new Map<string, ContentRecord>();
  const ticks = new Map<string, TickRecord>();
  const counters = { reads: 0, deletions: 0 };
  let session: Partial<SessionRecord> = {};
  let error: Error | null = null;

  async function read<Result>(query: () => Result): Promise<Result> {
    counters.reads++;
    // As a database does: never at once.
    await new Promise<void>(nextTask);
    if (error) throw error;
    return query();
  }

  function framesOf(connectionId: string): Frames {
    const made = bulk.get(connectionId);
    if (made) return made;
    const list = stored.get(connectionId) ?? [];
    return { count: list.length, at: (seq) => list[seq] ?? null };
  }

  function rowOf(connectionId: string): ConnectionRecord {
    const row = connections.get(connectionId);
    if (!row) throw new Error(`There is no connection ${connectionId}.`);
    return row;
  }

  function setRow(row: ConnectionRecord): ConnectionRecord {
    connections.set(row.connectionId, row);
    return row;
  }

  function addFrames(connectionId: string, frames: readonly FakeFrame[]): ConnectionRecord {
    const list = stored.get(connectionId) ?? [];
    stored.set(connectionId, list);
    list.push(...frames);
    let row = rowOf(connectionId);
    for (const frame of frames) row = counted(row, frame);
    return setRow({ ...row, nextSeq: list.length });
  }

  /** Runs of frames that are there, at most CHUNK_FRAMES long, which overlap [fromSeq, toSeq). */
  function runsOf(connectionId: string, fromSeq: number, toSeq: number): readonly (readonly [number, number])[] {
    const { count, at } = framesOf(connectionId);
    const isBulk = bulk.has(connectionId);
    const first = Math.floor(fromSeq / CHUNK_FRAMES) * CHUNK_FRAMES;
    const runs: [number, number][] = [];
    for (let start = first; start < Math.min(toSeq, count); start += CHUNK_FRAMES) {
      const end = Math.min(start + CHUNK_FRAMES, count);
      if (isBulk) {
        runs.push([start, end]);
        continue;
      }
      for (let seq = start; seq < end; seq++) {
        const last = runs.at(-1);
        if (at(seq) === null) continue;
        if (last && last[1] === seq && last[0] >= start) last[1] = seq + 1;
        else runs.push([seq, seq + 1]);
      }
    }
    return runs.filter(([from, end]) => end > fromSeq && from < toSeq);
  }

  return {
    documents,
    connections,
    context,
    counters,
    addFrames,
    setBulk: (connectionId, count, make) => {
      bulk.set(connectionId, { count, at: make });
      const last = make(count - 1);
      return setRow({
        ...rowOf(connectionId),
        nextSeq: count,
        framesIn: count,
        bytesIn: count * sizeOf(last),
        lastFrameAtMs: last.atMs,
      });
    },
    addGap: (connectionId, count, reason) => {
      const list = stored.get(connectionId) ?? [];
      stored.set(connectionId, list);
      const row = rowOf(connectionId);
      const gaps = [...row.gaps, { firstSeq: list.length, count, reason }];
      for (let i = 0; i < count; i++) list.push(null);
      return setRow({ ...row, gaps, framesMissed: row.framesMissed + count, nextSeq: list.length });
    },
    addContent: (connectionId, seq, bytes) => {
      contents.set(`${connectionId} ${seq}`, { connectionId, seq, bytes: Uint8Array.from(bytes) });
    },
    setSession: (fields) => {
      session = fields;
    },
    setError: (next) => {
      error = next;
    },
    clear: () => {
      context.length = 0;
      for (const map of [documents, connections, stored, bulk, contents, ticks]) map.clear();
    },
    source: {
      session: (sessionId) =>
        read(() => ({
          session: { ...sessionRow(), sessionId, ...session },
          documents: [...documents.values()],
          connections: [...connections.values()],
        })),
      context: () => read(() => [...context]),
      chunks: (connectionId, fromSeq, toSeq) =>
        read(() =>
          runsOf(connectionId, fromSeq, toSeq).map(([from, end]) =>
            chunkOf(connectionId, from, end, framesOf(connectionId).at),
          ),
        ),
      ticks: (sessionId) => read(() => [...ticks.values()].filter((row) => row.sessionId === sessionId)),
      keepTicks: async (_, rows) => {
        for (const row of rows) ticks.set(row.connectionId, row);
      },
      payload: (connectionId, firstSeq) =>
        read(() => {
          const run = runsOf(connectionId, firstSeq, firstSeq + 1)[0];
          return run ? payloadOf(connectionId, run[0], run[1], framesOf(connectionId).at) : null;
        }),
      content: (connectionId, seq) => read(() => contents.get(`${connectionId} ${seq}`) ?? null),
      deleteEverything: async () => {
        counters.deletions++;
        error = null;
      },
    },
  };
}

function counted(row: ConnectionRecord, frame: FakeFrame): ConnectionRecord {
  const size = sizeOf(frame);
  return frame.isOut
    ? { ...row, framesOut: row.framesOut + 1, bytesOut: row.bytesOut + size, lastFrameAtMs: frame.atMs }
    : { ...row, framesIn: row.framesIn + 1, bytesIn: row.bytesIn + size, lastFrameAtMs: frame.atMs };
}

function sizeOf({ sizeBytes, bytes, text = '' }: FakeFrame): number {
  return sizeBytes ?? bytes?.length ?? utf8Bytes(text);
}

function flagsOf({ isOut, bytes, flags = 0 }: FakeFrame): number {
  return flags | (isOut ? FRAME_OUT : 0) | (bytes ? FRAME_BINARY : 0);
}

type FrameAt = (seq: number) => FakeFrame | null;

function listOf(from: number, end: number, at: FrameAt): readonly FakeFrame[] {
  return Array.from({ length: end - from }, (_, i) => at(from + i) ?? { atMs: 0 });
}

function chunkOf(connectionId: string, from: number, end: number, at: FrameAt): ChunkRecord {
  const frames = listOf(from, end, at);
  return {
    connectionId,
    firstSeq: from,
    count: frames.length,
    atMs: Float64Array.from(frames, ({ atMs }) => atMs),
    flags: Uint8Array.from(frames, flagsOf),
    sizeBytes: Float64Array.from(frames, sizeOf),
  };
}

function payloadOf(connectionId: string, from: number, end: number, at: FrameAt): PayloadRecord {
  const frames = listOf(from, end, at);
  let text = '';
  const bytes: number[] = [];
  const textEnds = new Uint32Array(frames.length);
  const byteEnds = new Uint32Array(frames.length);
  frames.forEach((frame, i) => {
    text += frame.bytes ? '' : (frame.text ?? '');
    for (const byte of frame.bytes ?? []) bytes.push(byte);
    textEnds[i] = text.length;
    byteEnds[i] = bytes.length;
  });
  return { connectionId, firstSeq: from, text, textEnds, bytes: Uint8Array.from(bytes), byteEnds };
}
